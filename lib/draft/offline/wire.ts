/**
 * Fills the inputs of steps: from the prompt's values, from one another's outputs, from the words themselves.
 *
 * `wire` fills `step.filled` anew and answers how well it went; steps stand in the order of the prompt, and a step may
 * take the output of a later one where no circle comes of it.
 *
 * Longer than most: the offers for an input compete in one place, and each kind of offer is a few lines here.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { FunctionIndex } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { isGenericName, termsFit } from '@/lib/functions/types';
import { isStopWord, splitName, term, wordsOf } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { columnFrom, meantMember, operatorFrom, pickedValue } from './columns';
import { isCompared, rescueOf } from './conditions';
import type { Precedents } from './examples-evidence';
import { endingOf, isFileWord } from './files';
import {
  fitOfOutput,
  fitOfValue,
  isIdentity,
  meaningOf,
  membersOf,
  paramTerms,
  shaped,
  takesFiles,
  typesOf,
} from './fit';
import { takeGivenColumns } from './given-columns';
import { BODY, columnOf, gathers, hands, isMessage, measured, objectIsPronoun, passed } from './handing';
import { fillMissing } from './missing';
import { isFlow } from './patterns';
import { isStore } from './places';
import { sendsLast, takesData } from './sending';
import { type Field, type Filled, fieldsOf, type Step } from './steps';
import { objectAt } from './support';
import { isLanguage, type Value } from './values';

export const WIRING = { required: 0.36, optional: 0.6, backward: 0.78, phrase: 0.42 };

export type Context = {
  index: FunctionIndex;
  units: readonly Unit[];
  values: readonly Value[] /** values that no step uses: for suppliers */;
  free?: ReadonlySet<number>;
  /** what flowed where in earlier workflows */
  precedents?: Precedents | null;
};

/** @returns the sum over steps of how well their required inputs are filled (0–1 each), and what optional ones add */
export function wire(steps: readonly Step[], context: Context): number {
  const owner = unitOwners(steps, context.units);
  for (const step of steps) step.filled = new Map();
  const taken = new Set<number>();
  return steps.reduce((sum, step, at) => sum + fill(step, at, steps, owner, taken, context), 0);
}

/** Which step's words each unit is; units of none belong, at some distance, to the step before them (else the one behind). */
function unitOwners(steps: readonly Step[], units: readonly Unit[]): (Step | undefined)[] {
  const owner: (Step | undefined)[] = units.map(() => undefined);
  for (const step of steps) if (!step.forSending) for (const unit of step.units) owner[unit.at] = step;
  return owner;
}

const RESOURCES = new Set<Value['kind']>(['attached', 's3', 'file', 'url', 'quote']);

type Offer = { field: Field; filled: Filled; value: number | null };

