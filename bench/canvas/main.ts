/**
 * Measures the editor's canvas in a headless browser, beside a bare React Flow canvas with as many plain nodes.
 *
 *   node bench/run.mjs canvas [--steps 100,500,1000] [--runs 1] [--json FILE]
 *
 * Everything is done as a person does it, with mouse and keys, on the product as it is started by `npm start`. Times are ms
 * to the next frame after what was done is drawn, frames are the times between two of the browser's frames; the lowest
 * that either can be is one frame. `openMs`: from navigation to the moment from which the number of drawn steps stays the
 * same. With `--runs`, the two in turn so many times, and the medians. `memoryMb`: what is in use once the garbage is gone. The
 * `…CpuMs` are what the page's main thread worked, also behind the frame: they stay the same on a machine that is busy. An edit
 * copies a step, which moves half of the others aside. `statusWaveMs`: on the editor a run's statuses, from the frame before the first is seen to the last; on the bare canvas new data for every node at once.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright';

type Figures = {
  openMs: number;
  dragP50Ms: number;
  dragP95Ms: number;
  panP95Ms: number;
  editMs: number;
  undoMs: number;
  tidyMs: number;
  statusWaveMs: number | null;
  memoryMb: number;
  openCpuMs: number;
  editCpuMs: number;
  undoCpuMs: number;
};
/** How one of the two canvases is told to do a thing. */
type Hands = { url: string; edit: string; undo: string; tidy: string; wave: (page: Page) => Promise<number | null> };

const COLUMNS = 20;
/** edits, and undos of them */
const TIMES = 5;
const say = (line: string) => void process.stdout.write(`${line}\n`);
const root = process.env.ACTION_ENGINE_ROOT ?? process.cwd();

/** A Parallel with as many branches as fit side by side, each a row of steps: containers, and as many steps as asked. */
function definition(steps: number): object {
  const branches = Array.from({ length: Math.min(COLUMNS, Math.max(1, steps - 1)) }, (_, column, all = COLUMNS) => {
    const length = Math.floor((steps - 1) / all) + (column < (steps - 1) % all ? 1 : 0);
    const names = Array.from({ length }, (_unused, row) => `Step ${column + 1}.${row + 1}`);
    const states = names.map((name, i) => [
      name,
      { Type: 'Pass', ...(names[i + 1] ? { Next: names[i + 1] } : { End: true }) },
    ]);
    return { StartAt: names[0], States: Object.fromEntries(states) };
  });
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Side by side',
    States: { 'Side by side': { Type: 'Parallel', Branches: branches, End: true } },
  };
}

/** @param argv what stands behind the bench's name; @returns the exit code: 2 where an option is wrong */
export async function main(argv: readonly string[]): Promise<number> {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const sizes = (option('steps') ?? '100,500,1000').split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 21 || size > 5000)) {
    process.stderr.write('--steps takes whole numbers from 21 to 5000 with commas between them.\n');
    return 2;
  }
  const runs = Number(option('runs') ?? 1);
  if (!Number.isInteger(runs) || runs < 1 || runs > 50) {
    process.stderr.write('--runs takes a whole number from 1 to 50.\n');
    return 2;
  }
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bench-canvas-'));
  const bare = await serveBare();
  const product = await startProduct(dataDir);
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => exists(file));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const answer: Record<string, { editor: Figures; bare: Figures }> = {};
  try {
    for (const steps of sizes) {
      const all: { editor: Figures[]; bare: Figures[] } = { editor: [], bare: [] };
      for (let run = 0; run < runs; run++) {
        // Two of them: what is edited in one is not what runs in the other.
        const id = await save(product.url, dataDir, definition(steps));
        const toRun = await save(product.url, dataDir, definition(steps));
        all.editor.push(
          await measure(await browser.newPage({ viewport: { width: 1440, height: 900 } }), {
            url: `${product.url}/workflows/${id}`,
            edit: 'Control+d',
            undo: 'Control+z',
            tidy: 'Shift+L',
            wave: (page) => runWave(page, `${product.url}/workflows/${toRun}`),
          }),
        );
        all.bare.push(
          await measure(await browser.newPage({ viewport: { width: 1440, height: 900 } }), {
            url: `${bare.url}/?steps=${steps}`,
            edit: 'edit',
            undo: 'undo',
            tidy: 'tidy',
            wave: (page) => timed(page, 'wave'),
          }),
        );
      }
      const [editor, plain] = [medianOf(all.editor), medianOf(all.bare)];
      answer[steps] = { editor, bare: plain };
      say(runs === 1 ? `${steps} steps` : `${steps} steps, medians of ${runs}`);
      for (const key of Object.keys(editor) as (keyof Figures)[])
        say(`  ${key.padEnd(13)} ${String(editor[key]).padStart(8)}   bare ${String(plain[key]).padStart(8)}`);
    }
  } finally {
    await browser.close();
    bare.close();
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const file = option('json');
  if (file) writeFileSync(file, `${JSON.stringify(answer, null, 2)}\n`);
  return 0;
}

