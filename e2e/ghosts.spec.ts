/** A follow-up on the canvas: what comes, what goes and what changes, gone through by keys, and kept as one step. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from 'playwright/test';
import { ModelServer } from './model-server';
import { Api } from './pages/api';
import { Ask } from './pages/ask';
import { Editor } from './pages/editor';
import { Home, product } from './pages/home';
import { freePort, start, stop } from './start-product';

const PROMPT = 'Make a QR code of "hello" and rotate it by 90 degrees';
const WISH = 'remove the rotation, make it 512 wide and also generate a public URL';
const CHANGES = ['Remove “Rotate image”', 'Change size of “Make QR code”', /^Add “Generate public URL”/];

const graph = (page: Page) => page.getByRole('application', { name: 'Workflow graph' });
const bar = (page: Page) => page.getByRole('region', { name: 'The change that is looked at' });
const ghost = (page: Page, name: string, mark: string) =>
  graph(page).getByRole('button', { name: new RegExp(`^${name}, .*, ${mark}(,|$)`) });
const lines = (page: Page, word: string) => graph(page).getByRole('img', { name: word });

/** The definition of the workflow that is open, as it is stored. */
const stored = async (page: Page): Promise<unknown> => {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  return (await new Api().call('GET', `/workflows/${id}/export`)).body;
};

async function asked(page: Page): Promise<Ask> {
  const [home, editor, ask] = [new Home(page), new Editor(page), new Ask(page)];
  await home.open();
  await home.draft(PROMPT);
  await editor.shows('Make QR code', 'Rotate image');
  await editor.saved();
  await ask.ask(WISH);
  await ask.proposes(...CHANGES);
  return ask;
}

test('ghosts are on the canvas with sign and word; what is rejected goes, nothing is saved, and it is kept as one step', async ({
  page,
}) => {
  const ask = await asked(page);
  const before = await stored(page);
  await expect(ghost(page, 'Rotate image', 'Removed')).toBeVisible();
  await expect(ghost(page, 'Make QR code', 'Changed')).toBeVisible();
  await expect(ghost(page, 'Generate public URL', 'Added')).toBeVisible();
  const struck = ghost(page, 'Rotate image', 'Removed').getByText('Rotate image', { exact: true });
  expect(await struck.evaluate((name) => getComputedStyle(name).textDecorationLine)).toBe('line-through');
  // To the ghost and from it to the end; the same for what goes.
  await expect(lines(page, 'New connection')).toHaveCount(2);
  await expect(lines(page, 'Connection taken away')).toHaveCount(2);
  await expect(ask.review().getByText('512', { exact: true })).toBeVisible();

  // The first one, then the next, and round.
  await expect(bar(page).getByRole('status')).toContainText('Change 1 of 3: Remove “Rotate image”');
  await page.keyboard.press('j');
  await expect(bar(page).getByRole('status')).toContainText('Change 2 of 3');
  await expect(ask.change('Change size of “Make QR code”')).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(bar(page).getByRole('status')).toContainText('Change 3 of 3: Add “Generate public URL”');
  await page.keyboard.press('j');

  // No to the first: it stays a step like any other, and the next is looked at.
  await page.keyboard.press('r');
  await expect(ghost(page, 'Rotate image', 'Removed')).toBeHidden();
  await expect(new Editor(page).step('Rotate image')).toBeVisible();
  await expect(lines(page, 'Connection taken away')).toHaveCount(0);
  await expect(bar(page).getByRole('status')).toContainText('Change 2 of 3');
  await page.keyboard.press('a');
  await expect(bar(page).getByRole('status')).toContainText('Change 3 of 3');
  await expect(ask.review().getByText('Rejected')).toBeVisible();
  await expect(ask.review().getByText('Accepted')).toBeVisible();
  // A click on a step goes to its change.
  await ghost(page, 'Make QR code', 'Changed').click();
  await expect(bar(page).getByRole('status')).toContainText('Change 2 of 3');
  expect(await stored(page)).toEqual(before);

  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(ask.review()).toBeHidden();
  await new Editor(page).shows('Make QR code', 'Rotate image', 'Generate public URL');
  await expect.poll(async () => JSON.stringify(await stored(page))).toContain('"size":512');
  await new Editor(page).undo();
  await expect.poll(() => stored(page)).toEqual(before);
});

