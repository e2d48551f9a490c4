/** Reads a condition: "the total is over 100", "the mood is sad", "it contains a face". */
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import { isGenericName, nameTerms } from '@/lib/functions/types';
import { isStopWord, term, wordsOf } from '@/lib/functions/words';
import type { PlanStep, ValueFrom } from '../plan';
import type { Unit } from './clauses';
import { isFileWord, namesMedia } from './files';
import { about, meaningOf, membersOf } from './fit';
import type { PlanInputs } from './inputs';
import { fieldsOf, type Step } from './steps';
import { isLanguage, type Value } from './values';

type Condition = Extract<PlanStep, { kind: 'choice' }>['condition'];
type Operator = Condition['operator'];

/** The first that matches decides. */
const OPERATORS: [RegExp, Operator][] = [
  [/\b(at least|no less than|not less than|or more)\b|>=|≥/i, '>='],
  [/\b(at most|no more than|not more than|or less|up to)\b|<=|≤/i, '<='],
  [
    /\b(more|greater|larger|higher|bigger|longer|later|older|wider|taller|heavier|better) than\b|\b(exceeds?|above|over|beyond)\b|>/i,
    '>',
  ],
  [
    /\b(less|fewer|smaller|lower|shorter|earlier|younger|cheaper|narrower|lighter|worse) than\b|\b(below|under)\b|</i,
    '<',
  ],
  [/\b(contains?|includes?|mentions?|has the words?)\b/i, 'contains'],
  [/\b(exists?|is (there|present|available|found|given))\b/i, 'exists'],
  [/\b(is not|isn[’']t|are not|aren[’']t|differs from|not equal)\b|!=|≠/i, '!='],
  [/\b(is|are|was|equals?|says)\b|=/i, '='],
];

