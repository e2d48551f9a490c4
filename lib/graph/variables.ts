/**
 * Variables in mappings and expressions: which are named, and how to name them otherwise.
 *
 * Expressions are cut into tokens, so that a `$name` in a string, a comment, a quoted field or a regular expression is
 * left alone.
 * @module
 */

import { visitMappings } from './places';
import type { Mapping, QueryLanguage, Workflow } from './schema';
import { languageOf } from './tree';

/** A token of an expression that matters here; `value` tells whether a `/` after it divides. */
const TOKEN =
  /(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<quoted>`[^`]*`)|(?<comment>\/\*[\s\S]*?\*\/)|\$(?<variable>[\p{ID_Start}_][\p{ID_Continue}]*)|(?<word>\$\$?|[\p{ID_Start}_][\p{ID_Continue}]*|\d+(?:\.\d+)?)|(?<blank>\s+)|(?<sign>[\s\S])/uy;

type Piece = { text: string; variable?: string };

/** The expression in pieces; joined again they are the expression. */
function pieces(text: string, language: QueryLanguage): Piece[] {
  const found: Piece[] = [];
  let dividesNext = false;
  let afterDot = false;
  for (let at = 0; at < text.length; ) {
    if (language === 'JSONata' && text[at] === '/' && !dividesNext && text[at + 1] !== '*') {
      const regex = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
      regex.lastIndex = at;
      const match = regex.exec(text);
      if (match) {
        found.push({ text: match[0] });
        at += match[0].length;
        dividesNext = true;
        continue;
      }
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) break;
    const { string, quoted, comment, variable, word, blank, sign } = match.groups!;
    found.push(variable === undefined ? { text: match[0] } : { text: match[0], variable });
    at += match[0].length;
    if (comment !== undefined || blank !== undefined) continue;
    const operator = word === 'and' || word === 'or' || word === 'in';
    dividesNext =
      string !== undefined ||
      quoted !== undefined ||
      variable !== undefined ||
      (word !== undefined && (!operator || afterDot)) ||
      sign === ')' ||
      sign === ']' ||
      sign === '}' ||
      ((sign === '*' || sign === '%') && afterDot);
    afterDot = sign === '.';
  }
  return found;
}

/** Variables that an expression names, in order, each once. Local ones of the expression itself are among them. */
export const variablesIn = (text: string, language: QueryLanguage): string[] => [
  ...new Set(pieces(text, language).flatMap((piece) => piece.variable ?? [])),
];

/** What an expression names from outside of itself: no functions, no variables of its own. */
function outerVariables(text: string, language: QueryLanguage): { name: string; optional: boolean }[] {
  const found = pieces(text, language);
  const own = new Set<string>();
  const named = new Set<string>();
  const around = (from: number, step: 1 | -1): string => {
    for (let i = from + step; i >= 0 && i < found.length; i += step)
      if (!/^(\s+|\/\*[\s\S]*)$/.test(found[i]!.text)) return found[i]!.text;
    return '';
  };
  let parameters = false;
  for (const [i, { text: piece, variable }] of found.entries()) {
    if (piece === 'function' || piece === 'λ') parameters = true;
    else if (parameters && piece === ')') parameters = false;
    if (variable === undefined) continue;
    const before = around(i, -1);
    const after = around(i, 1);
    const bound =
      after === ':' &&
      found
        .slice(i + 1)
        .map((f) => f.text)
        .join('')
        .trimStart()
        .startsWith(':=');
    if (language === 'JSONata' && (parameters || bound || before === '@' || before === '#')) own.add(variable);
    else if (language === 'JSONata' && after === '(') continue;
    else named.add(variable);
  }
  // `$exists($x)` asks whether it is there, so the rest of the expression may be trusted to know.
  const asked = new Set(
    [...text.matchAll(/\$exists\(\s*\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu)].map((match) => match[1]!),
  );
  return [...named]
    .filter((name) => name !== 'states' && !own.has(name) && !(language === 'JSONata' && FUNCTIONS.has(name)))
    .map((name) => ({ name, optional: asked.has(name) }));
}

/** Variables that a reference or an expression needs from outside. */
export function namedIn(mapping: Mapping, language: QueryLanguage): { name: string; optional: boolean }[] {
  if (mapping.kind === 'expression') return outerVariables(mapping.text, language);
  if (mapping.kind !== 'reference' || mapping.from.kind !== 'variable') return [];
  return [{ name: mapping.from.name, optional: false }];
}

/** JSONata's functions and those that Step Functions adds: named without parentheses, they are passed on. */
const FUNCTIONS = new Set(
  `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent distinct each
  encodeUrl encodeUrlComponent error eval exists filter floor formatBase formatInteger formatNumber fromMillis hash join keys
  length lookup lowercase map match max merge millis min not now number pad parse parseInteger partition power random range
  reduce replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum
  toMillis trim type uppercase uuid zip`.split(/\s+/),
);

/** The expression with variables named otherwise. */
export const renameIn = (text: string, language: QueryLanguage, rename: (name: string) => string): string =>
  pieces(text, language)
    .map((piece) => (piece.variable === undefined ? piece.text : `$${rename(piece.variable)}`))
    .join('');

/** The mapping with variables named otherwise; the same object where none is. */
export function renameVariables(mapping: Mapping, language: QueryLanguage, rename: (name: string) => string): Mapping {
  switch (mapping.kind) {
    case 'literal':
      return mapping;
    case 'reference': {
      if (mapping.from.kind !== 'variable') return mapping;
      const name = rename(mapping.from.name);
      return name === mapping.from.name ? mapping : { ...mapping, from: { kind: 'variable', name } };
    }
    case 'expression': {
      const text = renameIn(mapping.text, language, rename);
      return text === mapping.text ? mapping : { kind: 'expression', text };
    }
    case 'object': {
      const fields = mapping.fields.map((field) => {
        const value = renameVariables(field.value, language, rename);
        return value === field.value ? field : { ...field, value };
      });
      return fields.every((field, i) => field === mapping.fields[i]) ? mapping : { kind: 'object', fields };
    }
    case 'list': {
      const items = mapping.items.map((item) => renameVariables(item, language, rename));
      return items.every((item, i) => item === mapping.items[i]) ? mapping : { kind: 'list', items };
    }
  }
}

/** Variables that a mapping names, by reference or in an expression. */
export function variablesOf(mapping: Mapping, language: QueryLanguage): Set<string> {
  const found = new Set<string>();
  renameVariables(mapping, language, (name) => {
    found.add(name);
    return name;
  });
  return found;
}

/** Each reference and expression in a mapping, with where it is. */
export function leaves(
  mapping: Mapping,
  path: (string | number)[] = [],
): { mapping: Mapping; path: (string | number)[] }[] {
  if (mapping.kind === 'object') return mapping.fields.flatMap((f) => leaves(f.value, [...path, f.name]));
  if (mapping.kind === 'list') return mapping.items.flatMap((item, i) => leaves(item, [...path, i]));
  return mapping.kind === 'literal' ? [] : [{ mapping, path }];
}

/** Where variables are bound: node by node, by its own assign, its rules' and its catchers'. */
export function boundVariables(
  graph: Workflow,
): { node: string; name: string; by: 'assign' | 'rule' | 'catch'; index?: number }[] {
  return graph.nodes.flatMap((node) => [
    ...(node.assign ?? []).map(({ name }) => ({ node: node.id, name, by: 'assign' as const })),
    ...(node.kind === 'choice'
      ? node.rules.flatMap((r, index) =>
          (r.assign ?? []).map(({ name }) => ({ node: node.id, name, by: 'rule' as const, index })),
        )
      : []),
    ...('catchers' in node && node.catchers
      ? node.catchers.flatMap((c, index) =>
          (c.assign ?? []).map(({ name }) => ({ node: node.id, name, by: 'catch' as const, index })),
        )
      : []),
  ]);
}

/** Every name that a new variable must not have: bound or named anywhere, even inside an expression. */
export function namesInUse(graph: Workflow): Set<string> {
  const names = new Set(boundVariables(graph).map(({ name }) => name));
  for (const node of graph.nodes) {
    const language = languageOf(graph, node);
    visitMappings(node, language, (mapping) => {
      for (const name of variablesOf(mapping, language)) names.add(name);
    });
  }
  return names;
}
