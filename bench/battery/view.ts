/**
 * What a person sees in a browser. F3: a run's view that is reloaded or closed in its midst. F4: the server under an open view
 * is killed. B15: the editor with 500 states.
 *
 * Times are taken in the page, from the navigation on. What is seen is held against the history as the cloud tells it.
 * @module
 */
import type { Page } from 'playwright';
import type { JsonObject } from '@/lib/base/json';
import { turning } from '../../e2e/pages/definitions';
import { openBrowser, Product, type Shown } from './product';
import { type Bench, notRun, type Part, Tally } from './types';
import { fairly, percentile, sleep } from './wire';

type Run = { id: string; arn: string; workflow: string; turns: number };

async function begin(product: Product, name: string, turns: number): Promise<Run> {
  const workflow = await product.save(name, turning(turns));
  const { id } = await product.call('POST', `/workflows/${workflow}/runs`, {});
  const { executionArn } = await product.call('GET', `/runs/${String(id)}`);
  return { id: String(id), arn: String(executionArn), workflow, turns };
}

async function openEvents(page: Page): Promise<void> {
  const tab = page.getByRole('tab', { name: 'Events' }).locator('visible=true');
  // A click on a page that is not taken over yet is heard by nobody.
  while ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
}

/** The events that the view shows. */
const seen = (page: Page): Promise<Shown[]> =>
  page.evaluate(() => {
    const table = [...document.querySelectorAll('table')].find((one) => one.offsetParent !== null);
    return [...(table?.querySelectorAll('tbody tr') ?? [])].flatMap((row) => {
      const [id, type] = [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? '');
      return id && /^\d+$/.test(id) ? [{ id: Number(id), type: type ?? '' }] : [];
    });
  });

/**
 * Waits until so many events are shown.
 * @returns ms since the page was asked for, taken by the page itself
 * @throws Error after 30 s
 */
const shows = (page: Page, least: number): Promise<number> =>
  page.evaluate(
    (least) =>
      new Promise<number>((resolve, reject) => {
        const began = performance.now();
        const look = () => {
          const table = [...document.querySelectorAll('table')].find((one) => one.offsetParent !== null);
          const rows = table?.querySelectorAll('tbody tr').length ?? 0;
          if (rows >= least) resolve(performance.now());
          else if (performance.now() - began > 30_000) reject(new Error(`${rows} of ${least} events after 30 s`));
          else setTimeout(look, 10);
        };
        look();
      }),
    least,
  );

/** Held against the history as far as the view has come. */
async function asInHistory(page: Page, product: Product, run: Run): Promise<string | null> {
  const shown = await seen(page);
  const all = await product.history(run.arn);
  return JSON.stringify(shown) === JSON.stringify(all.slice(0, shown.length))
    ? null
    : `seen ${JSON.stringify(shown.slice(-5))}, in the history ${JSON.stringify(all.slice(-5))}`;
}

/** The run ended well, is shown whole, and is the only one. */
async function endsWhole(tally: Tally, page: Page, product: Product, run: Run): Promise<void> {
  const patience = Date.now() + 90_000;
  for (;;) {
    const { status } = await product.call('GET', `/runs/${run.id}`);
    if (status !== 'RUNNING') tally.check('the run succeeded', status === 'SUCCEEDED' || `it is ${String(status)}`);
    if (status !== 'RUNNING' || Date.now() > patience) break;
    await sleep(200);
  }
  const all = await product.history(run.arn);
  const begun = (type: string) => all.filter((event) => event.type === type).length;
  tally.check(
    'ids of the history without a gap',
    all.every(({ id }, i) => id === i + 1),
  );
  tally.check('begun once', begun('ExecutionStarted') === 1 || `${begun('ExecutionStarted')} times`);
  tally.check('each turn once', begun('MapIterationStarted') === run.turns || `${begun('MapIterationStarted')} turns`);
  tally.check(
    'all of it is shown',
    await shows(page, all.length).then(
      () => true,
      (error: unknown) => String(error),
    ),
  );
  tally.check('what is shown at the end', await asInHistory(page, product, run));
  const answer = (await product.call('GET', `/runs?workflowId=${run.workflow}`)) as unknown as { id: string }[];
  tally.check('one run', answer.length === 1 || `${answer.length} runs of the workflow`);
}

const inMs = (all: number[]): string => all.map((ms) => Math.round(ms)).join(', ');

/** Looked at again ≤ 2 s after a reload; reconnected ≤ 5 s after the server is back. */
const LIMITS = { again: 2000, back: 5000 };

