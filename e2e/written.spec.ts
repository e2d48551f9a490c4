/** A step that no function does gets one that the model writes: seen, tried, kept and run; or a stub, with the reason. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { KEY, productWithModel } from './model-product';
import { Editor } from './pages/editor';
import { Home } from './pages/home';

const WISH = 'Turn the words "to be or not" round';
const { model, at: place } = productWithModel();

const plan = JSON.stringify({
  title: 'Words turned round',
  steps: [
    {
      id: 'turn',
      title: 'Turn words round',
      kind: 'missing',
      description: 'turn the words of a text round',
      inside: null,
      after: [],
      because: null,
      arguments: [{ name: 'text', from: { kind: 'literal', json: '"to be or not"' }, because: null }],
    },
  ],
  inputs: [],
  result: { kind: 'step', step: 'turn', field: null },
  notes: [],
  questions: [],
});
const written = (handler: string, change: object = {}) =>
  JSON.stringify({
    description: 'Turns the words of a text round.',
    input: '{"type":"object","required":["text"],"properties":{"text":{"type":"string","title":"Text"}}}',
    output: '{"type":"object","required":["result"],"properties":{"result":{"type":"string","title":"Turned"}}}',
    example: { input: '{"text":"one two three"}', output: '{"result":"three two one"}' },
    handler,
    test: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from './index.mjs';
test('turns words', async () => assert.deepEqual(await handler({ text: 'a b' }), { result: 'b a' }));
`,
    network: false,
    effects: 'none',
    secrets: [],
    ...change,
  });
const GOOD = "export const handler = async ({ text }) => ({ result: text.split(' ').reverse().join(' ') });\n";

const folder = (name: string) => path.join(place.data, 'functions', name);
async function drafted(page: Page): Promise<Editor> {
  model.answer = { kind: 'text', text: plan };
  const home = new Home(page, place.origin);
  await home.open();
  await home.draft(WISH);
  const editor = new Editor(page);
  await editor.shows('Turn words round');
  await editor.select('Turn words round', 'Setup');
  return editor;
}
const writeIt = (page: Page) => page.getByRole('button', { name: 'Let told-what-to-say write it' });

test('the model writes it; it is read, tried on its example, kept, and the workflow runs', async ({ page }) => {
  const editor = await drafted(page);
  let goOn = () => {};
  const half = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let piece = 0;
  model.answer = {
    kind: 'text',
    text: written(GOOD),
    pieces: 8,
    each: () => (++piece === 7 ? half : Promise.resolve()),
  };
  await writeIt(page).click();
  const dialog = page.getByRole('dialog', { name: 'A function for “Turn words round”' });
  await expect(dialog.getByText('told-what-to-say is writing…')).toBeVisible();
  await expect(dialog.getByText('export const handler').first()).toBeVisible();
  goOn();
  await expect(dialog.getByText('nothing of it is run before you try or keep it')).toBeVisible();
  await expect(dialog.getByRole('tab', { name: 'Test' })).toBeVisible();
  expect(existsSync(folder('turn-words-round'))).toBe(false);
  expect(JSON.stringify(model.questions.at(-1))).toContain('turn the words of a text round');

  // Left with Esc, it waits.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Review what was written' }).click();
  await dialog.getByRole('button', { name: 'Try it', exact: true }).click();
  await expect(dialog.getByText(/just what its author said it would/)).toBeVisible({ timeout: 30_000 });
  expect(existsSync(folder('turn-words-round'))).toBe(false);
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('No function does this yet.')).toBeHidden();
  await editor.saved();
  await editor.run();
  await editor.succeeded();
  await expect(page.getByText('not or be to').first()).toBeVisible();

  expect(readFileSync(path.join(folder('turn-words-round'), 'index.mjs'), 'utf8')).toBe(GOOD);
  await page.goto(`${place.origin}/functions/turn-words-round`);
  await expect(page.getByText('Written by told-what-to-say; reviewed and kept here.')).toBeVisible();
});

test('one that fails on its example is not kept by mistake, is written again, and can be discarded', async ({
  page,
}) => {
  await drafted(page);
  const handler = "export const handler = async () => { throw new Error('I forgot how'); };\n";
  model.answer = {
    kind: 'text',
    text: written(`import { callWeb, webAddress } from 'action-engine/web';\n${handler}`, { network: true }),
  };
  await writeIt(page).click();
  const dialog = page.getByRole('dialog', { name: 'A function for “Turn words round”' });
  await expect(dialog.getByText('It calls other machines.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Try and keep' }).click();
  await expect(dialog.getByText(/I forgot how/)).toBeVisible({ timeout: 30_000 });
  expect(existsSync(folder('turn-words-round-2'))).toBe(false);

  model.answer = { kind: 'text', text: written(GOOD) };
  await dialog.getByRole('button', { name: 'Write again' }).click();
  await expect(dialog.getByRole('tab', { name: 'Handler' })).toBeVisible();
  await expect(dialog.getByText('It calls other machines.')).toBeHidden();
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('No function does this yet.')).toBeVisible();
  expect(existsSync(folder('turn-words-round-2'))).toBe(false);
});

test('where the model cannot, a plain stub is there with the reason, and the workflow runs', async ({ page }) => {
  const editor = await drafted(page);
  model.answer = { kind: 'status', status: 401, message: `Incorrect key: ${KEY}` };
  await writeIt(page).click();
  const dialog = page.getByRole('dialog', { name: 'A function for “Turn words round”' });
  await expect(dialog.getByText('so this is a plain stub')).toBeVisible({ timeout: 60_000 });
  await expect(dialog.getByText(/does not accept the key/)).toBeVisible();
  expect(await page.content()).not.toContain(KEY);
  await dialog.getByRole('button', { name: 'Try and keep' }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  await editor.saved();
  await editor.run();
  await editor.succeeded();
});