function fill(
  step: Step,
  at: number,
  steps: readonly Step[],
  owner: readonly (Step | undefined)[],
  taken: Set<number>,
  context: Context,
): number {
  if (step.missing) {
    const before = steps.slice(0, at).filter((from) => !reaches(step, from) && !otherWay(from, step));
    fillMissing(step, before, taken, context);
    return 0;
  }
  const fields = fieldsOf(step.entry.manifest.input);
  const rescues = context.units.flatMap((unit) => (unit.condition === 'if' ? (rescueOf(unit, steps) ?? []) : []));
  const offers: Offer[] = [];
  for (const field of fields) {
    const limit = field.required ? WIRING.required : WIRING.optional;
    const offer = (filled: Filled, value: number | null) => {
      if (filled.score >= limit) offers.push({ field, filled, value });
    };
    for (const value of context.values) {
      // "mail the summary of a.pdf": the file stands in the words for the summary, not in those for the mail.
      const home = step.units.find((unit) => unit.at === value.unit);
      if (home && !home.tokens.some(({ start }) => start === value.start)) continue;
      // What hands on what there is takes nothing of its own.
      if (
        step.forSending ||
        isCompared(value, context.units) ||
        (value.unit >= 0 && isFlow(context.units[value.unit]!))
      )
        continue;
      // "send it to Slack": the word by which the function was asked for is no value of it.
      const known = wordsOf(value.text).every((word) => step.entry.says.has(term(word)));
      if (value.kind === 'name' && known && !isLanguage(value.text)) continue;
      // What is to be said when a condition holds is not what the condition is asked of.
      if (step.tells && value.kind === 'quote' && value.unit >= 0 && owner[value.unit] !== step) continue;
      if (typeof value.json === 'number' && takesFiles(field.schema)) continue; // a size is no picture
      if (isStore(value.text)) continue; // "upload it to S3": a place, and no name of anything in it
      if (namesContent(value, field, context)) continue;
      const local = nearness(value, step, owner, context.units);
      let score = fitOfValue(value, field, context.index, local);
      if (score > 0 && local === 1 && isAmount(value, field, fields)) score = Math.max(score, 0.9);
      // What an earlier step has worked on flows on as that step's result, rather than being taken up afresh.
      const aside = step.units.some((unit) => unit.together);
      if (taken.has(value.id) && (local < 1 || value.file !== null) && RESOURCES.has(value.kind) && !aside)
        score *= 0.45;
      // What a missing step was given is its own.
      if (local < 1 && value.unit >= 0 && owner[value.unit]?.missing) score *= 0.4;
      const json =
        value.given && field.schema.type === 'array' && takesFiles(field.schema)
          ? namedWith(value, context).map((one) => one.json)
          : shaped(value.json, field.schema);
      if (score > 0 && json !== undefined)
        offer(
          {
            name: field.name,
            score,
            source: { kind: 'value', value, json },
            because: value.kind === 'attached' ? `the attached file ${value.text}` : value.text,
          },
          value.id,
        );
    }
    const said = fromWords(step, field, fields, context);
    if (said) offer(said, null);
    const found: { filled: Filled; mentioned: number }[] = [];
    // What has failed gives nothing to what is done then, nor does that to the rest.
    for (let k = 0; k < steps.length; k++) {
      const from = steps[k]!;
      if (from === step || reaches(step, from) || otherWay(from, step) || besides(from, step)) continue;
      if (
        rescues.some(
          ({ failing, then }) =>
            then.includes(step) !== then.includes(from) && (from === failing || then.includes(from)),
        )
      )
        continue;
      const best = bestOutput(from, step, field, steps, at, k, context);
      if (best) found.push(best);
      const measures = k < at ? measured(from, step, field, context) : null;
      if (measures) offer(measures, null);
      const column = k < at ? columnOf(from, step, field, context) : null;
      if (column) offer(column, null);
      const same = k < at ? shared(from, step, field, context) : null;
      if (same) offer(same, null);
    }
    // "translate the summary": what is spoken of comes before what merely fits.
    const spoken = Math.max(0, ...found.map(({ mentioned }) => mentioned));
    // "translate it and summarize it", where nothing translates: what was translated is meant, not what it was made of.
    const last = steps[at - 1];
    const rest = last?.missing && step.units.some((unit) => unit.pronoun) ? last : null;
    // "turn it into HTML and save it": what was made last is meant, not what that was made of.
    const made =
      last &&
      objectIsPronoun(step) &&
      found.some(({ filled }) => filled.source.kind === 'output' && filled.source.step === last && filled.score >= 0.4);
    // What stands in the step's own words and fits comes before what merely fits.
    const own = Math.max(
      0,
      ...offers
        .filter((one) => one.field === field && one.value !== null && isOwn(one.value, step, context))
        .map(({ filled }) => filled.score),
    );
    for (const { filled, mentioned } of found) {
      const { source } = filled;
      if (own >= OWN && mentioned < 0.6 && !step.units.some((unit) => unit.pronoun)) filled.score *= UNASKED;
      if (made && source.kind === 'output' && source.step !== last && mentioned < 0.6 && reaches(source.step, last))
        filled.score *= 0.4;
      if (rest && source.kind === 'output' && source.step !== rest && reaches(source.step, rest)) filled.score *= 0.4;
      offer(spoken >= 0.6 && mentioned < spoken ? { ...filled, score: filled.score * 0.6 } : filled, null);
    }
  }
  offers.sort((a, b) => b.filled.score - a.filled.score || Number(b.field.required) - Number(a.field.required));
  const usedValues = new Set<number>();
  const usedOutputs = new Set<string>();
  for (const { field, filled, value } of offers) {
    if (step.filled.has(field.name) || (value !== null && usedValues.has(value))) continue;
    const { source } = filled;
    if (source.kind === 'output') {
      const key = `${steps.indexOf(source.step)}.${source.field}`;
      if (usedOutputs.has(key) || reaches(step, source.step)) continue;
      usedOutputs.add(key);
    }
    if (value !== null) usedValues.add(value);
    if (source.kind === 'value' && (source.value.file === null || givesFile(step)))
      for (const other of source.value.given && Array.isArray(source.json)
        ? namedWith(source.value, context)
        : groupOf(source.value, context))
        taken.add(other.id);
    step.filled.set(field.name, filled);
  }
  inTurn(step, steps);
  asSquare(step);
  takeGivenColumns(step);
  const before = steps.slice(0, at).filter((from) => !reaches(step, from) && !otherWay(from, step));
  sendsLast(step, before, context);
  takesData(step, before);
  const required = fields.filter((field) => field.required);
  const got = required.reduce(
    (sum, field) => sum + (step.filled.get(field.name)?.score ?? (field.schema.default !== undefined ? 0.5 : 0)),
    0,
  );
  const extra = fields
    .filter((field) => !field.required)
    .reduce((sum, field) => sum + (step.filled.get(field.name)?.score ?? 0), 0);
  return (required.length === 0 ? 0.55 : got / required.length) + Math.min(0.3, extra * 0.08);
}

