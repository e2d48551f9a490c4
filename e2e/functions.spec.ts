/** Functions of one's own: a missing one made and run, an API brought and called with its secret, a zip added and changed. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { Home } from './pages/home';
import { freePort, start, stop } from './start-product';

const SECRET = 'hush-hush-7319';
const asked: { url: string; key: string | undefined }[] = [];
const pets = http.createServer((request, response) => {
  const key = request.headers['x-key'];
  asked.push({ url: request.url ?? '', key: Array.isArray(key) ? key[0] : key });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: Number(request.url?.split('/').at(-1)), name: 'Rex the pet' }));
});
let product: ChildProcess;
let data: string;
let origin: string;
let server: string;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await new Promise<void>((resolve) => pets.listen(0, '127.0.0.1', resolve));
  server = `127.0.0.1:${(pets.address() as AddressInfo).port}`;
  data = mkdtempSync(path.join(tmpdir(), 'action-engine-functions-'));
  const port = await freePort();
  origin = `http://localhost:${port}`;
  product = await start(port, data, { ACTION_ENGINE_HTTP_ALLOW: server });
});

test.afterAll(async () => {
  await stop(product);
  await new Promise((resolve) => pets.close(resolve));
  rmSync(data, { recursive: true, force: true });
});

test('a step that no function does gets a stub, and the workflow runs', async ({ page }) => {
  const home = new Home(page, origin);
  const editor = new Editor(page);
  await home.open();
  await home.draft('Order a pizza for Anna and count the words of the order');
  await editor.shows('Order a pizza for Anna', 'Count words');
  await editor.select('Order a pizza for Anna', 'Setup');
  await expect(page.getByText('No function does this yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Make a stub', exact: true }).click();
  await expect(page.getByText('No function does this yet.')).toBeHidden();
  await editor.saved();
  await editor.run();
  await editor.succeeded();

  await page.goto(`${origin}/functions/order-a-pizza-for-anna`);
  await expect(page.getByText('A stub: it answers made-up data')).toBeVisible();
  const input = page.getByRole('textbox', { name: /^For/ });
  await input.fill('Bob');
  await page.getByRole('button', { name: 'Run it' }).click();
  await page.getByText('Log', { exact: true }).click();
  await expect(page.getByText(/STUB: "Order a pizza for Anna" is not written yet/)).toBeVisible();
});

test('an API becomes functions; one needs a secret, which is set once and never shown', async ({ page }) => {
  const document = {
    openapi: '3.0.0',
    info: { title: 'Pets' },
    servers: [{ url: `http://${server}/v1` }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
    paths: {
      '/pets/{id}': {
        get: {
          operationId: 'getPet',
          summary: 'Get a pet',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          responses: {},
        },
      },
    },
  };
  await page.goto(`${origin}/functions`);
  await page.getByRole('button', { name: 'Add functions' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add functions' });
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'pets.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) });
  await expect(dialog.getByText('1 function was added.')).toBeVisible();
  await dialog.getByRole('link', { name: 'Get a pet' }).click();

  await expect(page.getByText('PETS_KEY not set')).toBeVisible();
  await page.getByRole('textbox', { name: /^Id/ }).fill('7');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('"Get a pet" needs PETS_KEY, which is not set.')).toBeVisible();
  expect(asked).toEqual([]);

  await page.goto(`${origin}/settings`);
  const meaning = page.getByRole('region', { name: 'Finding by meaning' });
  await expect(meaning.getByText('Off', { exact: true })).toBeVisible();
  await expect(meaning.getByRole('button', { name: 'Copy: ACTION_ENGINE_EMBEDDINGS=on npm start' })).toBeVisible();
  await page.getByRole('button', { name: 'Set PETS_KEY' }).click();
  await page.getByLabel('Value of PETS_KEY').fill(SECRET);
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(page.getByRole('button', { name: 'Replace PETS_KEY' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Forget PETS_KEY' })).toBeVisible();
  expect(await page.content()).not.toContain(SECRET);
  expect(statSync(path.join(data, 'secrets.json')).mode & 0o777).toBe(0o600);

  await page.goto(`${origin}/functions/pets-get-pet`);
  await page.getByRole('textbox', { name: /^Id/ }).fill('7');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('Rex the pet').first()).toBeVisible({ timeout: 30_000 });
  expect(asked).toEqual([{ url: '/v1/pets/7', key: SECRET }]);
  expect(await page.content()).not.toContain(SECRET);
  const { body } = await new Api(origin, data).call('GET', '/workflows');
  expect(JSON.stringify(body)).not.toContain(SECRET);

  await page.goto(`${origin}/settings`);
  const [taken] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export everything' }).click(),
  ]);
  const exported = unzipSync(readFileSync(await taken.path()));
  const held = Object.entries(exported).map(([name, bytes]) => `${name}\n${strFromU8(bytes)}`);
  expect(Object.keys(exported)).toEqual(
    expect.arrayContaining(['runs.json', 'prompts.json', 'functions/pets-get-pet/function.json']),
  );
  expect(Object.keys(exported).filter((name) => /^workflows\/.*\.asl\.json$/.test(name)).length).toBeGreaterThan(0);
  expect(held.join('\n')).not.toContain(SECRET);

  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.getByRole('button', { name: 'As the system' }).click();

  await page.goto(`${origin}/functions`);
  await page.getByRole('button', { name: /^Yours \d+$/ }).click();
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Get a pet' })).toContainText('✓ Ready');
  await expect(page.getByRole('row').filter({ hasText: 'Resize' })).toHaveCount(0);
});

test('a zip becomes a function, whose source is changed and tried in the page', async ({ page }) => {
  const manifest = {
    name: 'shout',
    title: 'Shout',
    description: 'Says a text loud.',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', required: ['text'], properties: { text: { type: 'string', title: 'Text' } } },
    output: { type: 'object', properties: { text: { type: 'string', title: 'Loud' } } },
  };
  const source = 'export const handler = async ({ text }) => ({ text: text.toUpperCase() });\n';
  const zip = zipSync({ 'shout/function.json': strToU8(JSON.stringify(manifest)), 'shout/index.mjs': strToU8(source) });
  await page.goto(`${origin}/functions`);
  await page.getByRole('button', { name: 'Add functions' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add functions' });
  const file = { name: 'shout.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
  const named = (name: string) => ({
    ...file,
    buffer: Buffer.from(
      zipSync({
        'function.json': strToU8(JSON.stringify({ ...manifest, name })),
        'index.mjs': strToU8(source),
      }),
    ),
  });
  const replace = dialog.getByRole('button', { name: 'Replace my own' });
  await dialog.locator('input[type=file]').setInputFiles(named('resizeimage'));
  await expect(dialog.getByText('There is a function "resizeimage" already.')).toBeVisible();
  await expect(replace).toHaveCount(0); // it came with the product: pressing would only fail again
  await dialog.locator('input[type=file]').setInputFiles(file);
  await expect(dialog.getByText('1 function was added.')).toBeVisible();
  await dialog.locator('input[type=file]').setInputFiles(named('shout'));
  await replace.click();
  await dialog.getByRole('link', { name: 'Shout' }).click();

  await page.getByRole('textbox', { name: 'Text' }).fill('hello');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('HELLO').first()).toBeVisible({ timeout: 30_000 });

  await page.getByRole('tab', { name: 'index.mjs' }).click();
  const code = page.getByRole('textbox', { name: 'index.mjs' });
  await code.fill(source.replace('text.toUpperCase()', 'text + ", and louder"'));
  await page.getByRole('button', { name: 'Save index.mjs' }).click();
  await expect(page.getByText('Saved; the next call uses it')).toBeVisible();
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('hello, and louder').first()).toBeVisible({ timeout: 30_000 });

  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem');
  await expect(versions).toHaveCount(1);
  await expect(versions).toContainText('index.mjs differs');
  await versions.getByRole('button', { name: 'Look' }).click();
  const old = page.getByRole('dialog', { name: 'As it was' });
  await expect(old.getByRole('textbox', { name: 'index.mjs' })).toContainText('toUpperCase');
  await old.getByRole('button', { name: 'Restore' }).click();
  await expect(old).toBeHidden();
  await expect(versions).toHaveCount(2);
  await expect(code).toContainText('toUpperCase');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByText('HELLO').first()).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.waitForURL(`${origin}/functions`);
  await expect(page.getByRole('link', { name: 'Shout', exact: true })).toBeHidden();
});
