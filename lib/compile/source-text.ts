/**
 * The definition as the text that a person sees and edits, beside the graph.
 *
 *   document, format ──sourceText()──▶ the text as it was written last, changed only where the graph changed since
 *   document, typed text ──takeText()──▶ the document with the graph that the text says, or faults with their places
 *
 * A text that cannot be read changes nothing. Where the canvas changed while a text could not be read, both are brought
 * together. Pure.
 * @module
 */
import { isObject, type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import type { Diagnostic, Place, Severity } from '@/lib/base/problem';
import type { MapNode, ParallelNode, Parent, Workflow, WorkflowDocument } from '@/lib/graph/schema';
import { nodeOf, scopeKey } from '@/lib/graph/tree';
import { compile } from './compile';
import { decompile } from './decompile';
import { type ParsedText, parseText, placeOf, type TextFault, type TextFormat, type TextPath } from './parse-text';
import { patchText, writeText } from './patch-text';

export function sourceText({ graph, text }: Pick<WorkflowDocument, 'graph' | 'text'>, format: TextFormat): string {
  const { definition } = compile(graph);
  const written = text?.[format];
  if (written === undefined) return writeText(definition, format);
  const { root, faults } = parseText(written, format);
  // What the graph adds by itself, as the `End` of a step that leads nowhere, is not written into the text for it.
  if (root && faults.length === 0 && jsonEqual(decompile(root.value, graph).graph, graph)) return written;
  return patchText(written, format, definition);
}

/** Where a text is wrong, and how badly: an error keeps it from being taken. */
export type TextNote = TextFault & { severity: Severity; hint: string };
export type Taken = { document: WorkflowDocument | null; notes: TextNote[] };

/**
 * @param base what the text said before it was changed; where the graph says something else by now, both changes are
 * kept
 * @returns `document: null` where the text cannot be taken; `notes` then holds an error
 */
export function takeText(
  document: WorkflowDocument,
  format: TextFormat,
  typed: string,
  base: Json | null = null,
): Taken {
  const parsed = parseText(typed, format);
  const refused = readFaults(parsed);
  if (refused.length > 0 || !parsed.root) return { document: null, notes: refused };
  const now = compile(document.graph).definition;
  const mine = parsed.root.value;
  const both = base !== null && !jsonEqual(base, now) ? mergeDefinitions(base, now, mine) : mine;
  const { graph, diagnostics } = decompile(both, document.graph);
  const notes = diagnostics.map((diagnostic) => noteOf(typed, parsed, diagnostic));
  if (!graph || notes.some(({ severity }) => severity === 'error')) return { document: null, notes };
  const text = jsonEqual(both, mine) || !isObject(both) ? typed : patchText(typed, format, both);
  return { document: { ...document, graph, text: { ...document.text, [format]: text } }, notes };
}

const readFaults = ({ faults }: ParsedText): TextNote[] =>
  faults.map((fault) => ({ ...fault, severity: 'error', hint: 'The canvas keeps the last version that was right.' }));

/**
 * What cannot be drawn would be gone from the canvas without a word; everything else is mended there as well as here.
 */
const FATAL = new Set(['DEFINITION_UNREADABLE', 'STATE_TYPE_UNKNOWN']);

function noteOf(text: string, { root }: ParsedText, { code, message, hint, at }: Diagnostic): TextNote {
  const place = placeOf(root, at.path ?? []);
  const from = place?.keyFrom ?? 0;
  const before = text.slice(0, from);
  return {
    message,
    hint,
    severity: FATAL.has(code) ? 'error' : 'warning',
    from,
    to: place?.keyTo ?? from,
    line: before.split('\n').length,
    column: from - before.lastIndexOf('\n'),
  };
}

/**
 * Two changes of the same definition as one, field by field; where both changed the same, `mine` holds, but what one
 * took away and the other changed stays.
 */
export function mergeDefinitions(base: Json, theirs: Json, mine: Json): Json {
  if (jsonEqual(mine, base)) return theirs;
  if (jsonEqual(theirs, base) || jsonEqual(mine, theirs)) return mine;
  if (!isObject(base) || !isObject(theirs) || !isObject(mine)) return mine;
  const made: [string, Json][] = [];
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, their, own] = [base, theirs, mine].map((each) => (Object.hasOwn(each, name) ? each[name]! : undefined));
    const merged =
      own === undefined
        ? was !== undefined && jsonEqual(was, their!)
          ? undefined
          : their
        : their === undefined
          ? was !== undefined && jsonEqual(was, own)
            ? undefined
            : own
          : mergeDefinitions(was ?? null, their, own);
    if (merged !== undefined) made.push([name, merged]);
  }
  return Object.fromEntries(made) as JsonObject;
}