/** Of a function that says something about what it is given, and makes nothing of it. */
const TELLING = /^(tells|detects|identifies|counts|checks|classifies|measures|determines)\b/i;

/** "translate readme.md", "summarize https://…": what is there is meant, not its name, where a function here reads it. */
function namesContent({ kind, given }: Value, { name, schema }: Field, { index }: Context): boolean {
  if (!((kind === 'file' && given) || kind === 'url') || schema.format || schema.contentMediaType) return false;
  if (!BODY.has(term(name)) || /\b(link|url|uri|address|file|path)\b/i.test(schema.description ?? '')) return false;
  return index.entries.some(
    ({ manifest: { input, output } }) =>
      fieldsOf(input).some(
        (one) => one.required && (kind === 'url' ? one.schema.format === 'uri' : one.schema.format === 's3-uri'),
      ) && fieldsOf(output).some((one) => BODY.has(term(one.name))),
  );
}

/** "2 weeks" for an amount, where another input says in what: minutes, days, weeks. */
const isAmount = ({ json, measure }: Value, field: Field, fields: readonly Field[]): boolean =>
  typeof json === 'number' &&
  measure !== null &&
  field.required &&
  /^(number|integer)$/.test(String(field.schema.type)) &&
  fields.some(
    (other) => other !== field && membersOf(other.schema)?.some((one) => term(String(one)) === term(measure)),
  );

const EACH_COLUMN = /\b(each|every|all)\b.*\bcolumns?\b/i;

const isOwn = (id: number, step: Step, { values }: Context): boolean =>
  step.units.some(({ at }) => values.find((value) => value.id === id)?.unit === at);
/** From this fit on a value of the step's own words is taken to be meant; what merely fits then counts by this factor. */
const OWN = 0.4;
const UNASKED = 0.5;

/** What measures or reads a file hands no file on: the next step takes up the same one. */
const givesFile = (step: Step): boolean =>
  fieldsOf(step.entry.manifest.output).some(({ schema }) => meaningOf(schema) !== null);

/** "merge a.pdf and b.pdf": the files of one kind that one sentence names. */
function namedWith(value: Value, { values, units }: Context): readonly Value[] {
  const sentence = units[value.unit]?.sentence;
  return values.filter(
    (other) =>
      other.given &&
      other.mediaType?.split('/')[0] === value.mediaType?.split('/')[0] &&
      units[other.unit]?.sentence === sentence,
  );
}

/** Where the words are about each of the attached files, or about "the photos", all of one kind go the way of the first. */
function groupOf(value: Value, { values, units }: Context): readonly Value[] {
  if (value.file === null) return [value];
  const several = units.some(
    (unit) =>
      unit.each ||
      unit.tokens.some((token) => token.kind === 'word' && /[^s]s$/.test(token.lower) && isFileWord(token.lower)),
  );
  const kind = value.mediaType?.split('/')[0];
  return several ? values.filter((other) => other.file !== null && other.mediaType?.split('/')[0] === kind) : [value];
}

/** Does `to` depend on `from`, directly or through others? */
export function reaches(from: Step, to: Step): boolean {
  for (const { source } of to.filled.values()) {
    if (source.kind === 'output' && (source.step === from || reaches(from, source.step))) return true;
  }
  return false;
}

function nearness(value: Value, step: Step, owner: readonly (Step | undefined)[], units: readonly Unit[]): number {
  if (value.unit < 0) return 1;
  const holder = owner[value.unit];
  if (holder === step) return 1;
  if (step.units.length === 0) return 0.9;
  const unit = units[value.unit]!;
  if (!holder) return step.units.some((own) => own.sentence === unit.sentence) ? 0.95 : 0.85;
  return step.units.some((own) => own.sentence === unit.sentence) ? 0.7 : 0.6;
}

/** On the two ways of one condition: only one of them runs. */
const otherWay = (a: Step, b: Step): boolean => {
  const [x, y] = [a, b].map(
    (step) => step.units.find((unit) => unit.condition !== null && unit.kind !== 'after')?.condition ?? null,
  );
  return x !== y && x !== null && y !== null;
};

