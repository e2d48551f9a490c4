/**
 * Which expressions may be tried in this process. An expression from a workflow may try to take all time and memory; a run
 * evaluates it where it can be killed. A dry run here leaves out what the library could not stop of its own accord.
 * @module
 */
import { evaluateJsonata, parseJsonata, plainPath } from '@/lib/asl/jsonata';
import { nodesOf } from '@/lib/asl/jsonata-parse';
import type { Json, JsonObject } from '@/lib/base/json';

const MAX_LENGTH = 4000;
/** ms for one expression */
const LIMIT = 200;
/** These make much of little. */
const GROWING = new Set(['range', 'pad', 'eval', 'replace', 'match', 'split', 'contains', 'partition']);
/** Growing only with a pattern, which is refused by its own kind of node. */
const WITH_TEXT = new Set(['replace', 'split', 'contains']);

export class NotTried extends Error {}

export function isTrusted(expression: string): boolean {
  if (expression.length > MAX_LENGTH) return false;
  const parsed = parseJsonata(expression);
  if (!parsed.ok) return true; // tells its fault at once
  for (const node of nodesOf(parsed.ast)) {
    if (node.type === 'regex' || node.type === 'bind' || node.type === 'transform') return false;
    if (node.type === 'binary' && node.value === '..') return false;
    const name = node.type === 'variable' && typeof node.value === 'string' ? node.value : '';
    if (GROWING.has(name) && !WITH_TEXT.has(name)) return false;
  }
  return true;
}

/** @throws NotTried for what may not be tried here, else what the expression's evaluation throws */
export async function evaluateTrusted(expression: string, bindings: JsonObject): Promise<Json | undefined> {
  const plain = plainPath(expression);
  if (!plain && !isTrusted(expression)) throw new NotTried(`not tried here: ${expression.slice(0, 80)}`);
  return evaluateJsonata(expression, bindings, LIMIT);
}
