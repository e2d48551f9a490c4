/**
 * Invocations that nobody waits for (`InvocationType: Event`): accepted once they are on disk, taken up again after a
 * restart, tried three times in all as AWS does. At least once: a crash between the end and its record repeats one.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { reach } from '../failpoint';
import { LambdaError } from './errors';
import type { Outcome } from './outcomes';
import { writeDurably } from './store';
import type { Invocation } from './worker';

type Kept = {
  name: string;
  qualifier?: string;
  attempt: number;
  at: number;
  invocation: Omit<Invocation, 'payload'>;
  payload: string;
};

export type AsyncQueue = {
  /** on disk when it returns */
  add(name: string, qualifier: string | undefined, invocation: Invocation): void;
  start(): void;
  stop(): void;
};

export function openAsyncQueue(options: {
  folder: string;
  /** ms before the second and third attempt */
  retryMs: number[];
  run(name: string, qualifier: string | undefined, invocation: Invocation): Promise<Outcome>;
  log(line: string): void;
}): AsyncQueue {
  const { folder, retryMs } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const timers = new Set<NodeJS.Timeout>();
  let stopped = true;
  let counter = 0;

  const later = (ms: number, what: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, ms);
    timer.unref();
    timers.add(timer);
  };
  const attempt = async (file: string, kept: Kept): Promise<void> => {
    if (stopped) return;
    const invocation = { ...kept.invocation, payload: Buffer.from(kept.payload, 'base64') };
    let outcome: Outcome | null = null;
    try {
      outcome = await options.run(kept.name, kept.qualifier, invocation);
    } catch (error) {
      if (stopped) return; // ended with the server: the next one begins it again
      if (error instanceof LambdaError && error.code === 'TooManyRequestsException') {
        later(1000, () => void attempt(file, kept));
        return;
      }
      const why = error instanceof Error ? error.message : String(error);
      options.log(`lambda: asynchronous invocation ${invocation.requestId} of ${kept.name}: ${why}`);
    }
    reach('attempted');
    const wait = outcome?.failed ? retryMs[kept.attempt - 1] : undefined;
    if (wait === undefined) {
      rmSync(file, { force: true });
      reach('unqueued');
      return;
    }
    const next = { ...kept, attempt: kept.attempt + 1, at: Date.now() + wait };
    writeDurably(file, JSON.stringify(next));
    if (!stopped) later(wait, () => void attempt(file, next));
  };

  return {
    add(name, qualifier, { payload, ...invocation }) {
      const file = path.join(folder, `${Date.now().toString(36)}-${process.pid}-${counter++}.json`);
      const kept: Kept = {
        name,
        qualifier,
        attempt: 1,
        at: Date.now(),
        invocation,
        payload: payload.toString('base64'),
      };
      writeDurably(file, JSON.stringify(kept));
      reach('queued');
      setImmediate(() => void attempt(file, kept));
    },
    start() {
      stopped = false;
      for (const entry of readdirSync(folder).sort()) {
        const file = path.join(folder, entry);
        if (!entry.endsWith('.json')) {
          rmSync(file, { force: true }); // was never acknowledged
          continue;
        }
        try {
          const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
          later(Math.max(0, kept.at - Date.now()), () => void attempt(file, kept));
        } catch (error) {
          options.log(`lambda: ${file} cannot be read and is left there: ${String(error)}`);
        }
      }
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
