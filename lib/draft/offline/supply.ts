/**
 * Finds the functions that supply what a step lacks: backward from a required input to a function whose output is it,
 * and on from that one's inputs, until all comes from something the prompt gave.
 * @module
 */
import { nameTerms as termsOfName, isGenericName } from '@/lib/functions/types';
import { type IndexEntry, searchTerms } from '@/lib/functions/search';
import { fitOfOutput, fitOfValue, isIdentity, meaningOf, paramTerms, about } from './fit';
import { type Field, fieldsOf, type Step } from './steps';
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
      const chain = chainFor(step, field, steps, context, DEPTH, new Set(steps.map((s) => s.entry)));
      if (!chain) continue;
      steps.splice(steps.indexOf(step), 0, ...chain.steps);
      added = true;
    }
  }
  return added;
}

type Chain = { steps: Step[]; score: number };

function chainFor(step: Step, field: Field, steps: readonly Step[], context: Context, depth: number, used: ReadonlySet<IndexEntry>): Chain | null {
  if (depth === 0) return null;
  const wanted = paramTerms(field.name, context.index);
  // A file is asked for or attached; it is fetched only where the words say so, and then that is a step of its own.
  if (meaningOf(field.schema) !== null && field.schema.format === 's3-uri') return null;
  if (isGenericName(field.name) && !isIdentity(wanted)) return null;
  const weights = new Map<string, number>();
  for (const t of about(field.schema)) weights.set(t, 0.3);
  for (const t of wanted) weights.set(t, 1);
  for (const t of termsOfName(step.entry.manifest.name, context.index.lexicon)) weights.set(t, Math.max(weights.get(t) ?? 0, 0.25));
  let best: Chain | null = null;
  for (const { entry } of searchTerms(context.index, weights, 40)) {
    if (used.has(entry) || entry === step.entry) continue;
    const giver: Step = { entry, units: [], candidates: [], filled: new Map(), reason: `It gives the ${field.schema.title?.toLowerCase() ?? field.name.replace(/_/g, ' ')} that ${step.entry.manifest.title} needs.` };
    let fit = 0;
    for (const output of fieldsOf(entry.manifest.output)) {
      const found = fitOfOutput(giver, output, step, field, context.index, { pronoun: false, then: false, next: true, mentioned: 0 });
      if (found.name >= 0.6) fit = Math.max(fit, found.total);
    }
    if (fit < LIMIT) continue;
    const grounded = ground(giver, steps, context, depth - 1, new Set([...used, entry]));
    if (!grounded) continue;
    const score = fit + 0.35 * grounded.score;
    if (!best || score > best.score + 1e-9) best = { steps: [...grounded.steps, giver], score };
  }
  return best;
}

/** Can all that a function requires be had: from the prompt, from a step that is there, or from a further one? */
function ground(giver: Step, steps: readonly Step[], context: Context, depth: number, used: ReadonlySet<IndexEntry>): Chain | null {
  const required = fieldsOf(giver.entry.manifest.input).filter((field) => field.required && field.schema.default === undefined);
  if (required.length === 0) return { steps: [], score: 0.6 };
  let sum = 0;
  const before: Step[] = [];
  const taken = new Set<number>();
  for (const field of required) {
    let own = 0;
    let value = -1;
    for (const candidate of context.values) {
      if (taken.has(candidate.id)) continue;
      const fit = fitOfValue(candidate, field, context.index, 0.9);
      if (fit > own) [own, value] = [fit, candidate.id];
    }
    let output = 0;
    for (const other of steps) {
      if (reaches(giver, other)) continue;
      for (const field2 of fieldsOf(other.entry.manifest.output)) {
        const found = fitOfOutput(other, field2, giver, field, context.index, { pronoun: false, then: false, next: false, mentioned: 0 });
        if (found.name >= 0.6) output = Math.max(output, found.total);
      }
    }
    if (Math.max(own, output) >= 0.45) {
      if (own >= output) taken.add(value);
      sum += Math.max(own, output);
      continue;
    }
    const chain = chainFor(giver, field, steps, context, depth, used);
    if (!chain) return null;
    before.push(...chain.steps.filter((step) => !before.some((other) => other.entry === step.entry)));
    sum += chain.score * 0.7;
  }
  return { steps: before, score: sum / required.length };
}
