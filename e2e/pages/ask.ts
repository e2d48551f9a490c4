import { expect, type Page } from 'playwright/test';

/** The ask bar below the canvas, and the review of what it proposes. */
export class Ask {
  constructor(private readonly page: Page) {}

  private readonly bar = () => this.page.getByRole('region', { name: 'Ask or change' });
  readonly review = () => this.page.getByRole('region', { name: 'Proposed changes' });
  readonly change = (name: string | RegExp) => this.review().getByRole('checkbox', { name });
  readonly keep = () => this.review().getByRole('button', { name: /^Keep/ });

  async ask(text: string) {
    const field = this.bar().getByLabel('Ask or change this workflow');
    // The key is heard once the page listens, and not while a dialog is on its way out.
    await expect(async () => {
      await this.page.keyboard.press('ControlOrMeta+j');
      await expect(field).toBeFocused({ timeout: 1000 });
    }).toPass({ timeout: 15_000 });
    await field.fill(text);
    await field.press('Enter');
  }

  async proposes(...changes: (string | RegExp)[]) {
    for (const change of changes) await expect(this.change(change)).toBeVisible({ timeout: 20_000 });
    await expect(this.review().getByRole('checkbox')).toHaveCount(changes.length);
  }

  /** How a step on the canvas is marked. */
  readonly marked = (word: 'Added' | 'Removed' | 'Changed') =>
    this.page.getByRole('application', { name: 'Workflow graph' }).getByText(word);

  async discard() {
    await this.review().getByRole('button', { name: 'Discard' }).click();
    await expect(this.review()).toBeHidden();
  }

  async keepAll() {
    await this.keep().click();
    await expect(this.review()).toBeHidden();
  }

  /** What was asked before, opened. */
  async thread() {
    const thread = this.page.getByRole('region', { name: 'What was asked', exact: true });
    if (!(await thread.isVisible())) await this.bar().getByRole('button', { name: 'What was asked' }).click();
    await expect(thread).toBeVisible();
    return thread;
  }

  readonly answer = () => this.bar().getByRole('status').first();
  readonly problem = () => this.bar().getByRole('alert');
  /** what a model has written so far */
  readonly coming = () => this.bar().getByRole('list', { name: 'Changes so far' });
  readonly cancel = () => this.bar().getByRole('button', { name: 'Cancel' });
}
