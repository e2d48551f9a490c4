/**
 * Finding words in a workflow, and putting others in their place.
 *
 *   document, words ──findIn()──▶ places that hold them ──replaceIn()──▶ document, in one edit
 *
 * Looks where a person would: names, comments, functions, arguments, expressions, errors, notes; never at ids. A name is
 * replaced as a rename is: what refers to the step goes with it. Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import {
  type Assignments,
  type Catcher,
  expressionFromText,
  expressionToText,
  languageOf,
  type Mapping,
  nameProblem,
  nodeOf,
  type Path,
  type QueryLanguage,
  renameNode,
  rewrite,
  setNote,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';

export type Words = { text: string; matchCase: boolean };
/** `node`: of a step or a note. `what`: which of its fields, in a person's words. `text`: what stands there. */
export type Found = { node: string; path: Path; what: string; text: string };

/** Every place that holds the words, in the order of the steps. */
export function findIn(document: WorkflowDocument, words: Words): Found[] {
  if (words.text === '') return [];
  const found: Found[] = [];
  for (const node of document.graph.nodes)
    texts(document, node, (path, text) => {
      if (holds(text, words)) found.push({ node: node.id, path, what: whatOf(path), text });
      return text;
    });
  for (const note of document.notes)
    if (holds(note.text, words)) found.push({ node: note.id, path: ['note'], what: 'Note', text: note.text });
  return found;
}

/**
 * @param only absent: everywhere
 * @returns `replaced`: places that hold other words now; `refused`: names that could not be taken, and why
 */
export function replaceIn(
  document: WorkflowDocument,
  words: Words,
  by: string,
  only?: Found,
): { document: WorkflowDocument; replaced: number; refused: string[] } {
  let made = document;
  let replaced = 0;
  const refused: string[] = [];
  const mine = (id: string, path: Path) =>
    !only || (only.node === id && JSON.stringify(only.path) === JSON.stringify(path));
  const put = (id: string, path: Path, text: string) => {
    if (!holds(text, words) || !mine(id, path)) return text;
    replaced++;
    return exchanged(text, words, by);
  };
  const names: [id: string, name: string][] = [];
  const nodes = document.graph.nodes.map((node) =>
    texts(document, node, (path, text) => {
      if (path[0] !== 'name') return put(node.id, path, text);
      if (holds(text, words) && mine(node.id, path)) names.push([node.id, exchanged(text, words, by)]);
      return text;
    }),
  );
  if (nodes.some((node, i) => node !== document.graph.nodes[i])) made = { ...made, graph: { ...made.graph, nodes } };
  for (const note of document.notes) {
    const text = put(note.id, ['note'], note.text);
    if (text !== note.text) made = setNote(made, { ...note, text }).document;
  }
  for (const [id, name] of names) {
    const problem = nameProblem(made, id, name);
    if (problem) refused.push(problem.message);
    else {
      made = renameNode(made, id, name).document;
      replaced++;
    }
  }
  return { document: made, replaced, refused };
}

// ------------------------------------------------------------------ words

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = ({ text, matchCase }: Words) => new RegExp(literally(text), matchCase ? 'gu' : 'giu');
const holds = (text: string, words: Words): boolean => pattern(words).test(text);
const exchanged = (text: string, words: Words, by: string): string => text.replace(pattern(words), () => by);

// ------------------------------------------------------------------ texts of a step

type See = (path: Path, text: string) => string;

/** Shows every text of a step; @returns the step with what was answered in its place, the same where nothing changed */
function texts(document: WorkflowDocument, node: WorkflowNode, see: See): WorkflowNode {
  const language = languageOf(document.graph, node);
  see(['name'], node.name);
  let made = kept(field(node, 'comment', see), [], see);
  if (made.kind === 'task') made = field(made, 'resource', see);
  made = rewrite(made, language, (mapping, path) => inMapping(mapping, path, language, see));
  if (made.kind === 'pass' && made.result !== undefined) {
    const result = inJson(made.result, ['result'], see);
    if (result !== made.result) made = { ...made, result };
  }
  if (made.kind === 'choice') {
    const rules = mapped(made.rules, (rule, i) => kept(field(rule, 'comment', see, ['rules', i]), ['rules', i], see));
    if (rules !== made.rules) made = { ...made, rules };
  }
  if ('catchers' in made && made.catchers) {
    const catchers = mapped(
      made.catchers,
      (one, i): Catcher => kept(errors(one, ['catchers', i], see), ['catchers', i], see),
    );
    if (catchers !== made.catchers) made = { ...made, catchers };
  }
  if ('retry' in made && made.retry) {
    const retry = mapped(made.retry, (one, i) => errors(one, ['retry', i], see));
    if (retry !== made.retry) made = { ...made, retry };
  }
  return made;
}

