/**
 * Evaluates JSONata expressions where they can do no harm.
 *
 *   plain path, literal, comparison ──▶ answered here, at once
 *   known to be quick               ──▶ a small pool of child processes ──▶ a promise
 *   new                             ──▶ the same, for a slice of time, one at a time in each, twice at most
 *   takes longer than its slice     ──▶ from its beginning, for a longer slice, in processes aside of lower priority,
 *                                       two at a time
 *
 * So many endless expressions, which look like any other until they have been tried, hold up the honest ones by some
 * milliseconds each at most, and not at all those that were quick before. The limit of an expression runs from the
 * beginning of its last and longest slice, not while it waits. Expressions are known by their text; each counts as what it
 * was when it last ran.
 *
 * A child is bounded in time and memory, has an empty environment, and is replaced when it had to be killed. None is
 * started before one is needed. `evaluate` is the `Host.evaluate` of the engine.
 * @module
 */
import { hash } from 'node:crypto';
import path from 'node:path';
import { NotPlain, OUT_OF_TIME, plainPath, statesFieldsOf, variablesOf } from '@/lib/asl/jsonata';
import { childScript } from '@/lib/base/children';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { EvaluationFailed } from '@/lib/engine/types';
import { Newcomers } from './newcomers';
import { EvaluatorProcess, type Job, type Limits, type Scripts } from './process';
import { SlowQueue, slicesOf } from './slow-queue';

export type Evaluator = {
  /**
   * @param expression without `{%` and `%}`
   * @param bindings variables by name without `$`, `states` among them
   * @throws EvaluationFailed (also as the promise's rejection) with the failure's text: `T2001: …` or a limit's sentence
   */
  evaluate(expression: string, bindings: JsonObject): Json | undefined | Promise<Json | undefined>;
  /** Starts the processes, so that the first expression need not wait for them. */
  warm(): Promise<void>;
  /** Ends the processes; what is unanswered fails. */
  close(): void;
};

export type EvaluatorOptions = {
  /** the project's folder */
  root: string;
  /** processes, 2 unless told */
  size?: number;
  /** for one expression, 1000 unless told */
  limitMs?: number;
  /** for one process's heap, 128 unless told */
  memoryMb?: number;
  /** ms without an expression after which the processes end, 10,000 unless told: each holds some 60 MB */
  idleMs?: number;
};

const FOLDER = path.join('lib', 'local-cloud', 'evaluator');
/** How far ahead one process is sent work; more waits here, for whichever is free first. */
const AHEAD = 32;
const MAX_FAILED_STARTS = 3;
/** processes that what takes long may hold */
const SLOW_SIZE = 2;
/** how many texts are known by sight; a long one by its hash */
const KNOWN = 4000;
const KEY_LENGTH = 200;
/** Answered in so many ms, it is no longer slow. */
const QUICK_MS = 30;
/** What one never seen before may take, and more for the data that it must read first: most need 1 to 2. */
const FIRST_MS = 3;
/** What it may take when it is tried once more, behind all that were not tried yet. */
const SLICE_MS = 10;
const BYTES_PER_MS = 20_000;

const keyOf = (expression: string): string =>
  expression.length <= KEY_LENGTH ? expression : hash('sha1', expression, 'base64');

const IDLE_MS = 10_000;

