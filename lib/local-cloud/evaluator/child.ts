/**
 * The process in which JSONata expressions run. Lines of JSON come in on stdin and go out on stdout, in the same order:
 *
 *   [expression, bindings]  ──▶  [0, value]   [1, failure]   [2]  (nothing, undefined)
 *
 * The first line out is `[3]`: ready. The first argument is the time limit in ms. It ends with its parent: when stdin ends,
 * and, because an expression may keep this thread busy for ever, when a second thread sees that the parent is gone.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { JsonObject } from '@/lib/base/json';

const ORPHAN_CHECK_MS = 500;

function watchParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, ORPHAN_CHECK_MS);
}

function serve(limitMs: number): void {
  const waiting: string[] = [];
  let busy = false;
  let partial: string[] = [];

  async function work(): Promise<void> {
    busy = true;
    for (let i = 0; i < waiting.length; i++) {
      const [expression, bindings] = JSON.parse(waiting[i] as string) as [string, JsonObject];
      // At once: the next one may never end, and must not be blamed on this one.
      process.stdout.write(`${await answer(expression, bindings, limitMs)}\n`);
      waiting[i] = '';
    }
    waiting.length = 0;
    busy = false;
  }

  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    partial.push(chunk);
    if (!chunk.includes('\n')) return;
    const lines = partial.join('').split('\n');
    partial = [lines.pop() as string];
    waiting.push(...lines);
    if (!busy) void work();
  });
  process.stdin.on('end', () => process.exit());
  process.stdout.on('error', () => process.exit());
  process.stdout.write('[3]\n');
}

async function answer(expression: string, bindings: JsonObject, limitMs: number): Promise<string> {
  try {
    const value = await evaluateJsonata(expression, bindings, limitMs);
    return value === undefined ? '[2]' : JSON.stringify([0, value]);
  } catch (error) {
    return JSON.stringify([1, error instanceof Error ? error.message : String(error)]);
  }
}

if (isMainThread) {
  new Worker(__filename).unref();
  serve(Number(process.argv[2]) || 1000);
} else watchParent();
