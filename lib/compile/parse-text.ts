/**
 * A definition's text, read with the places of everything in it.
 *
 *   text, format ──parseText()──▶ TextNode: the value, and where each part of it stands · faults with their places
 *
 * JSON, and YAML 1.2 with CloudFormation's short forms (`!Sub`, `!GetAtt` …, read as their
 * long forms). Duplicate names are a fault. Pure; runs in a browser too. Nothing is evaluated. Longer than most files,
 * because two languages are read into one tree.
 * @module
 */
import {
  Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json } from '@/lib/base/json';

export type TextFormat = 'json' | 'yaml';
export type TextPath = (string | number)[];

/** `from`, `to`: characters of the text. `flow`: written in brackets, as all of JSON is. */
export type TextNode = { from: number; to: number; value: Json } & (
  | { kind: 'object'; flow: boolean; entries: TextEntry[] /** has what stands elsewhere */; merged: boolean }
  | { kind: 'list'; flow: boolean; items: TextNode[] }
  | { kind: 'scalar' }
);
/** `from` is where the name begins, `nameTo` where it ends. */
export type TextEntry = { name: string; from: number; nameTo: number; node: TextNode };
/** `line` and `column` count from 1. */
export type TextFault = { message: string; from: number; to: number; line: number; column: number };
export type ParsedText = { root: TextNode | null; faults: TextFault[] };

/** Where a row of nested lists is no definition any more, and would cost the stack. */
const MAX_DEPTH = 500;

export function parseText(text: string, format: TextFormat): ParsedText {
  return format === 'json' ? parseJson(text) : parseYaml(text);
}

export function faultAt(text: string, message: string, from: number, to = from + 1): TextFault {
  const before = text.slice(0, from);
  const line = before.split('\n').length;
  return {
    message,
    from: Math.min(from, text.length),
    to: Math.min(Math.max(to, from), text.length),
    line,
    column: from - before.lastIndexOf('\n'),
  };
}

// ------------------------------------------------------------------ JSON

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON takes them only escaped
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Broken extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

function parseJson(text: string): ParsedText {
  const faults: TextFault[] = [];
  let at = 0;
  const blank = () => {
    while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++;
  };
  const token = (want: string): string => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.[0];
    if (found !== undefined) {
      at += found.length;
      return found;
    }
    if (at >= text.length) throw new Broken('The text ends too early: a bracket is not closed.', at);
    const c = text[at]!;
    if (c === '"') throw new Broken('A text in quotes is not closed, or holds a character that has to be escaped.', at);
    if (c === '}' || c === ']')
      throw new Broken('A comma stands before the closing bracket, or a value is missing.', at);
    if (c === '/' || c === '#') throw new Broken('JSON has no comments. Use "Comment", or YAML.', at);
    if (c === "'") throw new Broken('JSON takes double quotes only.', at);
    throw new Broken(`${want} is missing here.`, at);
  };
  const value = (depth: number): TextNode => {
    if (depth > MAX_DEPTH) throw new Broken('This is nested too deeply.', at);
    blank();
    const from = at;
    if (text[at] === '{') {
      at++;
      const entries: TextEntry[] = [];
      const names = new Set<string>();
      for (blank(); text[at] !== '}'; blank()) {
        if (entries.length > 0) comma('}');
        blank();
        const start = at;
        if (at < text.length && text[at] !== '"' && text[at] !== '}' && !"/#'".includes(text[at]!))
          throw new Broken('A name in double quotes is missing here.', at);
        const name = JSON.parse(token('A name in double quotes')) as string;
        const nameTo = at;
        if (names.has(name)) faults.push(faultAt(text, `"${name}" stands here twice.`, start, nameTo));
        names.add(name);
        blank();
        if (text[at] !== ':') throw new Broken('A colon is missing after the name.', at);
        at++;
        entries.push({ name, from: start, nameTo, node: value(depth + 1) });
      }
      at++;
      return { kind: 'object', flow: true, merged: false, from, to: at, entries, value: objectOf(entries) };
    }
    if (text[at] === '[') {
      at++;
      const items: TextNode[] = [];
      for (blank(); text[at] !== ']'; blank()) {
        if (items.length > 0) comma(']');
        items.push(value(depth + 1));
      }
      at++;
      return { kind: 'list', flow: true, from, to: at, items, value: items.map((item) => item.value) };
    }
    const read = JSON.parse(token('A value')) as Json;
    return { kind: 'scalar', from, to: at, value: read };
  };
  const comma = (close: string) => {
    if (at >= text.length) throw new Broken(`The text ends too early: a ${close} is missing.`, at);
    if (text[at] !== ',') throw new Broken(`A comma or ${close} is missing here.`, at);
    at++;
  };
  try {
    blank();
    if (at >= text.length) throw new Broken('The text is empty.', 0);
    const root = value(0);
    blank();
    if (at < text.length) throw new Broken('Something stands after the end.', at);
    return { root, faults };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { root: null, faults: [faultAt(text, error.message, error.at)] };
  }
}

