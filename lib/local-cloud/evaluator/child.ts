/**
 * The process in which JSONata expressions run. Lines come in on stdin, answers go out on stdout, in the same order:
 *
 *   slice TAB [expression, bindings]  ──▶  [0, value]   [1, failure]   [2]  (nothing, undefined)   [4]  (the slice is over)
 *
 * `slice` is the time it may take, in ms; 0 leaves it to the parent to end this process. The first line out is `[3]`: ready.
 * Arguments: the script that runs inside the context, the library's own limit in ms.
 *
 * An expression runs in a context with a queue of promises of its own, so that V8 can stop it wherever it is, in the midst of
 * a regular expression too, and this process lives on. What V8 does in one piece (a huge string) ends late or brings the
 * process down; the parent sees to that. This ends with its parent: when stdin ends, and, because an expression may keep
 * this thread busy, when a second thread sees that the parent is gone.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction, createContext, Script } from 'node:vm';
import { isMainThread, Worker } from 'node:worker_threads';
import type { Desk } from './inside';
import { MOST_TIMES } from './slow-queue';

const ORPHAN_CHECK_MS = 500;
/**
 * V8's clock runs on while others have the processor: an expression that had less than this part of its slice begins again,
 * once, with as much more time as it takes to have all of it.
 */
const FAIR_PART = 0.6;
/** The library's first run takes many times as long as the next. */
const REHEARSAL = JSON.stringify(['$sum([1..9]) & $string($x.a[b > 0]) ~> $uppercase', { x: { a: [{ b: 1 }] } }]);

function watchParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, ORPHAN_CHECK_MS);
}

function open(script: string, limitMs: number): (slice: number, request: string) => string {
  const context = createContext({}, { microtaskMode: 'afterEvaluate' });
  const desk: Desk = { request: '', answer: null, limitMs, run: () => {} };
  const load = compileFunction(readFileSync(script, 'utf8'), ['exports', 'require', 'module', 'desk'], {
    parsingContext: context,
    filename: script,
  });
  load({}, createRequire(script), {}, desk);
  context.desk = desk;
  const run = new Script('desk.run()');
  const once = (slice: number): string | null => {
    desk.answer = null;
    try {
      run.runInContext(context, slice > 0 ? { timeout: slice } : {});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return null;
    }
    return desk.answer;
  };
  return (slice, request) => {
    desk.request = request;
    const before = process.cpuUsage();
    const answer = once(slice);
    if (answer !== null) return answer;
    const { user, system } = process.cpuUsage(before);
    const part = (user + system) / 1000 / slice;
    // The longest slice is a limit, not a trial.
    if (slice >= limitMs || part > FAIR_PART) return '[4]';
    return once(Math.min(limitMs, Math.ceil(slice / Math.max(part, 1 / MOST_TIMES)))) ?? '[4]';
  };
}

function serve(answer: (slice: number, request: string) => string): void {
  let partial: string[] = [];
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    partial.push(chunk);
    if (!chunk.includes('\n')) return;
    const lines = partial.join('').split('\n');
    partial = [lines.pop() as string];
    for (const line of lines) {
      const tab = line.indexOf('\t');
      // At once: the next one may bring this process down, and must not be blamed on this one.
      process.stdout.write(`${answer(Number(line.slice(0, tab)), line.slice(tab + 1))}\n`);
    }
  });
  process.stdin.on('end', () => process.exit());
  process.stdout.on('error', () => process.exit());
  process.stdout.write('[3]\n');
}

if (isMainThread) {
  new Worker(__filename).unref();
  const answer = open(process.argv[2] as string, Number(process.argv[3]) || 1000);
  for (let i = 0; i < 3; i++) answer(0, REHEARSAL);
  serve(answer);
} else watchParent();
