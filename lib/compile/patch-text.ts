/**
 * Changes a definition's text where the definition changed, and nowhere else.
 *
 *   text as a person wrote it, definition as it is now ──patchText()──▶ text that says the definition
 *
 * Comments, order, indentation, quotes and unknown fields stay; a state that was renamed keeps its lines. The order of
 * an object's names is the text's own: only what is new comes where the definition has it. The answer always reads as
 * the definition: where a patch would not, the whole is written anew. Pure.
 * @module
 */
import { stringify } from 'yaml';
import { isObject, type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import { parseText, type TextEntry, type TextFormat, type TextNode } from './parse-text';
import { definitionText } from './text';

type Edit = { from: number; to: number; insert: string };
type Patch = { text: string; format: TextFormat; unit: number; edits: Edit[] };

/** A definition's text from nothing. */
export function writeText(definition: JsonObject, format: TextFormat): string {
  const json = definitionText(definition);
  return format === 'json' ? json : stringify(JSON.parse(json), { lineWidth: 0 });
}

/** @returns a text that reads as `definition`; the same text where it does already */
export function patchText(text: string, format: TextFormat, definition: JsonObject): string {
  const { root, faults } = parseText(text, format);
  if (!root || faults.length > 0 || root.kind !== 'object') return writeText(definition, format);
  if (jsonEqual(root.value, definition)) return text;
  const patch: Patch = { text, format, unit: unitOf(text), edits: [] };
  const target = JSON.parse(definitionText(definition)) as JsonObject; // new fields in their usual order
  change(patch, root, target, null);
  const patched = applied(text, patch.edits);
  const again = patched === null ? null : parseText(patched, format);
  return again?.root && again.faults.length === 0 && jsonEqual(again.root.value, target)
    ? patched!
    : writeText(definition, format);
}

/** The smallest single replacement that turns one text into the other: what an editor is told. */
export function replacementOf(before: string, after: string): Edit | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** `null`: the edits get into each other's way. */
function applied(text: string, edits: Edit[]): string | null {
  const sorted = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => a.from - b.from || a.to - b.to || a.i - b.i);
  let made = '';
  let at = 0;
  for (const { from, to, insert } of sorted) {
    if (from < at) return null;
    made += text.slice(at, from) + insert;
    at = to;
  }
  return made + text.slice(at);
}

// ------------------------------------------------------------------ differences

function change(patch: Patch, node: TextNode, value: Json, entry: TextEntry | null): void {
  if (jsonEqual(node.value, value)) return;
  if (node.kind === 'object' && !node.merged && isObject(value) && changeObject(patch, node, value)) return;
  if (node.kind === 'list' && Array.isArray(value) && changeList(patch, node, value)) return;
  replace(patch, node, value, entry);
}

function replace(patch: Patch, node: TextNode, value: Json, entry: TextEntry | null): void {
  const { text, edits } = patch;
  const nested = isFilled(value) || (typeof value === 'string' && value.includes('\n'));
  const block = patch.format === 'yaml' && !inFlow(node);
  if (block && entry && (nested || entry.node.from === entry.nameTo)) {
    const indent = columnOf(text, entry.from);
    edits.push({ from: entry.from, to: node.to, insert: yamlEntry(patch, entry.name, value, indent).slice(indent) });
  } else if (patch.format === 'json' || !block) {
    edits.push({ from: node.from, to: node.to, insert: jsonAt(patch, value, lineIndent(text, node.from)) });
  } else if (nested) {
    // An item of a list: its first line stands after the dash.
    const indent = columnOf(text, node.from);
    const made = stringify(value, { indent: patch.unit, lineWidth: 0 }).trimEnd();
    edits.push({ from: node.from, to: node.to, insert: made.replaceAll('\n', `\n${' '.repeat(indent)}`) });
  } else {
    const insert = stringify(value, { lineWidth: 0 }).trimEnd();
    edits.push({ from: node.from, to: node.to, insert });
  }
}

const isFilled = (value: Json): boolean =>
  typeof value === 'object' && value !== null && (Array.isArray(value) ? value : Object.keys(value)).length > 0;
const inFlow = (node: TextNode): boolean => node.kind !== 'scalar' && node.flow;

