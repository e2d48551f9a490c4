/**
 * The offline planner: a prompt and the functions' manifests become a draft plan, without a model.
 *
 *   prompt ─▶ tokens ─▶ units ─▶ wishes (functions by BM25, jointly) ─▶ wiring ⇄ better choices ─▶ suppliers ─▶ DraftPlan
 *
 * Pure: the same request gives the same plan. Knows no function by name. Begin reading at `planOffline`.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { createIndex, type FunctionIndex } from '@/lib/functions/search';
import { mediaFit } from '@/lib/functions/types';
import type { AttachedFile, DraftPlan } from '../plan';
import { answers, type Candidate, choose, isClear, type Wish } from './choose';
import { cutIntoUnits, type Unit } from './clauses';
import { giversFor, guardedBy, isTold, onlyMeasures, tellingInstead } from './conditions';
import type { DraftExample } from './examples';
import { type Precedents, precedentsIn } from './examples-evidence';
import { toPlan } from './express';
import { makesSuch, namesMedia } from './files';
import { takesFiles } from './fit';
import { type Likeness, MOST_COMPARED } from './likeness';
import { missingStep } from './missing';
import { isFlow, waitsOf, waitsUntil } from './patterns';
import { formGiver, inForm, linkGiver, namedWork } from './sending';
import { mendVerbs } from './spelling';
import { fieldsOf, type Step } from './steps';
import { supply } from './supply';
import { isGiving } from './support';
import { throughTables } from './table-loops';
import { type Token, tokenize } from './tokens';
import { type Value, valuesOf } from './values';
import { type Verbs, verbsOf } from './verbs';
import { type Context, wire } from './wire';

export type PlanRequest = {
  prompt: string;
  files: readonly AttachedFile[];
  manifests: readonly FunctionManifest[];
  /** for "tomorrow" and dates without a year */
  now: Date;
  /** workflows of before, newest first; the same list each time, where nothing changed */
  examples?: readonly DraftExample[] | undefined;
  /** how like its units' texts are to what the functions do, where an embedding model tells */
  likeness?: Likeness | null | undefined;
};

export type Understood = {
  tokens: Token[];
  units: Unit[];
  values: Value[];
  wishes: Wish[];
  steps: Step[];
  index: FunctionIndex;
  precedents: Precedents | null;
};

/** How much of a better wiring outweighs a worse match of the words; in the index's own scale. */
const WIRING_WEIGHT = 0.4;

/** What a file's ending weighs against the wiring, where it says what is to come; in the same scale. */
const MADE_WEIGHT = 0.15;

type Known = { index: FunctionIndex; verbs: Verbs };
const indexes = new WeakMap<readonly FunctionManifest[], Known>();
const known = (manifests: readonly FunctionManifest[]): Known => {
  let found = indexes.get(manifests);
  if (!found) {
    const index = createIndex(manifests);
    found = { index, verbs: verbsOf(index) };
    indexes.set(manifests, found);
  }
  return found;
};

/** @throws Problem PROMPT_EMPTY, PROMPT_NOT_UNDERSTOOD */
export const planOffline = (request: PlanRequest): DraftPlan => planWithReasons(request).plan;

/**
 * The plan, and by a step's id what earlier workflows say for it.
 * @throws Problem PROMPT_EMPTY, PROMPT_NOT_UNDERSTOOD
 */
export function planWithReasons(request: PlanRequest): { plan: DraftPlan; reasons: ReadonlyMap<string, string> } {
  if (!/[\p{L}\p{N}]/u.test(request.prompt)) {
    throw new Problem(
      'PROMPT_EMPTY',
      'The prompt is empty.',
      'Say in a sentence what should happen, for example: shrink the photo I upload and give me a link.',
    );
  }
  const understood = understand(request);
  const { steps, wishes } = understood;
  if (steps.length === 0 && wishes.length === 0) {
    const shown = request.prompt.trim().slice(0, 60);
    throw new Problem(
      'PROMPT_NOT_UNDERSTOOD',
      `Nothing in “${shown}${request.prompt.trim().length > 60 ? '…' : ''}” asks for something that a function here could do.`,
      'Begin with what should be done: resize …, send …, find …. The Functions page lists what there is.',
    );
  }
  const reasons = new Map<string, string>();
  return { plan: toPlan(understood, request, reasons), reasons };
}

/**
 * What an embedding model is to be asked about before: the texts of those units for which the words do not clearly say which
 * function is meant; none where the model does not pay.
 * @param most of so many functions at most
 */
