/**
 * Finds the functions that supply what a step lacks: backward from a required input to a function whose output is it,
 * and on from that one's inputs, until all comes from something the prompt gave.
 * @module
 */
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { isGenericName, mediaFit, termsFit } from '@/lib/functions/types';
import { isStopWord, splitName, term } from '@/lib/functions/words';
import { giversFor, measuresIn } from './conditions';
import { isFileWord, namesMedia } from './files';
import { about, fitOfOutput, fitOfValue, isIdentity, meaningOf, paramTerms, takesFiles } from './fit';
import { type Field, fieldsOf, type Step } from './steps';
import type { Value } from './values';
import { PLAIN_VERBS } from './verbs';
import type { Context } from './wire';
import { reaches } from './wire';

const DEPTH = 4;
const LIMIT = 0.62;

/** Adds what is missing to `steps` (before the step that needs it), wherever a whole chain is grounded in the prompt. */
export function supply(steps: Step[], context: Context): boolean {
  let added = false;
  for (const step of [...steps]) {
    for (const field of fieldsOf(step.entry.manifest.input)) {
      if (!field.required || step.filled.has(field.name) || field.schema.default !== undefined) continue;
      // "make a chart of sales.csv and send it": the chart goes along, and nothing more is read for it.
      if (BODY.has(field.name) && handsFile(step)) continue;
      const teller = BODY.has(field.name) ? tellerOf(step, steps, context) : null;
      if (teller) {
        steps.splice(steps.indexOf(step), 0, teller);
        added = true;
        continue;
      }
      // What is made of a named file cannot supply the reading of it.
      const named = context.values.some(({ given }) => given);
      const before = named ? steps.filter((other) => other !== step && !reaches(step, other)) : steps;
      const chain = chainFor(step, field, before, unclaimed(steps, context), DEPTH, new Set(steps.map((s) => s.entry)));
      if (!chain || !(chain.brings || isFinder(chain.steps.at(-1)!, step))) continue;
      steps.splice(steps.indexOf(step), 0, ...chain.steps);
      added = true;
    }
  }
  return added;
}

const handsFile = (step: Step): boolean =>
  fieldsOf(step.entry.manifest.input).some(
    ({ name, schema }) => takesFiles(schema) && step.filled.get(name)?.source.kind === 'output',
  );

const BODY = new Set(['text', 'message', 'body', 'content']);
/** "post the photo's dimensions": what tells them is looked for, although no input bears their name. */
function tellerOf(step: Step, steps: readonly Step[], context: Context): Step | null {
  const unit = step.units.find(({ text }) => measuresIn(text).length > 0);
  const names = unit ? measuresIn(unit.text) : [];
  const entry = unit && giversFor(unit, context.index, [step])[0];
  if (!entry || !names.every((name) => entry.manifest.output.properties?.[name])) return null;
  if (steps.some((other) => other.entry === entry)) return null;
  const reason = `“${unit.text}” needs what it tells.`;
  return { entry, units: [], candidates: [], filled: new Map(), reason, tells: true };
}

/** `brings`: it makes use of a value of the prompt that no step had a use for, or needs none. */
type Chain = { steps: Step[]; score: number; brings: boolean };

/** The values that no step has taken yet: what a person said and nothing uses is the sign that a step is missing. */
function unclaimed(steps: readonly Step[], context: Context): Context {
  const taken = new Set(
    steps.flatMap((step) =>
      [...step.filled.values()].flatMap(({ source }) => (source.kind === 'value' ? [source.value.id] : [])),
    ),
  );
  return { ...context, free: new Set(context.values.filter((value) => !taken.has(value.id)).map((value) => value.id)) };
}