export const views: Part = {
  ids: ['F3', 'F4'],
  async run(bench) {
    const browser = await openBrowser(bench);
    if (typeof browser === 'string') return [notRun('F3', browser), notRun('F4', browser)];
    const product = new Product(bench, bench.folder('views'));
    await product.start();
    // The first look at each page is the server's own first.
    const warm = await browser.newPage();
    await warm.goto(`${product.url}/runs/${(await begin(product, 'Warm', 1)).id}`);
    await openEvents(warm);
    await warm.close();
    return [await reloads(bench, product, browser), await deaths(bench, product, browser)];
  },
};

type Pages = { newPage(): Promise<Page> };

async function reloads(bench: Bench, product: Product, pages: Pages) {
  const [tally, took] = [new Tally(), [] as number[]];
  const times = bench.size(2, 4, 12);
  const run = await begin(product, 'Looked at again', times * 4 + 6);
  let page = await pages.newPage();
  await page.goto(`${product.url}/runs/${run.id}`);
  for (let i = 0; i < times; i++) {
    await sleep(800 + Math.round(bench.random() * 1200));
    const { ms } = await fairly(LIMITS.again, async () => {
      const least = (await product.history(run.arn)).length;
      if (i % 2 === 0) await page.reload();
      else {
        await page.close();
        page = await pages.newPage();
        await page.goto(`${product.url}/runs/${run.id}`);
      }
      await openEvents(page);
      const ms = await shows(page, least);
      tally.check(`what is shown, time ${i + 1}`, await asInHistory(page, product, run));
      return { ms };
    });
    took.push(ms);
    tally.timed(bench, `looked at again, time ${i + 1}`, ms <= LIMITS.again || `${Math.round(ms)} ms`);
  }
  await endsWhole(tally, page, product, run);
  await page.close();
  return tally.row('F3', `as in the history ${inMs(took)} ms after reload or reopening (limit ${LIMITS.again})`);
}

async function deaths(bench: Bench, product: Product, pages: Pages) {
  const [tally, took] = [new Tally(), [] as number[]];
  for (let i = 0; i < bench.size(1, 2, 8); i++) {
    const also = { cloud: i % 2 === 1 };
    const run = await begin(product, `Killed ${i + 1}`, 14);
    const page = await pages.newPage();
    await page.goto(`${product.url}/runs/${run.id}`);
    await openEvents(page);
    await shows(page, 10);
    const faults = await watch(page);
    await sleep(Math.round(bench.random() * 1000));
    await product.kill(also);
    const known = (await seen(page)).length;
    await product.start();
    const back = performance.now();
    await shows(page, Math.max(known + 1, (await product.history(run.arn)).length));
    const ms = performance.now() - back;
    took.push(ms);
    const what = also.cloud ? 'page server and cloud killed' : 'page server killed';
    tally.timed(bench, what, ms <= LIMITS.back || `goes on ${Math.round(ms)} ms after it is back`);
    tally.check(`what is shown, ${what}`, await asInHistory(page, product, run));
    await endsWhole(tally, page, product, run);
    const wrong = await faults();
    tally.check('an event twice or missing', wrong.length === 0 || wrong.slice(0, 3).join(' | '));
    await page.close();
  }
  return tally.row('F4', `the open view goes on ${inMs(took)} ms after the server is back (limit ${LIMITS.back})`);
}

/** Looks ten times a second whether an event is there twice, or one is missing before another. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const faults: string[] = [];
    Object.assign(window, { faults });
    setInterval(() => {
      const table = [...document.querySelectorAll('table')].find((one) => one.offsetParent !== null);
      const ids = [...(table?.querySelectorAll('tbody td:first-child') ?? [])].map((cell) => Number(cell.textContent));
      if (ids.some((id, i) => id !== i + 1)) faults.push(ids.join(' '));
    }, 100);
  });
  return () => page.evaluate(() => (window as unknown as { faults: string[] }).faults);
}

/** Twenty branches of 25 steps. */
function wide(): object {
  const branch = (column: number) => {
    const names = Array.from({ length: 25 }, (_, row) => `Step ${column}.${row + 1}`);
    const states = names.map((name, i) => [
      name,
      { Type: 'Pass', ...(names[i + 1] ? { Next: names[i + 1] } : { End: true }) },
    ]);
    return { StartAt: names[0], States: Object.fromEntries(states) };
  };
  const Branches = Array.from({ length: 20 }, (_, column) => branch(column + 1));
  return { StartAt: 'All', States: { All: { Type: 'Parallel', Branches, End: true } } };
}

/** ms; a drag of 30 pictures a second has one each 33.4 ms */
const FIVE_HUNDRED = { open: 2000, frame: 33.4, save: 300 };

