/**
 * How a reference is spelled in each query language, and how a mapping field's text is read.
 *
 *   Reference ⇄ text        `$states.context.Execution.Input.photo` · `$$.Execution.Input.photo`
 *   Mapping   ⇄ what a person types into a mapping field
 *
 * A text is a reference only in its canonical spelling (what `referenceText` writes); anything else is an expression,
 * kept word for word. Knows nothing of nodes.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { Mapping, QueryLanguage, Source } from './schema';

export type Reference = Extract<Mapping, { kind: 'reference' }>;
export type Segment = string | number;

/** What `$` stands for in JSONPath: the state's input, or in ResultSelector and Assign its result, or a catcher's error. */
export type Dollar = 'state-input' | 'result' | 'error';

/** A variable's or a plain field's name: what both languages take without quotes. */
const NAME = '[\\p{ID_Start}_][\\p{ID_Continue}]*';
const PLAIN = new RegExp(`^${NAME}$`, 'u');
/** Words that JSONata reads as operators or values where a name could stand. */
const JSONATA_WORDS = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function', 'λ']);

/** Fit for a variable's name: an identifier of at most 80 characters; `states` is taken by the language. */
export const isVariableName = (name: string): boolean => PLAIN.test(name) && name.length <= 80 && name !== 'states';

const JSONATA_ROOT: Record<Exclude<Source['kind'], 'variable'>, string> = {
  input: '$states.context.Execution.Input',
  context: '$states.context',
  'state-input': '$states.input',
  result: '$states.result',
  error: '$states.errorOutput',
};
const JSONPATH_ROOT: Record<Exclude<Source['kind'], 'variable'>, string> = {
  input: '$$.Execution.Input',
  context: '$$',
  'state-input': '$',
  result: '$',
  error: '$',
};

/**
 * The canonical text of a reference: in JSONata without `{%` and `%}`.
 *
 * @example referenceText({ kind: 'reference', from: { kind: 'input' }, path: ['a b', 0] }, 'JSONata')
 * // $states.context.Execution.Input.`a b`[0]
 */
export function referenceText(reference: Pick<Reference, 'from' | 'path'>, language: QueryLanguage): string {
  const roots = language === 'JSONata' ? JSONATA_ROOT : JSONPATH_ROOT;
  const root = reference.from.kind === 'variable' ? `$${reference.from.name}` : roots[reference.from.kind];
  return reference.path.reduce<string>(language === 'JSONata' ? jsonataStep : jsonPathStep, root);
}

function jsonataStep(before: string, segment: Segment): string {
  if (typeof segment === 'number') return `${before}[${segment}]`;
  if (PLAIN.test(segment) && !JSONATA_WORDS.has(segment)) return `${before}.${segment}`;
  // Quoted names have no escapes in JSONata, so a backtick inside needs $lookup (and reads back as an expression).
  if (segment === '' || segment.includes('`')) return `$lookup(${before}, ${JSON.stringify(segment)})`;
  return `${before}.\`${segment}\``;
}

function jsonPathStep(before: string, segment: Segment): string {
  if (typeof segment === 'number') return `${before}[${segment}]`;
  if (PLAIN.test(segment)) return `${before}.${segment}`;
  return `${before}['${segment.replace(/[\\']/g, '\\$&')}']`;
}

/** @returns `null` unless the text is exactly what `referenceText` would write. */
export function parseReference(
  text: string,
  language: QueryLanguage,
  dollar: Dollar = 'state-input',
): Reference | null {
  const read = language === 'JSONata' ? readJsonata(text) : readJsonPath(text, dollar);
  if (!read) return null;
  const reference: Reference = { kind: 'reference', ...read };
  return referenceText(reference, language) === text ? reference : null;
}

function readJsonata(text: string): Pick<Reference, 'from' | 'path'> | null {
  const head = new RegExp(`^\\$(${NAME})`, 'u').exec(text);
  const path = head && segments(text.slice(head[0].length), JSONATA_SEGMENT);
  if (!head || !path) return null;
  if (head[1] !== 'states') return { from: { kind: 'variable', name: head[1]! }, path };
  switch (path[0]) {
    case 'input':
      return { from: { kind: 'state-input' }, path: path.slice(1) };
    case 'result':
      return { from: { kind: 'result' }, path: path.slice(1) };
    case 'errorOutput':
      return { from: { kind: 'error' }, path: path.slice(1) };
    case 'context':
      return contextOrInput(path.slice(1));
    default:
      return null;
  }
}

function readJsonPath(text: string, dollar: Dollar): Pick<Reference, 'from' | 'path'> | null {
  const head = new RegExp(`^\\$(\\$|${NAME})?`, 'u').exec(text);
  const path = head && segments(text.slice(head[0].length), JSONPATH_SEGMENT);
  if (!head || !path) return null;
  if (head[1] === undefined) return { from: { kind: dollar }, path };
  return head[1] === '$' ? contextOrInput(path) : { from: { kind: 'variable', name: head[1] }, path };
}

