/**
 * The grammar of AWS's JSONPath dialect: text in, segments out. Knows no data.
 *
 * Long because it is one reader: paths hold filters, filters hold paths.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { invalidPath } from './errors';
import { compilePattern, type Pattern } from './regex';

export type Segment =
  | { kind: 'names'; names: string[] }
  | { kind: 'indexes'; indexes: number[] }
  | { kind: 'slice'; from?: number; to?: number; by?: number }
  | { kind: 'wildcard' }
  | { kind: 'descend' }
  | { kind: 'filter'; test: Test };

export type FunctionName = (typeof FUNCTIONS)[number];
export type PathFunction = { name: FunctionName; argument?: number };

export type ParsedPath = {
  root: 'input' | 'context' | 'variable' | 'item';
  /** set when `root` is `variable` */
  variable?: string;
  segments: Segment[];
  call?: PathFunction;
  /** names one place */
  definite: boolean;
  /** definite, only names and indexes: what ResultPath, ItemsPath and the like accept */
  reference: boolean;
};

export type Operand = { literal: Json } | { path: ParsedPath };
export type Comparator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'nin'
  | 'subsetof'
  | 'anyof'
  | 'noneof'
  | 'contains'
  | 'size'
  | 'empty';
export type Test =
  | { kind: 'or' | 'and'; tests: Test[] }
  | { kind: 'not'; test: Test }
  | { kind: 'exists'; path: ParsedPath }
  | { kind: 'compare'; left: Operand; operator: Comparator; right: Operand }
  | { kind: 'matches'; left: Operand; pattern: Pattern }
  | { kind: 'constant'; value: boolean };

const FUNCTIONS = ['length', 'size', 'keys', 'first', 'last', 'index', 'sum', 'avg', 'min', 'max', 'stddev'] as const;
const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
const WORD_OPERATORS = ['subsetof', 'anyof', 'noneof', 'contains', 'size', 'empty', 'nin', 'in'] as const;

const MAX_LENGTH = 4096;
const MAX_NESTING = 40;

export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** The same few paths are read at every step of every run. */
const cache = new Map<string, ParsedPath>();
const CACHE_SIZE = 2000;