export function createEvaluator({
  root,
  size = 2,
  limitMs = 1000,
  memoryMb = 128,
  idleMs = IDLE_MS,
}: EvaluatorOptions): Evaluator {
  const limits: Limits = { limitMs, memoryMb };
  const pool: EvaluatorProcess[] = [];
  /** known to be quick */
  const waiting: Job[] = [];
  const newcomers = new Newcomers();
  /** processes that run what takes long, one expression at a time */
  const slow: EvaluatorProcess[] = [];
  const slices = slicesOf(SLICE_MS, limitMs);
  const slowWaiting = new SlowQueue(slices.length);
  /** which slice each text needed when it last ran; 0: it was quick */
  const known = new Map<string, number>();
  let scripts: Promise<Scripts> | undefined;
  let ready: Scripts | undefined;
  let failedStarts = 0;
  let closed = false;
  let lastUse = 0;
  let watch: NodeJS.Timeout | undefined;

  const gone = () =>
    new Problem('EVALUATOR_CLOSED', 'The JSONata evaluator has been closed.', 'Start the local cloud again.');
  const broken = (reason: string) =>
    new Problem(
      'EVALUATOR_FAILED',
      `No process for JSONata expressions could be started: ${reason}`,
      'Check that this machine has memory to spare and lets node start processes, then run again.',
    );

  function failAll(error: Error): void {
    for (const job of [...waiting.splice(0), ...newcomers.all(), ...slowWaiting.all()]) job.reject(error);
  }

  function learn(key: string, level: number): void {
    if (known.get(key) === level) return;
    if (known.size >= KNOWN) known.clear();
    known.set(key, level);
    // Those of the same text need not be tried.
    enqueue(newcomers.take(key), true);
  }

  /** @param first before what waits already: it has waited its turn */
  function enqueue(jobs: Job[], first: boolean): void {
    const quickOnes: Job[] = [];
    for (const job of jobs) {
      const level = known.get(job.key);
      if (level === undefined) newcomers.add(job);
      else if (level === 0) quickOnes.push(job);
      else slowWaiting.add(job, level, first);
    }
    if (first) waiting.unshift(...quickOnes);
    else waiting.push(...quickOnes);
  }

  function endIdle(): void {
    const asked = waiting.length + newcomers.size + slowWaiting.size;
    if (asked > 0 || [...pool, ...slow].some(({ jobs }) => jobs.length > 0)) return;
    if (performance.now() - lastUse < idleMs) return;
    clearInterval(watch);
    watch = undefined;
    for (const one of [...pool.splice(0), ...slow.splice(0)]) one.close();
  }

  function start(lane: EvaluatorProcess[]): EvaluatorProcess {
    lastUse = performance.now();
    watch ??= setInterval(endIdle, idleMs / 2).unref();
    const one: EvaluatorProcess = new EvaluatorProcess(
      ready as Scripts,
      limits,
      (orphans, started) => {
        if (!pool.includes(one) && !slow.includes(one)) return; // it was idle, and was ended
        for (const list of [pool, slow]) if (list.includes(one)) list.splice(list.indexOf(one), 1);
        enqueue(orphans, true);
        failedStarts = started ? 0 : failedStarts + 1;
        if (closed) {
          failAll(gone());
          return;
        }
        if (failedStarts >= MAX_FAILED_STARTS) {
          failedStarts = 0;
          return failAll(broken('it ended at once, several times.'));
        }
        // The next expression should not wait for a process to come up.
        if (pool.length < size && (started || waiting.length + newcomers.size > 0)) start(pool);
        dispatch();
      },
      () => detain(one),
    );
    if (lane === slow) one.yield();
    lane.push(one);
    return one;
  }

  /** Its expression takes long: it goes on aside, and the others behind it elsewhere. */
  function detain(one: EvaluatorProcess): void {
    const [first] = one.jobs;
    if (closed || first === undefined || !pool.includes(one)) return;
    learn(first.key, 1);
    if (slow.length >= SLOW_SIZE) {
      one.close(); // all that it has is handed back, and this one has to wait
      return;
    }
    pool.splice(pool.indexOf(one), 1);
    slow.push(one);
    enqueue(one.handBack(), true);
    start(pool);
    dispatch();
  }

  /** @throws Problem when the child's scripts cannot be built */
  async function prepare(): Promise<void> {
    scripts ??= Promise.all(['child.ts', 'inside.ts'].map((file) => childScript(root, path.join(FOLDER, file)))).then(
      ([child, inside]) => ({ child: child as string, inside: inside as string }),
    );
    try {
      ready = await scripts;
    } catch (error) {
      scripts = undefined;
      throw broken(error instanceof Error ? error.message : String(error));
    }
  }

  function dispatch(): void {
    if (closed) {
      failAll(gone());
      return;
    }
    if (ready === undefined) {
      void prepare().then(dispatch, failAll);
      return;
    }
    while (slowWaiting.size > 0) {
      const free = slow.find(({ jobs }) => jobs.length === 0) ?? (slow.length < SLOW_SIZE ? start(slow) : undefined);
      const next = free && slowWaiting.next();
      if (!next) break;
      // Where nobody waits for it to make room, it need not begin again.
      free.send(refill(next.job, slowWaiting.size === 0 ? slices.length - 1 : next.level));
    }
    // One newcomer in each, among those that are known: neither keeps the other waiting.
    while (newcomers.untried) {
      const one = least(({ jobs }) => jobs.length < AHEAD && !jobs.some(({ slice }) => slice > 0));
      if (!one) break;
      one.send(refill(newcomers.next(), 0));
    }
    while (waiting.length > 0) {
      const one = least(({ jobs }) => jobs.length < AHEAD);
      if (!one) return;
      one.send(refill(waiting.shift() as Job, null));
    }
  }

  /** The process of the pool that has least to do; a new one rather than one that is busy. */
  function least(may: (one: EvaluatorProcess) => boolean): EvaluatorProcess | undefined {
    let found: EvaluatorProcess | undefined;
    for (const one of pool) if (may(one) && (!found || one.jobs.length < found.jobs.length)) found = one;
    return pool.length < size && (!found || found.jobs.length > 0) ? start(pool) : found;
  }

  /**
   * When a job ends, the next one waiting takes its place.
   * @param level which slice it is given; `null`: none, it is known to be quick
   */
  function refill(job: Job, level: number | null): Job {
    const began = Date.now();
    const last = level === slices.length - 1;
    const then =
      <T>(act: (value: T) => void) =>
      (value: T, died = false) => {
        act(value);
        if (died) learn(job.key, Math.max(1, level ?? 1));
        else if (level === 0 && !known.has(job.key)) learn(job.key, 0);
        // A busy machine made it look slow, or its input was another one then.
        else if (level && Date.now() - began < QUICK_MS) known.delete(job.key);
        if (waiting.length > 0 || newcomers.untried || slow.length > 0) dispatch();
      };
    const over = () => {
      if (last) job.reject(new EvaluationFailed(OUT_OF_TIME));
      else if (level === 0 && !job.again && !known.has(job.key)) {
        // It needs a little more, or what another left to be collected cost it its slice: once more, after those who wait.
        newcomers.retry({ ...job, again: true });
      } else {
        learn(job.key, Math.max((level ?? 0) + 1, known.get(job.key) ?? 1));
        enqueue([job], false);
      }
      dispatch();
    };
    const own = level === null ? 0 : level === 0 && !job.again ? FIRST_MS : (slices[level] as number);
    const slice = level === null ? 0 : Math.min(limitMs, own + Math.ceil(job.request.length / BYTES_PER_MS));
    return { ...job, slice, over, resolve: then(job.resolve), reject: then(job.reject) };
  }

  return {
    evaluate(expression, bindings) {
      if (closed) throw gone();
      const plain = plainPath(expression);
      if (plain) {
        try {
          return plain(bindings);
        } catch (error) {
          if (!(error instanceof NotPlain)) throw error;
        }
      }
      const request = JSON.stringify([expression, needed(expression, bindings)]);
      lastUse = performance.now();
      return new Promise<Json | undefined>((resolve, reject) => {
        enqueue([{ key: keyOf(expression), request, slice: 0, resolve, reject, over: () => {} }], false);
        dispatch();
      });
    },

    async warm() {
      await prepare();
      await Promise.all(
        Array.from({ length: size - pool.length }, () => {
          const one = start(pool);
          return new Promise<Json | undefined>((resolve, reject) =>
            one.send({ key: '', request: '["1+1",{}]', slice: 0, resolve, reject, over: () => {} }),
          );
        }),
      );
    },

    close() {
      closed = true;
      clearInterval(watch);
      for (const one of [...pool, ...slow]) one.close();
      failAll(gone());
    },
  };
}

/** Only what the expression reads crosses the pipe: a run's variables may be megabytes. */
function needed(expression: string, bindings: JsonObject): JsonObject {
  const out: [string, Json][] = [];
  for (const name of variablesOf(expression)) {
    const value = own(bindings, name);
    if (value !== undefined) out.push([name, name === 'states' ? usedOf(expression, value) : value]);
  }
  return Object.fromEntries(out);
}

function usedOf(expression: string, states: Json): Json {
  const fields = statesFieldsOf(expression);
  if (!fields || !isObject(states)) return states;
  return Object.fromEntries(
    fields.filter((field) => Object.hasOwn(states, field)).map((field) => [field, states[field] as Json]),
  );
}
