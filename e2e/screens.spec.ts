import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'playwright/test';
import sharp from 'sharp';
import { Api } from './pages/api';
import { product } from './pages/home';
import { freePort, start, stop } from './start-product';

const dir = mkdtempSync(path.join(tmpdir(), 'screens-'));
async function picture(name: string): Promise<string> {
  const file = path.join(dir, name);
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#b5179e' } })
    .png()
    .toFile(file);
  return file;
}

test('files: one is put in, seen, taken out and deleted', async ({ page }) => {
  const file = await picture('square.png');
  await page.goto(`${product()}/files`);
  await page.getByLabel('Files to upload').setInputFiles(file);
  const card = page.getByRole('listitem').filter({ hasText: 'square.png' });
  await expect(card).toBeVisible();
  const shown = card.locator('img');
  await expect.poll(() => shown.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(64);

  const [taken] = await Promise.all([
    page.waitForEvent('download'),
    card.getByRole('button', { name: 'Download square.png' }).click(),
  ]);
  expect(taken.suggestedFilename()).toBe('square.png');
  expect(readFileSync(await taken.path())).toEqual(readFileSync(file));

  await card.getByRole('button', { name: 'Delete square.png' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Delete' }).click();
  await expect(card).toBeHidden();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Upload' })).toBeVisible();
  await expect(card).toBeHidden();
});

test('files: several are found, looked into, taken as one zip, and deleted together; a sending is cancelled', async ({
  page,
}) => {
  const table = path.join(dir, 'fruit.csv');
  writeFileSync(table, 'fruit,number\n"apple, red",3\npear,4\n');
  const note = path.join(dir, 'fruit.txt');
  writeFileSync(note, 'a note about fruit');
  await page.goto(`${product()}/files`);
  await page.getByLabel('Files to upload').setInputFiles([table, note, note]);
  const cards = page.getByRole('listitem').filter({ hasText: 'fruit.' });
  await expect(cards).toHaveCount(3);

  await page.getByLabel('Search files').fill('fruit csv');
  await expect(cards).toHaveCount(1);
  await page.getByRole('button', { name: 'Look into fruit.csv' }).click();
  const look = page.getByRole('dialog', { name: 'fruit.csv' });
  await expect(look.getByRole('columnheader')).toHaveText(['fruit', 'number']);
  await expect(look.getByRole('cell', { name: 'apple, red' })).toBeVisible();
  await expect(look.getByText('No run has it')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByLabel('Search files').fill('fruit');
  await expect(cards).toHaveCount(3);
  await page.getByRole('button', { name: 'List', exact: true }).click();
  for (const box of await page.getByRole('checkbox', { name: /^Choose fruit/ }).all()) await box.check();
  const bar = page.getByRole('region', { name: 'Chosen files' });
  await expect(bar).toContainText('3 files chosen');
  const [taken] = await Promise.all([
    page.waitForEvent('download'),
    bar.getByRole('button', { name: 'Download as zip' }).click(),
  ]);
  const unpacked = unzipSync(readFileSync(await taken.path()));
  expect(Object.keys(unpacked).sort()).toEqual(['fruit (2).txt', 'fruit.csv', 'fruit.txt']);
  expect(strFromU8(unpacked['fruit (2).txt']!)).toBe('a note about fruit');

  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: 'Delete' }).click();
  // While the dialog is open nothing behind it counts as there, and what is typed does not reach it.
  await expect(page.getByRole('dialog').or(page.getByRole('alertdialog'))).toHaveCount(0);
  await expect(cards).toHaveCount(0);
  await page.getByLabel('Search files').fill('');

  // A PDF is shown by the browser's viewer, in a frame that may do nothing; what only calls itself one is not.
  const pdf = (name: string, text: string) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(text) });
  await page.getByLabel('Files to upload').setInputFiles([pdf('paper.pdf', '%PDF-1.4\n'), pdf('trap.pdf', '<html>')]);
  await page.getByRole('button', { name: 'Look into paper.pdf' }).click();
  const paper = page.getByRole('dialog', { name: 'paper.pdf' });
  await expect(paper.getByTitle('Content of paper.pdf').or(paper.getByText('This browser shows no PDF'))).toBeVisible();
  const uri = await paper.getByText(/^s3:/).innerText();
  await page.keyboard.press('Escape');
  const sent = (of: string) => page.request.get(`${product()}/files/pdf?uri=${encodeURIComponent(of)}`);
  const answer = await sent(uri);
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/pdf',
    'content-security-policy': "default-src 'none'; frame-ancestors 'self'",
    'x-content-type-options': 'nosniff',
  });
  await page.getByRole('button', { name: 'Look into trap.pdf' }).click();
  await expect(page.getByText('It is called a PDF and is none.')).toBeVisible();
  const trap = await page.getByRole('dialog', { name: 'trap.pdf' }).getByText(/^s3:/).innerText();
  expect((await sent(trap)).status()).toBe(400);
  await page.keyboard.press('Escape');

  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/slow\.bin/, async (route) => {
    await held;
    await route.abort().catch(() => {});
  });
  await page
    .getByLabel('Files to upload')
    .setInputFiles({ name: 'slow.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1000) });
  await page.getByRole('button', { name: 'Cancel slow.bin' }).click();
  await expect(page.getByRole('list', { name: 'Uploads' })).toBeHidden();
  letGo();
  await page.reload();
  await expect(page.getByRole('listitem').filter({ hasText: 'slow.bin' })).toHaveCount(0);
});

