import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

/** Its second step fails where the number is more than 10. */
const CHECKED = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: {
      Type: 'Pass',
      Output: { n: '{% $states.input.n %}' },
      Assign: { kept: { word: 'from the first', n: '{% $states.input.n %}' } },
      Next: 'Check',
    },
    Check: {
      Type: 'Pass',
      Output: { n: '{% $states.input.n > 10 ? $error("too many") : $states.input.n * 2 %}', kept: '{% $kept.word %}' },
      Next: 'Last',
    },
    Last: { Type: 'Pass', Output: { end: '{% $states.input %}' }, End: true },
  },
};
type Run = { id: string; status: string; workflowName: string; output: unknown };
const api = () => new Api();
const runOf = async (id: string) => (await api().call('GET', `/runs/${id}`)).body as Run;

async function ran(workflow: string, n: number): Promise<string> {
  const { id } = (await api().call('POST', `/workflows/${workflow}/runs`, { n })).body as Run;
  await expect.poll(async () => (await runOf(id)).status, { timeout: 40_000 }).not.toBe('RUNNING');
  return id;
}
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).locator('visible=true').click();

test('a failed run stands beside the one before, and is begun again where it failed once that is mended', async ({
  page,
}) => {
  const workflow = await api().saveDefinition('Checks numbers', CHECKED);
  await ran(workflow, 4);
  const failed = await ran(workflow, 40);
  expect((await runOf(failed)).status).toBe('FAILED');

  await page.goto(`${product()}/runs/${failed}`);
  await tab(page, 'Compare');
  await expect(page.getByText('3 of 3 steps differ.')).toBeVisible();
  const rows = page.getByRole('list', { name: 'Steps side by side' }).locator('visible=true').locator('> li');
  await expect(rows.nth(0)).toContainText('First');
  await expect(rows.nth(0).getByRole('row', { name: /Output n/ })).toContainText('440');
  await expect(rows.nth(1)).toContainText('Succeeded');
  await expect(rows.nth(1)).toContainText('Failed');
  await expect(rows.nth(2)).toContainText('Not in it');
  // A step's name leads to all that is known of it.
  await rows.nth(1).getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('heading', { name: 'Check', exact: true }).locator('visible=true')).toBeVisible();

  // Each value that it was given names the step that gave it.
  await tab(page, 'Why');
  const kept = page.getByRole('row', { name: /^kept/ }).locator('visible=true');
  await expect(kept).toContainText('from the first');
  await expect(kept.getByRole('button', { name: 'First' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^n / }).locator('visible=true')).toContainText('n handed on by First');
  await kept.getByRole('button', { name: 'First' }).click();
  await expect(page.getByRole('heading', { name: 'First', exact: true }).locator('visible=true')).toBeVisible();

  // What failed is mended in the workflow; what came before is not done again.
  const { body } = await api().call('GET', `/workflows/${workflow}`);
  const { name, document, revision } = body as { name: string; document: object; revision: number };
  const mended = JSON.parse(JSON.stringify(document).replaceAll('$error(\\"too many\\")', '\\"mended\\"'));
  expect((await api().call('PUT', `/workflows/${workflow}`, { name, document: mended, revision })).status).toBe(200);
  await page.getByRole('button', { name: 'Retry from the failed step' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry from “Check”' });
  await expect(dialog).toContainText('The workflow was changed since');
  await expect(dialog.getByRole('tree', { name: 'Variables that earlier steps kept' })).toContainText('from the first');
  await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(failed), {
    timeout: 40_000,
  });
  const again = new URL(page.url()).pathname.split('/').at(-1)!;
  await expect
    .poll(async () => (await runOf(again)).output, { timeout: 40_000 })
    .toEqual({ end: { n: 'mended', kept: 'from the first' } });
  expect((await runOf(failed)).status).toBe('FAILED');
});

test('the list of runs is narrowed by status, workflow and text, in the address, and stays alive', async ({ page }) => {
  const workflow = await api().saveDefinition('Narrowed numbers', CHECKED);
  await ran(workflow, 1);
  await ran(workflow, 99);
  await page.goto(`${product()}/runs?workflow=${workflow}`);
  const rows = page.getByRole('table').getByRole('link');
  await expect(rows).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(new RegExp(`status=failed&workflow=${workflow}`));
  await page.reload();
  await expect(rows).toHaveCount(1);

  await page.getByRole('searchbox', { name: 'Find runs' }).fill('nothing like it');
  await expect(page.getByText('No run fits')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find runs' }).fill('numbers narrowed');
  await expect(rows).toHaveCount(1);
  await ran(workflow, 98);
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page).toHaveURL(/\/runs$/);
});
