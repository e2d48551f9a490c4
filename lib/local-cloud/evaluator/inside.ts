/**
 * What runs inside the context that `child.ts` makes, where it can be stopped at any instant.
 *
 *   desk.request = [expression, bindings] as JSON ──desk.run()──▶ desk.answer = [0, value] | [1, failure] | [2] as JSON
 *
 * Everything it awaits is settled before the context is left: no answer is the answer of an expression that was stopped.
 */
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { JsonObject } from '@/lib/base/json';

export type Desk = {
  request: string;
  answer: string | null;
  /** the library's own limit, ms */
  limitMs: number;
  run(): void;
};

/** Given by whoever compiles this file. */
declare const desk: Desk;

desk.run = () => {
  const [expression, bindings] = JSON.parse(desk.request) as [string, JsonObject];
  evaluateJsonata(expression, bindings, desk.limitMs)
    .then((value) => {
      desk.answer = value === undefined ? '[2]' : JSON.stringify([0, value]);
    })
    .catch((error: unknown) => {
      desk.answer = JSON.stringify([1, error instanceof Error ? error.message : String(error)]);
    });
};
