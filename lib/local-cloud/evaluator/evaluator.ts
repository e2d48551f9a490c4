/**
 * Evaluates JSONata expressions where they can do no harm.
 *
 *   plain path, literal, comparison ──▶ answered here, at once
 *   anything else                   ──▶ a small pool of child processes ──▶ a promise
 *
 * What takes long moves aside to processes of its own, so that many endless expressions do not hold up the honest ones; it
 * is known by its text the next time. A child is bounded in time and memory, has an empty environment, and is replaced when it had to be killed. None is
 * started before one is needed. `evaluate` is the `Host.evaluate` of the engine.
 * @module
 */
import { hash } from 'node:crypto';
import path from 'node:path';
import { NotPlain, plainPath, statesFieldsOf, variablesOf } from '@/lib/asl/jsonata';
import { childScript } from '@/lib/base/children';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { EvaluatorProcess, type Job, type Limits } from './process';

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

const SCRIPT = path.join('lib', 'local-cloud', 'evaluator', 'child.ts');
/** How far ahead one process is sent work; more waits here, for whichever is free first. */
const AHEAD = 32;
const MAX_FAILED_STARTS = 3;
/** processes that what takes long may hold */
const SLOW_SIZE = 2;
/** how many of them are known by sight */
const SLOW_TEXTS = 1000;
/** Answered in so many ms, it is no longer one of them. */
const QUICK_MS = 30;

const hashOf = (expression: string): string => hash('sha1', expression, 'base64');

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
  const waiting: Job[] = [];
  /** processes that run what takes long, one expression at a time */
  const slow: EvaluatorProcess[] = [];
  const slowWaiting: Job[] = [];
  /** hashes of expressions that took long when they last ran */
  const slowTexts = new Set<string>();
  let script: Promise<string> | undefined;
  let scriptFile: string | undefined;
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
    for (const job of [...waiting.splice(0), ...slowWaiting.splice(0)]) job.reject(error);
  }

  const isSlow = ({ expression }: Job): boolean => slowTexts.size > 0 && slowTexts.has(hashOf(expression));
  function remember({ expression }: Job): void {
    if (slowTexts.size >= SLOW_TEXTS) slowTexts.clear();
    slowTexts.add(hashOf(expression));
  }
  /** @param first before what waits already: it has waited its turn */
  function enqueue(jobs: Job[], first: boolean): void {
    for (const [queue, mine] of [
      [waiting, jobs.filter((job) => !isSlow(job))],
      [slowWaiting, jobs.filter(isSlow)],
    ] as const) {
      if (first) queue.unshift(...mine);
      else queue.push(...mine);
    }
  }

  function endIdle(): void {
    if (waiting.length > 0 || [...pool, ...slow].some(({ jobs }) => jobs.length > 0)) return;
    if (performance.now() - lastUse < idleMs) return;
    clearInterval(watch);
    watch = undefined;
    for (const one of [...pool.splice(0), ...slow.splice(0)]) one.close();
  }

  function start(lane: EvaluatorProcess[]): EvaluatorProcess {
    lastUse = performance.now();
    watch ??= setInterval(endIdle, idleMs / 2).unref();
    const one: EvaluatorProcess = new EvaluatorProcess(
      scriptFile as string,
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
        if (pool.length < size && (started || waiting.length > 0)) start(pool);
        dispatch();
      },
      () => detain(one),
    );
    lane.push(one);
    return one;
  }

  /** Its expression takes long: it goes on aside, and the others behind it elsewhere. */
  function detain(one: EvaluatorProcess): void {
    const [first] = one.jobs;
    if (closed || first === undefined || !pool.includes(one)) return;
    remember(first);
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

  /** @throws Problem when the child's script cannot be built */
  async function prepare(): Promise<void> {
    script ??= childScript(root, SCRIPT);
    try {
      scriptFile = await script;
    } catch (error) {
      script = undefined;
      throw broken(error instanceof Error ? error.message : String(error));
    }
  }

  function dispatch(): void {
    if (closed) {
      failAll(gone());
      return;
    }
    if (scriptFile === undefined) {
      void prepare().then(dispatch, failAll);
      return;
    }
    while (slowWaiting.length > 0) {
      const free = slow.find(({ jobs }) => jobs.length === 0) ?? (slow.length < SLOW_SIZE ? start(slow) : undefined);
      if (!free) break;
      free.send(refill(slowWaiting.shift() as Job));
    }
    while (waiting.length > 0) {
      let least: EvaluatorProcess | undefined;
      for (const one of pool) if (!least || one.jobs.length < least.jobs.length) least = one;
      if (pool.length < size && (!least || least.jobs.length > 0)) least = start(pool);
      if (!least || least.jobs.length >= AHEAD) return;
      least.send(refill(waiting.shift() as Job));
    }
  }

  /** When a job ends, the next one waiting takes its place. */
  function refill(job: Job): Job {
    const began = Date.now();
    const then =
      <T>(act: (value: T) => void) =>
      (value: T) => {
        act(value);
        // A busy machine made it look slow, or its input was another one then.
        if (slowTexts.size > 0 && Date.now() - began < QUICK_MS) slowTexts.delete(hashOf(job.expression));
        if (waiting.length > 0 || slow.length > 0) dispatch();
      };
    return { ...job, resolve: then(job.resolve), reject: then(job.reject) };
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
        enqueue([{ expression, request, resolve, reject }], false);
        dispatch();
      });
    },

    async warm() {
      await prepare();
      await Promise.all(
        Array.from({ length: size - pool.length }, () => {
          const one = start(pool);
          return new Promise<Json | undefined>((resolve, reject) =>
            one.send({ expression: '1+1', request: '["1+1",{}]', resolve, reject }),
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
