/**
 * Evaluates JSONata expressions where they can do no harm.
 *
 *   plain path, literal, comparison ──▶ answered here, at once
 *   anything else                   ──▶ a small pool of child processes ──▶ a promise
 *
 * A child is bounded in time and memory, has an empty environment, and is replaced when it had to be killed. None is
 * started before one is needed. `evaluate` is the `Host.evaluate` of the engine.
 * @module
 */
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
};

const SCRIPT = path.join('lib', 'local-cloud', 'evaluator', 'child.ts');
/** How far ahead one process is sent work; more waits here, for whichever is free first. */
const AHEAD = 32;
const MAX_FAILED_STARTS = 3;

export function createEvaluator({ root, size = 2, limitMs = 1000, memoryMb = 128 }: EvaluatorOptions): Evaluator {
  const limits: Limits = { limitMs, memoryMb };
  const pool: EvaluatorProcess[] = [];
  const waiting: Job[] = [];
  let script: Promise<string> | undefined;
  let scriptFile: string | undefined;
  let failedStarts = 0;
  let closed = false;

  const gone = () =>
    new Problem('EVALUATOR_CLOSED', 'The JSONata evaluator has been closed.', 'Start the local cloud again.');
  const broken = (reason: string) =>
    new Problem(
      'EVALUATOR_FAILED',
      `No process for JSONata expressions could be started: ${reason}`,
      'Check that this machine has memory to spare and lets node start processes, then run again.',
    );

  function failAll(error: Error): void {
    for (const job of waiting.splice(0)) job.reject(error);
  }

  function start(): EvaluatorProcess {
    const one: EvaluatorProcess = new EvaluatorProcess(scriptFile as string, limits, (orphans, started) => {
      pool.splice(pool.indexOf(one), 1);
      waiting.unshift(...orphans);
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
      if (started || waiting.length > 0) start();
      dispatch();
    });
    pool.push(one);
    return one;
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
    while (waiting.length > 0) {
      let least: EvaluatorProcess | undefined;
      for (const one of pool) if (!least || one.jobs.length < least.jobs.length) least = one;
      if (pool.length < size && (!least || least.jobs.length > 0)) least = start();
      if (!least || least.jobs.length >= AHEAD) return;
      least.send(refill(waiting.shift() as Job));
    }
  }

  /** When a job ends, the next one waiting takes its place. */
  function refill(job: Job): Job {
    const then =
      <T>(act: (value: T) => void) =>
      (value: T) => {
        act(value);
        if (waiting.length > 0) dispatch();
      };
    return { request: job.request, resolve: then(job.resolve), reject: then(job.reject) };
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
      return new Promise<Json | undefined>((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        dispatch();
      });
    },

    async warm() {
      await prepare();
      await Promise.all(
        Array.from({ length: size - pool.length }, () => {
          const one = start();
          return new Promise<Json | undefined>((resolve, reject) =>
            one.send({ request: '["1+1",{}]', resolve, reject }),
          );
        }),
      );
    },

    close() {
      closed = true;
      for (const one of [...pool]) one.close();
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