test('functions: one is found, read, and tried with a file', async ({ page }) => {
  await page.goto(`${product()}/functions`);
  await page.getByLabel('Search functions').fill('imageinfo');
  await page.getByRole('link', { name: 'Describe image' }).click();
  await expect(page.getByRole('tab', { name: 'function.json' })).toBeVisible();

  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('Image is needed.')).toBeVisible(); // without its file it is not called
  await page.locator('input[type=file]').setInputFiles(await picture('tried.png'));
  await expect(page.getByRole('button', { name: 'Remove tried.png' })).toBeVisible();
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText(/^Answered in/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('treeitem', { name: 'width: 64' })).toBeVisible();
});

test('a file of a kind that nobody knows is kept byte for byte', async ({ page }) => {
  const file = path.join(dir, 'odd name ü &.xyzzy');
  writeFileSync(file, Buffer.from([0, 255, 1, 254]));
  await page.goto(`${product()}/files`);
  await page.getByLabel('Files to upload').setInputFiles(file);
  const button = page.getByRole('button', { name: 'Download odd name ü &.xyzzy' });
  const [taken] = await Promise.all([page.waitForEvent('download'), button.click()]);
  expect([...readFileSync(await taken.path())]).toEqual([0, 255, 1, 254]);
});

test('a workflow is run by its URL from the first page, and broken input starts nothing', async ({ page }) => {
  const api = new Api();
  const id = await api.saveDefinition('Echo by URL', {
    StartAt: 'Echo',
    States: { Echo: { Type: 'Pass', End: true } },
  });
  await page.goto(product());
  const section = page.getByRole('region', { name: 'Run by URL' });
  await section.getByLabel('Workflow').click();
  await page.getByRole('option', { name: 'Echo by URL' }).first().click();
  await expect(section.getByText(`/api/v1/workflows/${id}/invoke`)).toBeVisible();

  const input = section.getByLabel('Input (JSON)');
  await input.fill('{ "a": 1, ');
  await section.getByRole('button', { name: 'Run by URL' }).click();
  await expect(section.getByRole('alert')).toContainText('The input is not JSON');
  await expect(input).toHaveValue('{ "a": 1, ');
  const runs = async () => ((await api.call('GET', `/runs?workflowId=${id}`)).body as unknown[]).length;
  expect(await runs()).toBe(0);

  await input.fill('{ "a": 1 }');
  await section.getByRole('button', { name: 'Run by URL' }).click();
  await expect(section.getByText('HTTP 200')).toBeVisible();
  expect(await runs()).toBe(1);
});

test('the settings say where it runs, and the connection can be tried', async ({ page }) => {
  await page.goto(`${product()}/settings`);
  await expect(page.getByText('The local cloud, on this machine')).toBeVisible();
  await expect(page.getByText(/Using the offline planner/)).toBeVisible();
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await expect(page.getByLabel('It works')).toBeVisible();
});