/** A figure that one run lacks (a run that did not come to its end) is left out. */
function medianOf(all: Figures[]): Figures {
  const keys = Object.keys(all[0]!) as (keyof Figures)[];
  return Object.fromEntries(
    keys.map((key) => {
      const values = all.flatMap((one) => one[key] ?? []);
      return [key, values.length > 0 ? share(values, 0.5) : null];
    }),
  ) as Figures;
}

async function measure(page: Page, hands: Hands): Promise<Figures> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** ms that the page's main thread has worked so far */
  const worked = async () => {
    const { metrics } = await tools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const openMs = await open(page, hands.url);
  const openCpuMs = Math.round(await worked());
  const at = await middleStep(page);
  await page.mouse.click(at.x, at.y);
  const before = await countOf(page);
  const [editMs, editCpuMs] = await withCpu(worked, hands.edit);
  if ((await countOf(page)) !== before + TIMES)
    throw new Error(`${TIMES} edits did not add ${TIMES} steps on ${hands.url}.`);
  const [undoMs, undoCpuMs] = await withCpu(worked, hands.undo);
  if ((await countOf(page)) !== before) throw new Error(`${TIMES} edits were not undone on ${hands.url}.`);
  const tidyMs = await timed(page, hands.tidy);
  await page.reload();
  await settled(page);
  await page.mouse.move(at.x, at.y);
  const drags = await frames(page, async () => {
    await page.mouse.down();
    for (let i = 0; i < 90; i++) await page.mouse.move(at.x + (i % 45), at.y + (i % 30));
    await page.mouse.up();
  });
  const pans = await frames(page, async () => {
    await page.mouse.move(700, 400);
    for (let i = 0; i < 60; i++) await page.mouse.wheel(i % 20 < 10 ? 12 : -12, i % 30 < 15 ? 18 : -18);
  });
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize: memory } = await tools.send('Runtime.getHeapUsage');
  const statusWaveMs = await hands.wave(page);
  await page.close();
  return {
    openMs: Math.round(openMs),
    dragP50Ms: share(drags, 0.5),
    dragP95Ms: share(drags, 0.95),
    panP95Ms: share(pans, 0.95),
    editMs,
    undoMs,
    tidyMs,
    statusWaveMs,
    memoryMb: Math.round(memory / 1_048_576),
    openCpuMs,
    editCpuMs,
    undoCpuMs,
  };

  async function withCpu(worked: () => Promise<number>, what: string): Promise<[ms: number, cpuMs: number]> {
    const before = await worked();
    const ms = await middle(() => timed(page, what), TIMES);
    return [ms, Math.round((await worked()) - before) / TIMES];
  }
}

/** Steps in all: the editor says so below, the bare canvas where it can be asked. */
const countOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const bare = (window as unknown as { bare?: { count(): number } }).bare;
    return bare ? bare.count() : Number(/(\d[\d,]*) steps?/.exec(document.body.innerText)?.[1]?.replaceAll(',', ''));
  });