/** What a comparison compares, where no noun says it. */
const MEASURED: [RegExp, string[]][] = [
  [/\b(wider|narrower|wide|narrow)\b/i, ['width']],
  [/\b(taller|higher|tall|high)\b/i, ['height']],
  [/\b(longer|shorter|long|short)\b/i, ['duration', 'length']],
  [/\b(larger|bigger|smaller|large|big|small)\b/i, ['size', 'bytes']],
  [/\b(heavier|lighter|heavy)\b/i, ['weight']],
  [/\b(older|younger|old|young)\b/i, ['age']],
  [/\b(hotter|warmer|colder|cooler|hot|warm|cold)\b/i, ['temperature']],
  [/\b(cheaper|dearer|cheap|expensive)\b/i, ['price', 'cost']],
  [/\b(faster|slower|fast|slow)\b/i, ['speed']],
  // "if it's a png"
  [
    /\b(is|isn[’']?t|it[’']?s|are|aren[’']?t)( not)?( already)?( an?| in)? (png|jpe?g|webp|gif|tiff|avif|heic)s?\b/i,
    ['format'],
  ],
];
/** What a word for several measures means. */
const MEASURES: [RegExp, string[]][] = [[/\b(dimensions?|resolution)\b/i, ['width', 'height']]];
/** "the photo's dimensions": the outputs that such a word asks for; empty where none is said. */
export const measuresIn = (text: string): string[] =>
  MEASURES.flatMap(([pattern, names]) => (pattern.test(text) ? names : []));

const measuredIn = (text: string): Set<string> =>
  // "smaller than 300 pixels" is about how wide a picture is, not how many bytes it has
  new Set(
    (/\b\d+\s*(?:pixels?|px)\b/i.test(text) && !/\b(?:taller|higher|tall|high)\b/i.test(text)
      ? ['width']
      : MEASURED.flatMap(([pattern, names]) => (pattern.test(text) ? names : []))
    ).map(term),
  );

/** "longer than 100 characters": what is counted stands behind the number. */
const isCounted = (own: readonly string[], schema: JsonSchema, said: ReadonlySet<string>): boolean =>
  /^(number|integer)$/.test(String(schema.type)) && own.length > 0 && own.every((t) => said.has(t));

/** The functions that give what a condition is about: with an output of its name, and an input that its words name. */
export function giversFor(unit: Unit, index: FunctionIndex, guarded: readonly Step[]): IndexEntry[] {
  const measured = new Set([...measuredIn(unit.text), ...measuresIn(unit.text).map(term)]);
  const said = new Set(
    wordsOf(unit.text.replace(/['’]s\b/g, ''))
      .filter((word) => !isStopWord(word))
      .map(term),
  );
  if (wordsOf(unit.text).some(isLanguage)) said.add(term('language'));
  // "rotate the image if it is wide", "if the width is 900": it is what the guarded steps take
  const things = unit.tokens.some(({ kind, lower }) => kind === 'file' || (kind === 'word' && isFileWord(lower)));
  const taken =
    /\bit\b/i.test(unit.text) || !things
      ? guarded.flatMap((step) =>
          fieldsOf(step.entry.manifest.input).filter(({ schema }) => meaningOf(schema) !== null),
        )
      : [];
  const found: { entry: IndexEntry; score: number }[] = [];
  for (const entry of index.entries) {
    const { manifest } = entry;
    const gives = fieldsOf(manifest.output).some(({ name, schema }) => {
      const own = nameTerms(name);
      return measured.size > 0
        ? own.some((t) => measured.has(t)) || isCounted(own, schema, said)
        : own.length > 0 && !isGenericName(name) && own.every((t) => said.has(t));
    });
    if (!gives || manifest.effects === 'sends') continue;
    const required = fieldsOf(manifest.input).filter((field) => field.required && field.schema.default === undefined);
    const named = ({ name, schema }: (typeof required)[number]) =>
      nameTerms(name).some((t) => said.has(t)) ||
      // "if the letter is in French translate it": the text that the guarded step takes
      guarded.some(
        (step) => schema.type === 'string' && step.entry.manifest.input.properties?.[name]?.type === 'string',
      ) ||
      taken.some((other) => other.schema.format === schema.format && meaningOf(other.schema) === meaningOf(schema)) ||
      (schema.format === 's3-uri' && [...said].some((t) => namesMedia(t, schema.contentMediaType ?? null)));
    if (required.length === 0 || !required.every(named)) continue;
    // One that only tells comes before one that makes something on the way.
    const makes = fieldsOf(manifest.output).some(({ schema }) => schema.format === 's3-uri') ? 1 : 0;
    found.push({ entry, score: [...said].filter((t) => entry.says.has(t)).length - 2 * makes });
  }
  return found.sort((a, b) => b.score - a.score || a.entry.at - b.entry.at).map(({ entry }) => entry);
}

/** @param steps those that may have ended before, in order */
export function conditionOf(
  unit: Unit,
  steps: readonly Step[],
  ids: ReadonlyMap<Step, string>,
  values: readonly Value[],
  inputs: PlanInputs,
): Condition {
  const found = comparisonIn(unit.text);
  const left =
    switchOf(unit, steps) ??
    (wordsOf(unit.text).some(isLanguage) ? meantBy(unit, steps) : null) ??
    leftOf(unit, leftText(unit), steps) ??
    meantBy(unit, steps);
  const turned = unit.unless && found ? TURNED[found.operator] : found?.operator;
  if (!left || (unit.unless && left.schema.type !== 'boolean' && !turned)) {
    const asked = left || !turned ? null : askedFor(unit, turned, values, inputs);
    if (asked) return asked;
    const title = `Is it ${unit.unless ? 'not ' : ''}so that ${unit.text}?`;
    const field = inputs.add({ name: 'condition', schema: { type: 'boolean', title } });
    return { left: { kind: 'input', field }, operator: 'is true', right: null };
  }
  const from: ValueFrom = { kind: 'step', step: ids.get(left.step)!, field: left.field };
  if (left.schema.type === 'boolean') {
    const not = NOT.test(unit.text) !== (unit.unless === true);
    return not
      ? { left: from, operator: '!=', right: { kind: 'literal', json: 'true' } }
      : { left: from, operator: 'is true', right: null };
  }
  if (turned === 'exists') return { left: from, operator: turned, right: null };
  const right = rightOf(
    unit,
    unit.text.slice((found?.match?.index ?? 0) + (found?.match?.[0].length ?? 0)),
    left.schema,
    values,
  );
  if (right === undefined) return { left: from, operator: 'is true', right: null };
  // "if negative", "when not empty"
  const operator = turned ?? (NOT.test(unit.text) ? '!=' : '=');
  return { left: from, operator, right: { kind: 'literal', json: JSON.stringify(right) } };
}

/** "if the total is over 100", where no step tells a total: the total is asked for, and compared with what is said. */
function askedFor(unit: Unit, operator: Operator, values: readonly Value[], inputs: PlanInputs): Condition | null {
  const nouns = wordsOf(leftText(unit).replace(/['’]s\b/g, '')).filter((word) => !isStopWord(word));
  const value = values.find((own) => own.unit === unit.at && own.kind !== 'attached');
  const numeric = /^[<>]/.test(operator) && typeof value?.json === 'number';
  const quoted = /^!?=$/.test(operator) && value?.kind === 'quote';
  const named = nouns.length > 0 && nouns.length <= 3 && !nouns.some((word) => UNNAMED.has(word) || /\d/.test(word));
  if (!value || !named || !(numeric || quoted) || measuredIn(unit.text).size > 0) return null;
  const title = nouns.join(' ').replace(/^./u, (letter) => letter.toUpperCase());
  const schema = { type: numeric ? 'number' : 'string', title } as const;
  const field = inputs.add({ name: nouns.join('_'), schema });
  return { left: { kind: 'input', field }, operator, right: { kind: 'literal', json: JSON.stringify(value.json) } };
}

const NOT = /\b(not|no|isn[’']?t|aren[’']?t|wasn[’']?t|never|in(?=valid))/i;
/** "unless it is over 100" */
const TURNED: Partial<Record<Operator, Operator>> = {
  '=': '!=',
  '!=': '=',
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
};

/** "if it is not valid": a yes or no that an earlier step tells, by the name of its output. */
function switchOf(unit: Unit, steps: readonly Step[]): Left | null {
  const said = new Set(wordsOf(unit.text).map((word) => term(word.replace(/^in(?=valid)/, ''))));
  for (const step of [...steps].reverse())
    for (const { name, schema } of fieldsOf(step.entry.manifest.output))
      if (schema.type === 'boolean' && nameTerms(name).every((t) => said.has(t)) && nameTerms(name).length > 0)
        return { step, field: name, schema };
  return null;
}

/** "if the picture is smaller than 300 pixels": only compares; "smaller" asks for nothing to be done. */
export const onlyMeasures = (unit: Unit): boolean =>
  unit.condition === 'if' && unit.kind === 'after' && measuredIn(unit.text).size > 0 && !!comparisonIn(unit.text);

/** Where a condition compares, and how. */
export const comparisonIn = (text: string) =>
  OPERATORS.map(([pattern, operator]) => ({ match: pattern.exec(text), operator })).find(({ match }) => match);

/** The steps that run only where a condition holds, or where it does not. */
const FAILS =
  /^(it|this|that|they|any of them|one of them|anything|something|(the |this |that )?[\p{L}-]+( it| that| them)?)\s+(still\s+)?(fails?|failed|goes wrong|keeps? failing|does(n[’']?t| not) work)\b|^(there is |there's )?(still )?(no luck|no success|no answer|no response)\b/iu;
/** "if it fails, tell me": the step that may fail, the last one that was said before, and those that follow then. */
export function rescueOf(unit: Unit, steps: readonly Step[]): { failing: Step; then: Step[] } | null {
  if (!FAILS.test(unit.text)) return null;
  const then = steps.filter((step) =>
    step.units.some((own) => own.condition === 'if' && own.kind !== 'after' && own.sentence === unit.sentence),
  );
  const place = (step: Step) => Math.max(-1, ...step.units.filter((own) => own.at < unit.at).map((own) => own.at));
  const failing = steps
    .filter((step) => !then.includes(step) && !step.missing && place(step) >= 0)
    .sort((a, b) => place(b) - place(a))[0];
  return failing && then.length > 0 ? { failing, then } : null;
}

export const guardedBy = (unit: Unit, steps: readonly Step[]): Step[] =>
  // "if it fails" is about the run, not about what a step gives
  FAILS.test(unit.text)
    ? []
    : steps.filter((step) =>
        step.units.some(
          (own) =>
            own.condition !== null &&
            own.kind !== 'after' &&
            own.sentence >= unit.sentence &&
            own.sentence <= unit.sentence + 1,
        ),
      );

/** "tell me if there are more than 500": the way of a choice on which nothing is done but to say so. */
export const isTelling = (unit: Unit, units: readonly Unit[]): boolean =>
  units.some(
    (own) =>
      own.sentence === unit.sentence &&
      own.condition === 'if' &&
      own.kind !== 'after' &&
      /^(tell|let|notify|inform|alert|warn|say)\b/i.test(own.text),
  );

/** Is a number or a quotation what a condition compares with? Then no step takes it. */
export function isCompared(value: Value, units: readonly Unit[]): boolean {
  const unit = value.unit < 0 ? undefined : units[value.unit];
  if (unit?.condition !== 'if' || unit.kind !== 'after' || !(typeof value.json === 'number' || value.kind === 'quote'))
    return false;
  const match = comparisonIn(unit.text)?.match;
  return match !== null && match !== undefined && value.start >= unit.start + match.index;
}

/** Can one of these steps tell what the condition asks? */
export const isTold = (unit: Unit, steps: readonly Step[]): boolean => {
  return leftOf(unit, leftText(unit), steps) !== null || meantBy(unit, steps) !== null;
};

/** What stands before the comparison. */
function leftText({ text }: Unit): string {
  const match = comparisonIn(text)?.match;
  return match ? text.slice(0, match.index) : text;
}

/**
 * "if it contains …", "if there are more than 500": no noun says what is compared, so it is what was made last before,
 * of the kind that the comparison is about. What its own request spoke of comes first: "count its words".
 */
function meantBy(unit: Unit, steps: readonly Step[]): Left | null {
  const found = comparisonIn(unit.text);
  const bare = wordsOf(leftText(unit)).every((word) => isStopWord(word) || UNNAMED.has(word));
  if (!found || measuredIn(unit.text).size > 0) return null;
  const numeric = /^[<>]/.test(found.operator);
  // "if it is not English": what names a language
  const language = /^!?=$/.test(found.operator) && wordsOf(unit.text).some((word) => isLanguage(word));
  if (!bare && !language) return null;
  if (!numeric && !language && found.operator !== 'contains') return null;
  const before = steps.filter(
    (step) => !step.missing && (step.units.length === 0 || step.units.some(({ at }) => at < unit.at)),
  );
  for (const step of [...before].reverse()) {
    const said = new Set(step.units.flatMap(({ text }) => wordsOf(text).map(term)));
    const fitting = fieldsOf(step.entry.manifest.output).filter(({ name, schema }) =>
      numeric
        ? /^(number|integer)$/.test(String(schema.type))
        : language
          ? schema.type === 'string' && name === 'language'
          : schema.type === 'array' || (schema.type === 'string' && meaningOf(schema) === null),
    );
    const named = fitting.find(({ name }) => nameTerms(name).some((t) => said.has(t)));
    const field = named ?? fitting[0];
    if (field) return { step, field: field.name, schema: field.schema };
  }
  return null;
}
const UNNAMED = new Set(['it', 'its', 'there', 'they', 'them', 'this', 'that', 'these', 'those', 'result', 'results']);

type Left = { step: Step; field: string; schema: JsonSchema };

function leftOf(unit: Unit, text: string, steps: readonly Step[]): Left | null {
  const measured = measuredIn(unit.text);
  const said = new Set(wordsOf(text).map(term));
  const all = new Set(wordsOf(unit.text).map(term));
  let best: (Left & { score: number }) | null = null;
  const numeric = /^[<>]/.test(comparisonIn(unit.text)?.operator ?? '') && /\d/.test(unit.text);
  steps.forEach((step, at) => {
    for (const { name, schema } of fieldsOf(step.entry.manifest.output)) {
      // More than 2000 is no picture, and no list.
      if (numeric && (schema.format !== undefined || schema.type === 'array' || schema.type === 'boolean')) continue;
      const own = wordsOf(name.replace(/_/g, ' ')).map(term);
      // "wider" speaks of a width and of nothing else
      const counts = isCounted(own, schema, all);
      if (measured.size > 0 && !own.some((t) => measured.has(t)) && !counts) continue;
      const named = measured.size > 0 ? 1 : own.filter((t) => said.has(t)).length / Math.max(1, own.length);
      // "more than 500 words": what is counted stands behind the number
      const counted = counts ? 0.8 : 0;
      const told = [...about(schema)].some((t) => said.has(t)) ? 0.3 : 0;
      const member = membersOf(schema)?.some((value) => all.has(term(String(value).toLowerCase()))) ? 0.7 : 0;
      const sum = Math.max(named, own.length > 0 ? counted : 0) + told + member;
      const score = sum + (sum > 0 ? at * 0.01 : 0);
      if (score > (best?.score ?? 0)) best = { step, field: name, schema, score };
    }
  });
  return best;
}

function rightOf(unit: Unit, text: string, schema: JsonSchema | undefined, values: readonly Value[]) {
  const member = schema && membersOf(schema)?.find((value) => wordsOf(unit.text).includes(String(value).toLowerCase()));
  if (member !== undefined) return member;
  const format = /\b(png|jpe?g|webp|gif|tiff|avif|heic)s?\b/i.exec(text)?.[1]?.toLowerCase();
  if (format && schema?.type === 'string') return format === 'jpg' ? 'jpeg' : format;
  const own = values.find((value) => value.unit === unit.at && value.kind !== 'attached');
  if (own) return asExamples(own.json, schema);
  const rest = text.replace(/^\s*(the|a|an|to)\s+/i, '').trim();
  return rest === '' || rest.split(/\s+/).length > 4 ? undefined : asExamples(rest, schema);
}

/** "english" is compared with what is written "German". */
function asExamples(value: Json, schema: JsonSchema | undefined): Json {
  const capitals = schema?.examples?.length && schema.examples.every((one) => /^\p{Lu}/u.test(String(one)));
  return capitals && typeof value === 'string' && isLanguage(value)
    ? value.charAt(0).toUpperCase() + value.slice(1)
    : value;
}

/**
 * "fetch it; if the status is not 200": the one of a step's candidates that tells what the condition is about, where the one
 * that was taken does not.
 */
export function tellingInstead(unit: Unit, before: readonly Step[]): { step: Step; entry: IndexEntry } | null {
  const said = new Set(
    wordsOf(leftText(unit))
      .filter((word) => !isStopWord(word))
      .map(term),
  );
  for (const step of [...before].reverse()) {
    const now = step.candidates.find(({ entry }) => entry === step.entry);
    for (const { entry, score } of step.candidates) {
      if (entry === step.entry || step.missing || !now || now.settled || score < now.score * INSTEAD) continue;
      const tells = fieldsOf(entry.manifest.output).some(
        ({ name }) => nameTerms(name).length > 0 && nameTerms(name).every((t) => said.has(t)),
      );
      if (tells) return { step, entry };
    }
  }
  return null;
}
/** The words may speak so much less for it: the condition speaks for it as well. */
const INSTEAD = 0.3;
