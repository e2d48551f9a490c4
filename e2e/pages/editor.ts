import { expect, type Page } from 'playwright/test';

/** The canvas with its inspector and its run panel. */
export class Editor {
  constructor(private readonly page: Page) {}

  private readonly graph = () => this.page.getByRole('application', { name: 'Workflow graph' });
  /** A step that holds buttons of its own is a group. */
  readonly step = (name: string) => {
    const named = { name: new RegExp(`^${literally(name)}, `) };
    return this.graph().getByRole('button', named).or(this.graph().getByRole('group', named));
  };
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

  async insertOnArrow(from: string, to: string, step: string) {
    const arrow = this.graph().getByRole('group', { name: `${from} to ${to}` });
    await arrow.getByRole('button', { name: 'Add a step here' }).click();
    await this.page.getByPlaceholder('Add a step…').last().fill(step);
    await this.page.getByRole('option', { name: step }).first().click();
  }

  private readonly view = (name: 'Design' | 'Code') =>
    this.page.getByRole('group', { name: 'View' }).getByRole('button', { name });
  private readonly code = () => this.page.getByRole('textbox', { name: 'Definition of the workflow' });

  async design() {
    await this.view('Design').click();
  }

  /** What the code view shows, read. */
  async definition(): Promise<unknown> {
    await this.view('Code').click();
    await expect(this.code()).toBeVisible();
    const text = await this.code().innerText();
    await this.design();
    return JSON.parse(text);
  }

  /** Replaces the text of the code view. */
  async type(text: string) {
    await this.view('Code').click();
    await this.code().fill(text);
  }

  private readonly dialog = () => this.page.getByRole('dialog');
  private readonly json = () => this.dialog().getByRole('textbox', { name: 'Input as JSON' });

  async openRun() {
    await this.page.getByRole('button', { name: 'Run', exact: true }).first().click();
  }

  async giveJson(text: string) {
    const json = this.dialog().getByRole('button', { name: 'JSON', exact: true });
    if ((await json.getAttribute('aria-pressed')) !== 'true') await json.click();
    await this.json().fill(text);
  }

  async givenJson(): Promise<string> {
    return this.json().innerText();
  }

  async pressRun() {
    await this.dialog().getByRole('button', { name: 'Run', exact: true }).click();
  }

  /** Presses Run, and Run again in the dialog that asks for the input. */
  async run() {
    await this.openRun();
    await this.pressRun();
  }

  async succeeded() {
    await expect(this.page.getByText('Succeeded').first()).toBeVisible({ timeout: 40_000 });
  }
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