export function textsToCompare(
  { prompt, files, manifests, now, examples }: PlanRequest,
  most = MOST_COMPARED,
): string[] {
  if (manifests.length > most) return [];
  const { index, verbs } = known(manifests);
  const { units } = unitsOf(prompt, now, index, verbs);
  const values = valuesOf(units, files, (word) => index.lexicon.has(word));
  const wishes = choose(units, index, values, precedentsIn(units, examples, index));
  const sure = new Set(wishes.flatMap((wish) => (isClear(wish, index) ? wish.units : [])));
  return [...new Set(units.flatMap((unit) => (sure.has(unit) || isFlow(unit) ? [] : unit.text)))];
}

function unitsOf(prompt: string, now: Date, index: FunctionIndex, verbs: Verbs): { tokens: Token[]; units: Unit[] } {
  const tokens = mendVerbs(tokenize(prompt, now), verbs, (word) => index.lexicon.has(word));
  return { tokens, units: cutIntoUnits(prompt, tokens, verbs) };
}

/** Everything but the wording: what the benchmark measures. */
export function understand({ prompt, files, manifests, now, examples, likeness }: PlanRequest): Understood {
  const { index, verbs } = known(manifests);
  const { tokens, units } = unitsOf(prompt, now, index, verbs);
  const values = valuesOf(units, files, (word) => index.lexicon.has(word));
  const precedents = precedentsIn(units, examples, index);
  const wishes = choose(units, index, values, precedents, likeness ?? null).filter(
    (wish) => !wish.units.every(onlyMeasures),
  );
  const context: Context = { index, units, values, precedents };
  const steps = distinct(wishes, index, values);
  for (const step of [...steps]) {
    const work = namedWork(step, steps, context);
    if (work) steps.splice(steps.indexOf(step), 0, work);
  }
  improve(steps, context);
  supplyConditions(steps, context);
  for (const step of [...steps]) {
    for (const giver of [formGiver, linkGiver]) {
      const added = giver(step, steps.slice(0, steps.indexOf(step)), context);
      if (added) steps.splice(steps.indexOf(step), 0, added);
      if (added) wire(steps, context);
    }
  }
  for (let round = 0; round < 3 && supply(steps, context); round++) wire(steps, context);
  if (misfits(steps, context)) wire(steps, context);
  const closing = inForm(steps, context);
  if (steps.push(...closing) > 0 && closing.length > 0) wire(steps, context);
  throughTables(steps, context);
  return { tokens, units, values, wishes, steps, index, precedents };
}

/** One step a wish; a second wish for the same function is the same step, unless it brings values of its own. */
function distinct(wishes: readonly Wish[], index: FunctionIndex, values: readonly Value[]): Step[] {
  const steps: Step[] = [];
  for (const wish of wishes) {
    const { units, best, nearest = [] } = wish;
    const entry = best[0]?.entry;
    if (!entry) {
      if (waitsOf(units) === null && waitsUntil(units) === null) steps.push({ ...missingStep(units, index), nearest });
      continue;
    }
    const same = steps.find((step) => step.entry === entry);
    const other = same && another(wish, steps, index);
    const again = same && !other && bringsAnother(units, same.units, values);
    if (again) steps.push({ entry, units: [...units], candidates: best, filled: new Map(), reason: null });
    else if (other) steps.push({ entry: other, units: [...units], candidates: best, filled: new Map(), reason: null });
    else if (same) same.units.push(...units);
    else steps.push({ entry, units: [...units], candidates: best, filled: new Map(), reason: null });
  }
  return steps;
}

/** "Send "Hello" to Slack, wait, then send "Bye" to Slack": asked for twice, each time with a text, an address or a file of its own. */
function bringsAnother(units: readonly Unit[], before: readonly Unit[], values: readonly Value[]): boolean {
  if (!units.some((unit) => unit.kind === 'verb' && unit.verb >= 0)) return false;
  const verb = (all: readonly Unit[]) => all.find((unit) => unit.verb >= 0);
  const [own, other] = [verb(units), verb(before)];
  if (!own || !other || own.tokens[own.verb]!.lower !== other.tokens[other.verb]!.lower) return false;
  const given = (all: readonly Unit[], kind: Value['kind']) =>
    values.filter((value) => value.kind === kind && all.some(({ at }) => at === value.unit)).map(({ json }) => json);
  return AGAIN.some((kind) => {
    const [mine, theirs] = [given(units, kind), given(before, kind)];
    return mine.length > 0 && theirs.length > 0 && mine.every((json) => !theirs.includes(json));
  });
}
const AGAIN: Value['kind'][] = ['quote', 'url', 'email', 'file'];