/** "… and at the same time hash it": two steps of one sentence, of which neither waits for the other. */
const besides = (from: Step, step: Step): boolean =>
  step.units.some(
    (unit) => unit.together && from.units.some((other) => other.sentence === unit.sentence && other.at < unit.at),
  );

/** What an earlier step was given under the same name is given to this one too: "find order 7 and refund it". */
function shared(from: Step, to: Step, field: Field, context: Context): Filled | null {
  if (!field.required) return null;
  const own = paramTerms(field.name, context.index);
  for (const { name, source, because } of from.filled.values()) {
    if (source.kind === 'output' || termsFit(paramTerms(name, context.index), own) < 1 || isGenericName(name)) continue;
    const json = shaped(source.json, field.schema);
    if (json === undefined || (source.kind === 'value' && source.value.kind === 'attached')) continue;
    return {
      name: field.name,
      score: to.units.some((unit) => unit.pronoun) || isIdentity(own) ? 0.82 : 0.6,
      source: { ...source, json },
      because,
    };
  }
  return null;
}

/** Said beside the main line ("that matches my mood", "after finding the id"), so its place in the words is no order. */
const isAside = (step: Step): boolean =>
  !step.forSending &&
  step.units.every(
    (unit) => unit.kind === 'relative' || unit.kind === 'after' || unit.kind === 'statement' || unit.kind === 'purpose',
  );

function bestOutput(
  from: Step,
  to: Step,
  field: Field,
  steps: readonly Step[],
  at: number,
  k: number,
  context: Context,
): { filled: Filled; mentioned: number } | null {
  const next = k === at - 1;
  const pronoun = to.units.some((unit) => unit.pronoun);
  const then = to.units.some((unit) => unit.then);
  const outputs = fieldsOf(from.entry.manifest.output);
  const sole = outputs.length < 2;
  let best: { filled: Filled; mentioned: number } | null = null;
  const identity = typesOf(field.schema)[0] === 'string' && /(id|key|token|uuid)$/i.test(field.name);
  for (const output of outputs.length > 0 ? outputs : [null]) {
    const mentioned = mention(to, from, output, next, context);
    // What was added to tell a condition gives nothing else, unless it is spoken of.
    if (from.tells && (mentioned < 0.6 || (takesFiles(field.schema) && output?.schema.format !== 's3-uri'))) continue;
    const fit = fitOfOutput(from, output, to, field, context.index, { pronoun, then, next, mentioned });
    // "post the keywords": one message with them all, rather than one for each
    if (fit.each && fit.item === null && output?.schema.items?.type === 'string' && isMessage(to, field, context))
      fit.each = false;
    const gathered = fit.total === 0 && output !== null && gathers(from, to, output, field, steps, context);
    if (gathered) fit.total = mentioned >= 0.6 || next ? 0.8 : 0.5;
    // "zip the files and mail the archive": the file that was made goes along, as one of those that may go along.
    const handed = fit.total < 0.3 && output !== null && hands(from, to, output, field, next, mentioned);
    const listed = passed(output, field, to, mentioned);
    if (handed || (listed && fit.total > 0)) fit.total = Math.max(fit.total, 0.7);
    const file = output?.schema.format === 's3-uri';
    // The address of a file is no text that anybody wants to read.
    // Nor is an address or a date what a message is about.
    if (
      output?.schema.format &&
      !BODY.has(term(field.name)) &&
      meaningOf(field.schema) === null &&
      to.entry.manifest.effects === 'sends'
    )
      continue;
    if (file && !takesFiles(field.schema) && meaningOf(field.schema) === null && fit.name < 0.6) continue;
    if (fit.total > 0)
      fit.total += context.precedents?.flow(from.entry, output?.name ?? null, to.entry, field.name) ?? 0;
    // What a missing step will give is not known; "it" right behind means that, all the same.
    if (from.missing && next && pronoun) fit.total = Math.max(fit.total, 0.62);
    // Against the order of the words only where the names leave no doubt and the other was said aside.
    const score =
      k > at ? (fit.name >= WIRING.backward && isAside(from) ? fit.total * 0.9 : 0) : fit.total - 0.01 * (at - k);
    // What tells of a text ("its language") is not that text, unless the words speak of it.
    const tells =
      output !== null &&
      BODY.has(term(field.name)) &&
      !output.schema.format &&
      TELLING.test(from.entry.manifest.description) &&
      fieldsOf(from.entry.manifest.input).some(({ name }) => name === field.name);
    if (
      (tells || (from.tells && BODY.has(term(field.name)))) &&
      mentioned < 0.6 &&
      fieldsOf(from.entry.manifest.output).every(({ name }) => !BODY.has(term(name)))
    )
      continue;
    // A count is no text that somebody would have summarized, unless the words speak of it.
    const counts = output !== null && /^(number|integer|boolean)$/.test(String(output.schema.type));
    if (counts && typesOf(field.schema)[0] === 'string' && mentioned < 0.5 && fit.name < 0.6) continue;
    // What has a default is taken from a step only where the words speak of it.
    if (!field.required && field.schema.default !== undefined && mentioned < 0.6) continue;
    // What nobody must give is taken only from what bears its name; of several outputs, the one that is made of the same stuff.
    if (!field.required && fit.name < 0.6 && !handed && !gathered && !listed) continue;
    // One by one only where the words say so: "each", "every", "them".
    if (fit.each && !to.units.some((unit) => unit.each || unit.pronoun) && mentioned < 0.6) continue;
    // The columns of a table are gone through only where the words say "each column".
    if (fit.each && /columns?$/.test(field.name) && !to.units.some(({ text }) => EACH_COLUMN.test(text))) continue;
    if (identity && fit.name < 0.4 && mentioned < 0.6) continue;
    const meant =
      handed ||
      listed ||
      mentioned >= 0.6 ||
      (next && meaningOf(field.schema) === null && objectIsPronoun(to) && output !== null && isMain(output, from));
    if (!sole && fit.name < 0.3 && !fit.same && !meant && !(output && isGenericName(output.name))) continue;
    if (score <= (best?.filled.score ?? 0)) continue;
    const filled: Filled = {
      name: field.name,
      score,
      source: { kind: 'output', step: from, field: output?.name ?? null, each: fit.each, item: fit.item },
      because:
        steps.length > 0 && mentioned > 0.5
          ? `“${to.units.map((unit) => unit.text).join(' ')}” speaks of it`
          : `${from.entry.manifest.title} gives it`,
    };
    best = { filled, mentioned };
  }
  return best;
}