test('Esc leaves everything as it was; the outline shows the same marks', async ({ page }) => {
  const ask = await asked(page);
  const before = await stored(page);
  await page.keyboard.press('Escape');
  await expect(ask.review()).toBeHidden();
  await expect(lines(page, 'New connection')).toHaveCount(0);
  await new Editor(page).shows('Make QR code', 'Rotate image');
  expect(await stored(page)).toEqual(before);

  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Outline' }).click();
  await ask.ask(WISH);
  await ask.proposes(...CHANGES);
  const row = (name: RegExp) => page.getByRole('tree').getByRole('treeitem', { name });
  await expect(row(/^Rotate image, .*Removed/)).toBeVisible();
  await expect(
    row(/^Make QR code, .*Changed.*then Generate public URL \(new\).*then Rotate image \(taken away\)/),
  ).toBeVisible();
  await expect(row(/^Generate public URL, .*Added/)).toBeVisible();
  await page.keyboard.press('j');
  await expect(row(/^Make QR code/)).toHaveAttribute('aria-selected', 'true');
});

test('in a long workflow the canvas goes to the change', async ({ page }) => {
  const States: Record<string, object> = {};
  for (let i = 1; i <= 40; i++)
    States[`Step ${i}`] = { Type: 'Pass', ...(i < 40 ? { Next: `Step ${i + 1}` } : { End: true }) };
  const id = await new Api().saveDefinition('Long', { QueryLanguage: 'JSONata', StartAt: 'Step 1', States });
  const ask = new Ask(page);
  await page.goto(`${product()}/workflows/${id}`);
  await new Editor(page).shows('Step 20');
  await ask.ask('remove "Step 5"');
  await ask.proposes('Remove “Step 5”');
  const inTheMiddle = async (name: string) => {
    const [box, frame] = [await ghost(page, name, 'Removed').boundingBox(), await graph(page).boundingBox()];
    if (!box || !frame) return 'not there';
    const far = Math.abs(box.y + box.height / 2 - frame.y - frame.height / 2);
    return far < frame.height / 5 && box.height > 30
      ? 'in the middle'
      : `${Math.round(far)} px from it, ${box.height} px high`;
  };
  await expect.poll(() => inTheMiddle('Step 5')).toBe('in the middle');
  await expect(lines(page, 'Connection taken away')).toHaveCount(2);
  await ask.discard();
  await ask.ask('remove "Step 33" and remove "Step 8"');
  await ask.proposes('Remove “Step 33”', 'Remove “Step 8”');
  await expect.poll(() => inTheMiddle('Step 33')).toBe('in the middle');
  await page.keyboard.press('j');
  await expect.poll(() => inTheMiddle('Step 8')).toBe('in the middle');
});

test('on a narrow window the list lies below the canvas, and nothing on it is inaccessible', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const ask = await asked(page);
  const [canvas, list] = [await graph(page).boundingBox(), await ask.review().boundingBox()];
  expect(list!.y).toBeGreaterThanOrEqual(canvas!.y + canvas!.height - 1);
  await expect(ghost(page, 'Rotate image', 'Removed')).toBeInViewport();
  await bar(page)
    .getByRole('button', { name: /^Reject/ })
    .click();
  await expect(ask.keep()).toHaveText('Keep 2 of 3');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate((dark) => document.documentElement.classList.toggle('dark', dark), scheme === 'dark');
    const { violations } = await new AxeBuilder({ page: page as never }).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
});