function chainFor(
  step: Step,
  field: Field,
  steps: readonly Step[],
  context: Context,
  depth: number,
  used: ReadonlySet<IndexEntry>,
): Chain | null {
  if (depth === 0) return null;
  // "other_rows" are rows
  const parts = splitName(field.name);
  const name = parts.length > 1 && SECOND.test(parts[0]!) ? parts.slice(1).join('_') : field.name;
  const wanted = paramTerms(name, context.index);
  // A file is asked for or attached; it is fetched only where the words say so, and then that is a step of its own.
  const meaning = meaningOf(field.schema);
  if (meaning !== null && (field.schema.format || meaning !== 'text')) return null;
  // "text" or "data" says too little, unless a file is attached that nothing takes: its content is what is meant.
  const open = isGenericName(field.name) && !isIdentity(wanted);
  const attached = context.values.some((value) => isFile(value) && context.free?.has(value.id));
  if (open && !attached && !namesAnyFile(step) && !namesAddress(step)) return null;
  if (field.schema.items?.format === 's3-uri') return null;
  const said = saidIn(context);
  const evoked = wanted.some((t) => said.has(t));
  let best: Chain | null = null;
  const givers = giversOf(context.index, wanted);
  for (const { entry, output } of givers) {
    if ((used.has(entry) && !readsAnother(entry, context)) || entry === step.entry) continue;
    if (open && !attached && !readsNamedFile(entry, step) && !readsAddress(entry, step)) continue;
    if (
      givers.length > FEW &&
      !attached &&
      !readsNamedFile(entry, step) &&
      !readsAddress(entry, step) &&
      !isIdentity(wanted) &&
      isForeign(entry, step, wanted, said)
    )
      continue;
    // Whoever asks for an id wants it looked up; anything else only where the prompt speaks of it.
    const likely = isIdentity(wanted) || evoked || entry.nameTerms.some((t) => said.has(t));
    const giver: Step = {
      entry,
      units: [],
      candidates: [],
      filled: new Map(),
      reason: `It gives the ${field.schema.title?.toLowerCase() ?? field.name.replace(/_/g, ' ')} that ${step.entry.manifest.title} needs.`,
    };
    const fit = fitOfOutput(giver, output, step, { ...field, name }, context.index, {
      pronoun: false,
      then: false,
      next: true,
      mentioned: 0,
    });
    if (fit.name < 0.8 || fit.total < LIMIT || fit.each) continue;
    const grounded = readsNamedFile(entry, step)
      ? { steps: [], score: 0.6, brings: true }
      : ground(giver, steps, context, depth - 1, new Set([...used, entry]));
    if (!grounded || (open && !grounded.brings) || !(likely || (grounded.brings && fit.name >= 0.95))) continue;
    const support =
      entry.nameTerms.filter((t) => said.has(t) || step.entry.nameTerms.includes(t)).length /
      Math.max(1, entry.nameTerms.length);
    const score = fit.total + 0.35 * grounded.score + 0.3 * support - 0.15 * grounded.steps.length;
    if (!best || score > best.score + 1e-9)
      best = { steps: [...grounded.steps, giver], score, brings: grounded.brings };
  }
  return best;
}

const SECOND = /^(other|second|another|right|left|first)$/;
const isFile = (value: Value): boolean => value.kind === 'attached' || value.given === true;

/** "join a.csv and b.csv": what reads the one file reads the other as well. */
const readsAnother = (entry: IndexEntry, context: Context): boolean =>
  context.values.some(
    (value) =>
      value.given &&
      context.free?.has(value.id) &&
      fieldsOf(entry.manifest.input).some((field) => fitOfValue(value, field, context.index, 1) > 0.8),
  );

/** Is an input for files of just this kind: by its media type, or by an ending that it tells? */
const isForSuch = ({ text, mediaType }: Value, { schema }: Field): boolean =>
  mediaFit(mediaType ?? undefined, schema.contentMediaType) === 1 ||
  about(schema).has(term(/\w+$/.exec(text)?.[0].toLowerCase() ?? ''));

const namesAnyFile = (step: Step): boolean =>
  step.units.some(({ tokens }) => tokens.some(({ kind, lower }) => kind === 'word' && isFileWord(lower)));

const namesAddress = (step: Step): boolean =>
  step.units.some(({ tokens }) => tokens.some(({ kind }) => kind === 'url'));

/** "Count the words of https://…": what reads an address is wanted. */
const readsAddress = (entry: IndexEntry, step: Step): boolean => {
  const [address, ...others] = fieldsOf(entry.manifest.input).filter(
    ({ required, schema }) => required && schema.default === undefined,
  );
  return others.length === 0 && address?.schema.format === 'uri' && namesAddress(step);
};

/**
 * "Count the words of the text file", where no file is attached: what reads such a file is wanted, and the file is asked
 * for. "The file" alone tells no kind.
 */
function readsNamedFile(entry: IndexEntry, step: Step): boolean {
  const [file, ...others] = fieldsOf(entry.manifest.input).filter(
    ({ required, schema }) => required && schema.default === undefined,
  );
  if (!file || others.length > 0 || file.schema.format !== 's3-uri') return false;
  const media = file.schema.contentMediaType ?? null;
  return step.units.some(({ tokens }) =>
    tokens.some(({ kind, lower }, i) => {
      if (kind !== 'word' || !isFileWord(lower) || !namesMedia(lower, media)) return false;
      const before = tokens[i - 1]?.lower ?? '';
      return namesMedia(lower, null) ? !namesMedia(before, null) && namesMedia(before, media) : true;
    }),
  );
}

/** "the age of a rock", where an age is wanted: its name speaks of a thing that nobody has spoken of. */
const isForeign = (entry: IndexEntry, step: Step, wanted: readonly string[], said: ReadonlySet<string>): boolean =>
  entry.nameTerms.some(
    (t) => !said.has(t) && !wanted.includes(t) && !step.entry.nameTerms.includes(t) && !PLAIN_TERMS.has(t),
  );
const FINDING = new Set(['search', 'find', 'get', 'list', 'lookup', 'retrieve', 'query', 'fetch', 'check'].map(term));
/** What finds the very things that a step acts on: a flight is searched for before it is reserved. */
const isFinder = (giver: Step, step: Step): boolean => {
  const own = giver.entry.nameTerms;
  const finds = own.some((t) => FINDING.has(t)) && !step.entry.nameTerms.some((t) => FINDING.has(t));
  const things = step.entry.nameTerms.filter((t) => own.includes(t));
  return finds && things.length > 0 && things.length * 2 >= step.entry.nameTerms.length;
};
/** Where more functions than these give a thing, one whose name nothing in the prompt speaks of would be a guess. */
const FEW = 6;
const PLAIN_TERMS = new Set([...PLAIN_VERBS].map(term));

