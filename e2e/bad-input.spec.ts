import { execFile } from 'node:child_process';
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { Home, product } from './pages/home';

test('an empty prompt and an absurd one are told apart from a good one, and nothing typed is lost', async ({
  page,
}) => {
  const home = new Home(page);
  await home.open();
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await expect(page.getByRole('alert').getByText('The prompt is empty.')).toBeVisible();

  const absurd = 'zxqv blorp fnord';
  await home.type(absurd);
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  const [explained] = await Promise.all([
    page.waitForEvent('popup'),
    page
      .getByRole('alert')
      .getByRole('link', { name: /^[A-Z_]+$/ })
      .first()
      .click(),
  ]);
  await expect(explained.getByText('What to do.', { exact: true })).toBeVisible();
  await explained.close();
  await page.getByRole('link', { name: 'Back to the prompt' }).click();
  await expect(page.getByLabel('Describe what should happen')).toHaveValue(absurd);
  await expect(page.getByRole('listitem').filter({ hasText: absurd }).first()).toBeVisible(); // and among the recent queries
});

test('a file of 2 GB is refused by name before a byte is sent', async ({ page }) => {
  const home = new Home(page);
  await home.open();
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'large-')), 'film.mp4');
  writeFileSync(file, '');
  truncateSync(file, 2 * 1024 ** 3); // sparse: it takes no room
  await home.picker().setInputFiles(file);
  await expect(page.getByText(/"film\.mp4" has 2,048 MB/)).toBeVisible();
});

test('a definition that is broken is told where, and is not stored', async ({ page }) => {
  await page.goto(`${product()}/workflows`);
  await page.getByRole('button', { name: 'Import ASL' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Definition').fill('{ "StartAt": "A", ');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('not valid JSON');
  await expect(dialog.getByLabel('Definition')).toHaveValue('{ "StartAt": "A", ');

  const unknown = '{ "StartAt": "A", "States": { "A": { "Type": "Dance", "End": true } } }';
  await dialog.getByLabel('Name', { exact: true }).fill('Never stored');
  await dialog.getByLabel('Definition').fill(unknown);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('"A" has the unknown type "Dance"');
  await expect(dialog.getByLabel('Definition')).toHaveValue(unknown);
  expect(JSON.stringify((await new Api().call('GET', '/workflows')).body)).not.toContain('Never stored');

  await dialog.getByRole('button', { name: 'Open it in the editor as it is' }).click();
  const code = page.getByRole('textbox', { name: 'Definition of the workflow' });
  await expect(code).toContainText('Dance');
  await expect(page.getByRole('region', { name: 'Definition' }).getByRole('alert')).toContainText(
    'unknown type "Dance"',
  );
  await code.fill(unknown.replace('Dance', 'Pass'));
  await new Editor(page).shows('A');
});

test('a run that lacks what the workflow asks for is not started', async ({ page }) => {
  const home = new Home(page);
  await home.open();
  await home.draft('Resize an image to 100x100');
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(dialog.getByText(/is needed/)).toBeVisible();
  const id = /workflows\/([^/?]+)/.exec(page.url())![1]!;
  expect((await new Api().call('GET', `/runs?workflowId=${id}`)).body).toEqual([]);
});

test('a port that is taken is named, and the program ends with 1', async () => {
  const port = new URL(product()).port;
  const taken = await new Promise<{ code: number; err: string }>((resolve) =>
    execFile(
      process.execPath,
      ['bin/action-engine.mjs', 'start'],
      { env: { ...process.env, PORT: port, ACTION_ENGINE_DATA: mkdtempSync(path.join(tmpdir(), 'taken-')) } },
      (error, _, err) => resolve({ code: Number(error?.code ?? 0), err }),
    ),
  );
  expect(taken).toEqual({ code: 1, err: expect.stringContaining(`Port ${port} is in use.`) });
});

test('a function that throws shows its error and cause at the step', async ({ page }) => {
  const api = new Api();
  const id = await api.saveDefinition('Throws', {
    QueryLanguage: 'JSONata',
    StartAt: 'Read it',
    States: {
      'Read it': {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'imageinfo', Payload: { image: 's3://action-engine-files/nothing-here.png' } },
        End: true,
      },
    },
  });
  const { body } = await api.call('POST', `/workflows/${id}/runs`, {});
  await page.goto(`${product()}/runs/${(body as { id: string }).id}`);
  await expect(page.getByText('Failed').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/nothing-here\.png/).first()).toBeVisible();
});
