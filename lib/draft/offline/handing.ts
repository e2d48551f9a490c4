/**
 * How what a step made goes on to a step that does not ask for just that: many files as one list, one file as an attachment,
 * a table's column or several measures as the text of a message.
 *
 *   loop: [watermark] + 'make one collage of them all' ──▶ images = what the loop made
 *
 * Pure; by the words, the kinds of files and the names of columns, and no function's name.
 * @module
 */
import { compatible } from '@/lib/functions/types';
import { term } from '@/lib/functions/words';
import { measuresIn } from './conditions';
import { namesMedia } from './files';
import { paramTerms, typesOf } from './fit';
import { loopOverWords } from './patterns';
import { type Field, type Filled, fieldsOf, type Step } from './steps';
import type { Context } from './wire';

/** A text that is handed on as it is, rather than looked for. */
export const BODY = new Set('text content message body data'.split(' ').map(term));

/** "post the photo's dimensions": the width and the height, as a text. */
export function measured(from: Step, to: Step, field: Field, context: Context): Filled | null {
  if (!BODY.has(paramTerms(field.name, context.index).at(-1) ?? '') || typesOf(field.schema)[0] !== 'string')
    return null;
  const names = to.units.flatMap(({ text }) => measuresIn(text));
  const [first, ...also] = names.filter((name) => from.entry.manifest.output.properties?.[name]);
  if (first === undefined || also.length + 1 < names.length || to.entry.manifest.input.properties?.[first]) return null;
  const source = { kind: 'output' as const, step: from, field: first, each: false, item: null, also };
  return { name: field.name, score: 0.9, source, because: `${from.entry.manifest.title} tells it` };
}

/** The text of what is sent, once and not for each of several things. */
export const isMessage = (to: Step, field: Field, { index }: Context): boolean =>
  to.entry.manifest.effects === 'sends' &&
  field.required &&
  typesOf(field.schema)[0] === 'string' &&
  BODY.has(paramTerms(field.name, index).at(-1) ?? '') &&
  !to.units.some((unit) => unit.each);

/** What a column of a table is also called. */
const CALLED = new Map(
  Object.entries({ headline: 'title', heading: 'title', url: 'link', address: 'link', date: 'published' }),
);

/** "send the headlines to Slack": the titles of the rows that a step gives, as a text. */
export function columnOf(from: Step, to: Step, field: Field, context: Context): Filled | null {
  if (!isMessage(to, field, context)) return null;
  for (const { name, schema } of fieldsOf(from.entry.manifest.output)) {
    const [row] = [schema.examples?.[0]].flat();
    const known = Object.keys(schema.items?.properties ?? (row !== null && typeof row === 'object' ? row : {}));
    for (const unit of to.units) {
      for (const [i, token] of unit.tokens.entries()) {
        if (token.kind !== 'word' || !/[^s]s$/.test(token.lower)) continue;
        if (!/^(the|these|those|its|their|all)$/.test(unit.tokens[i - 1]?.lower ?? '')) continue;
        const said = token.lower.slice(0, -1);
        const key = known.find((one) => one === said) ?? known.find((one) => one === CALLED.get(said));
        if (schema.type !== 'array' || schema.items?.type !== 'object' || key === undefined) continue;
        const source = { kind: 'output' as const, step: from, field: `${name}.${key}`, each: false, item: null };
        return { name: field.name, score: 0.85, source, because: token.text };
      }
    }
  }
  return null;
}

/** "… and make one collage of them all": what a step made of one thing after the other is taken together. */
export function gathers(
  from: Step,
  to: Step,
  output: Field,
  field: Field,
  steps: readonly Step[],
  context: Context,
): boolean {
  const { items } = field.schema;
  return (
    items !== undefined &&
    to.units.some((unit) => unit.pronoun || unit.each) &&
    compatible(output.schema, items) >= 0.6 &&
    output.schema.format === items.format &&
    isRepeated(from, steps, context)
  );
}

/** "mail it", "e-mail the archive": the one file that was made, for an input that takes several. */
export function hands(from: Step, to: Step, output: Field, field: Field, next: boolean, mentioned: number): boolean {
  const { items } = field.schema;
  if (items?.format !== 's3-uri' || output.schema.format !== 's3-uri') return false;
  if (compatible(output.schema, items) < 0.5) return false;
  return (next && objectIsPronoun(to)) || mentioned >= 0.6 || namesMade(to, from, output);
}

/** "unzip it and mail the files": a list of files for an input that takes such a list, and need not. */
export const passed = (output: Field | null, field: Field, to: Step, mentioned: number): boolean =>
  output?.schema.items?.format === 's3-uri' &&
  field.schema.items?.format === 's3-uri' &&
  (objectIsPronoun(to) || mentioned >= 0.6);

/** "the archive", "the picture": the word for such files stands with an article, and nothing that the step took is one. */
const namesMade = (to: Step, from: Step, { schema }: Field): boolean =>
  schema.contentMediaType !== undefined &&
  to.units.some((unit) =>
    unit.tokens.some(
      (token, i) =>
        token.kind === 'word' &&
        /^(the|this|that|its)$/.test(unit.tokens[i - 1]?.lower ?? '') &&
        namesMedia(token.lower, schema.contentMediaType ?? null) &&
        !from.units.some((own) => own.tokens.some(({ lower }) => term(lower) === term(token.lower))),
    ),
  );

/** Is a step done for each of several things? */
function isRepeated(step: Step, steps: readonly Step[], context: Context, depth = 8): boolean {
  const flows = [...step.filled].flatMap(([name, { source }]) => (source.kind === 'output' ? [{ name, source }] : []));
  const one = (name: string) => step.entry.manifest.input.properties?.[name]?.type !== 'array';
  return (
    flows.some(
      ({ name, source }) =>
        source.each || (depth > 0 && one(name) && isRepeated(source.step, steps, context, depth - 1)),
    ) || loopOverWords(step, steps, context.units) !== null
  );
}

/** "save it", "translate them": what is asked for is done with whatever was made before. */
export const objectIsPronoun = (step: Step): boolean =>
  step.units.some(
    (unit) => unit.verb >= 0 && /^(it|them|this|that|these|those)$/.test(unit.tokens[unit.verb + 1]?.lower ?? ''),
  );
