import { expect, type Page } from 'playwright/test';

/** The canvas with its inspector and its run panel. */
export class Editor {
  constructor(private readonly page: Page) {}

  readonly step = (name: string) =>
    this.page
      .getByRole('application', { name: 'Workflow graph' })
      .getByRole('button', { name: new RegExp(`^${literally(name)}, `) });
  private readonly settings = () => this.page.getByRole('complementary', { name: 'Settings' });

  async shows(...names: string[]) {
    for (const name of names) await expect(this.step(name)).toBeVisible();
  }

  async select(name: string, tab?: 'Setup' | 'Input' | 'Output' | 'Errors' | 'ASL') {
    await this.step(name).click();
    if (tab) await this.settings().getByRole('tab', { name: tab }).click();
  }

  async rename(from: string, to: string) {
    await this.select(from, 'Setup');
    const name = this.settings().getByRole('textbox', { name: 'Name', exact: true });
    await name.fill(to);
    await name.press('Enter');
    await this.shows(to);
  }

  async setNumber(step: string, field: string, value: number) {
    await this.select(step, 'Input');
    const control = this.settings()
      .getByLabel(new RegExp(`^${field}`))
      .and(this.page.locator('input'));
    await control.fill(String(value));
    await control.press('Tab');
  }

  async number(step: string, field: string): Promise<string> {
    await this.select(step, 'Input');
    return this.settings()
      .getByLabel(new RegExp(`^${field}`))
      .and(this.page.locator('input'))
      .inputValue();
  }

  async undo() {
    await this.page.getByRole('banner').getByRole('button', { name: 'Undo' }).click();
  }

  async redo() {
    await this.page.getByRole('banner').getByRole('button', { name: 'Redo' }).click();
  }

  async saved() {
    await expect(this.page.getByText(/^Saved /)).toBeVisible();
  }

  /** Presses Run, and Run again in the dialog that asks for the input. */
  async run() {
    await this.page.getByRole('button', { name: 'Run', exact: true }).first().click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  }

  async succeeded() {
    await expect(this.page.getByText('Succeeded').first()).toBeVisible({ timeout: 40_000 });
  }
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