/** @returns false where it has to be replaced whole */
function changeObject(patch: Patch, node: TextNode & { kind: 'object' }, value: JsonObject): boolean {
  const { entries } = node;
  if (entries.length === 0 || Object.keys(value).length === 0) return false;
  const renamed = renames(entries, value);
  const target = (name: string): string | undefined =>
    renamed.get(name) ?? (Object.hasOwn(value, name) ? name : undefined);
  const kept = entries.map(({ name }) => target(name) !== undefined);
  if (!kept.includes(true)) return false;
  for (const entry of entries) {
    const name = target(entry.name);
    if (name === undefined) continue;
    if (name !== entry.name)
      patch.edits.push({ from: entry.from, to: entry.nameTo, insert: nameText(patch, name, node) });
    // An edit that replaces the entry whole names it anew.
    change(patch, entry.node, value[name]!, name === entry.name ? entry : null);
  }
  const added = new Set(Object.keys(value));
  for (const entry of entries) added.delete(target(entry.name) ?? '');
  const byTarget = new Map(entries.map((entry) => [target(entry.name), entry]));
  let after: TextEntry | null = null;
  for (const name of Object.keys(value)) {
    if (!added.has(name)) after = byTarget.get(name) ?? after;
    else insertEntry(patch, node, after, name, value[name]!);
  }
  removeRuns(
    patch,
    node,
    entries.map(({ from, node: held }) => ({ from, to: held.to })),
    kept,
  );
  return true;
}

/** Names that stand for the same thing under another name. */
function renames(entries: TextEntry[], value: JsonObject): Map<string, string> {
  const gone = entries.filter(({ name }) => !Object.hasOwn(value, name));
  const names = new Set(entries.map(({ name }) => name));
  const come = new Set(Object.keys(value).filter((name) => !names.has(name)));
  const found = new Map<string, string>();
  for (const entry of gone) {
    if (!isFilled(entry.node.value)) continue;
    const same = [...come].find((name) => jsonEqual(value[name], entry.node.value));
    if (same === undefined) continue;
    found.set(entry.name, same);
    come.delete(same);
  }
  // A state that was renamed and changed at once is known by what it kept.
  for (const entry of gone) {
    if (found.has(entry.name)) continue;
    const rated = [...come].map((name) => ({ name, rate: likeness(entry.node.value, value[name]!) }));
    const best = rated.sort((x, y) => y.rate - x.rate)[0];
    if (!best || best.rate <= 0.5) continue;
    found.set(entry.name, best.name);
    come.delete(best.name);
  }
  return found;
}

/** Share of the fields of two states of one type that are the same; 0 for anything else. */
function likeness(old: Json, now: Json): number {
  if (!isObject(old) || !isObject(now) || old.Type === undefined || old.Type !== now.Type) return 0;
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const same = names.filter((name) => old[name] !== undefined && jsonEqual(old[name], now[name])).length;
  return names.length <= 2 ? 0.6 : same / names.length;
}

function changeList(patch: Patch, node: TextNode & { kind: 'list' }, value: Json[]): boolean {
  const { items } = node;
  if (items.length === 0 || value.length === 0) return false;
  const most = Math.min(items.length, value.length);
  let start = 0;
  while (start < most && jsonEqual(items[start]!.value, value[start])) start++;
  let end = 0;
  while (end < most - start && jsonEqual(items[items.length - 1 - end]!.value, value[value.length - 1 - end])) end++;
  const [olds, news] = [items.slice(start, items.length - end), value.slice(start, value.length - end)];
  const pairs = Math.min(olds.length, news.length);
  for (let i = 0; i < pairs; i++) change(patch, olds[i]!, news[i]!, null);
  const last = start + pairs - 1;
  for (const item of news.slice(pairs)) insertItem(patch, node, last, item);
  const kept = items.map((_, i) => i < start + pairs || i >= items.length - end);
  const places = items.map((item) => ({ from: node.flow ? item.from : dashOf(patch.text, item.from), to: item.to }));
  removeRuns(patch, node, places, kept);
  return true;
}

// ------------------------------------------------------------------ coming and going

function insertEntry(
  patch: Patch,
  node: TextNode & { kind: 'object' },
  after: TextEntry | null,
  name: string,
  value: Json,
) {
  const { text, edits } = patch;
  const first = node.entries[0]!;
  if (!node.flow) {
    const indent = columnOf(text, first.from);
    const made = yamlEntry(patch, name, value, indent);
    if (after) return edits.push({ ...at(endOfLine(text, after.node.to)), insert: `\n${made}` });
    if (ownLine(text, first.from) !== null)
      return edits.push({ ...at(lineStart(text, first.from)), insert: `${made}\n` });
    return edits.push({ ...at(first.from), insert: `${made.slice(indent)}\n${' '.repeat(indent)}` });
  }
  const indent = ownLine(text, first.from);
  const made = `${nameText(patch, name, node)}: ${indent === null ? JSON.stringify(value) : jsonAt(patch, value, indent)}`;
  const gap = indent === null ? ' ' : `\n${indent}`;
  if (after) return edits.push({ ...at(after.node.to), insert: `,${gap}${made}` });
  return edits.push({ ...at(first.from), insert: `${made},${gap}` });
}