function field<T extends object>(of: T, name: string, see: See, at: Path = []): T {
  const text = (of as Record<string, unknown>)[name];
  if (typeof text !== 'string') return of;
  const made = see([...at, name], text);
  return made === text ? of : { ...of, [name]: made };
}

/** The names under which values are kept: where references to them are replaced, they are too. */
function kept<T extends { assign?: Assignments }>(of: T, at: Path, see: See): T {
  if (!of.assign) return of;
  const assign = mapped(of.assign, (one) => {
    const name = see([...at, 'assign', one.name, 'name'], one.name);
    return name === one.name ? one : { ...one, name };
  });
  return assign === of.assign ? of : { ...of, assign };
}

function errors<T extends { errorEquals: string[] }>(of: T, at: Path, see: See): T {
  const errorEquals = mapped(of.errorEquals, (name, i) => see([...at, 'errorEquals', i], name));
  return errorEquals === of.errorEquals ? of : { ...of, errorEquals };
}

function inMapping(mapping: Mapping, path: Path, language: QueryLanguage, see: See): Mapping {
  switch (mapping.kind) {
    case 'literal': {
      const value = inJson(mapping.value, path, see);
      return value === mapping.value ? mapping : { ...mapping, value };
    }
    case 'expression': {
      const text = see(path, mapping.text);
      return text === mapping.text ? mapping : { ...mapping, text };
    }
    case 'reference': {
      const text = expressionToText(mapping, { language });
      const made = see(path, text);
      return made === text ? mapping : expressionFromText(made, { language });
    }
    case 'object': {
      const fields = mapped(mapping.fields, (one) => {
        const value = inMapping(one.value, [...path, one.name], language, see);
        return value === one.value ? one : { ...one, value };
      });
      return fields === mapping.fields ? mapping : { ...mapping, fields };
    }
    case 'list': {
      const items = mapped(mapping.items, (item, i) => inMapping(item, [...path, i], language, see));
      return items === mapping.items ? mapping : { ...mapping, items };
    }
  }
}

function inJson<T extends Json>(value: T, path: Path, see: See): T {
  if (typeof value === 'string') return see(path, value) as T;
  if (Array.isArray(value)) return mapped(value, (item, i) => inJson(item, [...path, i], see)) as T;
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const made = inJson(item as Json, [...path, key], see);
    if (made !== item) changed = true;
    return [key, made];
  });
  return changed ? (Object.fromEntries(entries) as T) : value;
}

function mapped<T>(list: T[], change: (item: T, index: number) => T): T[] {
  const made = list.map(change);
  return made.every((item, i) => item === list[i]) ? list : made;
}

const WHAT: Record<string, string> = {
  name: 'Name',
  comment: 'Comment',
  resource: 'Function',
  arguments: 'Input',
  items: 'Items',
  itemSelector: 'Input of each item',
  rules: 'Rule',
  assign: 'Value to keep',
  output: 'Output',
  retry: 'Retry',
  catchers: 'Error handler',
  error: 'Error',
  cause: 'Cause',
  result: 'Result',
  wait: 'Time to wait',
};

/** `['arguments', 'Payload', 'url']` → `Input: url` */
function whatOf(path: Path): string {
  if (path[0] === 'arguments' && path[1] === 'FunctionName') return 'Function';
  if (path.at(-1) === 'name' && path.at(-3) === 'assign') return 'Name of a kept value';
  const name = WHAT[String(path[0])] ?? String(path[0]);
  const rest = path.slice(path[0] === 'arguments' && path[1] === 'Payload' ? 2 : 1).filter((part) => part !== 'value');
  if (path[0] === 'rules' || path[0] === 'catchers' || path[0] === 'retry') return `${name} ${Number(path[1]) + 1}`;
  return rest.length > 0 ? `${name}: ${rest.join('.')}` : name;
}

/** The name of the step or the note in which something was found. */
export const titleOf = (document: WorkflowDocument, { node }: Found): string =>
  nodeOf(document.graph, node)?.name ?? 'Note';
