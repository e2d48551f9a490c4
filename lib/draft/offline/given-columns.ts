/**
 * Which columns the rows have that a step takes, where an earlier step made them: a function's own example tells that its rows
 * are named after what it was given ("group by region" gives rows with a region).
 *
 *   aggregate(sum, group_by region) + 'a pie chart of it' ──▶ label column = region, value column = sum
 *
 * Pure; by the examples of manifests, and no function's name.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { splitName } from '@/lib/functions/words';
import { FIGURE } from './columns';
import { type Filled, fieldsOf, type Step } from './steps';

type Column = { name: string; json: Json; numeric: boolean };

/** Fills the inputs of a step that name a column and that no words have told, with those that its rows are known to have. */
export function takeGivenColumns(step: Step): void {
  const rows = [...step.filled].find(
    ([name, { source }]) => source.kind === 'output' && step.entry.manifest.input.properties?.[name]?.type === 'array',
  )?.[1].source;
  if (rows?.kind !== 'output') return;
  const columns = columnsOf(rows.step);
  for (const { name, required } of fieldsOf(step.entry.manifest.input)) {
    const parts = splitName(name);
    const told = step.filled.get(name)?.source;
    // "sort by total", where the total is called "sum"
    const figure = told?.kind === 'said' && new RegExp(`^(?:${FIGURE.source}|count|number)$`, 'i').test(told.text);
    // What an earlier step was told of its own columns is not told to this one.
    const own = told?.kind !== 'said' || step.units.some(({ text }) => text.includes(told.text));
    if (!required || (told && !figure && own) || !/^(column|field)$/.test(parts.at(-1) ?? '')) continue;
    const labels = /^(label|x|category)$/.test(parts[0]!);
    const column = columns.find(({ numeric }) => numeric !== labels);
    if (!column) continue;
    const source: Filled['source'] = { kind: 'said', json: column.json, text: column.name };
    step.filled.set(name, { name, score: 0.7, source, because: `${rows.step.entry.manifest.title} gives it` });
  }
}

/** Of the rows that a step gives; through those that only pick or order them. */
function columnsOf({ entry: { manifest }, filled }: Step, depth = 6): Column[] {
  const example = manifest.examples?.[0];
  const row = [manifest.output.properties?.rows?.examples?.[0]].flat()[0];
  if (!example || row === null || typeof row !== 'object' || depth === 0) return [];
  const given = isRecord(example.input) ? Object.entries(example.input) : [];
  const columns = Object.entries(row).flatMap(([name, value]): Column[] => {
    const input = given.find(([, one]) => one === name)?.[0];
    const source = input === undefined ? undefined : filled.get(input)?.source;
    return source && source.kind !== 'output'
      ? [{ name: String(source.json), json: source.json, numeric: typeof value === 'number' }]
      : [];
  });
  if (columns.length > 1) return columns;
  const before = filled.get('rows')?.source;
  return before?.kind === 'output' ? columnsOf(before.step, depth - 1) : [];
}

const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