/** The step that is closest to the middle of the canvas: nothing lies over it. */
async function middleStep(page: Page): Promise<{ x: number; y: number }> {
  const found = await page.evaluate(() => {
    const room = document.querySelector('.react-flow')!.getBoundingClientRect();
    const middle = { x: room.x + room.width / 2, y: room.y + room.height / 2 };
    const steps = [...document.querySelectorAll('.react-flow__node-step, .react-flow__node-default')].map((step) => {
      const box = step.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    const away = (step: { x: number; y: number }) => Math.hypot(step.x - middle.x, step.y - middle.y);
    return steps.sort((a, b) => away(a) - away(b))[0] ?? null;
  });
  if (!found) throw new Error('No step is in sight.');
  return found;
}

async function open(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return settled(page);
}

/** @returns ms from navigation until the number of drawn steps has stayed the same for half a second */
const settled = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let [count, since] = [-1, 0];
        const look = () => {
          const now = document.querySelectorAll('.react-flow__node').length;
          if (now !== count) [count, since] = [now, performance.now()];
          if (count > 0 && performance.now() - since > 500) resolve(since);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );

/** @returns ms from a key, or a call of the bare canvas, to the frame in which it is drawn */
async function timed(page: Page, what: string): Promise<number> {
  const ms = await page.evaluate(
    (name) =>
      new Promise<number>((resolve) => {
        const bare = (window as unknown as { bare?: Record<string, () => void> }).bare;
        const start = performance.now();
        if (bare) bare[name]?.();
        else {
          const parts = name.split('+');
          const init = {
            key: parts.at(-1),
            ctrlKey: parts[0] === 'Control',
            shiftKey: parts[0] === 'Shift',
            bubbles: true,
          };
          (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', init));
        }
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
      }),
    what,
  );
  await page.waitForTimeout(150);
  return Math.round(ms);
}

/** Runs the workflow; ms from the first step that is seen to be done to the last in sight. */
async function runWave(page: Page, url: string): Promise<number | null> {
  await open(page, url);
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const found = page.evaluate(
    () =>
      new Promise<number | null>((resolve) => {
        const began = performance.now();
        let first: number | null = null;
        let frame = began;
        const look = () => {
          // Where all come in one frame, it is that frame.
          const last = frame;
          frame = performance.now();
          const steps = [...document.querySelectorAll('.react-flow__node-step')];
          const done = steps.filter((step) => step.querySelector('[data-status="succeeded"]')).length;
          if (done > 0) first ??= last;
          if (steps.length > 0 && done === steps.length) resolve(Math.round(performance.now() - (first ?? began)));
          else if (performance.now() - began > 120_000) resolve(null);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  return found;
}

async function frames(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const scope = window as unknown as { frames: number[] | null };
    const times: number[] = [];
    scope.frames = times;
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (scope.frames === times) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  return page.evaluate(() => {
    const scope = window as unknown as { frames: number[] | null };
    const times = scope.frames ?? [];
    scope.frames = null;
    return times.slice(1);
  });
}

async function middle(act: () => Promise<number>, times: number): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await act());
  return share(all, 0.5);
}

const share = (values: number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10;
};

// ------------------------------------------------------------------ servers

const exists = (file: string): boolean => {
  try {
    readFileSync(file, { flag: 'r' }).subarray(0, 1);
    return true;
  } catch {
    return false;
  }
};

async function serveBare(): Promise<{ url: string; close: () => void }> {
  const made = await build({
    entryPoints: [path.join(root, 'bench/canvas/bare.ts')],
    bundle: true,
    write: false,
    outdir: '/',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    absWorkingDir: root,
  });
  const textOf = (end: string) => made.outputFiles.find((file) => file.path.endsWith(end))?.text ?? '';
  const files: Record<string, [type: string, text: string]> = {
    '/': [
      'text/html',
      '<!doctype html><link rel="stylesheet" href="/bare.css"><style>html,body,#root{height:100%;margin:0}</style><div id="root"></div><script src="/bare.js"></script>',
    ],
    '/bare.js': ['text/javascript', textOf('.js')],
    '/bare.css': ['text/css', textOf('.css')],
  };
  const server = createServer((request, response) => {
    const found = files[(request.url ?? '/').split('?')[0] ?? '/'];
    response.writeHead(found ? 200 : 404, { 'content-type': found?.[0] ?? 'text/plain' });
    response.end(found?.[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

async function startProduct(dataDir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, ['bin/action-engine.mjs', 'start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), ACTION_ENGINE_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => text.toString().includes('is ready on') && resolve());
    child.on('exit', (code) => reject(new Error(`The product ended with ${code}.`)));
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

async function save(url: string, dataDir: string, workflow: object): Promise<string> {
  const token = readFileSync(path.join(dataDir, 'api-token'), 'utf8').trim();
  const answer = await fetch(`${url}/api/v1/workflows`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Measured', definition: workflow }),
  });
  const body = (await answer.json()) as { id?: string };
  if (!body.id) throw new Error(`The workflow was not saved: ${JSON.stringify(body)}`);
  return body.id;
}

process.exitCode = await main(process.argv.slice(3));
