/**
 * What a definition reads of a run's input, told from its steps: for a workflow that came without a description of its
 * input, as every imported one does.
 *
 *   graph ──inputRead()──▶ { type: 'object', properties: { names: { type: 'array' }, limit: { type: 'number' } } }
 *
 * `$states.context.Execution.Input.x` and `$$.Execution.Input.x` name the input everywhere. `$states.input.x` and `$.x`
 * name it as long as what a step is handed still is the input: followed from the start through paths, results that are
 * laid beside it, loops over one of its lists, and variables that hold a part of it. Where that is no longer sure, nothing
 * is claimed. A type is told only where the use leaves no other; else the field has none. Pure.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { expressionText } from './data';
import { visitMappings } from './places';
import type { MapNode, QueryLanguage, Workflow, WorkflowEdge, WorkflowNode } from './schema';
import { languageOf } from './tree';
import { leaves } from './variables';

/** `*`: each item of a list */
type Path = string[];
/** What a step is handed: this part of the input, and what was laid over it since. */
type Handed = { at: Path; over: Path[] };
type Type = 'string' | 'number' | 'boolean' | 'array';
type Field = { type?: Type; fields: Map<string, Field>; item?: Field };
/** What is read, by the step that reads it; `covered`: what a step finds laid over the input on one way to it at least. */
type Sink = { node: string; read: { node: string; path: Path; type?: Type }[]; covered: Set<string> };

/** A step is looked at again for each other thing that it may be handed, so often at most. */
const WAYS = 6;
const DEEP = 6;

/** @returns an object schema; without properties when nothing of the input is read by name */
export function inputRead(graph: Workflow): JsonSchema {
  const sink: Sink = { node: '', read: [], covered: new Set() };
  /** variables that hold a part of the input */
  const held = new Map<string, Path>();
  const seen = new Map<string, Set<string>>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const leading = new Map<string, WorkflowEdge[]>();
  for (const edge of graph.edges) leading.set(edge.from, [...(leading.get(edge.from) ?? []), edge]);
  const going: { id: string; handed: Handed | null; item: Path | null }[] = [];
  const go = (id: string | null, handed: Handed | null, item: Path | null) => {
    if (id === null) return;
    const key = JSON.stringify([handed, item]);
    const known = seen.get(id) ?? new Set();
    if (known.has(key) || known.size >= WAYS) return;
    seen.set(id, known.add(key));
    going.push({ id, handed, item });
  };
  go(graph.startAt, { at: [], over: [] }, null);
  for (let next = going.shift(); next; next = going.shift()) {
    const node = byId.get(next.id);
    if (!node) continue;
    const { handed, item } = next;
    sink.node = node.id;
    const language = languageOf(graph, node);
    const at = narrowed(handed, node.inputPath, sink);
    const list = node.kind === 'map' ? listOf(node, language, { handed: at, item, held, sink }) : null;
    const each = list && [...list, '*'];
    // What a Map makes of each item names the items of its own list.
    readsOf(node, language, { handed: at, item: node.kind === 'map' ? each : item, held, sink });
    for (const { name, value } of node.assign ?? []) {
      const text = value.kind === 'literal' || value.kind === 'object' || value.kind === 'list' ? null : value;
      const path = text && wholePath(expressionText(text, language), language, { handed: at, item, held, sink });
      if (path && !held.has(name)) held.set(name, path);
    }
    if (node.kind === 'parallel')
      for (const { startAt } of node.branches) go(startAt, node.arguments ? null : at, item);
    if (node.kind === 'map') {
      if (list) note(sink, list, 'array');
      const plain = !node.itemSelector && !node.itemBatcher;
      go(node.processor.startAt, plain && each ? { at: each, over: [] } : null, each);
    }
    const out = after(node, language, handed, at, sink);
    for (const edge of leading.get(node.id) ?? []) {
      if (edge.kind !== 'catch') go(edge.to, out, item);
      else {
        const catcher = 'catchers' in node ? node.catchers?.[edge.index ?? 0] : undefined;
        go(edge.to, language === 'JSONPath' ? laid(handed, catcher?.resultPath, null) : null, item);
      }
    }
  }
  const root: Field = { fields: new Map() };
  // Where one way brings it along, it is meant to come from there: an error that a step caught, say.
  for (const { node, path, type } of sink.read) if (!sink.covered.has(keyOf(node, path))) put(root, path, type);
  return { ...schemaOf(root), type: 'object', properties: schemaOf(root).properties ?? {} };
}

/** The list of the input that a Map goes over; `null` where it is no part of the input. */
function listOf(node: MapNode, language: QueryLanguage, known: Known): Path | null {
  if (node.itemReader) return null;
  return node.items ? wholePath(expressionText(node.items, language), language, known) : (known.handed?.at ?? null);
}

