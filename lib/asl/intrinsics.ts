/**
 * Runs intrinsic functions: `States.Format('Hello {}', $.name)` + data → `Hello Ada`.
 *
 * Numbers are rounded half up, as AWS does, where a whole number is needed. Randomness and uuids come from `chance`, so
 * that an engine can record what was drawn. The grammar is in `intrinsics-parse.ts`.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import { intrinsicArgumentNotFound, intrinsicFailed, jsonType } from './errors';
import { type Argument, type Call, type IntrinsicName, IntrinsicSyntaxError, parseIntrinsic } from './intrinsics-parse';
import { evaluatePath, type PathScope } from './jsonpath';

export { isIntrinsic, isValidIntrinsic, parseIntrinsic } from './intrinsics-parse';

/** Where luck comes from: `random` answers 0 ≤ n < 1. */
export type Chance = { random(): number; uuid(): string };
const worldly: Chance = { random: Math.random, uuid: randomUUID };

/** A reason, before it is known which expression it belongs to. */
class Refusal extends Error {}

/**
 * @throws StatesError `States.Runtime` when an argument's path matches nothing, `States.IntrinsicFailure` when a function
 *   refuses its arguments
 * @example evaluateIntrinsic("States.MathAdd($.n, 1)", { input: { n: 2 }, context: {}, variables: {} }) // 3
 */
export function evaluateIntrinsic(text: string, scope: PathScope, chance: Chance = worldly): Json {
  try {
    return run(parseIntrinsic(text), text, scope, chance);
  } catch (error) {
    if (error instanceof Refusal || error instanceof IntrinsicSyntaxError) throw intrinsicFailed(text, error.message);
    throw error;
  }
}

function run(call: Call, whole: string, scope: PathScope, chance: Chance): Json {
  const values = call.arguments.map((argument) => read(argument, whole, scope, chance));
  const first = call.arguments[0];
  if (call.name === 'States.Format' && first?.kind === 'string') values[0] = first.raw;
  return FUNCTIONS[call.name](values, chance);
}

function read(argument: Argument, whole: string, scope: PathScope, chance: Chance): Json {
  switch (argument.kind) {
    case 'string':
    case 'literal':
      return argument.value;
    case 'call':
      return run(argument.call, whole, scope, chance);
    case 'path': {
      const result = evaluatePath(argument.text, scope);
      if (result.found) return result.value as Json;
      if (result.reason?.startsWith('Filter: ')) throw new Refusal(result.reason);
      // AWS names a path into the context object as it looks from inside it, beside the state's input.
      throw intrinsicArgumentNotFound(whole, argument.text.replace(/^\$\$/, '$'), scope.input);
    }
  }
}

const MAX_TEXT = 10_000;
const MAX_RANGE = 1000;

const FUNCTIONS: Record<IntrinsicName, (values: Json[], chance: Chance) => Json> = {
  'States.Format': (values) => format(text('States.Format', values, 0), values.slice(1)),
  'States.StringToJson': (values) => {
    try {
      return JSON.parse(text('States.StringToJson', values, 0)) as Json;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal('The argument of States.StringToJson is not valid JSON');
    }
  },
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.Array': (values) => values,
  'States.ArrayPartition': (values) => {
    const array = list('States.ArrayPartition', values, 0);
    const size = whole('States.ArrayPartition', values, 1);
    if (size < 1) throw new Refusal('The chunk size of States.ArrayPartition must be 1 or more');
    return Array.from({ length: Math.ceil(array.length / size) }, (_, i) => array.slice(i * size, (i + 1) * size));
  },
  'States.ArrayContains': (values) =>
    list('States.ArrayContains', values, 0).some((item) => jsonEqual(item, values[1])),
  'States.ArrayRange': (values) => {
    const [from, to, by] = [0, 1, 2].map((i) => whole('States.ArrayRange', values, i)) as [number, number, number];
    if (by === 0) throw new Refusal('The step of States.ArrayRange must not be 0');
    const length = Math.max(0, Math.floor((to - from) / by) + 1);
    if (length > MAX_RANGE) throw new Refusal(`States.ArrayRange makes at most ${MAX_RANGE} items`);
    return Array.from({ length }, (_, i) => from + i * by);
  },
  'States.ArrayGetItem': (values) => {
    const array = list('States.ArrayGetItem', values, 0);
    const item = array[whole('States.ArrayGetItem', values, 1)];
    if (item === undefined)
      throw new Refusal(`The index of States.ArrayGetItem is not within the array of ${array.length} items`);
    return item;
  },
  'States.ArrayLength': (values) => list('States.ArrayLength', values, 0).length,
  'States.ArrayUnique': (values) => {
    const seen = new Set<string>();
    return list('States.ArrayUnique', values, 0).filter((item) => {
      const key = canonical(item);
      return !seen.has(key) && seen.add(key);
    });
  },
  'States.Base64Encode': (values) => Buffer.from(short('States.Base64Encode', values, 0), 'utf8').toString('base64'),
  'States.Base64Decode': (values) => Buffer.from(short('States.Base64Decode', values, 0), 'base64').toString('utf8'),
  'States.Hash': (values) => {
    const data = typeof values[0] === 'string' ? short('States.Hash', values, 0) : JSON.stringify(values[0]);
    return (
      digest(data, text('States.Hash', values, 1)) ??
      refuse('The algorithm of States.Hash must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512')
    );
  },
  'States.JsonMerge': ([a, b, deep]) => {
    if (!isObject(a) || !isObject(b)) throw new Refusal('States.JsonMerge merges two objects');
    if (deep !== false)
      throw new Refusal('States.JsonMerge only merges the top level: its third argument must be false');
    return { ...a, ...b };
  },
  'States.MathRandom': (values, chance) => {
    const from = whole('States.MathRandom', values, 0);
    const to = whole('States.MathRandom', values, 1);
    if (from >= to) throw new Refusal('The start of States.MathRandom must be less than its end');
    const luck = values.length > 2 ? seeded(whole('States.MathRandom', values, 2)) : chance.random();
    return from + Math.floor(luck * (to - from));
  },
  'States.MathAdd': (values) => {
    const sum =
      int32('States.MathAdd', whole('States.MathAdd', values, 0)) +
      int32('States.MathAdd', whole('States.MathAdd', values, 1));
    return int32('States.MathAdd', sum);
  },
  'States.StringSplit': (values) => {
    const delimiters = new Set(text('States.StringSplit', values, 1));
    const parts = [''];
    for (const c of text('States.StringSplit', values, 0)) {
      if (delimiters.has(c)) parts.push('');
      else parts[parts.length - 1] += c;
    }
    return parts.filter((part) => part !== '');
  },
  'States.UUID': (_, chance) => chance.uuid(),
};