/** @throws PathSyntaxError */
export function parsePath(text: string): ParsedPath {
  const known = cache.get(text);
  if (known) return known;
  if (text.length > MAX_LENGTH) throw new PathSyntaxError(`A path is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const reader = new Reader(text);
  const path = reader.path(false);
  reader.end();
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, path);
  return path;
}

/** @throws StatesError `States.Runtime`: for paths that are met while a machine runs */
export function pathOf(text: string): ParsedPath {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof PathSyntaxError) throw invalidPath(text, error.message);
    throw error;
  }
}

export function isValidPath(text: string): boolean {
  try {
    parsePath(text);
    return true;
  } catch {
    return false;
  }
}

export function isReferencePath(text: string): boolean {
  return isValidPath(text) && parsePath(text).reference;
}

class Reader {
  private i = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  end(): void {
    if (this.i < this.text.length) this.fail(`Unexpected '${this.text[this.i]}'`);
  }

  private fail(message: string): never {
    throw new PathSyntaxError(`${message} at position ${this.i} of '${this.text}'`, this.i);
  }

  private eat(token: string): boolean {
    if (!this.text.startsWith(token, this.i)) return false;
    this.i += token.length;
    return true;
  }

  private spaces(): void {
    while (this.text[this.i] === ' ') this.i++;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.i;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.i += found.length;
    return found;
  }

  path(inFilter: boolean): ParsedPath {
    const segments: Segment[] = [];
    let root: ParsedPath['root'] = 'input';
    let variable: string | undefined;
    if (inFilter && this.eat('@')) root = 'item';
    else if (this.eat('$$')) root = 'context';
    else if (this.eat('$')) {
      variable = this.match(/[\p{ID_Start}_][\p{ID_Continue}]*/uy);
      if (variable !== undefined) root = 'variable';
    } else this.fail("A path begins with '$'");

    let call: PathFunction | undefined;
    while (this.i < this.text.length && !call) {
      if (this.eat('..')) {
        segments.push({ kind: 'descend' });
        if (this.text[this.i] !== '[') {
          const next = this.dotted(inFilter);
          if ('name' in next) call = next;
          else segments.push(next);
        }
      } else if (this.eat('.')) {
        const next = this.dotted(inFilter);
        if ('name' in next) call = next;
        else segments.push(next);
      } else if (this.text[this.i] === '[') segments.push(this.bracket());
      else break;
    }
    const several = (segment: Segment, last: boolean) =>
      segment.kind === 'names'
        ? segment.names.length > 1 && !last
        : segment.kind !== 'indexes' || segment.indexes.length > 1;
    const definite = !segments.some((segment, n) => several(segment, n === segments.length - 1));
    const reference =
      definite && !call && !segments.some((segment) => segment.kind === 'names' && segment.names.length > 1);
    return {
      root,
      ...(variable === undefined ? {} : { variable }),
      segments,
      ...(call ? { call } : {}),
      definite,
      reference,
    };
  }

  private dotted(inFilter: boolean): Segment | PathFunction {
    if (this.eat('*')) return { kind: 'wildcard' };
    let name = '';
    // Inside a filter a name ends where an operator may begin.
    const stop = inFilter ? /[.[\]()\s=<>!~&|,'"]/ : /[.[\]()'"\s?*,]/;
    while (this.i < this.text.length) {
      const c = this.text[this.i]!;
      if (c === '\\' && this.i + 1 < this.text.length) {
        name += this.text[this.i + 1];
        this.i += 2;
      } else if (stop.test(c)) break;
      else {
        name += c;
        this.i++;
      }
    }
    if (name === '') this.fail('A name is missing');
    if (this.text[this.i] === '(') {
      const known = FUNCTIONS.find((f) => f === name);
      if (!known) this.fail(`There is no function '${name}'`);
      this.eat('(');
      this.spaces();
      const argument = this.match(/-?\d+/y);
      this.spaces();
      if (!this.eat(')')) this.fail("')' is missing");
      return { name: known, ...(argument === undefined ? {} : { argument: Number(argument) }) };
    }
    return { kind: 'names', names: [name] };
  }

  private bracket(): Segment {
    this.eat('[');
    this.spaces();
    let segment: Segment;
    const c = this.text[this.i];
    if (this.eat('*')) segment = { kind: 'wildcard' };
    else if (c === '?') {
      this.i++;
      this.spaces();
      if (!this.eat('(')) this.fail('A filter is written [?( … )]');
      const test = this.or();
      this.spaces();
      if (!this.eat(')')) this.fail("')' is missing");
      segment = { kind: 'filter', test };
    } else if (c === "'" || c === '"') {
      const names: string[] = [];
      do {
        this.spaces();
        names.push(this.quoted());
        this.spaces();
      } while (this.eat(','));
      segment = { kind: 'names', names };
    } else segment = this.numbers();
    this.spaces();
    if (!this.eat(']')) this.fail("']' is missing");
    return segment;
  }

  private numbers(): Segment {
    const first = this.match(/-?\d+/y);
    this.spaces();
    if (this.text[this.i] === ':') {
      const parts: (number | undefined)[] = [first === undefined ? undefined : Number(first)];
      while (parts.length < 3 && this.eat(':')) {
        this.spaces();
        const next = this.match(/-?\d+/y);
        parts.push(next === undefined ? undefined : Number(next));
        this.spaces();
      }
      const [from, to, by] = parts;
      if (by !== undefined && by < 1) this.fail('A slice goes forward');
      return {
        kind: 'slice',
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(by === undefined ? {} : { by }),
      };
    }
    if (first === undefined) this.fail('An index, a name in quotes, a slice, * or ?( ) is expected');
    const indexes = [Number(first)];
    while (this.eat(',')) {
      this.spaces();
      const next = this.match(/-?\d+/y);
      if (next === undefined) this.fail('An index is missing');
      indexes.push(Number(next));
      this.spaces();
    }
    return { kind: 'indexes', indexes };
  }

  /** A backslash guards the closing quote and itself; before any other character AWS keeps it as it is. */
  private quoted(): string {
    const quote = this.text[this.i];
    if (quote !== "'" && quote !== '"') this.fail('A name in quotes is expected');
    this.i++;
    let name = '';
    for (; ; this.i++) {
      const c = this.text[this.i];
      if (c === undefined) this.fail('A closing quote is missing');
      if (c === quote) break;
      const next = this.text[this.i + 1];
      if (c === '\\' && (next === quote || next === '\\')) {
        name += next;
        this.i++;
      } else name += c;
    }
    this.i++;
    return name;
  }

  private or(): Test {
    if (++this.depth > MAX_NESTING) this.fail('A filter nests too deeply');
    const tests = [this.and()];
    this.spaces();
    while (this.eat('||')) {
      tests.push(this.and());
      this.spaces();
    }
    this.depth--;
    return tests.length === 1 ? tests[0]! : { kind: 'or', tests };
  }

  private and(): Test {
    const tests = [this.unary()];
    this.spaces();
    while (this.eat('&&')) {
      tests.push(this.unary());
      this.spaces();
    }
    return tests.length === 1 ? tests[0]! : { kind: 'and', tests };
  }

  private unary(): Test {
    this.spaces();
    if (this.text[this.i] === '!' && this.text[this.i + 1] !== '=') {
      this.i++;
      if (++this.depth > MAX_NESTING) this.fail('A filter nests too deeply');
      const test = this.unary();
      this.depth--;
      return { kind: 'not', test };
    }
    if (this.eat('(')) {
      const test = this.or();
      this.spaces();
      if (!this.eat(')')) this.fail("')' is missing");
      return test;
    }
    const left = this.operand();
    this.spaces();
    if (this.eat('=~')) {
      this.spaces();
      return { kind: 'matches', left, pattern: this.pattern() };
    }
    const operator: Comparator | undefined =
      OPERATORS.find((token) => this.eat(token)) ??
      WORD_OPERATORS.find(
        (word) =>
          new RegExp(`^${word}\\b`, 'i').test(this.text.slice(this.i, this.i + word.length + 1)) &&
          this.eat(this.text.slice(this.i, this.i + word.length)),
      );
    if (!operator) {
      if ('path' in left) return { kind: 'exists', path: left.path };
      if (typeof left.literal === 'boolean') return { kind: 'constant', value: left.literal };
      this.fail('A comparison is expected');
    }
    this.spaces();
    return { kind: 'compare', left, operator, right: this.operand() };
  }

  private operand(): Operand {
    const c = this.text[this.i];
    if (c === '@' || c === '$') return { path: this.path(true) };
    if (c === "'" || c === '"') return { literal: this.quoted() };
    if (c === '[' || c === '{') return { literal: this.json() };
    const word = this.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y);
    if (word === undefined) this.fail('A value or a path is expected');
    return { literal: JSON.parse(word) as Json };
  }

  private pattern(): Pattern {
    const found = this.match(/\/((?:[^/\\]|\\.)*)\/([a-z]*)/y);
    if (found === undefined) this.fail('A regular expression between slashes is expected');
    const end = found.lastIndexOf('/');
    try {
      return compilePattern(found.slice(1, end), found.slice(end + 1));
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  private json(): Json {
    const from = this.i;
    const closers: string[] = [];
    for (; this.i < this.text.length; this.i++) {
      const c = this.text[this.i]!;
      if (c === '"' || c === "'") {
        this.quoted();
        this.i--;
      } else if (c === '[' || c === '{') closers.push(c === '[' ? ']' : '}');
      else if (c === ']' || c === '}') {
        if (closers.pop() !== c) this.fail(`Unexpected '${c}'`);
        if (closers.length === 0) {
          this.i++;
          return this.literal(this.text.slice(from, this.i));
        }
      }
    }
    this.fail('A closing bracket is missing');
  }

  private literal(text: string): Json {
    try {
      return JSON.parse(
        text.replace(/'((?:[^'\\]|\\.)*)'/g, (_, inner: string) => JSON.stringify(inner.replace(/\\'/g, "'"))),
      ) as Json;
    } catch {
      this.fail('A JSON value is expected');
    }
  }
}