type Known = { handed: Handed | null; item: Path | null; held: ReadonlyMap<string, Path>; sink: Sink };

/** Everything that a step's own mappings read. */
function readsOf(node: WorkflowNode, language: QueryLanguage, known: Known): void {
  const { sink } = known;
  visitMappings(node, language, (mapping, _place, phase) => {
    // After a step's work, `$` is its result in JSONPath; JSONata names the input still.
    const now = phase === 'before' || language === 'JSONata' ? known : { ...known, handed: null };
    for (const { mapping: leaf } of leaves(mapping)) {
      for (const { path, type } of pathsIn(expressionText(leaf, language), language, now)) note(sink, path, type);
    }
    return mapping;
  });
  if (node.kind === 'choice')
    for (const { condition } of node.rules) if (condition.language === 'JSONPath') compared(condition.value, known);
  if (node.kind === 'wait' && node.wait && node.wait.value.kind !== 'literal') {
    const path = wholePath(expressionText(node.wait.value, language), language, known);
    if (path) note(sink, path, node.wait.for === 'seconds' ? 'number' : 'string');
  }
}

/** A JSONPath rule tells by its operator what its variable is. */
function compared(rule: JsonObject, known: Known): void {
  for (const [key, value] of Object.entries(rule)) {
    const parts = Array.isArray(value) ? value : [value];
    if (key === 'And' || key === 'Or' || key === 'Not')
      for (const part of parts) if (isObject(part)) compared(part, known);
    const type = /^Numeric/.test(key)
      ? 'number'
      : /^Boolean/.test(key)
        ? 'boolean'
        : /^(String|Timestamp)/.test(key)
          ? 'string'
          : null;
    if (!type) continue;
    for (const side of [rule.Variable, key.endsWith('Path') ? value : undefined] as (Json | undefined)[]) {
      const path = typeof side === 'string' ? wholePath(side, 'JSONPath', known) : null;
      if (path) note(known.sink, path, type);
    }
  }
}

// ------------------------------------------------------------------ what a step hands on

function after(
  node: WorkflowNode,
  language: QueryLanguage,
  handed: Handed | null,
  at: Handed | null,
  sink: Sink,
): Handed | null {
  const works = node.kind === 'task' || node.kind === 'parallel' || node.kind === 'map';
  if (language === 'JSONata') {
    if (!node.output) return works ? null : at;
    return node.output.kind !== 'literal' && expressionText(node.output, language).trim() === '$states.input'
      ? at
      : null;
  }
  const makes = works || (node.kind === 'pass' && (node.arguments !== undefined || node.result !== undefined));
  return narrowed(
    makes ? laid(handed, node.resultPath, null) : laid(handed, node.resultPath, at),
    node.outputPath,
    sink,
  );
}

/** `ResultPath`: `null` keeps what was handed in, `$.x` lays the result over it, none puts it in its place. */
function laid(handed: Handed | null, resultPath: string | null | undefined, result: Handed | null): Handed | null {
  if (resultPath === null) return handed;
  if (resultPath === undefined || resultPath === '$') return result;
  const path = segments(resultPath.replace(/^\$/, ''));
  return handed && path ? { at: handed.at, over: [...handed.over, [...handed.at, ...path]] } : null;
}

/** `InputPath` and `OutputPath`. */
function narrowed(handed: Handed | null, path: string | null | undefined, sink: Sink): Handed | null {
  if (path === undefined || path === '$' || handed === null) return handed;
  const steps = path === null ? null : wholePath(path, 'JSONPath', { handed, item: null, held: new Map(), sink });
  if (!steps) return null;
  note(sink, steps);
  return { at: steps, over: handed.over };
}

// ------------------------------------------------------------------ paths in texts

const NAMES = String.raw`((?:\.[\p{ID_Start}_][\p{ID_Continue}-]*|\['[^']+'\])*)`;
const JSONATA_NAMES = String.raw`((?:\.(?:[\p{ID_Start}_][\p{ID_Continue}]*|\x60[^\x60]+\x60))*)`;
const IN_JSONPATH = new RegExp(
  String.raw`(?<![\p{ID_Continue}$])(\$\$\.Execution\.Input|\$\$\.Map\.Item\.Value|\$(?=[.[])|\$[\p{ID_Start}_][\p{ID_Continue}]*)${NAMES}`,
  'gu',
);
const IN_JSONATA = new RegExp(
  String.raw`(?<![\p{ID_Continue}$.])(\$states\.context\.Execution\.Input|\$states\.context\.Map\.Item\.Value|\$states\.input|\$[\p{ID_Start}_][\p{ID_Continue}]*(?!\())${JSONATA_NAMES}`,
  'gu',
);

