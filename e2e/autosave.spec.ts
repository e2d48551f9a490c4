/** What is typed is never lost (over cuts and lost answers: autosave-cuts.spec.ts): over other tabs, a full or refused storage, a wrong clock, an update. */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';
import { comment, numbers, oneStep, openComment, saved, stored } from './pages/typing';
import { Wire } from './pages/wire';
import { freePort, start, stop } from './start-product';

test('what was typed without a connection outlives the tab', async ({ page, context }) => {
  const id = await new Api().saveDefinition('Outlives the tab', oneStep);
  const wire = await Wire.to(product());
  await openComment(page, wire.origin, id);
  await page.keyboard.type('before');
  await expect(saved(page)).toBeVisible();
  await wire.cut();
  await page.keyboard.type(' and after');
  await page.close({ runBeforeUnload: false });
  await wire.mend();
  const again = await context.newPage();
  await again.goto(`${wire.origin}/workflows/${id}`);
  await expect(again.getByText('Unsaved changes are back')).toBeVisible();
  await expect.poll(() => stored(id)).toBe('before and after');
  await wire.cut();
});

test('500 interleavings of two tabs: an older edit is refused each time, and overwrites nothing', async () => {
  test.setTimeout(180_000);
  const api = new Api();
  const id = await api.saveDefinition('Two at once', oneStep);
  const read = async () =>
    (await api.call('GET', `/workflows/${id}`)).body as {
      name: string;
      revision: number;
      document: { graph: { comment?: string } };
    };
  const random = numbers(500);
  const first = await read();
  const tabs = [0, 1].map((tab) => ({ tab, revision: first.revision, document: first.document }));
  let truth = first.document.graph.comment;
  let [taken, refused] = [0, 0];
  for (let i = 0; i < 500; i++) {
    const at = tabs[Math.floor(random() * 2)]!;
    const text = `${at.tab} wrote ${i}`;
    const answer = await api.call('PUT', `/workflows/${id}`, {
      name: first.name,
      revision: at.revision,
      document: { ...at.document, graph: { ...at.document.graph, comment: text } },
    });
    const newest = Math.max(...tabs.map(({ revision }) => revision));
    if (at.revision === newest) {
      expect(answer.status, text).toBe(200);
      at.revision = (answer.body as { revision: number }).revision;
      truth = text;
      taken++;
    } else {
      expect(answer, text).toMatchObject({ status: 409, body: { problem: { code: 'REVISION_CONFLICT' } } });
      refused++;
      // Its person looks at what the other wrote, and goes on from there.
      if (random() < 0.5) at.revision = (await read()).revision;
    }
    if (i % 25 === 0) expect((await read()).document.graph.comment).toBe(truth);
  }
  expect((await read()).document.graph.comment).toBe(truth);
  expect(taken + refused).toBe(500);
  expect(refused).toBeGreaterThan(100);
});

test('Run pressed twice, and a request sent again, start one run', async ({ page }) => {
  const api = new Api();
  const id = await api.saveDefinition('Once', oneStep);
  const runs = async () => ((await api.call('GET', `/runs?workflowId=${id}`)).body as { id: string }[]).length;

  const key = { 'idempotency-key': `story-of-one-run-${id}` };
  const answers = await Promise.all([1, 2, 3].map(() => api.call('POST', `/workflows/${id}/runs`, { n: 1 }, key)));
  const ids = answers.map(({ body }) => (body as { id: string }).id);
  expect(new Set(ids).size).toBe(1);
  expect(await runs()).toBe(1);
  expect((await api.call('POST', `/workflows/${id}/runs`, { n: 1 }, key)).body).toMatchObject({ id: ids[0] });
  expect(await api.call('POST', `/workflows/${id}/runs`, { n: 2 }, key)).toMatchObject({
    status: 409,
    body: { problem: { code: 'RUN_KEY_REUSED' } },
  });
  expect(await runs()).toBe(1);

  const wire = await Wire.to(product());
  const editor = new Editor(page);
  await page.goto(`${wire.origin}/workflows/${id}`);
  await editor.shows('Only');
  await editor.openRun();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  wire.loseAnswers();
  await editor.pressRun();
  await expect(page.getByRole('dialog').getByText('The server did not answer.')).toBeVisible();
  await wire.mend();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).dblclick();
  await editor.succeeded();
  expect(await runs()).toBe(2);
  await wire.cut();
});

test.describe('a browser that keeps nothing', () => {
  for (const [how, script] of [
    ['full', `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };`],
    [
      'refused',
      `for (const name of ['localStorage', 'sessionStorage'])
         Object.defineProperty(window, name, { get: () => { throw new DOMException('no', 'SecurityError'); } });`,
    ],
  ] as const) {
    test(`storage ${how}: the editor works, and says so`, async ({ page }) => {
      await page.addInitScript(script);
      const id = await new Api().saveDefinition(`Storage ${how}`, oneStep);
      const wire = await Wire.to(product());
      await openComment(page, wire.origin, id);
      await page.keyboard.type('kept on the server');
      await expect.poll(() => stored(id)).toBe('kept on the server');
      await expect(page.getByText('This browser’s storage is full or turned off.')).toBeVisible();
      await wire.cut();
      await page.keyboard.type(', and here');
      await expect(page.getByText('Your latest changes are in this tab alone')).toBeVisible();
      // The shell says so as well, and that moves everything down: not under the pointer.
      await expect(page.getByText('The server is not answering')).toBeVisible();
      const [copy] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download a copy' }).click(),
      ]);
      expect(readFileSync(await copy.path(), 'utf8')).toContain('kept on the server, and here');
      await wire.mend();
      await expect.poll(() => stored(id), { timeout: 20_000 }).toBe('kept on the server, and here');
      for (const screen of ['/', '/runs', '/functions', '/files', '/settings']) {
        await page.goto(`${wire.origin}${screen}`);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.getByText('Something went wrong')).toHaveCount(0);
      }
      await wire.cut();
    });
  }
});