/** As `JSON.parse` makes it: `__proto__` is a name like any other. */
function objectOf(entries: { name: string; node: { value: Json } }[]): { [name: string]: Json } {
  return Object.fromEntries(entries.map(({ name, node }) => [name, node.value]));
}

// ------------------------------------------------------------------ YAML

/** CloudFormation's short forms, by what they are short for. */
const SHORT_FORMS = [
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Sub',
  'Ref',
  'Condition',
];
const longForm = (tag: string): string => (tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`);
const TAGS = SHORT_FORMS.flatMap((name): ScalarTag[] =>
  ([undefined, 'map', 'seq'] as const).map(
    (collection) =>
      ({
        tag: `!${name}`,
        ...(collection && { collection }),
        identify: () => false,
        resolve: (value: unknown) => value,
      }) as unknown as ScalarTag,
  ),
);

function parseYaml(text: string): ParsedText {
  const document = parseDocument(text, { customTags: TAGS, merge: true, uniqueKeys: true, keepSourceTokens: true });
  const faults = document.errors.map(({ message, pos }) =>
    faultAt(text, sentence(message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')), pos[0], pos[1]),
  );
  if (faults.length > 0) return { root: null, faults };
  try {
    const root = document.contents ? nodeOf(document.contents as Node, 0) : null;
    if (!root) return { root: null, faults: [faultAt(text, 'The text is empty.', 0)] };
    return { root, faults: [] };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { root: null, faults: [faultAt(text, error.message, error.at)] };
  }

  function nodeOf(node: Node, depth: number): TextNode {
    const [from, to] = rangeIn(text, node);
    if (depth > MAX_DEPTH) throw new Broken('This is nested too deeply.', from);
    const short = SHORT_FORMS.find((name) => node.tag === `!${name}`);
    const read = plainOf(node, depth);
    // A short form is one value to whoever changes the text: it is replaced whole or not at all.
    if (short) return { kind: 'scalar', from, to, value: { [longForm(short)]: shortValue(short, read.value) } };
    return read;
  }

  function plainOf(node: Node, depth: number): TextNode {
    const [from, to] = rangeIn(text, node);
    if (isAlias(node)) return aliasOf(node, depth);
    if (isMap(node)) return mapOf(node as YAMLMap, depth);
    if (isSeq(node)) {
      const list = node as YAMLSeq;
      const items = list.items.map((item) => nodeOf(item as Node, depth + 1));
      return { kind: 'list', flow: list.flow === true, from, to, items, value: items.map((item) => item.value) };
    }
    const { value } = node as Scalar;
    if (value instanceof Date) return { kind: 'scalar', from, to, value: value.toISOString() };
    if (typeof value === 'bigint') return { kind: 'scalar', from, to, value: Number(value) };
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Broken('Step Functions has no number like this; put it into quotes.', from);
    return { kind: 'scalar', from, to, value: (value ?? null) as Json };
  }

  function aliasOf(node: Alias, depth: number): TextNode {
    const [from, to] = rangeIn(text, node);
    const resolved = node instanceof Alias ? node.resolve(document) : undefined;
    if (!resolved) throw new Broken(`No anchor is called "${node.source}".`, from);
    return { kind: 'scalar', from, to, value: nodeOf(resolved as Node, depth + 1).value };
  }

  function mapOf(map: YAMLMap, depth: number): TextNode {
    const [from, to] = rangeIn(text, map);
    const entries: TextEntry[] = [];
    const merged: { name: string; node: { value: Json } }[] = [];
    for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
      const [keyFrom, keyTo] = rangeIn(text, key);
      const name = isScalar(key) ? String(key.value) : null;
      if (name === null) throw new Broken('A name has to be a text.', keyFrom);
      const inner = value
        ? nodeOf(value, depth + 1)
        : ({ kind: 'scalar', from: keyTo, to: keyTo, value: null } satisfies TextNode);
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        for (const each of [inner.value].flat())
          if (typeof each === 'object' && each !== null && !Array.isArray(each))
            for (const [field, held] of Object.entries(each)) merged.push({ name: field, node: { value: held } });
        continue;
      }
      entries.push({ name, from: keyFrom, nameTo: keyTo, node: inner });
    }
    const own = new Set(entries.map(({ name }) => name));
    const value = objectOf([...merged.filter(({ name }) => !own.has(name)), ...entries]);
    return { kind: 'object', flow: map.flow === true, merged: merged.length > 0, from, to, entries, value };
  }
}

/** `!GetAtt A.B` is short for a list. */
const shortValue = (name: string, value: Json): Json =>
  name === 'GetAtt' && typeof value === 'string' && value.includes('.')
    ? [value.slice(0, value.indexOf('.')), value.slice(value.indexOf('.') + 1)]
    : value;

const PROPERTIES = /(?:[!&][^\s,[\]{}]*[ \t]+)+$/;
/** Where a node's own text begins, with its tag and anchor, and where it ends, without the line breaks that follow. */
function rangeIn(text: string, node: Node): [number, number] {
  const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const before = node.tag || ('anchor' in node && node.anchor) ? PROPERTIES.exec(text.slice(line, start)) : null;
  let to = end;
  while (to > start && ' \n\r\t'.includes(text[to - 1]!)) to--;
  return [start - (before?.[0].length ?? 0), to];
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

// ------------------------------------------------------------------ places

/** The part of a text that a path names, as far as it is there. `exact`: all of the path was. */
export function placeOf(
  root: TextNode | null,
  path: TextPath,
): { from: number; to: number; keyFrom: number; keyTo: number; exact: boolean } | null {
  if (!root) return null;
  let node = root;
  let key: { from: number; nameTo: number } | null = null;
  let exact = true;
  for (const part of path) {
    const entry: TextEntry | undefined =
      node.kind === 'object' ? node.entries.find(({ name }) => name === String(part)) : undefined;
    const item: TextNode | undefined = node.kind === 'list' ? node.items[Number(part)] : undefined;
    if (!entry && !item) {
      exact = false;
      break;
    }
    key = entry ? { from: entry.from, nameTo: entry.nameTo } : null;
    node = entry ? entry.node : item!;
  }
  return {
    from: key?.from ?? node.from,
    to: node.to,
    keyFrom: key?.from ?? node.from,
    keyTo: key?.nameTo ?? Math.min(node.to, node.from + 1),
    exact,
  };
}

/** The path of the innermost part that stands at a character. */
export function pathAt(root: TextNode | null, at: number): TextPath {
  const path: TextPath = [];
  for (let node: TextNode | undefined = root ?? undefined; node; ) {
    const inside: TextNode = node;
    if (inside.kind === 'object') {
      const entry: TextEntry | undefined = inside.entries.find(({ from, node: held }) => from <= at && at <= held.to);
      if (!entry) return path;
      path.push(entry.name);
      node = entry.node;
    } else if (inside.kind === 'list') {
      const index: number = inside.items.findIndex(({ from, to }) => from <= at && at <= to);
      if (index < 0) return path;
      path.push(index);
      node = inside.items[index];
    } else return path;
  }
  return path;
}
