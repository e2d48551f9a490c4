/** Small patterns of flow: waiting, and the same for every attached file. */
import { isGenericName, nameTerms } from '@/lib/functions/types';
import { isStopWord, term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { isFileWord, namesMedia } from './files';
import { about, fitOfValue } from './fit';
import { type Field, fieldsOf, type Step } from './steps';
import type { Value } from './values';

const SECONDS: Record<string, number> = {
  second: 1,
  seconds: 1,
  sec: 1,
  s: 1,
  minute: 60,
  minutes: 60,
  min: 60,
  mins: 60,
  hour: 3600,
  hours: 3600,
  h: 3600,
  day: 86_400,
  days: 86_400,
  week: 604_800,
  weeks: 604_800,
};

/** "wait ten minutes", "pause for 30 s": seconds; `null` for anything else. */
export function waitsOf(units: readonly Unit[]): number | null {
  for (const unit of units) {
    if (unit.verb < 0 || !/^(wait|pause|sleep|delay)$/.test(unit.tokens[unit.verb]!.lower)) continue;
    const time = unit.tokens.find(
      (token) => token.kind === 'number' && token.unit !== null && SECONDS[token.unit] !== undefined,
    );
    if (time && typeof time.value === 'number') return time.value * SECONDS[time.unit!]!;
    const half = /\b(half|quarter of)\s+an?\s+(minute|hour|day)\b/i.exec(unit.text);
    if (half) return (SECONDS[half[2]!.toLowerCase()]! * (/^h/i.test(half[1]!) ? 2 : 1)) / 4;
    if (unit.tokens.some((token) => token.lower === 'hour' || token.lower === 'minute' || token.lower === 'day'))
      return SECONDS[unit.tokens.find((token) => SECONDS[token.lower])!.lower]!;
  }
  return null;
}

/** "wait until 2027-01-01T09:00:00Z": the moment, as Step Functions takes it; `null` for anything else. */
export function waitsUntil(units: readonly Unit[]): string | null {
  for (const unit of units) {
    if (unit.verb < 0 || !/^(wait|pause|sleep|delay)$/.test(unit.tokens[unit.verb]!.lower)) continue;
    const at = unit.tokens.findIndex(({ lower }, i) => i > unit.verb && /^(until|till)$/.test(lower));
    const moment = at < 0 ? null : unit.tokens[at + 1];
    const time = moment && typeof moment.value === 'string' ? Date.parse(moment.value) : Number.NaN;
    if (!Number.isNaN(time)) return `${new Date(time).toISOString().slice(0, 19)}Z`;
  }
  return null;
}

const TRY_AGAIN = /\b(?:re-?try|retries|try(?:ing)? (?:it |this |that )?again)\b|\btry(?:ing)?\b.*\b(?:times|twice)\b/i;
/** "try 5 times": said of the step before, and nothing else. */
const TRIES_ALONE = /^try(?:ing)? (?:it |this |that )?(?:up to |at most )?\S+(?: times)?$/i;
const isTrying = ({ text }: Unit): boolean => {
  const found = TRY_AGAIN.exec(text);
  if (!found || found.index >= 4) return false;
  return /times|twice/i.test(found[0]) && !/again|retr/i.test(text) ? TRIES_ALONE.test(text) : true;
};
/** "Retry up to 3 times", "wait ten minutes": said about the steps, and no step of a function. */
export const isFlow = (unit: Unit): boolean =>
  isTrying(unit) || waitsOf([unit]) !== null || waitsUntil([unit]) !== null;

/** "take a.pdf, b.pdf and c.pdf": the things are told that the next request is about, and nothing is done with them. */
export const isTaking = ({ verb, tokens, condition }: Unit): boolean =>
  verb === 0 &&
  condition === null &&
  /^(take|use|grab|pick|have)$/.test(tokens[0]!.lower) &&
  tokens.length > 1 &&
  tokens.every(
    ({ kind, lower }, i) => i === 0 || kind === 'file' || kind === 's3' || /^(,|and|&|the|files?|my)$/.test(lower),
  ) &&
  tokens.some(({ kind }) => kind === 'file' || kind === 's3');

/** "else leave it as it is", "otherwise do nothing": nothing is asked for. */
export const isIdle = ({ text }: Unit): boolean =>
  /^(?:just |simply )?(?:leave|keep) (?:it|them|that|this|everything)(?: (?:alone|be|unchanged|untouched|as (?:it is|they are|is)))?$|^do nothing(?: else)?$|^nothing$|^skip (?:it|them|that|this)$/i.test(
    text,
  );

/** How often to try again, and after how many seconds, where the words say so: of the step right before them. */
export function retryOf(step: Step, steps: readonly Step[], units: readonly Unit[]) {
  for (const unit of units) {
    if (!TRY_AGAIN.test(unit.text)) continue;
    const place = (other: Step) => Math.max(-1, ...other.units.filter((own) => own.at <= unit.at).map((own) => own.at));
    const nearest = [...steps].sort((a, b) => place(b) - place(a))[0];
    if (nearest !== step) continue;
    const numbers = unit.tokens.filter((token) => token.kind === 'number' && typeof token.value === 'number');
    const pause = numbers.find((token) => token.unit !== null && SECONDS[token.unit] !== undefined);
    const times = numbers.find((token) => token !== pause);
    return {
      attempts: /\btwice\b/i.test(unit.text) ? 2 : /\bonce\b/i.test(unit.text) ? 1 : ((times?.value as number) ?? 3),
      seconds: pause ? (pause.value as number) * SECONDS[pause.unit!]! : null,
    };
  }
  return null;
}

/** Several files of one kind are attached, and one step takes one such file: it is done for each. */
export function loopOverFiles(
  steps: readonly Step[],
  values: readonly Value[],
): { step: Step; field: Field; values: Value[] } | null {
  const attached = values.filter((value) => value.file !== null);
  if (attached.length < 2) return null;
  const used = new Set(
    steps.flatMap((step) =>
      [...step.filled.values()].flatMap(({ source }) =>
        source.kind === 'value' && source.value.file !== null ? [source.value.id] : [],
      ),
    ),
  );
  for (const step of steps) {
    for (const field of fieldsOf(step.entry.manifest.input)) {
      const filled = step.filled.get(field.name);
      if (filled?.source.kind !== 'value' || filled.source.value.file === null || field.schema.type === 'array')
        continue;
      const own = filled.source.value;
      const more = attached.filter(
        (value) =>
          value !== own && !used.has(value.id) && value.mediaType?.split('/')[0] === own.mediaType?.split('/')[0],
      );
      if (more.length > 0 && more.every((value) => fitOfValue(value, field, NO_INDEX, 1) > 0.5))
        return { step, field, values: [own, ...more] };
    }
  }
  return null;
}
const NO_INDEX = { entries: [], byName: new Map(), postings: new Map(), lexicon: new Set<string>(), idf: () => 0 };

/** An input that takes its things one by one, from a list that nobody's step gives. `thing`: as the prompt calls it. */
export type ListWish = { field: Field; thing: string };

/**
 * "For each image in the list, convert it", "resize all the photos": the input of a step that the repetition is about,
 * where no step gives it. `null` where the words repeat nothing, or nothing that this step takes.
 */
export function loopOverWords(step: Step, steps: readonly Step[], units: readonly Unit[]): ListWish | null {
  // A step that was added is there for the sake of another, whose words it goes by.
  const own =
    step.units.length > 0 ? step.units : steps.filter((other) => takesFrom(step, other)).flatMap((o) => o.units);
  const sentences = new Set(own.map((unit) => unit.sentence));
  const about = [...own, ...units.filter((unit) => unit.kind === 'purpose' && sentences.has(unit.sentence))];
  for (const unit of about) {
    const thing = unit.each ? repeatedThing(unit) : null;
    if (!thing) continue;
    const field = fieldsOf(step.entry.manifest.input).find((one) => isOneOf(one, thing, step));
    if (field) return { field, thing };
  }
  return null;
}

const takesFrom = (from: Step, to: Step): boolean =>
  [...to.filled.values()].some(({ source }) => source.kind === 'output' && source.step === from);

/** The noun behind "each", "every" or "all": "each of my photos" → photos. */
function repeatedThing(unit: Unit): string | null {
  const said = unit.tokens.findIndex((token) => /^(each|every|all)$/.test(token.lower));
  if (said < 0) return unit.tokens.find(({ lower }) => /[^s]s$/.test(lower) && isFileWord(lower))?.lower ?? null;
  const at = said;
  const first = unit.tokens.findIndex((token, i) => i > at && !isStopWord(token.lower));
  if (at < 0 || first < 0 || unit.tokens[first]!.kind !== 'word') return null;
  let last = first;
  // "each incoming image": the noun is the last word before a preposition or a mark
  while (unit.tokens[last + 1]?.kind === 'word' && !isStopWord(unit.tokens[last + 1]!.lower) && last < first + 2)
    last++;
  const all = unit.tokens[at]!.lower === 'all';
  const noun = unit.tokens.slice(first, last + 1).find((token) => (all ? /[^s]s$/.test(token.lower) : true));
  return all ? (noun?.lower ?? null) : unit.tokens[last]!.lower;
}

/** Does an input take one such thing, which nobody but the person gives? */
function isOneOf({ name, schema }: Field, thing: string, step: Step): boolean {
  if (schema.type === 'array') return false;
  const filled = step.filled.get(name);
  if (filled && !(filled.source.kind === 'value' && filled.source.value.file !== null)) return false;
  if (!filled && (schema.default !== undefined || !(step.entry.manifest.input.required ?? []).includes(name)))
    return false;
  return (
    isNamedAfter(name, term(thing)) ||
    about(schema).has(term(thing)) ||
    (schema.format === 's3-uri' && namesMedia(thing, schema.contentMediaType ?? null))
  );
}

/** `picture`, `order_number` and `customer_id` are a picture's, an order's and a customer's. */
const isNamedAfter = (name: string, thing: string): boolean => {
  const own = nameTerms(name);
  return own.includes(thing) && own.every((t) => t === thing || isGenericName(t));
};

/** @example pluralOf('image') // images */
export const pluralOf = (noun: string): string =>
  /[^s]s$/.test(noun)
    ? noun
    : noun
        .replace(/([^aeiou])y$/, '$1ie')
        .replace(/(s|x|ch|sh)$/, '$1e')
        .concat('s');