// ------------------------------------------------------------------ places

/** Where a step stands in the definition. */
export function pathOfNode(graph: Workflow, id: string): TextPath {
  const node = nodeOf(graph, id);
  if (!node) return [];
  let scope: TextPath = [];
  for (const { container, parent } of aroundOf(graph, id)) {
    const inner =
      container.kind === 'map'
        ? [container.legacy?.iterator ? 'Iterator' : 'ItemProcessor']
        : ['Branches', parent.branch];
    scope = [...scope, 'States', container.name, ...inner];
  }
  return [...scope, 'States', node.name];
}

/** From the outermost. */
function aroundOf(graph: Workflow, id: string) {
  const around: { container: MapNode | ParallelNode; parent: Parent }[] = [];
  for (let node = nodeOf(graph, id); node?.parent; node = nodeOf(graph, node.parent.id)) {
    const container = nodeOf(graph, node.parent.id);
    if (container?.kind !== 'map' && container?.kind !== 'parallel') break;
    around.unshift({ container, parent: node.parent });
  }
  return around;
}

/** The innermost step that a path into the definition goes through. */
export function nodeAtPath(graph: Workflow, path: TextPath): string | null {
  let parent: Parent | null = null;
  let found: string | null = null;
  for (let i = 0; i + 1 < path.length; i++) {
    if (path[i] !== 'States') continue;
    const key: string = scopeKey(parent);
    const node = graph.nodes.find(({ name, parent: at }) => name === path[i + 1] && scopeKey(at) === key);
    if (!node) return found;
    found = node.id;
    const inner = path[i + 2];
    if (inner !== 'Branches' && inner !== 'ItemProcessor' && inner !== 'Iterator') return found;
    const branch = path[i + 3];
    parent = { id: node.id, branch: inner === 'Branches' && typeof branch === 'number' ? branch : 0 };
    i += inner === 'Branches' ? 3 : 2;
  }
  return found;
}

/** Fields of a step, and what they are called in a definition; the first that is there counts. */
const FIELDS: Record<string, string[]> = {
  arguments: ['Arguments', 'Parameters'],
  rules: ['Choices'],
  catchers: ['Catch'],
  retry: ['Retry'],
  wait: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
  items: ['Items', 'ItemsPath'],
  itemSelector: ['ItemSelector', 'Parameters'],
  timeout: ['TimeoutSeconds', 'TimeoutSecondsPath'],
  heartbeat: ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  edges: ['Next'],
  startAt: ['StartAt'],
};
const BELOW: Record<string, string> = {
  condition: 'Condition',
  assign: 'Assign',
  output: 'Output',
  errorEquals: 'ErrorEquals',
};

/** Where a problem of the graph stands in a text, as near as can be told. */
export function placeInText(graph: Workflow, { root }: ParsedText, at: Place) {
  const path = at.path ?? [];
  const step = at.node === undefined ? [] : pathOfNode(graph, at.node);
  const [first, ...rest] = path;
  if (first === undefined || first === 'name') return placeOf(root, step);
  const names = FIELDS[first] ?? [String(first).charAt(0).toUpperCase() + String(first).slice(1)];
  const below = rest.map((part) => (first === 'arguments' ? part : (BELOW[part] ?? part)));
  const found = names.map((name) => placeOf(root, [...step, name]));
  const best =
    names[
      Math.max(
        0,
        found.findIndex((place) => place?.exact),
      )
    ]!;
  return placeOf(root, [...step, best, ...below]);
}