function insertItem(patch: Patch, node: TextNode & { kind: 'list' }, after: number, value: Json) {
  const { text, edits } = patch;
  const place = node.items[Math.max(after, 0)]!;
  if (!node.flow) {
    const indent = columnOf(text, dashOf(text, place.from));
    const blanks = ' '.repeat(indent);
    const made = stringify([value], { indent: patch.unit, lineWidth: 0 }).trimEnd().replaceAll('\n', `\n${blanks}`);
    if (after >= 0) return edits.push({ ...at(endOfLine(text, place.to)), insert: `\n${blanks}${made}` });
    const dash = dashOf(text, place.from);
    if (ownLine(text, dash) !== null) return edits.push({ ...at(lineStart(text, dash)), insert: `${blanks}${made}\n` });
    return edits.push({ ...at(dash), insert: `${made}\n${blanks}` });
  }
  const indent = ownLine(text, place.from);
  const made = indent === null ? JSON.stringify(value) : jsonAt(patch, value, indent);
  const gap = indent === null ? ' ' : `\n${indent}`;
  if (after >= 0) return edits.push({ ...at(place.to), insert: `,${gap}${made}` });
  return edits.push({ ...at(place.from), insert: `${made},${gap}` });
}

/** Takes away what is not kept, in runs: what stands between two of them goes once. */
function removeRuns(
  { text, edits }: Patch,
  { flow }: { flow: boolean },
  places: { from: number; to: number }[],
  kept: boolean[],
): void {
  for (let i = 0; i < places.length; i++) {
    if (kept[i]) continue;
    let last = i;
    while (last + 1 < places.length && !kept[last + 1]) last++;
    const next = places[last + 1];
    const previous = places[i - 1];
    if (!flow && ownLine(text, places[i]!.from) !== null) {
      const from = lineStart(text, places[i]!.from);
      const to = endOfLine(text, places[last]!.to);
      // With the line break before it where nothing comes after.
      edits.push(to < text.length ? { from, to: to + 1, insert: '' } : { from: Math.max(from - 1, 0), to, insert: '' });
    } else if (next) edits.push({ from: places[i]!.from, to: next.from, insert: '' });
    else if (previous && flow) edits.push({ from: previous.to, to: places[last]!.to, insert: '' });
    i = last;
  }
}

// ------------------------------------------------------------------ text

const at = (place: number) => ({ from: place, to: place });
const lineStart = (text: string, place: number): number => text.lastIndexOf('\n', place - 1) + 1;
const columnOf = (text: string, place: number): number => place - lineStart(text, place);
const endOfLine = (text: string, place: number): number => {
  const found = text.indexOf('\n', place);
  const end = found < 0 ? text.length : found;
  return text[end - 1] === '\r' && end > place ? end - 1 : end;
};
const lineIndent = (text: string, place: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, place), place))?.[0] ?? '';
/** The indentation before something that begins its line; `null` where something stands before it. */
function ownLine(text: string, place: number): string | null {
  const before = text.slice(lineStart(text, place), place);
  return /^[ \t]*$/.test(before) ? before : null;
}
/** Where the dash of a list's item stands. */
const dashOf = (text: string, item: number): number => text.lastIndexOf('-', item - 1);

/** Blanks for a level, as the text has them; a tab counts as none. */
function unitOf(text: string): number {
  const found = /\n( +)\S/.exec(text)?.[1]?.length ?? 2;
  return found >= 1 && found <= 8 ? found : 2;
}

function jsonAt(patch: Patch, value: Json, indent: string): string {
  const unit = patch.format === 'json' && /\n\t/.test(patch.text) ? '\t' : patch.unit;
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`);
}

/** In brackets a name is as in JSON. */
const nameText = ({ format }: Patch, name: string, { flow }: { flow: boolean }): string =>
  format === 'json' || flow ? JSON.stringify(name) : stringify(name, { lineWidth: 0 }).trimEnd();

function yamlEntry({ unit }: Patch, name: string, value: Json, indent: number): string {
  const blanks = ' '.repeat(indent);
  return (
    blanks +
    stringify({ [name]: value }, { indent: unit, lineWidth: 0 })
      .trimEnd()
      .replaceAll('\n', `\n${blanks}`)
  );
}
