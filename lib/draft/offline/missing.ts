/**
 * A step that no function does: it stands among the others as a step without a function, with the values of its own
 * words as arguments, and what it speaks of as "it". Whoever adds the function later sees what it has to take.
 *
 *   'send it by email to bob@example.com' ──▶ Send it by email (text = the step before, recipient = bob@example.com)
 * @module
 */
import { FunctionManifest, type JsonSchema } from '@/lib/functions/manifest';
import type { FunctionIndex } from '@/lib/functions/search';
import { isGenericName, mediaFit, nameTerms } from '@/lib/functions/types';
import { isStopWord, term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { namesFileOf } from './files';
import { type Filled, fieldsOf, type Step } from './steps';
import type { Value } from './values';
import type { Context } from './wire';

/** What a value is called where nobody has named it. */
const CALLED: Partial<Record<Value['kind'], string>> = {
  email: 'recipient',
  phone: 'phone',
  url: 'url',
  s3: 'file',
  file: 'file',
  date: 'date',
  time: 'time',
  money: 'amount',
  percent: 'percent',
  quote: 'text',
  code: 'code',
  list: 'list',
  width: 'width',
  height: 'height',
};
const PLACED = new Map(Object.entries({ to: 'to', from: 'from', for: 'for', in: 'place', at: 'place', near: 'place' }));

export function missingStep(units: readonly Unit[], index: FunctionIndex): Step {
  const text = units.map((unit) => unit.text).join(' ');
  const words = units.flatMap((unit) =>
    unit.tokens.flatMap((token) => (token.kind === 'word' && !isStopWord(token.lower) ? [term(token.lower)] : [])),
  );
  const manifest = FunctionManifest.parse({
    name: 'missing',
    title: titleOf(units[0]!),
    description: text,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', properties: {} },
    output: {},
  });
  return {
    entry: {
      manifest,
      at: index.entries.length + units[0]!.at,
      nameTerms: [...new Set(words)],
      terms: new Map(),
      says: new Set(words),
      norm: 1,
    },
    units: [...units],
    candidates: [],
    filled: new Map(),
    reason: null,
    missing: true,
  };
}

/** The request's words without the values behind them: "Send it by email", not "… to bob@example.com". */
function titleOf(unit: Unit): string {
  const { tokens } = unit;
  let end = tokens.findIndex((token, i) => i > unit.verb && token.kind !== 'word' && token.kind !== 'mark');
  if (end < 0) end = tokens.length;
  while (end > 1 && end < tokens.length && LEADING.test(tokens[end - 1]!.lower) && end - 1 > unit.verb) end--;
  if (end <= unit.verb + 1) end = tokens.length;
  const from = unit.verb > 0 ? unit.verb : 0;
  const text = unit.text.slice(tokens[from]!.start - unit.start, tokens[end - 1]!.end - unit.start).trim();
  const short = text.length > 60 ? `${text.slice(0, 60).replace(/\s+\S*$/, '')} …` : text;
  return short.charAt(0).toUpperCase() + short.slice(1);
}

const LEADING = /^(to|at|on|for|from|in|with|by|of|about|as|the|a|an|and|is|into)$/;

/** Fills a missing step: it takes every value of its words, the files that they name, and what "it" stands for. */
export function fillMissing(step: Step, before: readonly Step[], taken: Set<number>, context: Context): void {
  const properties: Record<string, JsonSchema> = {};
  const put = (wish: string, schema: JsonSchema, filled: Omit<Filled, 'name' | 'score'>) => {
    let name = wish;
    for (let n = 2; Object.hasOwn(properties, name); n++) name = `${wish}_${n}`;
    properties[name] = schema;
    step.filled.set(name, { ...filled, name, score: 0.8 });
  };
  const own = new Set(step.units.map((unit) => unit.at));
  const earlier = spokenOf(step, before);
  if (earlier) put(earlier.name, earlier.schema, earlier.filled);
  for (const value of context.values) {
    const attached = value.kind === 'attached';
    if (attached ? earlier !== null || taken.has(value.id) || !namesFileOf(step.units, value) : !own.has(value.unit))
      continue;
    if (attached && speaksOfText(step) && isReadable(value, context.index)) {
      properties.text ??= { type: 'string' }; // left open, so that what reads the file is added before it
      continue;
    }
    taken.add(value.id);
    const type = typeof value.json === 'number' ? 'number' : Array.isArray(value.json) ? 'array' : 'string';
    const schema: JsonSchema = attached
      ? { type, format: 's3-uri', ...(value.mediaType ? { contentMediaType: value.mediaType } : {}) }
      : { type };
    put(nameOf(value), schema, {
      source: { kind: 'value', value, json: value.json },
      because: attached ? `the attached file ${value.text}` : value.text,
    });
  }
  const { manifest } = step.entry;
  manifest.input = { type: 'object', properties, required: Object.keys(properties) };
}

/** "the text of the contract": what is in the file, rather than the file. */
const speaksOfText = (step: Step): boolean =>
  step.units.some((unit) => unit.tokens.some((token) => /^(text|texts|contents?|wording)$/.test(token.lower)));

/** Does some function read the text out of such a file? */
const isReadable = (value: Value, index: FunctionIndex): boolean =>
  index.entries.some(
    ({ manifest }) =>
      manifest.output.properties?.text?.type === 'string' &&
      fieldsOf(manifest.input).some(
        ({ schema }) =>
          schema.format === 's3-uri' &&
          value.mediaType !== null &&
          mediaFit(value.mediaType, schema.contentMediaType) === 1,
      ),
  );

function nameOf(value: Value): string {
  if (value.kind === 'attached') return value.mediaType?.startsWith('image/') ? 'image' : 'file';
  if (value.kind === 'number') return /^[a-z]{3,}$/.test(value.measure ?? '') ? value.measure! : 'number';
  if (value.kind === 'name') return PLACED.get(value.before[0]?.slice(1) ?? '') ?? 'name';
  return CALLED[value.kind] ?? 'value';
}

/** The earlier output that the words speak of: "it", "the summary", "the resized image"; the nearest first. */
function spokenOf(step: Step, before: readonly Step[]) {
  const pronoun = step.units.some((unit) => unit.pronoun);
  const definite = new Set(
    step.units.flatMap((unit) =>
      unit.tokens.flatMap((token, i) =>
        i > 0 && token.kind === 'word' && /^(the|this|that|these|those|its|their)$/.test(unit.tokens[i - 1]!.lower)
          ? [token.lower, unit.tokens[i + 1]?.lower ?? ''].filter((word) => word !== '' && !isStopWord(word)).map(term)
          : [],
      ),
    ),
  );
  let found: { from: Step; field: ReturnType<typeof fieldsOf>[number] | null } | null = null;
  for (const from of [...before].reverse()) {
    const outputs = fieldsOf(from.entry.manifest.output);
    const named = outputs.find(
      ({ name, schema }) =>
        nameTerms(name).some((t) => definite.has(t)) ||
        (schema.title && definite.has(term(schema.title.toLowerCase()))),
    );
    if (named) {
      found = { from, field: named };
      break;
    }
    if (pronoun && !found && !(from.missing && from.filled.size === 0 && outputs.length === 0 && before.length > 1))
      found = { from, field: outputs[0] ?? null };
  }
  if (!found) return null;
  const { from, field } = found;
  const name = field && !isGenericName(field.name) ? field.name : (field?.name ?? 'input');
  return {
    name,
    schema: field?.schema ?? {},
    filled: {
      source: { kind: 'output' as const, step: from, field: field?.name ?? null, each: false, item: null },
      because: `${from.entry.manifest.title} gives it`,
    },
  };
}
