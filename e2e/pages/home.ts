import { expect, type Page } from 'playwright/test';

export const product = () => process.env.E2E_URL!;

/** The first page: the prompt and its files. */
export class Home {
  constructor(
    private readonly page: Page,
    private readonly origin = product(),
  ) {}

  async open() {
    await this.page.goto(this.origin);
  }

  readonly picker = () => this.page.getByRole('region', { name: 'Describe a workflow' }).getByLabel('Files');

  async attach(...files: string[]) {
    await this.picker().setInputFiles(files);
    await expect(this.page.getByRole('list', { name: 'Attached files' }).getByText('attached')).toHaveCount(
      files.length,
    );
  }

  async type(prompt: string) {
    await this.page.getByLabel('Describe what should happen').fill(prompt);
  }

  async draft(prompt: string) {
    await this.type(prompt);
    await this.page.getByRole('button', { name: 'Draft', exact: true }).click();
    await this.page.waitForURL(/\/workflows\//);
  }

  async draftAndRun(prompt: string) {
    await this.type(prompt);
    await this.page.getByRole('button', { name: 'Draft & run' }).click();
    await this.page.waitForURL(/\/(runs|workflows)\//);
  }
}
