/**
 * What is sent, and in what form: the text, attachment or link of a message that has none of its own, the work that is named as
 * what is sent, and the steps that have to be added for a file of the kind that is wanted.
 *
 *   [makechart] + 'mail it as a PDF' …      'email the summary of a.pdf' ──▶ [summarizetext] + [sendemail]
 *
 * Pure; by the words, the kinds of files and what functions do to the world, and no function's name.
 * Longer than most: each way of saying it is a few lines of its own.
 * @module
 */
import { compatible } from '@/lib/functions/types';
import { term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { makesOf } from './files';
import { BODY, isMessage } from './handing';
import { fieldsOf, type Step } from './steps';
import { type Context, reaches } from './wire';

/**
 * "draw a chart and mail it to Anna", "count the words and tell Slack": what is sent without a text of its own is what was made
 * last, a file as an attachment where one may go along, else a text. Not on a way of a choice, where its words may say anything.
 */
export function sendsLast(step: Step, before: readonly Step[], context: Context): void {
  if (step.entry.manifest.effects !== 'sends' || tellsNamed(step, before, context)) return;
  if (step.units.some(({ condition }) => condition !== null)) return;
  const fields = fieldsOf(step.entry.manifest.input);
  const body = fields.find((field) => isMessage(step, field, context));
  const from = before.filter((one) => !one.missing && !one.tells && one.entry.manifest.effects !== 'sends').at(-1);
  // What gives a text in turn, such as a translation, is no message.
  const turns = fieldsOf(step.entry.manifest.output).some(({ name }) => BODY.has(term(name)));
  if (!body || !from || turns) return;
  const given = step.filled.get(body.name)?.source;
  // "count the words of a.txt and tell Slack": the count, rather than what was read for it
  const read =
    given?.kind === 'output' &&
    reaches(given.step, from) &&
    (step.units.some(({ tokens, verb }) => /^(that|this)$/.test(tokens[verb + 1]?.lower ?? '')) ||
      (given.step.units.length === 0 && !step.units.some(({ text, pronoun }) => pronoun || OF_FILE.test(text))));
  if (!isLinkFor(from, step) && !read && [...step.filled.values()].some(({ source }) => source.kind === 'output'))
    return;
  if (given && given.kind !== 'output') return;
  const outputs = fieldsOf(from.entry.manifest.output);
  const put = (name: string, field: string) =>
    step.filled.set(name, {
      name,
      score: 0.45,
      source: { kind: 'output', step: from, field, each: false, item: null },
      because: `${from.entry.manifest.title} gives it`,
    });
  const file = outputs.find(({ schema }) => schema.format === 's3-uri' || schema.items?.format === 's3-uri');
  const along = fields.find(({ schema }) => schema.items?.format === 's3-uri');
  if (file) {
    if (along) put(along.name, file.name);
    return;
  }
  const [row] = [outputs.find(({ name }) => name === 'rows')?.schema.examples?.[0]].flat();
  const title = row !== null && typeof row === 'object' && 'title' in row ? 'rows.title' : undefined;
  const told = outputs.find(({ name, schema }) => BODY.has(term(name)) && schema.type === 'string') ?? outputs[0];
  const field = title ?? told?.name;
  if (field !== undefined) put(body.name, field);
}

/** "post the errors": what an earlier step gives under that name, as the text, unless the words tell one. */
function tellsNamed(step: Step, before: readonly Step[], context: Context): boolean {
  const body = fieldsOf(step.entry.manifest.input).find((field) => isMessage(step, field, context));
  if (!body || step.filled.has(body.name)) return false;
  for (const { tokens } of step.units)
    for (const [i, { kind, lower }] of tokens.entries()) {
      if (kind !== 'word' || !/^(the|its|their)$/.test(tokens[i - 1]?.lower ?? '')) continue;
      for (const from of [...before].reverse()) {
        const output = fieldsOf(from.entry.manifest.output).find(({ name }) => term(name) === term(lower));
        if (!output || output.schema.format) continue;
        const source = { kind: 'output' as const, step: from, field: output.name, each: false, item: null };
        step.filled.set(body.name, { name: body.name, score: 0.7, source, because: lower });
        return true;
      }
    }
  return false;
}

const OF_FILE = /\b(?:texts?|contents?|files?|pages?)\b/i;
const LINK = /\b(?:a|the|its|their|public|download) (?:link|url)\b/i;

/** "put a link to it on Slack": was the step before added, to give the link that is sent? */
const isLinkFor = (from: Step, to: Step): boolean =>
  from.units.length === 0 &&
  to.units.some(({ text }) => LINK.test(text)) &&
  fieldsOf(from.entry.manifest.output).some(({ schema }) => schema.format === 'uri');

/** "mail me a link to it": what makes a link of a file, where it has to be added before a step that sends; `null` where not. */
export function linkGiver(step: Step, before: readonly Step[], { index }: Context): Step | null {
  const { manifest } = step.entry;
  if (manifest.effects !== 'sends' || !step.units.some(({ text }) => LINK.test(text))) return null;
  const file = before.some(({ entry }) =>
    fieldsOf(entry.manifest.output).some(({ schema }) => schema.format === 's3-uri'),
  );
  const entry = index.entries.find(
    (one) => fieldsOf(one.manifest.output)[0]?.schema.format === 'uri' && isFileTaker(one),
  );
  if (!file || !entry || before.some((one) => one.entry === entry)) return null;
  const reason = 'It gives the link that is sent.';
  return { entry, units: [], candidates: [], filled: new Map(), reason, forSending: true };
}

const FORMS: [RegExp, string][] = [
  [/\b(?:as (?:an? )?|the |an? )csv\b/i, 'csv'],
  [/\b(?:as (?:an? )?|the |an? )(?:excel|xlsx|spreadsheet|workbook)\b/i, 'xlsx'],
  [/\bas (?:an? |one )?(?:zip|archive)\b/i, 'zip'],
  [/\bas (?:an? |one )?pdf\b/i, 'pdf'],
];

/** "mail the rest as CSV": what makes such a file of what there is, where it has to be added before a step that sends. */
export function formGiver(step: Step, before: readonly Step[], { index }: Context): Step | null {
  // "give me a link to the csv", where no file is there yet
  const lacks = fieldsOf(step.entry.manifest.input).some(
    ({ name, required, schema }) =>
      required && schema.format === 's3-uri' && !schema.contentMediaType && !step.filled.has(name),
  );
  if (!(step.entry.manifest.effects === 'sends' || lacks) || before.length === 0) return null;
  const ending = FORMS.find(([pattern]) => step.units.some(({ text }) => pattern.test(text)))?.[1];
  if (!ending || before.some(({ entry }) => makesOf(entry, `a.${ending}`) === 2)) return null;
  const outputs = before.flatMap(({ entry }) => fieldsOf(entry.manifest.output));
  const entry = index.entries.find(
    (one) =>
      makesOf(one, `a.${ending}`) === 2 &&
      fieldsOf(one.manifest.input).some(
        ({ name, required, schema }) =>
          required &&
          outputs.some(
            (output) =>
              (output.name === name && compatible(output.schema, schema) > 0.5) ||
              (schema.items?.format === 's3-uri' && output.schema.items?.format === 's3-uri'),
          ),
      ),
  );
  const reason = 'It makes the kind of file that is sent.';
  return entry ? { entry, units: [], candidates: [], filled: new Map(), reason, forSending: true } : null;
}

/** "get https://api…/items and keep those that …": rows out of an answer whose shape nobody can know, where nothing else gives them. */
export function takesData(step: Step, before: readonly Step[]): void {
  const rows = fieldsOf(step.entry.manifest.input).find(
    ({ name, required, schema }) => required && schema.items?.type === 'object' && !step.filled.has(name),
  );
  const from = before.at(-1);
  const data = from && !from.missing && fieldsOf(from.entry.manifest.output).find(({ schema }) => !schema.type);
  if (!rows || !data || from.tells) return;
  step.filled.set(rows.name, {
    name: rows.name,
    score: 0.5,
    source: { kind: 'output', step: from, field: data.name, each: false, item: null },
    because: `${from.entry.manifest.title} gives it`,
  });
}

const AS_FORM = /^(?:csv|excel|xlsx|zip|pdf|png|webp|jpe?g|gif|tiff|avif)s?$/;
const WITH_LINK = /\b(?:with|and) (?:an?|the) (?:public |download )?(?:link|url)\b|\blink to share\b/i;

/**
 * "the sums by region as CSV", "the drawing in black and white as a WebP with a link": in what form the last result is wanted,
 * said in passing; the steps to be added behind it, in order.
 */
export function inForm(steps: readonly Step[], { index, units }: Context): Step[] {
  const last = steps.at(-1);
  const added: Step[] = [];
  if (!last || last.missing || last.entry.manifest.effects === 'sends' || units.some(({ condition }) => condition))
    return [];
  const outputs = () => fieldsOf((added.at(-1) ?? last).entry.manifest.output);
  const step = (entry: Step['entry'], own: Unit[], reason: string): Step => ({
    entry,
    units: own,
    candidates: [],
    filled: new Map(),
    reason,
    forSending: true,
  });
  for (const unit of units) {
    const at = unit.tokens.findIndex(
      ({ lower }, i) => AS_FORM.test(lower) && /^(as|as an?)$/.test(wordsBefore(unit, i)),
    );
    const ending = at < 0 ? '' : unit.tokens[at]!.lower.replace(/^excel$/, 'xlsx').replace(/s$/, '');
    if (!ending || steps.some(({ entry }) => makesOf(entry, `a.${ending}`) === 2)) continue;
    const entry = index.entries.find(
      (one) =>
        makesOf(one, `a.${ending}`) === 2 &&
        fieldsOf(one.manifest.input).some(
          ({ name, required, schema }) =>
            required && outputs().some((output) => output.name === name && compatible(output.schema, schema) > 0.5),
        ),
    );
    const tokens = unit.tokens.slice(at, at + 1);
    if (entry)
      added.push(step(entry, [{ ...unit, tokens, text: tokens[0]!.text, verb: -1 }], `“${unit.text}” asks for it.`));
  }
  const file = outputs().some(({ schema }) => schema.format === 's3-uri');
  const link = index.entries.find(
    (one) => fieldsOf(one.manifest.output)[0]?.schema.format === 'uri' && isFileTaker(one),
  );
  if (file && link && units.some(({ text }) => WITH_LINK.test(text)) && steps.every(({ entry }) => entry !== link))
    added.push(step(link, [], 'It gives the link that is asked for.'));
  return added;
}

const wordsBefore = ({ tokens }: Unit, i: number): string =>
  /^an?$/.test(tokens[i - 1]?.lower ?? '')
    ? `${tokens[i - 2]?.lower} ${tokens[i - 1]!.lower}`
    : (tokens[i - 1]?.lower ?? '');

const isFileTaker = ({ manifest }: Step['entry']): boolean => {
  const [input, ...others] = fieldsOf(manifest.input).filter(({ required }) => required);
  return input?.schema.format === 's3-uri' && !input.schema.contentMediaType && others.length === 0;
};

/** Nouns that name no work: whatever is sent is one of them. */
const PLAIN_NOUNS = new Set(
  'text list copy link file image page number count rest result part piece name top'.split(' ').map(term),
);

/** "mail the summary of report.pdf to Anna": the work that a sending step's words name, where nothing was asked to do it. */
export function namedWork(step: Step, steps: readonly Step[], { index }: Context): Step | null {
  if (step.missing || step.entry.manifest.effects !== 'sends') return null;
  for (const unit of step.units) {
    const at = unit.tokens.findIndex(
      ({ kind, lower }, i) =>
        i > unit.verb &&
        kind === 'word' &&
        /^(the|an?|its|my)$/.test(unit.tokens[i - 1]?.lower ?? '') &&
        /^(of|from)$/.test(unit.tokens[i + 1]?.lower ?? '') &&
        !PLAIN_NOUNS.has(term(lower)) &&
        !step.entry.says.has(term(lower)),
    );
    const noun = at < 0 || unit.verb < 0 ? null : term(unit.tokens[at]!.lower);
    if (noun === null) continue;
    const speaking = index.entries.filter(({ says }) => says.has(noun));
    const entry =
      index.entries.find(({ nameTerms }) => nameTerms.includes(noun)) ??
      (speaking.length === 1 ? speaking[0] : undefined);
    if (!entry || steps.some((other) => other.entry === entry)) continue;
    // "the summary of report.pdf | to Anna, with the subject …": what is left says whom it is sent to.
    const behind = unit.tokens.findIndex(({ lower }, i) => i > at + 2 && /^(to|on|via|at|with|by|,)$/.test(lower));
    const end = behind < 0 ? unit.tokens.length : behind;
    const part = (tokens: Unit['tokens']): Unit => ({
      ...unit,
      tokens,
      text: tokens.map(({ text }) => text).join(' '),
    });
    const into = unit.tokens.slice(at, end);
    const rest = part([...unit.tokens.slice(0, at - 1), ...unit.tokens.slice(end)]);
    step.units[step.units.indexOf(unit)] = { ...rest, each: false };
    return { entry, units: [{ ...part(into), verb: -1, work: true }], candidates: [], filled: new Map(), reason: null };
  }
  return null;
}