test('versions are compared with the same ghosts', async ({ page }) => {
  const editor = new Editor(page);
  const States = { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', End: true } };
  const id = await new Api().saveDefinition('Ghosts of versions', { StartAt: 'One', States });
  await page.goto(`${product()}/workflows/${id}`);
  await editor.shows('One', 'Two');
  const dialog = page.getByRole('dialog');
  const versions = async () => {
    await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Versions…' }).click();
  };
  await versions();
  await dialog.getByRole('textbox', { name: 'Name of the version' }).fill('With both');
  await dialog.getByRole('textbox', { name: 'Name of the version' }).press('Enter');
  await expect(dialog.getByRole('button', { name: /^With both/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await editor.select('Two');
  await page.keyboard.press('Delete');
  await expect(editor.step('Two')).toBeHidden();
  await versions();
  await dialog.getByRole('button', { name: /^With both/ }).click();
  const picture = dialog.getByRole('application', { name: 'Workflow graph' });
  await expect(picture.getByRole('button', { name: 'Two, Pass, Removed' })).toBeVisible();
  await expect(picture.getByRole('img', { name: 'Connection taken away' }).first()).toBeVisible();
});

test.describe('a first draft, while a model writes it', () => {
  const model = new ModelServer();
  let running: ChildProcess;
  let data: string;
  let origin: string;

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    data = mkdtempSync(path.join(tmpdir(), 'action-engine-ghosts-'));
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const env = { OPENAI_BASE_URL: await model.listen(), OPENAI_API_KEY: 'sk-none', OPENAI_MODEL: 'writes-slowly' };
    running = await start(port, data, env);
  });
  test.afterAll(async () => {
    await stop(running);
    await model.close();
    rmSync(data, { recursive: true, force: true });
  });

  const literal = (value: unknown) => ({ kind: 'literal', json: JSON.stringify(value) });
  const outputOf = (step: string, field: string) => ({ kind: 'step', step, field });
  const call = (id: string, title: string, functionName: string, values: Record<string, object>) => ({
    id,
    title,
    inside: null,
    after: [],
    because: null,
    kind: 'function',
    functionName,
    alternatives: [],
    confidence: 0.9,
    arguments: Object.entries(values).map(([name, from]) => ({ name, from, because: null })),
  });
  const plan = {
    title: 'A code for hello',
    steps: [
      call('code', 'Make QR code', 'makeqrcode', { text: literal('hello') }),
      call('turn', 'Rotate image', 'rotateimage', { image: outputOf('code', 'image'), degrees: literal(90) }),
      call('link', 'Share it', 'generatepublicurl', { file: outputOf('turn', 'image') }),
    ],
    inputs: [],
    result: outputOf('link', 'url'),
    notes: [],
    questions: [],
  };
  const said = JSON.stringify(plan);

  /** The model says as much as one allows it: up to and with so many steps, and to the end with `Infinity`. */
  function slowly(): (steps: number) => void {
    let allowed = 0;
    let waiting: (() => void) | null = null;
    const size = 40;
    let at = size;
    // Where the n-th step ends in the text; what follows the last one waits for the end.
    const ends = plan.steps.map((step) => said.indexOf(JSON.stringify(step)) + JSON.stringify(step).length);
    const may = () => allowed > plan.steps.length || (allowed > 0 && at < ends[allowed - 1]! + size);
    model.answer = {
      kind: 'text',
      text: said,
      pieces: Math.ceil(said.length / size),
      each: async () => {
        while (!may())
          await new Promise<void>((resolve) => {
            waiting = resolve;
          });
        at += size;
      },
    };
    return (steps) => {
      allowed = steps;
      waiting?.();
      waiting = null;
    };
  }

  const asks = async (page: Page) => {
    const home = new Home(page, origin);
    await home.open();
    await home.type(PROMPT);
    await page.getByRole('button', { name: 'Draft', exact: true }).click();
    await page.waitForURL(/\/draft\//);
  };

  test('its steps come onto the canvas one by one as ghosts, and are the graph when it is whole', async ({ page }) => {
    const write = slowly();
    await asks(page);
    await expect(page.getByRole('heading', { name: 'Planning…' })).toBeVisible();
    await expect(graph(page)).toBeHidden();
    write(1);
    await expect(ghost(page, 'Make QR code', 'Added')).toBeVisible();
    await expect(ghost(page, 'Rotate image', 'Added')).toBeHidden();
    const steps = page.getByRole('list', { name: 'Steps so far' });
    await expect(steps.getByRole('listitem')).toHaveText([/Make QR code/]);
    await page.evaluate(() => {
      document.querySelector('.react-flow__node-step')!.setAttribute('data-story', 'the same one');
    });
    write(2);
    await expect(ghost(page, 'Rotate image', 'Added')).toBeVisible();
    // From the start, between the two, and to the end.
    await expect(lines(page, 'New connection')).toHaveCount(3);
    await expect(steps.getByRole('listitem')).toHaveText([/Make QR code/, /Rotate image/]);
    // What was drawn stays drawn: nothing blinks while the rest comes.
    await expect(page.locator('[data-story="the same one"]')).toContainText('Make QR code');
    for (const name of ['Make QR code', 'Rotate image']) await expect(ghost(page, name, 'Added')).toBeInViewport();
    await expect(page.getByText('2 steps so far, the last one “Rotate image”.')).toBeAttached();
    for (const scheme of ['light', 'dark'] as const) {
      await page.evaluate((dark) => document.documentElement.classList.toggle('dark', dark), scheme === 'dark');
      const { violations } = await new AxeBuilder({ page: page as never }).analyze();
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
    write(Number.POSITIVE_INFINITY);
    await page.waitForURL(/\/workflows\//);
    const editor = new Editor(page);
    await editor.shows('Make QR code', 'Rotate image', 'Share it');
    await expect(lines(page, 'New connection')).toHaveCount(0);
    await expect(page.getByText('Draft by writes-slowly:')).toBeVisible();
  });

  test('cancelled half-way nothing is stored, and what was asked for is in the box again', async ({ page }) => {
    const api = new Api(origin, data);
    const before = ((await api.call('GET', '/workflows')).body as unknown[]).length;
    const write = slowly();
    await asks(page);
    write(2);
    await expect(ghost(page, 'Rotate image', 'Added')).toBeVisible();
    // Esc closes what lies on top first.
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(ghost(page, 'Rotate image', 'Added')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.waitForURL(`${origin}/`);
    await expect(page.getByLabel('Describe what should happen')).toHaveValue(PROMPT);
    write(Number.POSITIVE_INFINITY);
    expect(((await api.call('GET', '/workflows')).body as unknown[]).length).toBe(before);
  });

  test('on a narrow window the list lies below the canvas', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const write = slowly();
    await asks(page);
    write(2);
    await expect(ghost(page, 'Rotate image', 'Added')).toBeInViewport();
    await expect(page.getByRole('list', { name: 'Steps so far' })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await page.waitForURL(`${origin}/`);
    write(Number.POSITIVE_INFINITY);
  });
});

test('an empty workflow is drafted where it stands: ghosts first, one step of the history when it is kept', async ({
  page,
}) => {
  const [editor, ask] = [new Editor(page), new Ask(page)];
  await page.goto(`${product()}/workflows`);
  await page.getByRole('button', { name: 'New workflow' }).click();
  await page.waitForURL(/\/workflows\/./);
  await ask.ask(PROMPT);
  await expect(ghost(page, 'Make QR code', 'Added')).toBeVisible({ timeout: 20_000 });
  await expect(ghost(page, 'Rotate image', 'Added')).toBeVisible();
  await ask.keepAll();
  await editor.shows('Make QR code', 'Rotate image');
  await expect(ask.marked('Added')).toHaveCount(0);
  await editor.undo();
  await expect(editor.step('Make QR code')).toBeHidden();
  await expect(editor.step('Rotate image')).toBeHidden();
});