/** What two steps of one function give, such as two files read, goes into the inputs in the order of the words. */
function inTurn(step: Step, steps: readonly Step[]): void {
  const groups = new Map<string, Filled[]>();
  for (const { name } of fieldsOf(step.entry.manifest.input)) {
    const filled = step.filled.get(name);
    if (filled?.source.kind !== 'output') continue;
    const key = `${filled.source.step.entry.at}.${filled.source.field}`;
    groups.set(key, [...(groups.get(key) ?? []), filled]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const place = ({ source }: Filled) => (source.kind === 'output' ? steps.indexOf(source.step) : -1);
    const sources = [...group].sort((a, b) => place(a) - place(b)).map(({ source, because }) => ({ source, because }));
    group.forEach((filled, i) => {
      step.filled.set(filled.name, { ...filled, ...sources[i]! });
    });
  }
}

/** "a square of 500 pixels": as high as it is wide. */
function asSquare(step: Step): void {
  if (!step.units.some(({ text }) => /\bsquared?\b/i.test(text))) return;
  const [width, height] = [step.filled.get('width'), step.filled.get('height')];
  const one = width ?? height;
  const missing = width ? 'height' : 'width';
  if (one?.source.kind === 'value' && !(width && height) && step.entry.manifest.input.properties?.[missing])
    step.filled.set(missing, { ...one, name: missing });
}

/** Of several outputs the one that the function is there for: it bears the function's name, or stands first. */
const isMain = (output: Field, from: Step): boolean => {
  const outputs = fieldsOf(from.entry.manifest.output);
  const named = outputs.filter(({ name }) =>
    splitName(name).every((part) => from.entry.nameTerms.includes(term(part))),
  );
  return (named[0] ?? outputs[0])?.name === output.name;
};

/**
 * Do the words of a step speak of what an earlier one made, although no input takes it? A function that does not tell
 * its inputs is believed at a hint; of another one the words have to leave no doubt.
 *
 * @returns 0: no; 1: yes; 2: by its name
 */
export function speaksOf(to: Step, from: Step, next: boolean, context: Context): 0 | 1 | 2 {
  const outputs = fieldsOf(from.entry.manifest.output);
  const inputs = fieldsOf(to.entry.manifest.input);
  const takesNone = [...to.filled.values()].every(({ source }) => source.kind !== 'output');
  if (inputs.length === 0) {
    const hint = (outputs.length > 0 ? outputs : [null]).map((output) => mention(to, from, output, next, context));
    if (Math.max(...hint) < 0.6) return next && takesNone && to.units.some((unit) => unit.pronoun) ? 1 : 0;
  }
  const made = new Set(
    outputs.flatMap(({ name }) => (isGenericName(name) ? [] : paramTerms(name, context.index).slice(-1))),
  );
  const deeds = new Set(
    from.units
      .flatMap((unit) => (unit.verb >= 0 ? [term(unit.tokens[unit.verb]!.lower)] : []))
      .concat(from.entry.nameTerms),
  );
  const named = (word: string) => made.has(term(word)) || from.entry.nameTerms.includes(term(word));
  const strength = to.units.flatMap((unit) =>
    unit.tokens.map((token, i): 0 | 1 | 2 => {
      if (token.kind !== 'word' || i === unit.verb) return 0;
      const behind = unit.tokens[i + 1]?.lower ?? '';
      if (i === unit.verb + 1 && unit.verb >= 0 && /^(it|them|this|that|these|those)$/.test(token.lower))
        return next && takesNone && !context.index.lexicon.has(behind) ? 1 : 0;
      if (isStopWord(token.lower) || behind === 'of') return 0;
      const definite = unit.tokens
        .slice(Math.max(0, i - 2), i)
        .some((word) => /^(the|this|that|these|those)$/.test(word.lower));
      if (!definite) return 0;
      const t = term(token.lower);
      if (
        /(ed|en|own)$/.test(token.lower) &&
        deeds.has(t) &&
        unit.tokens[i + 1]?.kind === 'word' &&
        !isStopWord(behind)
      )
        return named(behind) ? 2 : 1; // "the translated message"
      if (next && takesNone && /^(results?|output|outcome|answer)$/.test(token.lower)) return 1;
      return made.has(t) && !to.entry.says.has(t) ? 2 : 0;
    }),
  );
  return Math.max(inputs.length === 0 ? 1 : 0, ...strength) as 0 | 1 | 2;
}

/** Do the step's words speak of what the other one made: its output's name, or its own verb as a participle? */
function mention(to: Step, from: Step, output: Field | null, next: boolean, context: Context): number {
  if (to.units.length === 0) return 0;
  const made = output && !isGenericName(output.name) ? paramTerms(output.name, context.index) : [];
  const verbs = new Set(
    from.units
      .flatMap((unit) => (unit.verb >= 0 ? [term(unit.tokens[unit.verb]!.lower)] : []))
      .concat(from.entry.nameTerms),
  );
  let score = 0;
  const sentences = new Set(to.units.map((unit) => unit.sentence));
  // "For each customer in the list, …" speaks of the customers in all that follows it.
  const around = context.units.filter(
    (unit) => unit.each && unit.kind === 'purpose' && sentences.has(unit.sentence) && !to.units.includes(unit),
  );
  if (output?.schema.type === 'array' && around.length > 0 && from.units.some((unit) => around.includes(unit)))
    return 0.9;
  for (const unit of to.units) {
    unit.tokens.forEach((token, i) => {
      if (token.kind !== 'word' || i === unit.verb || isStopWord(token.lower)) return;
      const t = term(token.lower);
      const definite = i > 0 && /^(the|this|that|these|those|its|their)$/.test(unit.tokens[i - 1]!.lower);
      if (next && definite && /^(results?|output|value|outcome|answer)$/.test(token.lower))
        score = Math.max(
          score,
          output === null ? 0.8 : !isMain(output, from) ? 0 : isGenericName(output.name) ? 0.8 : 0.6,
        );
      const counted = output?.schema.type === 'integer' || output?.schema.type === 'number';
      if (
        counted &&
        definite &&
        /^(number|count|total|amount)$/.test(token.lower) &&
        unit.tokens[i + 1]?.lower !== 'of'
      )
        score = Math.max(score, 0.7);
      if (made.length > 0 && made.at(-1) === t) score = Math.max(score, definite ? 0.75 : 0.4);
      // "the resized image", "the converted amount"
      if (/(ed|en|ing|ght|own)$/.test(token.lower) && verbs.has(t)) score = Math.max(score, 0.8);
      else if (definite && verbs.has(t)) score = Math.max(score, 0.6);
    });
  }
  return score;
}

const PHRASE = new Set(
  `query q search keyword keywords term topic phrase subject question prompt instruction description text
    content message name title item product location city`
    .split(/\s+/)
    .map(term),
);

/** "send the headlines", "translate my letter": a thing that is somewhere, and no words to be sent. */
const speaksOfSomething = (step: Step): boolean =>
  step.units.some(
    (unit) =>
      unit.verb >= 0 &&
      /^(the|my|our|its|their|his|her|this|these|those)$/.test(unit.tokens[unit.verb + 1]?.lower ?? ''),
  );

/** What the words say without a value: an enumeration's member, a switch, the object of the request as free text. */
function fromWords(step: Step, field: Field, fields: readonly Field[], context: Context): Filled | null {
  const { schema, name } = field;
  const words = step.units.flatMap((unit) =>
    unit.tokens.filter((token) => token.kind === 'word').map((token) => token.lower),
  );
  const members = membersOf(schema);
  if (members) {
    // "the top left corner": the member that says most
    const longestFirst = [...members].sort((a, b) => splitName(String(b)).length - splitName(String(a)).length);
    const fits = longestFirst.filter((member) => {
      // Stems only: words that mean the same elsewhere (a jpeg, a photo) are different members of an enumeration.
      const parts = splitName(String(member)).map(memberStem);
      return parts.length > 0 && parts.every((part) => words.some((word) => memberStem(word) === part));
    });
    // "turn the PNGs into JPEGs": what it is to be, rather than what it is
    const goal = fits.find((member) =>
      words.some(
        (word, i) => memberStem(word) === memberStem(String(member)) && /^(to|into|as)$/.test(words[i - 1] ?? ''),
      ),
    );
    const member = goal ?? fits[0];
    if (member !== undefined) return said(name, member, String(member), 0.85);
    // "save it as face.png": the ending of what is to come
    const made = context.values.find(
      (value) => value.kind === 'file' && !value.given && step.units.some(({ at }) => at === value.unit),
    );
    const ending = made && members.find((one) => memberStem(String(one)) === memberStem(endingOf(made.text)));
    if (ending !== undefined) return said(name, ending, made!.text, 0.85);
    const operator = operatorFrom(members, step.units) ?? meantMember(members, step.units);
    return operator === null ? null : said(name, operator, String(operator), 0.85);
  }
  const column = shaped('x', schema) === undefined ? null : columnFrom(name, step.units);
  if (column) return said(name, column, column, 0.97);
  const picks = name === 'value' && fields.some((other) => /^(column|field)$/.test(other.name));
  const picked = picks ? pickedValue(step.units) : null;
  if (picked !== null) return said(name, picked, String(picked), 0.9);
  const own = paramTerms(name, context.index);
  if (typesOf(schema).length === 1 && typesOf(schema)[0] === 'boolean') {
    const at = words.findIndex((word) => own.length > 0 && own.includes(term(word)));
    if (at < 0 || own.length > 2) return null;
    const negative = words
      .slice(Math.max(0, at - 3), at)
      .some((word) => /^(no|not|without|don't|don’t|never|disable)$/.test(word));
    return said(name, !negative, words[at]!, 0.7);
  }
  if (
    shaped('x', schema) === undefined ||
    schema.format ||
    schema.contentMediaType ||
    meaningOf(schema) ||
    isIdentity(own) ||
    step.units.length === 0
  )
    return null;
  const labelled = labelledWord(step, own, context);
  if (labelled) return said(name, shaped(labelled, schema)!, labelled, 0.62);
  const strings = fields.filter((other) => other.required && typesOf(other.schema).includes('string'));
  const fits = own.some((t) => PHRASE.has(t));
  if (!fits && !(field.required && strings.length === 1)) return null;
  if (BODY.has(own.at(-1) ?? '') && speaksOfSomething(step)) return null;
  const phrase = objectPhrase(step, own, context);
  return phrase ? said(name, shaped(phrase, schema)!, phrase, fits ? WIRING.phrase + 0.06 : WIRING.phrase) : null;
}

const memberStem = (word: string): string => stem(word === 'jpg' ? 'jpeg' : word);

/** "the channel support", "topic: gardening": the word behind the input's own name. */
function labelledWord(step: Step, own: readonly string[], context: Context): string | null {
  if (own.length === 0) return null;
  for (const unit of step.units) {
    for (let i = 0; i + 1 < unit.tokens.length; i++) {
      if (i === unit.verb || term(unit.tokens[i]!.lower) !== own.at(-1)) continue;
      let at = i + 1;
      while (/^(is|=|:|#|named|called)$/.test(unit.tokens[at]?.lower ?? '')) at++;
      const word = unit.tokens[at];
      if (
        word?.kind !== 'word' ||
        isStopWord(word.lower) ||
        isGenericName(word.lower) ||
        step.entry.says.has(term(word.lower))
      )
        continue;
      if (at === i + 1 && context.index.lexicon.has(word.lower) && at < unit.tokens.length - 1) continue; // "the message text of …"
      const hash = unit.tokens[at - 1]!.text === '#' ? '#' : '';
      return hash + word.text;
    }
  }
  return null;
}

const said = (name: string, json: Json, text: string, score: number): Filled => ({
  name,
  score,
  source: { kind: 'said', json, text },
  because: text,
});

/** What is asked for, without the verb and the words that the function's name already says: "news about the election" → "the election". */
function objectPhrase(step: Step, own: readonly string[], context: Context): string | null {
  const unit = step.units.find((u) => u.kind === 'verb' || u.kind === 'ask') ?? step.units[0]!;
  // "if the feedback is negative" says when, and nothing that is to be read.
  if (unit.condition === 'if' && unit.kind === 'after') return null;
  // "is this review positive or negative?" asks about what is to be read.
  if (unit.kind === 'ask' && /^(is|are|was|were)$/.test(unit.tokens[0]!.lower)) return null;
  const tokens = unit.tokens.slice(objectAt(unit));
  const cue = tokens.findIndex(
    (token, i) =>
      i < tokens.length - 1 &&
      /^(about|for|of|on|named|called|to|in|regarding|near)$/.test(token.lower) &&
      !(token.lower === 'for' && /^\p{Lu}/u.test(tokens[i + 1]!.text)) && // "for Boris" says for whom
      tokens.slice(0, i).some((before) => step.entry.says.has(term(before.lower)) || own.includes(term(before.lower))),
  );
  const rest = cue >= 0 ? tokens.slice(cue + 1) : tokens;
  const from = rest.findIndex((token) => !/^(the|a|an|me|us|my|for|about|some|any)$/.test(token.lower));
  if (from < 0) return null;
  const whole = rest.slice(from);
  // "a song that suits my mood": which one is described, and not told
  const described = whole.findIndex(({ lower }) => lower === 'that' || lower === 'which');
  if (described > 0 && own.includes(term(whole[described - 1]!.lower)) && whole.some(({ lower }) => lower === 'my'))
    return null;
  // The phrase ends where something else is told: "Rome | on 24 December", "the menu | with a size of 400".
  const stop = whole.findIndex(
    (token, i) =>
      i > 0 &&
      /^(on|at|with|for|from|to|in|by|using|into|as|under|between|until|and)$/.test(token.lower) &&
      (whole.slice(i + 1, i + 5).some((later) => later.kind !== 'word' && later.kind !== 'mark') ||
        (token.lower === 'for' && /^\p{Lu}/u.test(whole[i + 1]?.text ?? ''))),
  );
  let kept = stop > 0 ? whole.slice(0, stop) : whole;
  // "the user maria", "the field items": what kind of thing it is, and then which
  const kinds = (lower: string) =>
    (own.includes(term('name')) && step.entry.says.has(term(lower))) || /^(field|key|property)$/.test(lower);
  while (kept.length > 1 && kept[1]!.kind === 'word' && kinds(kept[0]!.lower)) kept = kept.slice(1);
  const telling = kept.filter(
    (token) =>
      token.kind !== 'mark' &&
      !isStopWord(token.lower) &&
      !/^(it|this|that|them|these|those|results?|rest|remainder|everything|list)$/.test(token.lower),
  );
  // "the text of the pdf": what is in a file is read from it; the word for the file is no text.
  const words = telling.map((token) => (token.kind === 'word' ? token.lower : ''));
  if (words.some(isFileWord) && words.every((w) => isFileWord(w) || own.includes(term(w)) || isGenericName(w)))
    return null;
  // "translate readme.md", "summarize https://…": what is there is meant, and not its name.
  if (telling.some(({ kind }) => kind === 'file' || kind === 'url')) return null;
  if (telling.length === 0 || (unit.pronoun && telling.length < 2)) return null;
  // "matches my mood" names the mood that is wanted, it does not say which.
  if (
    telling.every(
      (token) =>
        own.includes(term(token.lower)) ||
        isGenericName(token.lower) ||
        isLanguage(token.lower) ||
        (token.kind === 'word' && step.entry.says.has(term(token.lower)) && /^\p{Lu}/u.test(token.text)) ||
        paramTerms(step.entry.manifest.name, context.index).includes(term(token.lower)),
    )
  )
    return null;
  // "e-mail me at …": nothing but an address is told; "to S3": nothing but a place
  if (telling.every((token) => token.kind !== 'word' || isStore(token.lower))) return null;
  const text = unit.text.slice(kept[0]!.start - unit.start, kept.at(-1)!.end - unit.start).trim();
  return text.length > 200 ? null : text;
}