const contextOrInput = (path: Segment[]): Pick<Reference, 'from' | 'path'> =>
  path[0] === 'Execution' && path[1] === 'Input'
    ? { from: { kind: 'input' }, path: path.slice(2) }
    : { from: { kind: 'context' }, path };

const JSONATA_SEGMENT = new RegExp(`\\.(${NAME})|\\.\`([^\`]+)\`|\\[(-?\\d+)\\]`, 'uy');
const JSONPATH_SEGMENT = new RegExp(`\\.(${NAME})|\\['((?:[^'\\\\]|\\\\.)*)'\\]|\\[(-?\\d+)\\]`, 'suy');

function segments(text: string, one: RegExp): Segment[] | null {
  // JSONata's quoted names have no escapes.
  const plainName = (name: string) => (one === JSONATA_SEGMENT ? name : name.replace(/\\(.)/gs, '$1'));
  const found: Segment[] = [];
  for (let at = 0; at < text.length; ) {
    one.lastIndex = at;
    const match = one.exec(text);
    if (!match) return null;
    const [whole, plain, quoted, index] = match;
    found.push(index !== undefined ? Number(index) : (plain ?? plainName(quoted!)));
    at += whole.length;
  }
  return found;
}

// ------------------------------------------------------------------ the text of a mapping field

/** A literal as it stands, or the expression that gives the same value; the switch of a mapping field keeps the value. */
export type MappingText = { mode: 'literal' | 'expression'; text: string };

/** What a mapping field shows. A literal is JSON, save that a string is shown without its quotes. */
export function mappingToText(mapping: Mapping | undefined, language: QueryLanguage): MappingText {
  if (mapping === undefined) return { mode: 'literal', text: '' };
  switch (mapping.kind) {
    case 'literal':
      return {
        mode: 'literal',
        text: typeof mapping.value === 'string' ? mapping.value : JSON.stringify(mapping.value),
      };
    case 'reference':
      return { mode: 'expression', text: referenceText(mapping, language) };
    case 'expression':
      return { mode: 'expression', text: language === 'JSONata' ? mapping.text.trim() : mapping.text };
    case 'object':
    case 'list':
      return { mode: 'expression', text: expressionText(mapping, language) };
  }
}

/** The same value as one expression: JSON is JSONata, so only references and expressions inside differ. */
export function expressionText(mapping: Mapping, language: QueryLanguage): string {
  switch (mapping.kind) {
    case 'literal':
      return language === 'JSONPath' && typeof mapping.value !== 'object'
        ? jsonPathLiteral(mapping.value)
        : JSON.stringify(mapping.value);
    case 'reference':
      return referenceText(mapping, language);
    case 'expression':
      return mapping.text.trim();
    case 'object':
      return `{${mapping.fields.map((f) => `${JSON.stringify(f.name)}: ${expressionText(f.value, language)}`).join(', ')}}`;
    case 'list':
      return `[${mapping.items.map((item) => expressionText(item, language)).join(', ')}]`;
  }
}

/** An intrinsic function's argument: strings stand in single quotes. */
const jsonPathLiteral = (value: Json): string =>
  typeof value === 'string' ? `'${value.replace(/[\\'{}]/g, '\\$&')}'` : JSON.stringify(value);

/**
 * The mapping that a typed text means.
 *
 * @param like JSON Schema type of the field: `string` keeps `5` a text, any other type (or none) reads JSON where it parses
 */
export function parseMappingText(
  text: string,
  mode: MappingText['mode'],
  language: QueryLanguage,
  like?: string,
): Mapping {
  if (mode === 'literal') return { kind: 'literal', value: literalOf(text, like) };
  const trimmed = text.trim().replace(/^\{%\s*([\s\S]*?)\s*%\}$/, '$1');
  return (
    parseReference(trimmed, language) ?? { kind: 'expression', text: language === 'JSONata' ? ` ${trimmed} ` : trimmed }
  );
}

function literalOf(text: string, like?: string): Json {
  if (like === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The literal ↔ expression switch of a mapping field: the value stays, the spelling changes. */
export function switchMode(mapping: Mapping | undefined, language: QueryLanguage): Mapping {
  if (mapping === undefined) return { kind: 'expression', text: '' };
  if (mapping.kind === 'literal') {
    const text = expressionText(mapping, language);
    return { kind: 'expression', text: language === 'JSONata' ? ` ${text} ` : text };
  }
  if (mapping.kind === 'expression') {
    const value = readLiteral(mapping.text.trim());
    return { kind: 'literal', value: value === undefined ? mapping.text.trim() : value };
  }
  return { kind: 'literal', value: expressionText(mapping, language) };
}

/** A JSON text, or a text in single quotes. */
function readLiteral(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    const quoted = /^'((?:[^'\\]|\\.)*)'$/s.exec(text);
    return quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : undefined;
  }
}