test('a new product offers ways to begin; after the demo the first page says how it went; what AWS allows is checked; all is erased', async ({
  page,
}) => {
  test.setTimeout(240_000);
  // AWS as it answers to somebody who may do nothing.
  const aws = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' });
    response.end(request.method === 'HEAD' ? undefined : '{"message":"not authorized to perform that"}');
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const data = mkdtempSync(path.join(tmpdir(), 'new-product-'));
  const port = await freePort();
  const own = await start(port, data, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nothing',
  });
  try {
    const origin = `http://localhost:${port}`;
    await page.goto(origin);
    const doors = page.getByRole('region', { name: 'Ways to begin' });
    await expect(doors.getByRole('button')).toHaveCount(3);
    await expect(page.getByRole('region', { name: 'The last 24 hours' })).toBeHidden();
    await doors.getByRole('button', { name: 'Import ASL' }).click();
    await expect(page.getByRole('dialog', { name: 'Import a definition' })).toBeVisible();
    await page.keyboard.press('Escape');
    await doors.getByRole('button', { name: 'Try the demo' }).click();
    await page.waitForURL(/\/runs\//, { timeout: 60_000 });
    await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 60_000 });

    await page.getByRole('link', { name: 'Home', exact: true }).click();
    const day = page.getByRole('region', { name: 'The last 24 hours' });
    await expect(day).toContainText(/Runs today\s*1/);
    await expect(day).toContainText('100 %');
    await expect(doors).toBeHidden();
    const queries = page.getByRole('region', { name: 'Recent queries' });
    const prompt = page.getByLabel('Describe what should happen');
    await queries.getByRole('button', { name: /^Reuse/ }).click();
    await expect(prompt).toHaveValue(/plays? music/);
    await expect(prompt).toBeFocused();

    // What begins elsewhere shows here without a reload.
    const api = new Api(origin, data);
    const id = await api.saveDefinition('From outside', {
      StartAt: 'Refuse',
      States: { Refuse: { Type: 'Fail', Error: 'No', Cause: 'Not now.' } },
    });
    await api.call('POST', `/workflows/${id}/runs`, {});
    await expect(day).toContainText(/Runs today\s*2/);
    await expect(day).toContainText('1 of 2 that ended');
    await expect(page.getByRole('link', { name: 'From outside' }).first()).toBeVisible();

    await queries.getByRole('button', { name: /^Draft again/ }).click();
    await page.waitForURL(/\/workflows\//, { timeout: 60_000 });

    await page.goto(origin);
    await queries
      .getByRole('button', { name: /^Compare with another/ })
      .first()
      .click();
    const both = page.getByRole('dialog', { name: 'Compare two wishes' });
    await expect(both.getByRole('region', { name: /^Steps of/ })).toHaveCount(2);
    await expect(both.getByText('Both wishes came to the same')).toBeVisible();
    await page.keyboard.press('Escape');

    await page.goto(`${origin}/settings`);
    await page.getByRole('button', { name: 'Show what it takes' }).click();
    const access = page.getByRole('region', { name: 'Running on AWS' });
    await access.getByLabel('Account').fill('12');
    await expect(access.getByText('The account is not a number of 12 digits.')).toBeVisible();
    await access.getByLabel('Account').fill('123456789012');
    await access.getByLabel('Bucket').fill('anna-files');
    await expect(access.getByText(/function:\*/)).toContainText(':123456789012:function:*');
    await access.getByRole('button', { name: 'Check what AWS allows' }).click();
    const said = access.getByRole('list', { name: 'What AWS allows' }).getByRole('listitem');
    const functions = said.filter({ hasText: 'Read a function' });
    await expect(functions).toContainText('Denied', { timeout: 30_000 });
    await functions.getByText('Add this statement to your policy').click();
    await expect(functions.getByRole('region')).toContainText('"lambda:GetFunction"');
    await expect(said.filter({ hasText: 'Try a state' })).toContainText('Not set up');
    await expect(said.filter({ hasText: 'Put and delete files' })).toContainText('Not tried');

    const waiting = await api.saveDefinition('Long sleep', {
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 900, End: true } },
    });
    await api.call('POST', `/workflows/${waiting}/runs`, {});
    await page.getByRole('button', { name: 'Erase everything…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase everything?' });
    await dialog.getByLabel(/^Type/).fill('erase everything');
    const erase = dialog.getByRole('button', { name: 'Erase everything' });
    await expect(dialog.getByRole('list', { name: 'What goes' })).toContainText('4 workflows');
    await expect(erase).toBeDisabled();
    await dialog.getByRole('link', { name: 'Long sleep' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByText('Stopped').first()).toBeVisible({ timeout: 30_000 });
    await page.goto(`${origin}/settings`);
    await page.getByRole('button', { name: 'Erase everything…' }).click();
    await expect(dialog.getByRole('list', { name: 'What goes' })).toContainText('3 runs');
    await expect(erase).toBeDisabled();
    await dialog.getByLabel(/^Type/).fill('erase everything');
    await erase.click();
    await page.waitForURL(`${origin}/`, { timeout: 60_000 });
    await expect(doors.getByRole('button')).toHaveCount(3);
    await expect(day).toBeHidden();
    await page.goto(`${origin}/functions`);
    await expect(page.getByRole('link', { name: 'Resize image', exact: true })).toBeVisible();
  } finally {
    await stop(own);
    aws.close();
    rmSync(data, { recursive: true, force: true });
  }
});