/** "Make a code for … and give me a link to it": what gives a link is meant, not what makes the code, once more. */
function another({ units, best }: Wish, steps: readonly Step[], index: FunctionIndex): Step['entry'] | undefined {
  const gives = ({ entry }: Candidate) => answers(entry, units, index) === 1;
  if (!isGiving(units[0]!) || gives(best[0]!)) return undefined;
  return best.find((one) => gives(one) && steps.every((step) => step.entry !== one.entry))?.entry;
}

/** A condition on what no step tells gets a step that tells it: "wider than 1000 pixels" needs the width. */
function supplyConditions(steps: Step[], context: Context): void {
  for (const unit of context.units) {
    if (unit.condition !== 'if' || unit.kind !== 'after') continue;
    const guarded = guardedBy(unit, steps);
    const first = steps.findIndex((step) => guarded.includes(step));
    if (first < 0 || isTold(unit, steps.slice(0, first))) continue;
    const instead = tellingInstead(unit, steps.slice(0, first));
    if (instead && steps.every(({ entry }) => entry !== instead.entry)) {
      instead.step.entry = instead.entry;
      wire(steps, context);
      continue;
    }
    const entry = giversFor(unit, context.index, guarded).find((giver) => steps.every((step) => step.entry !== giver));
    if (!entry) continue;
    const reason = `The condition “${unit.text}” needs what it tells.`;
    steps.splice(first, 0, { entry, units: [], candidates: [], filled: new Map(), reason, tells: true });
    wire(steps, context);
  }
}

/**
 * "Merge the PDFs and put a watermark on the result": what is made is no picture, so what marks pictures is not meant, and
 * the step is missing. @returns whether a step was given up
 */
function misfits(steps: readonly Step[], { index }: Context): boolean {
  let changed = false;
  steps.forEach((step, at) => {
    const last = steps[at - 1];
    if (!last || step.missing || last.missing || !step.units.some((unit) => unit.pronoun)) return;
    const made = fieldsOf(last.entry.manifest.output).filter(({ schema }) => takesFiles(schema));
    const wanted = fieldsOf(step.entry.manifest.input).filter(
      ({ schema, required, name }) => required && takesFiles(schema) && !step.filled.has(name),
    );
    const media = (schema: JsonSchema) => schema.items?.contentMediaType ?? schema.contentMediaType;
    const fits = wanted.some((to) =>
      made.some(
        (from) => !media(from.schema) || !media(to.schema) || mediaFit(media(from.schema), media(to.schema)) > 0.3,
      ),
    );
    const named = step.units.some(({ tokens }) =>
      tokens.some(
        ({ kind, lower }) => kind === 'word' && wanted.some((to) => namesMedia(lower, media(to.schema) ?? null)),
      ),
    );
    if (made.length === 0 || wanted.length === 0 || fits || named) return;
    Object.assign(step, missingStep(step.units, index));
    changed = true;
  });
  return changed;
}

/** Takes, step by step, the candidate with which words and wiring together are best. */
function improve(steps: readonly Step[], context: Context): void {
  const scale = context.index.idf('\u0000');
  let total = wire(steps, context);
  for (let round = 0; round < 2; round++) {
    let changed = false;
    for (const step of steps) {
      const first = step.entry;
      if (step.candidates.some(({ entry, settled }) => entry === first && settled)) continue;
      let best = { entry: first, gain: 0, total };
      const now = scoreOf(step, first);
      for (const [place, candidate] of step.candidates.entries()) {
        const made = makesSuch(candidate.entry, step, context);
        if (
          (place > 4 && made === 0) ||
          candidate.entry === first ||
          (candidate.score < now * 0.85 && made <= makesSuch(first, step, context)) ||
          steps.some((other) => other.entry === candidate.entry)
        )
          continue;
        step.entry = candidate.entry;
        const wired = wire(steps, context);
        // "save it as open.csv": what is to come tells more than the verb
        const other = made - makesSuch(first, step, context);
        const words = other === 0 ? candidate.score - now : other * MADE_WEIGHT * scale;
        const gain = words + (wired - total) * WIRING_WEIGHT * scale;
        if (gain > best.gain + 1e-9) best = { entry: candidate.entry, gain, total: wired };
      }
      step.entry = best.entry;
      if (best.entry !== first) {
        total = best.total;
        changed = true;
      }
    }
    if (!changed) break;
  }
  wire(steps, context);
}

const scoreOf = (step: Step, entry: Step['entry']) =>
  step.candidates.find((candidate) => candidate.entry === entry)?.score ?? 0;
