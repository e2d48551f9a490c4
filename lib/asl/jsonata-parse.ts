/**
 * Reads JSONata expressions without running them: is the syntax right, which variables are used, is it only a path.
 *
 * AWS speaks JSONata 2.0.6. The library here is newer, for its safety, and also knows `?:` and `??`; both are refused as
 * AWS's parser refuses them, and before parsing, because nested ones make the newer parser copy its tree over and over.
 * @module
 */
import jsonata from 'jsonata';

/** `{% … %}`, with nothing around it. @returns the expression without its braces and outer spaces; `null` for any other text */
export function jsonataOf(text: string): string | null {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : null;
}

/** A node of JSONata's syntax tree; only the fields that are read here. */
export type Node = {
  type: string;
  value?: unknown;
  position?: number;
  steps?: Node[];
  stages?: Node[];
  predicate?: Node[];
  expr?: Node;
  group?: { lhs: [Node, Node][] };
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  arguments?: Node[];
  procedure?: Node;
  body?: Node;
  expression?: Node;
  expressions?: Node[];
  condition?: Node;
  then?: Node;
  else?: Node;
  terms?: { expression: Node }[];
  pattern?: Node;
  update?: Node;
  delete?: Node;
  keepArray?: boolean;
  keepSingletonArray?: boolean;
  consarray?: boolean;
  tuple?: boolean;
  focus?: string;
  index?: string;
};

/** `position` counts characters from 0; `message` is JSONata's, without its code. */
export type JsonataSyntaxError = { code: string; message: string; position: number };
export type Parsed = { ok: true; ast: Node } | ({ ok: false } & JsonataSyntaxError);

const cache = new Map<string, Parsed>();
const CACHE_SIZE = 2000;
/** A longer text is parsed each time: its tree would take too much of the memory. */
const CACHED_LENGTH = 4096;

/** @param text without `{%` and `%}` */
export function parseJsonata(text: string): Parsed {
  const known = cache.get(text);
  if (known) return known;
  const parsed = parse(text);
  if (text.length > CACHED_LENGTH) return parsed;
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, parsed);
  return parsed;
}

function parse(text: string): Parsed {
  const newer = operatorOfLaterJsonata(text);
  if (newer !== null) {
    const symbol = text[newer + 1];
    return {
      ok: false,
      code: 'S0211',
      message: `The symbol "${symbol}" cannot be used as a unary operator`,
      position: newer + 1,
    };
  }
  try {
    return { ok: true, ast: jsonata(text).ast() as unknown as Node };
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, code: 'S0500', message: 'The expression nests too deeply', position: 0 };
    const { code = 'S0500', message = String(error), position = 0 } = error as Partial<JsonataSyntaxError>;
    return { ok: false, code, message, position };
  }
}

/** Where the first `?:` or `??` stands, outside strings, names in backticks, comments and regular expressions. */
function operatorOfLaterJsonata(text: string): number | null {
  if (!text.includes('?:') && !text.includes('??')) return null;
  // After a value a slash divides; anywhere else it opens a regular expression.
  let afterValue = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (/\s/.test(c)) continue;
    if (c === '"' || c === "'" || c === '`') {
      for (i++; i < text.length && text[i] !== c; i++) if (text[i] === '\\' && c !== '`') i++;
      afterValue = true;
    } else if (c === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) return null;
      i = end + 1;
    } else if (c === '/' && !afterValue) {
      let depth = 0;
      for (i++; i < text.length && !(text[i] === '/' && depth === 0); i++) {
        if (text[i] === '\\') i++;
        else if ('([{'.includes(text[i]!)) depth++;
        else if (')]}'.includes(text[i]!)) depth--;
      }
      afterValue = true;
    } else if (c === '?' && (text[i + 1] === ':' || text[i + 1] === '?')) return i;
    else afterValue = /[\w$)\]}\u0080-\uffff]/.test(c);
  }
  return null;
}