test('ten tabs on one workflow: all load, hear the news, and one edit is one save', async ({ context }) => {
  test.setTimeout(180_000);
  const id = await new Api().saveDefinition('Ten tabs', oneStep);
  const tabs: Page[] = [];
  for (let i = 0; i < 10; i++) {
    const page = await context.newPage();
    await page.goto(`${product()}/workflows/${id}`);
    await new Editor(page).shows('Only');
    tabs.push(page);
  }
  const last = tabs.at(-1)!;
  await new Editor(last).select('Only', 'Setup');
  await comment(last).fill('by the tenth');
  await expect.poll(() => stored(id)).toBe('by the tenth');
  for (const page of tabs) await expect(page.getByText('The server is not answering')).toHaveCount(0);
});

test('a clock that is a day off: times count by the server’s, and it is told', async ({ page }) => {
  const api = new Api();
  const id = await api.saveDefinition('A day off', {
    StartAt: 'Only',
    States: { Only: { Type: 'Wait', Seconds: 600, End: true } },
  });
  const run = ((await api.call('POST', `/workflows/${id}/runs`, {})).body as { id: string }).id;
  await page.clock.install({ time: Date.now() + 86_400_000 });
  await page.goto(`${product()}/runs/${run}`);
  await page.clock.runFor(3000);
  await expect(page.getByText(/This computer’s clock is 2[34] h .* ahead of the server’s/)).toBeVisible();
  await page.clock.runFor(3000);
  await expect(page.getByText('Running for')).toBeVisible();
  await expect(page.getByText(/2[34] h \d+ min$/)).toHaveCount(0);
  await api.call('POST', `/runs/${run}/stop`);
});

/** A copy of the product whose page was built later: another build, other names of its actions. */
function newerProduct(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'newer-'));
  for (const name of readdirSync('.'))
    if (!['.next', '.git', '.action-engine', 'test-results'].includes(name))
      symlinkSync(path.resolve(name), path.join(root, name));
  cpSync('.next', path.join(root, '.next'), {
    recursive: true,
    filter: (file) => !/^\.next\/(cache|dev|diagnostics|trace)/.test(file),
  });
  const old = readFileSync('.next/BUILD_ID', 'utf8');
  const manifest = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')) as {
    node: Record<string, unknown>;
  };
  const renamed = new Map([[old, `${old.slice(0, -3)}new`]]);
  for (const id of Object.keys(manifest.node)) renamed.set(id, id.replace(/.{6}$/, 'abcdef'));
  // A browser keeps a script for good, by its name: other content has another name.
  const chunks = readdirSync('.next/static/chunks').filter((name) => name.endsWith('.js'));
  for (const name of chunks) {
    renamed.set(name, `n-${name}`);
    renameSync(path.join(root, '.next/static/chunks', name), path.join(root, '.next/static/chunks', `n-${name}`));
  }
  const literally = [...renamed.keys()].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const names = new RegExp(literally.join('|'), 'g');
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (/\.(js|json|html|rsc)$/.test(entry.name) || entry.name === 'BUILD_ID') {
        const text = readFileSync(file, 'utf8');
        const now = text.replace(names, (name) => renamed.get(name)!);
        if (now !== text) writeFileSync(file, now);
      }
    }
  };
  visit(path.join(root, '.next'));
  return root;
}

test('a tab that is older than the server is told to reload, and what it has not saved comes back', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const data = mkdtempSync(path.join(tmpdir(), 'updated-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let running = await start(port, data, {});
  const newer = newerProduct();
  try {
    const api = new Api(origin, data);
    const id = await api.saveDefinition('Through an update', oneStep);
    await openComment(page, origin, id);
    await page.keyboard.type('saved');
    await expect(saved(page)).toBeVisible();
    const ending = Date.now();
    await stop(running);
    // After 12 s it is killed: an open page must not keep it from ending by itself.
    expect(Date.now() - ending).toBeLessThan(10_000);
    await page.keyboard.type(', and not yet');
    running = await start(port, data, { ACTION_ENGINE_ROOT: newer });
    await expect(page.getByText('Action Engine was updated while this page was open.')).toBeVisible({
      timeout: 30_000,
    });
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByText('Unsaved changes are back')).toBeVisible();
    await expect
      .poll(async () => {
        const { body } = await api.call('GET', `/workflows/${id}/export`);
        return (body as { States: { Only: { Comment?: string } } }).States.Only.Comment;
      })
      .toBe('saved, and not yet');
    await expect(page.getByText('Action Engine was updated')).toHaveCount(0);
  } finally {
    await stop(running);
    rmSync(data, { recursive: true, force: true });
    rmSync(newer, { recursive: true, force: true });
  }
});