export const editor: Part = {
  ids: ['B15'],
  async run(bench) {
    const browser = await openBrowser(bench);
    if (typeof browser === 'string') return [notRun('B15', browser)];
    const product = new Product(bench, bench.folder('editor'));
    await product.start();
    const tally = new Tally();
    const figures: Handled[] = [];
    // The first time is the server's own first look at the page, and is not counted.
    for (let i = 0; i <= bench.size(1, 3, 7); i++) {
      const id = await product.save(`Five hundred ${i}`, wide());
      const beginning = await product.call('GET', `/workflows/${id}`);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const figure = await handled(page, `${product.url}/workflows/${id}`);
      const after = placeOf(await product.call('GET', `/workflows/${id}`), figure.step);
      const before = placeOf(beginning, figure.step);
      tally.check('what was dragged is stored where it was put', before !== after || `“${figure.step}” is at ${after}`);
      await page.close();
      if (i > 0) figures.push(figure);
    }
    const middle = {
      open: percentile(
        figures.map(({ open }) => open),
        0.5,
      ),
      frame: percentile(
        figures.map(({ frame }) => frame),
        0.5,
      ),
      save: percentile(
        figures.map(({ save }) => save),
        0.5,
      ),
    };
    for (const key of ['open', 'frame', 'save'] as const)
      tally.timed(bench, key, middle[key] <= FIVE_HUNDRED[key] || `${middle[key].toFixed(1)} ms`);
    return [
      tally.row(
        'B15',
        `501 states, medians of ${figures.length}: open ${Math.round(middle.open)} ms (limit ${FIVE_HUNDRED.open}), a frame of a drag ${middle.frame.toFixed(1)} ms (${FIVE_HUNDRED.frame}), save ${Math.round(middle.save)} ms (${FIVE_HUNDRED.save})`,
      ),
    ];
  },
};

/** In which container a stored step stands, and where: a drag may end in another branch. */
function placeOf(workflow: JsonObject, step: string): string {
  const { graph, layout } = workflow.document as unknown as {
    graph: { nodes: { id: string; parent: unknown }[] };
    layout: { positions: Record<string, unknown> };
  };
  return JSON.stringify([graph.nodes.find(({ id }) => id === step)?.parent, layout.positions[step]]);
}

type Handled = { open: number; frame: number; save: number; step: string };

/**
 * Opens it, drags the step in the middle, saves.
 * @returns ms: until no more is drawn; of a frame in the middle; from Ctrl+S until the status bar tells the next version
 */
async function handled(page: Page, url: string): Promise<Handled> {
  await page.goto(url, { waitUntil: 'commit' });
  const open = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let [count, since] = [0, 0];
        const look = () => {
          const now = document.querySelectorAll('.react-flow__node-step').length;
          if (now !== count) [count, since] = [now, performance.now()];
          if (count > 0 && performance.now() - since > 500) resolve(since);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await page.waitForTimeout(500);
  const at = await page.evaluate(() => {
    const room = document.querySelector('.react-flow')!.getBoundingClientRect();
    const far = ({ x, y, width, height }: DOMRect) =>
      Math.hypot(x + width / 2 - room.x - room.width / 2, y + height / 2 - room.y - room.height / 2);
    const away = (step: Element) => far(step.getBoundingClientRect());
    const step = [...document.querySelectorAll('.react-flow__node-step')].sort((a, b) => away(a) - away(b))[0]!;
    const { x, y, width, height } = step.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2, id: step.getAttribute('data-id')! };
  });
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 4, at.y + 4);
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frames });
  });
  for (let i = 0; i < 60; i++) await page.mouse.move(at.x + i, at.y + 10 + Math.round(8 * Math.sin(i / 4)));
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames.slice(1));
  await page.evaluate(() => {
    const saved = new Promise<number>((resolve, reject) => {
      let began = performance.now();
      window.addEventListener('keydown', () => (began = performance.now()), { capture: true, once: true });
      const look = () => {
        const [version] = [...document.querySelectorAll('footer span')].filter((it) => it.textContent === 'v2');
        if (version) resolve(performance.now() - began);
        else if (performance.now() - began > 20_000) reject(new Error('not saved after 20 s'));
        else setTimeout(look, 5);
      };
      look();
    });
    saved.catch(() => undefined); // told where it is asked for
    Object.assign(window, { saved });
  });
  await page.mouse.up();
  await page.keyboard.press('Control+s');
  const save = await page.evaluate(() => (window as unknown as { saved: Promise<number> }).saved);
  return { open, frame: percentile(frames, 0.5), save, step: at.id };
}
