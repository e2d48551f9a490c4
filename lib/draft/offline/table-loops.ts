/**
 * "A QR code for each link in links.csv": what is done for each row of a table that is named as a file.
 *
 *   [makeqrcode] + 'for each link in links.csv' ──▶ read CSV → loop over its rows: [makeqrcode(text = link of the row)]
 *
 * Pure; by the words, the kinds of files and the shapes of what functions give, and no function's name.
 * @module
 */
import { mediaFit } from '@/lib/functions/types';
import { isStopWord, term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { endingOf } from './files';
import { about, membersOf, paramTerms, takesFiles, typesOf } from './fit';
import { type Field, fieldsOf, type Step } from './steps';
import type { Value } from './values';
import type { Context } from './wire';

/** The rows themselves, rather than something in them. */
const ROWS = new Set('row line record entry item customer person user member contact guest'.split(' ').map(term));

/** Lets the steps that speak of each row of a named table go through it; reads it where nothing does yet. */
export function throughTables(steps: Step[], context: Context): void {
  for (const step of [...steps]) {
    if (step.missing) continue;
    for (const unit of step.units) {
      const named = eachOf(unit, context.values);
      const field = named && fieldFor(step, named, context);
      if (!named || !field || [...step.filled.values()].some(({ source }) => source.kind === 'output' && source.each))
        continue;
      const reader = readerOf(steps, named.table, context);
      if (!reader || reader === step) continue;
      if (!steps.includes(reader)) steps.splice(steps.indexOf(step), 0, reader);
      for (const [name, { source }] of step.filled)
        if (source.kind === 'value' && source.value === named.table) step.filled.delete(name);
      const rows = fieldsOf(reader.entry.manifest.output).find(isRows)!.name;
      const item = ROWS.has(term(named.thing)) ? columnFor(field) : named.thing;
      step.filled.set(field.name, {
        name: field.name,
        score: 0.8,
        source: { kind: 'output', step: reader, field: rows, each: true, item },
        because: unit.text,
      });
    }
  }
}

/** "each link in links.csv": the table, and what is taken from each of its rows, in the singular. */
function eachOf(unit: Unit, values: readonly Value[]): { table: Value; thing: string } | null {
  const { tokens } = unit;
  const at = tokens.findIndex(({ lower }) => /^(each|every|all)$/.test(lower));
  const into = tokens.findIndex(({ lower }, i) => i > at + 1 && /^(in|of|from|on)$/.test(lower));
  if (at < 0 || into < 0) return null;
  const things = tokens.slice(at + 1, into).filter(({ kind, lower }) => kind === 'word' && !isStopWord(lower));
  const file = tokens.slice(into + 1, into + 4).find(({ kind }) => kind === 'file');
  const table = file && values.find(({ given, start }) => given && start === file.start);
  const thing = things.at(-1)?.lower;
  if (!table || !thing || !/^(csv|tsv|xlsx?)$/.test(endingOf(table.text))) return null;
  return { table, thing: thing.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') };
}

/** The input that takes what is in the row: the one of its name, else the first text that the words do not tell. */
function fieldFor(step: Step, { table, thing }: { table: Value; thing: string }, { index }: Context): Field | null {
  const open = fieldsOf(step.entry.manifest.input).filter(({ name, required, schema }) => {
    const source = step.filled.get(name)?.source;
    const told = source && !(source.kind === 'value' && source.value === table) && !isEach(source);
    return required && typesOf(schema)[0] === 'string' && !takesFiles(schema) && !membersOf(schema) && !told;
  });
  return open.find(({ name }) => paramTerms(name, index).includes(term(thing))) ?? open[0] ?? null;
}

/** "translate each subject in …": the phrase was taken for the text itself. */
const isEach = (source: { kind: string; text?: string }): boolean =>
  source.kind === 'said' && /\b(each|every|all)\b/i.test(source.text ?? '');

const columnFor = ({ name, schema }: Field): string => (schema.format === 'email' || name === 'to' ? 'email' : name);

const isRows = ({ schema }: Field): boolean => schema.type === 'array' && schema.items?.type === 'object';

/** The step that reads the table, or one to be added. */
function readerOf(steps: readonly Step[], named: Value, { index, values }: Context): Step | null {
  const attached = values.find(
    ({ kind, text }) => kind === 'attached' && text.toLowerCase() === named.text.toLowerCase(),
  );
  const table = attached ?? named;
  const there = steps.find(({ filled }) =>
    [...filled.values()].some(({ source }) => source.kind === 'value' && source.value === table),
  );
  const reads = (step: Step['entry']) => {
    const [file, ...others] = fieldsOf(step.manifest.input).filter(({ required }) => required);
    const schema = file?.schema;
    return (
      schema?.format === 's3-uri' &&
      others.length === 0 &&
      fieldsOf(step.manifest.output).some(isRows) &&
      (mediaFit(table.mediaType ?? undefined, schema.contentMediaType) === 1 ||
        about(schema).has(term(endingOf(table.text))))
    );
  };
  if (there && reads(there.entry)) return there;
  const entry = index.entries.find(reads);
  const file = entry && fieldsOf(entry.manifest.input).find(({ required }) => required)!.name;
  if (!entry || !file) return null;
  const filled: Step['filled'] = new Map([
    [file, { name: file, score: 0.9, source: { kind: 'value', value: table, json: table.json }, because: table.text }],
  ]);
  return { entry, units: [], candidates: [], filled, reason: 'It reads the rows that are gone through.' };
}