function pathsIn(text: string, language: QueryLanguage, known: Known): { path: Path; type?: Type }[] {
  const found: { path: Path; type?: Type }[] = [];
  for (const match of text.matchAll(language === 'JSONata' ? IN_JSONATA : IN_JSONPATH)) {
    const path = meant(match[1]!, match[2] ?? '', known);
    if (!path || path.length === 0) continue;
    const type = usedAs(text.slice(0, match.index), text.slice(match.index + match[0].length), language);
    found.push(type ? { path, type } : { path });
  }
  return found;
}

/** The path that a text is, whole; `null` where it is more, or is no part of the input. */
function wholePath(text: string, language: QueryLanguage, known: Known): Path | null {
  const whole = text.trim();
  if (language === 'JSONPath' && whole === '$') return known.handed?.at ?? null;
  const [match] = whole.matchAll(language === 'JSONata' ? IN_JSONATA : IN_JSONPATH);
  // `$.list[*]` and `$.list[:]` are the list itself.
  const rest = match ? whole.slice(match[0].length) : '';
  return match?.index === 0 && (rest === '' || rest === '[*]') ? meant(match[1]!, match[2] ?? '', known) : null;
}

function meant(root: string, names: string, { handed, item, held, sink }: Known): Path | null {
  const steps = segments(names);
  if (!steps) return null;
  if (root.endsWith('Execution.Input')) return steps;
  if (root.endsWith('Map.Item.Value')) return item && [...item, ...steps];
  if (root === '$' || root === '$states.input') {
    if (!handed) return null;
    const path = [...handed.at, ...steps];
    const covered = handed.over.some((over) => over.every((name, i) => path[i] === name));
    if (covered) sink.covered.add(keyOf(sink.node, path));
    return covered ? null : path;
  }
  const holds = held.get(root.slice(1));
  return holds ? [...holds, ...steps] : null;
}

/** `.a['b'].c` as names; `null` for what is no plain way. */
function segments(text: string): Path | null {
  const found = [...text.matchAll(/\.([\p{ID_Start}_][\p{ID_Continue}-]*)|\['([^']+)'\]|\.\x60([^\x60]+)\x60/gu)];
  if (found.map(([all]) => all).join('') !== text) return null;
  return found.map(([, plain, quoted, ticked]) => plain ?? quoted ?? ticked ?? '');
}

/** What a value must be for what is done with it right there. */
function usedAs(before: string, behind: string, language: QueryLanguage): Type | undefined {
  if (language === 'JSONPath')
    return /States\.(MathAdd|MathRandom)\([^()]*$/.test(before)
      ? 'number'
      : /States\.Array(Length|Partition|Contains|GetItem|Unique)\($/.test(before)
        ? 'array'
        : /States\.(StringSplit|Hash|Base64Encode|Base64Decode|StringToJson)\($/.test(before)
          ? 'string'
          : undefined;
  if (/^\s*(>=?|<=?|[-+*/%])\s*-?(\d|\$)/.test(behind) || /\d\s*(>=?|<=?|[-+*/%])\s*$/.test(before)) return 'number';
  if (/^\s*!?=\s*(true|false)\b/.test(behind)) return 'boolean';
  if (/^\s*!?=\s*['"]/.test(behind)) return 'string';
  if (/\$(map|filter|reduce|count|join|sum|average)\(\s*$/.test(before)) return 'array';
  if (/\$(split|uppercase|lowercase|trim|substringBefore|substringAfter)\(\s*$/.test(before)) return 'string';
  return undefined;
}

// ------------------------------------------------------------------ what was found

const keyOf = (node: string, path: Path): string => [node, ...path].join('\0');

function note({ node, read }: Sink, path: Path, type?: Type): void {
  read.push(type ? { node, path, type } : { node, path });
}

function put(root: Field, path: Path, type?: Type): void {
  let field = root;
  for (const name of path.slice(0, DEEP)) {
    if (name === '*') {
      field.item ??= { fields: new Map() };
      field = field.item;
    } else {
      const known = field.fields.get(name) ?? { fields: new Map() };
      field.fields.set(name, known);
      field = known;
    }
  }
  if (path.length <= DEEP) field.type ??= type;
}

function schemaOf({ type, fields, item }: Field): JsonSchema {
  if (item || type === 'array') {
    const items = item && schemaOf(item);
    return items && Object.keys(items).length > 0 ? { type: 'array', items } : { type: 'array' };
  }
  if (fields.size > 0)
    return {
      type: 'object',
      properties: Object.fromEntries([...fields].map(([name, field]) => [name, schemaOf(field)])),
    };
  return type ? { type } : {};
}
