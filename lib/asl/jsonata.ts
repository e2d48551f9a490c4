/**
 * Evaluates JSONata as AWS Step Functions does: JSONata 2.0.6 without `$eval`, with `$partition $range $hash $random
 * $uuid $parse`, with AWS's limits, and with results made plain JSON.
 *
 * An expression from a workflow may try to take all time and memory, and the library cannot stop every such one. So this
 * runs in a process that can be killed (`lib/local-cloud/evaluator`); only tests and trusted expressions run it elsewhere.
 * Syntax and plain paths, which are harmless, are in `jsonata-parse.ts` and `jsonata-plain.ts`.
 * @module
 */
import { randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import type { Json, JsonObject } from '@/lib/base/json';
import { UNSUPPORTED_RESULT } from './errors';
import { digest, seeded } from './intrinsics';
import { parseJsonata } from './jsonata-parse';
import { defineOwn } from './jsonpath';

export { parseJsonata, statesFieldsOf, unsupportedReferencesOf, variablesOf } from './jsonata-parse';
export { NotPlain, plainPath } from './jsonata-plain';

/** `message` is what AWS writes after "threw an error during evaluation": `T2001: …`, or a sentence without a code. */
export class JsonataFailure extends Error {
  override readonly name = 'JsonataFailure';
}

/** Levels of one expression inside another; AWS refuses the next. */
const MAX_DEPTH = 100;
/** Items of one list: AWS allows 6,990,256 bytes, eight for a number. */
const MAX_ITEMS = 873_782;
/** Bytes of one result, counted as AWS does: eight for a number, one for a character. */
const MAX_BYTES = 6_990_256;
/** Items that `$range` makes. */
const MAX_RANGE = 360_145;

export const OUT_OF_MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
export const OUT_OF_TIME = 'Expression evaluation timeout: Check for infinite loop';
const TOO_DEEP = `Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive. Depth=${MAX_DEPTH + 1} max=${MAX_DEPTH}`;

/** Bounds of the library that have no message of AWS's under their own code. */
const LIMITS: Record<string, string> = {
  D1011: TOO_DEEP,
  D1012: OUT_OF_TIME,
  D2014: OUT_OF_MEMORY,
  D2015: OUT_OF_MEMORY,
};

const compiled = new Map<string, jsonata.Expression>();
const CACHE_SIZE = 500;

/**
 * @param expression without `{%` and `%}`
 * @param bindings variables by name without `$`; `states` among them
 * @param limitMs the library stops an expression of its own accord after this time, where it can
 * @returns plain JSON; `undefined` when the expression answers nothing
 * @throws JsonataFailure
 */
export async function evaluateJsonata(
  expression: string,
  bindings: JsonObject,
  limitMs = 1000,
): Promise<Json | undefined> {
  try {
    const result: unknown = await compile(expression, limitMs).evaluate(undefined, bindings);
    return result === undefined ? undefined : toPlain(result, { left: MAX_BYTES });
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): JsonataFailure {
  if (error instanceof JsonataFailure) return error;
  if (error instanceof RangeError)
    return new JsonataFailure(/call stack/i.test(error.message) ? TOO_DEEP : OUT_OF_MEMORY);
  const { code, message } = error as { code?: string; message?: string };
  if (code && Object.hasOwn(LIMITS, code)) return new JsonataFailure(LIMITS[code]);
  return new JsonataFailure(code ? `${code}: ${message}` : (message ?? String(error)));
}

function compile(text: string, limitMs: number): jsonata.Expression {
  const known = compiled.get(text);
  if (known) return known;
  const parsed = parseJsonata(text);
  if (!parsed.ok) throw new JsonataFailure(`${parsed.code}: ${parsed.message}`);
  const expression = jsonata(text, { stack: MAX_DEPTH, sequence: MAX_ITEMS, timeout: limitMs });
  addFunctions(expression);
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(text, expression);
  return expression;
}

function addFunctions(expression: jsonata.Expression): void {
  // AWS has no $eval: a call of it is a call of nothing.
  expression.assign('eval', undefined);
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? Math.random() : seeded(seed)),
    '<n?:n>',
  );
  expression.registerFunction('parse', (text?: string) => (text === undefined ? undefined : parseJson(text)), '<s?:x>');
  expression.registerFunction('hash', hash, '<s?s?:s>');
  expression.registerFunction('partition', partition, '<a?n?:a>');
  expression.registerFunction('range', range, '<n?n?n?:a>');
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw { code: 'D3137', message: 'The argument of function "parse" is not valid JSON' };
  }
}

function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const hex = digest(text, algorithm);
  if (hex === null)
    throw {
      code: 'D3137',
      message: `The algorithm ${JSON.stringify(algorithm)} of function "hash" is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512`,
    };
  return hex;
}

/** Sizes are rounded towards zero; nothing to divide, or a size of zero, is nothing. */
function partition(array?: Json[], size?: number): Json[][] | undefined {
  const step = Math.trunc(size ?? 0);
  if (array === undefined || array.length === 0 || step < 1) return undefined;
  return Array.from({ length: Math.ceil(array.length / step) }, (_, i) => array.slice(i * step, (i + 1) * step));
}

/** Both ends belong to it; a range of one number is that number, as JSONata's lists are. */
function range(from?: number, to?: number, by?: number): number[] | number | undefined {
  if (from === undefined || to === undefined || by === undefined) return undefined;
  const [start, end, step] = [from, to, by].map(Math.trunc) as [number, number, number];
  if (step === 0) return undefined;
  const length = Math.floor((end - start) / step) + 1;
  if (length < 1) return undefined;
  if (length > MAX_RANGE) throw new JsonataFailure(OUT_OF_MEMORY);
  return length === 1 ? start : Array.from({ length }, (_, i) => start + i * step);
}

/**
 * Plain JSON of what JSONata made: its lists carry a property of their own, and it may answer functions, which no JSON
 * can hold. Numbers that are not finite become their names, as on AWS.
 */
function toPlain(value: unknown, budget: { left: number }): Json {
  budget.left -= typeof value === 'string' ? value.length : 8;
  if (budget.left < 0) throw new JsonataFailure(OUT_OF_MEMORY);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || '_jsonata_function' in value || '_jsonata_lambda' in value)
    throw new JsonataFailure(UNSUPPORTED_RESULT);
  if (Array.isArray(value)) return Array.from(value, (item) => (item === undefined ? null : toPlain(item, budget)));
  const plain: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    budget.left -= key.length;
    defineOwn(plain, key, toPlain(item, budget));
  }
  return plain;
}