/** Every node of a tree, parents first. */
export function* nodesOf(node: Node): Generator<Node> {
  const todo: unknown[] = [node];
  while (todo.length > 0) {
    const next = todo.pop();
    if (Array.isArray(next)) todo.push(...next.toReversed());
    else if (typeof next === 'object' && next !== null && !(next instanceof RegExp)) {
      if (typeof (next as Node).type === 'string') yield next as Node;
      todo.push(...Object.values(next).toReversed());
    }
  }
}

/**
 * Names, without `$`, of the variables that an expression takes from outside: not those it defines itself, not
 * JSONata's functions (unless they are only named, not called).
 */
export function variablesOf(text: string): string[] {
  const parsed = parseJsonata(text);
  if (!parsed.ok) return [];
  const own = new Set<string>();
  const called = new Set<Node>();
  const used: Node[] = [];
  for (const node of nodesOf(parsed.ast)) {
    if (node.type === 'bind' && !Array.isArray(node.lhs) && node.lhs) own.add(String(node.lhs.value));
    if (node.type === 'lambda') for (const one of node.arguments ?? []) own.add(String(one.value));
    if (node.focus !== undefined) own.add(node.focus);
    if (node.index !== undefined) own.add(node.index);
    if (node.type === 'index') own.add(String(node.value));
    if ((node.type === 'function' || node.type === 'partial') && node.procedure) called.add(node.procedure);
    if (node.type === 'variable') used.push(node);
  }
  const names = used.filter((node) => !called.has(node)).map((node) => String(node.value));
  return [...new Set(names)].filter((name) => name !== '' && name !== '$' && !own.has(name));
}

/**
 * The fields of `$states` that an expression reads, or `null` when it may read any of them (`$states` as a whole).
 * @example statesFieldsOf('$states.input.a + $states.result') // ['input', 'result']
 */
export function statesFieldsOf(text: string): string[] | null {
  const parsed = parseJsonata(text);
  if (!parsed.ok) return null;
  const fields = new Set<string>();
  let whole = 0;
  for (const node of nodesOf(parsed.ast)) {
    if (node.type === 'variable' && node.value === 'states') whole++;
    const [first, second] = node.type === 'path' ? (node.steps ?? []) : [];
    if (first?.type === 'variable' && first.value === 'states' && !first.predicate && second?.type === 'name') {
      fields.add(String(second.value));
      whole--;
    }
  }
  return whole === 0 ? [...fields] : null;
}

/**
 * What an expression reads that AWS does not offer: a bare name at the top level (there is no context item), `$$`.
 * @returns in the order they are written, each once
 */
export function unsupportedReferencesOf(text: string): string[] {
  const parsed = parseJsonata(text);
  if (!parsed.ok) return [];
  const found = new Set<string>();
  const visit = (node: Node | undefined): void => {
    if (!node) return;
    switch (node.type) {
      case 'path':
        visit(node.steps?.[0]);
        return;
      case 'name':
        found.add(String(node.value));
        return;
      case 'variable':
        if (node.value === '$') found.add('$$');
        return;
      case 'unary':
        visit(node.expression);
        for (const one of node.expressions ?? []) visit(one);
        if (Array.isArray(node.lhs)) {
          for (const [key, value] of node.lhs) {
            visit(key);
            visit(value);
          }
        }
        return;
      case 'transform':
        return;
      default:
        if (!Array.isArray(node.lhs)) visit(node.type === 'bind' ? undefined : node.lhs);
        visit(node.procedure);
        for (const one of node.type === 'lambda' ? [] : (node.arguments ?? [])) visit(one);
        visit(node.body);
        for (const one of node.expressions ?? []) visit(one);
        visit(node.condition);
        visit(node.then);
        visit(node.else);
        visit(node.rhs);
    }
  };
  visit(parsed.ast);
  return [...found];
}

/** Does an expression read `$states.<field>`? */
export function readsStates(text: string, field: string): boolean {
  return statesFieldsOf(text)?.includes(field) ?? false;
}