const saidCache = new WeakMap<readonly unknown[], Set<string>>();
/** The terms of the whole prompt. */
function saidIn(context: Context): Set<string> {
  let said = saidCache.get(context.units);
  if (!said) {
    said = new Set(
      context.units.flatMap((unit) =>
        unit.tokens.flatMap((token) =>
          token.kind === 'word' && !isStopWord(token.lower) && !PLAIN_VERBS.has(stem(token.lower))
            ? [term(token.lower)]
            : [],
        ),
      ),
    );
    saidCache.set(context.units, said);
  }
  return said;
}

const giverCache = new WeakMap<FunctionIndex, Map<string, { entry: IndexEntry; output: Field }[]>>();
const MOST_GIVERS = 25;
/** Functions with an output whose name shares the wanted one's rarest word. */
function giversOf(index: FunctionIndex, wanted: readonly string[]): { entry: IndexEntry; output: Field }[] {
  let all = giverCache.get(index);
  if (!all) {
    all = new Map();
    for (const entry of index.entries) {
      for (const output of fieldsOf(entry.manifest.output)) {
        const own = isGenericName(output.name)
          ? [...paramTerms(output.name, index), ...entry.nameTerms.slice(-2)]
          : paramTerms(output.name, index);
        for (const t of new Set(own)) all.set(t, [...(all.get(t) ?? []), { entry, output }]);
      }
    }
    giverCache.set(index, all);
  }
  const lists = wanted.map((t) => all.get(t) ?? []);
  const shortest = lists.reduce((a, b) => (b.length < a.length ? b : a), lists[0] ?? []);
  return shortest
    .map((giver) => ({ giver, fit: termsFit([...new Set([...paramTerms(giver.output.name, index)])], wanted) }))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MOST_GIVERS)
    .map(({ giver }) => giver);
}

/** Do the words of a relative clause or a phrase speak of it as somebody's own: "that suits my mood"? */
const isOnesOwn = ({ name }: Field, { units, index }: Context): boolean => {
  const own = paramTerms(name, index);
  return units.some(({ text }) => {
    const said = /\b(?:that|which|to|for)\s+(?:[\p{L}]+\s+)?my\s+([\p{L}]+)\s*$/iu.exec(text)?.[1];
    return said !== undefined && own.length === 1 && own[0] === term(said.toLowerCase());
  });
};

/** From this fit on an input counts as given. */
const GROUNDED = 0.45;

/** Can all that a function requires be had: from the prompt, from a step that is there, or from a further one? */
function ground(
  giver: Step,
  steps: readonly Step[],
  context: Context,
  depth: number,
  used: ReadonlySet<IndexEntry>,
): Chain | null {
  const required = fieldsOf(giver.entry.manifest.input).filter(
    (field) => field.required && field.schema.default === undefined,
  );
  if (required.length === 0)
    return { steps: [], score: 0.6, brings: giver.entry.nameTerms.every((t) => saidIn(context).has(t)) };
  let sum = 0;
  let brings = false;
  const before: Step[] = [];
  const taken = new Set<number>();
  for (const field of required) {
    let own = 0;
    let value = -1;
    let named = false;
    for (const candidate of context.values) {
      if (taken.has(candidate.id) || (candidate.given && !context.free?.has(candidate.id))) continue;
      let fit = fitOfValue(candidate, field, context.index, 0.9);
      if (candidate.given && !isForSuch(candidate, field)) fit *= 0.5;
      if (fit > own) [own, value, named] = [fit, candidate.id, candidate.given === true];
    }
    let output = 0;
    for (const other of steps) {
      if (reaches(giver, other)) continue;
      for (const field2 of fieldsOf(other.entry.manifest.output)) {
        const found = fitOfOutput(other, field2, giver, field, context.index, {
          pronoun: false,
          then: false,
          next: false,
          mentioned: 0,
        });
        if (found.name >= 0.8) output = Math.max(output, found.total);
      }
    }
    named &&= own >= GROUNDED;
    if (Math.max(own, output) >= GROUNDED) {
      // A file that is named and that nothing has read yet is what is meant.
      if (named || own >= output) {
        taken.add(value);
        brings ||= context.free?.has(value) ?? false;
      }
      sum += named ? own : Math.max(own, output);
      continue;
    }
    const chain = chainFor(giver, field, steps, context, depth, used);
    // "a song that suits my mood": a mood that nobody has told is asked for
    if (!chain && isOnesOwn(field, context)) {
      sum += GROUNDED;
      brings = true;
      continue;
    }
    if (!chain) return null;
    before.push(...chain.steps.filter((step) => !before.some((other) => other.entry === step.entry)));
    sum += chain.score * 0.7;
    brings ||= chain.brings;
  }
  return { steps: before, score: sum / required.length, brings };
}