const ORDINALS = ['first', 'second', 'third'];
const refuse = (reason: string): never => {
  throw new Refusal(reason);
};
const mismatch = (name: string, values: Json[], i: number, wanted: string): never =>
  refuse(`The ${ORDINALS[i]} argument of ${name} must be ${wanted}, not ${jsonType(values[i] ?? null)}`);

const text = (name: string, values: Json[], i: number): string => {
  const value = values[i];
  return typeof value === 'string' ? value : mismatch(name, values, i, 'a string');
};
function short(name: string, values: Json[], i: number): string {
  const value = text(name, values, i);
  return value.length <= MAX_TEXT
    ? value
    : refuse(`The ${ORDINALS[i]} argument of ${name} has more than ${MAX_TEXT} characters`);
}
const list = (name: string, values: Json[], i: number): Json[] => {
  const value = values[i];
  return Array.isArray(value) ? value : mismatch(name, values, i, 'an array');
};
const whole = (name: string, values: Json[], i: number): number => {
  const value = values[i];
  // `+ 0` turns -0, which JSON cannot hold, into 0.
  return typeof value === 'number' ? Math.round(value) + 0 : mismatch(name, values, i, 'a number');
};
const int32 = (name: string, value: number): number =>
  Math.abs(value) <= 2147483648 && value !== 2147483648 ? value : refuse(`${name} works on whole numbers of 32 bits`);

const ALGORITHMS: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Hexadecimal digest; `null` for an unknown algorithm. Shared with JSONata's `$hash`. */
export function digest(data: string, algorithm: string): string | null {
  const name = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  return name ? createHash(name).update(data, 'utf8').digest('hex') : null;
}

/** A number in [0, 1) that depends on the seed alone (mulberry32's first draw). Shared with JSONata's `$random`. */
export function seeded(seed: number): number {
  let t = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`)
    .join()}}`;
}

/** `{}` takes the next value; a backslash guards braces, quotes and itself. */
function format(template: string, values: Json[]): string {
  let out = '';
  let used = 0;
  for (let i = 0; i < template.length; i++) {
    const c = template[i]!;
    if (c === '\\' && i + 1 < template.length && "'{}\\".includes(template[i + 1]!)) out += template[++i];
    else if (c === '{') {
      if (template[i + 1] !== '}')
        throw new Refusal("Invalid template in States.Format: matching '}' not found for '{'.");
      i++;
      const value = values[used++];
      if (value !== undefined) out += javaText(value);
    } else if (c === '}') throw new Refusal("Invalid template in States.Format: matching '{' not found for '}'.");
    else out += c;
  }
  if (used !== values.length)
    throw new Refusal('Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.');
  return out;
}

/** AWS prints objects and arrays as Java does: `{Id=7, Tags=[a, b]}`. */
function javaText(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${javaText(item)}`)
    .join(', ')}}`;
}
