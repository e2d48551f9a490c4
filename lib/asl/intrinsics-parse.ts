/**
 * The grammar of intrinsic functions: `States.Format('Hello {}', $.name)` in, a tree out. Knows no data, runs nothing.
 * @module
 */
import { type ParsedPath, parsePath } from './jsonpath-parse';

export type IntrinsicName = keyof typeof ARITY;

export type Argument =
  /** `raw` still has its backslashes: `States.Format` must tell `\{` from `{` */
  | { kind: 'string'; value: string; raw: string }
  | { kind: 'literal'; value: number | boolean | null }
  | { kind: 'path'; text: string; path: ParsedPath }
  | { kind: 'call'; call: Call };

export type Call = { name: IntrinsicName; arguments: Argument[] };

/** Fewest and most arguments. */
const ARITY = {
  'States.Format': [1, Number.POSITIVE_INFINITY],
  'States.StringToJson': [1, 1],
  'States.JsonToString': [1, 1],
  'States.Array': [0, Number.POSITIVE_INFINITY],
  'States.ArrayPartition': [2, 2],
  'States.ArrayContains': [2, 2],
  'States.ArrayRange': [3, 3],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.ArrayUnique': [1, 1],
  'States.Base64Encode': [1, 1],
  'States.Base64Decode': [1, 1],
  'States.Hash': [2, 2],
  'States.JsonMerge': [3, 3],
  'States.MathRandom': [2, 3],
  'States.MathAdd': [2, 2],
  'States.StringSplit': [2, 2],
  'States.UUID': [0, 0],
} as const satisfies Record<string, readonly [number, number]>;

/** AWS allows ten levels of nesting. */
const MAX_NESTING = 10;

export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
}

/** Is the text meant as a call? (It may still be wrong.) */
export const isIntrinsic = (text: string): boolean => text.startsWith('States.');

export function isValidIntrinsic(text: string): boolean {
  try {
    parseIntrinsic(text);
    return true;
  } catch {
    return false;
  }
}

const cache = new Map<string, Call>();
const CACHE_SIZE = 1000;
const CACHED_LENGTH = 4096;

/** @throws IntrinsicSyntaxError */
export function parseIntrinsic(text: string): Call {
  const known = cache.get(text);
  if (known) return known;
  const reader = new Reader(text);
  const call = reader.call(1);
  reader.end();
  if (text.length > CACHED_LENGTH) return call;
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, call);
  return call;
}

/** Every path in a call, nested calls included, in the order they are written. */
export function pathsOf(call: Call): { text: string; path: ParsedPath }[] {
  return call.arguments.flatMap((argument) =>
    argument.kind === 'path'
      ? [{ text: argument.text, path: argument.path }]
      : argument.kind === 'call'
        ? pathsOf(argument.call)
        : [],
  );
}

class Reader {
  private i = 0;
  constructor(private readonly text: string) {}

  private fail(message: string): never {
    throw new IntrinsicSyntaxError(`${message} at position ${this.i} of '${this.text}'`);
  }

  private spaces(): void {
    while (/\s/.test(this.text[this.i] ?? '')) this.i++;
  }

  end(): void {
    this.spaces();
    if (this.i < this.text.length) this.fail(`Unexpected '${this.text[this.i]}'`);
  }

  call(level: number): Call {
    if (level > MAX_NESTING) this.fail(`More than ${MAX_NESTING} nested functions`);
    const name = /^States\.\w+/.exec(this.text.slice(this.i, this.i + 40))?.[0] ?? '';
    if (!Object.hasOwn(ARITY, name)) this.fail(`There is no function '${name}'`);
    this.i += name.length;
    this.spaces();
    if (this.text[this.i] !== '(') this.fail("'(' is missing");
    this.i++;
    const parts: Argument[] = [];
    this.spaces();
    if (this.text[this.i] === ')') this.i++;
    else {
      for (;;) {
        this.spaces();
        parts.push(this.argument(level));
        this.spaces();
        const c = this.text[this.i++];
        if (c === ')') break;
        if (c !== ',') this.fail("',' or ')' is expected");
      }
    }
    const known = name as IntrinsicName;
    const [fewest, most] = ARITY[known];
    if (parts.length < fewest || parts.length > most) {
      this.fail(
        `${name} takes ${fewest === most ? fewest : most === Number.POSITIVE_INFINITY ? `${fewest} or more` : `${fewest} to ${most}`} arguments, not ${parts.length}`,
      );
    }
    return { name: known, arguments: parts };
  }

  private argument(level: number): Argument {
    const c = this.text[this.i];
    if (c === "'") return this.string();
    if (c === '$') return this.path();
    if (this.text.startsWith('States.', this.i)) return { kind: 'call', call: this.call(level + 1) };
    const word = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=[\s,)])/.exec(
      this.text.slice(this.i, this.i + 40),
    )?.[0];
    if (word === undefined)
      this.fail('A string in single quotes, a number, true, false, null, a path or a function is expected');
    this.i += word.length;
    return { kind: 'literal', value: JSON.parse(word) as number | boolean | null };
  }

  /** Only `\'`, `\{`, `\}` and `\\` are escapes; AWS refuses any other. */
  private string(): Argument {
    const from = ++this.i;
    let value = '';
    for (; ; this.i++) {
      const c = this.text[this.i];
      if (c === undefined) this.fail('A closing quote is missing');
      if (c === "'") break;
      if (c === '\\') {
        const next = this.text[++this.i];
        if (next === undefined || !"'{}\\".includes(next)) this.fail(`'\\${next ?? ''}' is no escape sequence`);
        value += next;
      } else value += c;
    }
    const raw = this.text.slice(from, this.i++);
    return { kind: 'string', value, raw };
  }

  private path(): Argument {
    const from = this.i;
    let open = 0;
    let quote = '';
    for (; this.i < this.text.length; this.i++) {
      const c = this.text[this.i]!;
      if (quote) {
        if (c === '\\') this.i++;
        else if (c === quote) quote = '';
      } else if (open > 0 && (c === "'" || c === '"')) quote = c;
      else if (c === '[' || c === '(') open++;
      else if (c === ']' || c === ')') {
        if (open === 0) break;
        open--;
      } else if (c === ',' && open === 0) break;
    }
    const text = this.text.slice(from, this.i).trim();
    try {
      return { kind: 'path', text, path: parsePath(text) };
    } catch (error) {
      this.fail((error as Error).message);
    }
  }
}
