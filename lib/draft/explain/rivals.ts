/**
 * Which other functions could as well be meant: those for which the words speak about as much, and which could take what
 * the words give. A question about any other would only cost its reader time.
 *
 *   plan, step, candidates ──rivalsOf()──▶ the candidates worth a question, in their order
 *
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { nearTerms, splitName, term, wordsOf } from '@/lib/functions/words';
import type { DraftPlan, PlanArgument, PlanStep } from '../plan';
import { saysLittle } from './unplaced';

type FunctionStep = Extract<PlanStep, { kind: 'function' }>;
type Catalogue = ReadonlyMap<string, FunctionManifest>;

/** Of the evidence for the function taken, the part that another one needs to be close to it. */
const CLOSE = 0.8;

/** @param worded a person or a model named the candidates: the words are not counted again */
export function rivalsOf(
  plan: DraftPlan,
  step: FunctionStep,
  byName: Catalogue,
  candidates: readonly FunctionManifest[],
  worded: boolean,
): FunctionManifest[] {
  const taken = byName.get(step.functionName);
  if (!taken) return [];
  const words = saidBy(step.because ?? step.title);
  const own = evidence(words, taken);
  return candidates.filter(
    (rival) =>
      (worded || evidence(words, rival) >= own * CLOSE) &&
      takes(rival, plan, step, taken, byName) &&
      !plan.steps.some((other) => other.kind === 'function' && other.functionName === rival.name),
  );
}

const saidBy = (text: string): string[] => [
  ...new Set(wordsOf(text).filter((word) => !saysLittle(word) && !/^\d/.test(word))),
];

/** How much of the words is in its name (2 each), among its keywords or in its description (1 each), or near to that. */
function evidence(words: readonly string[], manifest: FunctionManifest): number {
  const named = termsOf([manifest.title, splitName(manifest.name).join(' ')]);
  const told = termsOf([
    manifest.description,
    ...manifest.keywords,
    ...Object.entries({ ...manifest.input.properties, ...manifest.output.properties }).map(
      ([name, schema]) => `${name.replaceAll('_', ' ')} ${schema.title ?? ''}`,
    ),
  ]);
  return words.reduce((sum, word) => {
    if (named.has(term(word))) return sum + 2;
    if (told.has(term(word))) return sum + 1;
    return nearTerms(word).some((near) => named.has(near)) ? sum + 1 : sum;
  }, 0);
}
const termsOf = (texts: readonly string[]): Set<string> => new Set(texts.flatMap(wordsOf).map(term));

/** For each value that the words gave, and each file that is known, it has a parameter of that kind. */
function takes(
  rival: FunctionManifest,
  plan: DraftPlan,
  step: FunctionStep,
  taken: FunctionManifest,
  byName: Catalogue,
): boolean {
  const free = Object.values(rival.input.properties ?? {});
  return step.arguments.every((argument) => {
    const wanted = kindOf(argument, plan, step, taken, byName);
    if (!wanted) return true;
    const at = free.findIndex((schema) => fits(wanted, schema));
    if (at >= 0) free.splice(at, 1);
    return at >= 0;
  });
}

/** What is known of a value, apart from what the function taken makes of it; `null`: nothing that could be lost. */
function kindOf(
  { name, from, because }: PlanArgument,
  plan: DraftPlan,
  step: FunctionStep,
  taken: FunctionManifest,
  byName: Catalogue,
): JsonSchema | null {
  const own = taken.input.properties?.[name] ?? {};
  switch (from.kind) {
    case 'literal':
      return because === null ? null : own.enum ? { ...own, const: from.json } : own;
    case 'text':
      return own;
    case 'item':
      return null;
    case 'step': {
      const { step: giver, field } = from;
      const source = plan.steps.find(({ id }) => id === giver);
      const gives = source?.kind === 'function' ? byName.get(source.functionName)?.output : undefined;
      return field === null ? null : (gives?.properties?.[field] ?? null);
    }
    case 'input': {
      // One that another step shares is of a kind that is known; one for this step alone would be another input.
      const input = plan.inputs.find(({ field }) => field === from.field);
      const shared = plan.steps.some(
        (other) =>
          other.id !== step.id &&
          'arguments' in other &&
          other.arguments.some((one) => one.from.kind === 'input' && one.from.field === from.field),
      );
      return shared || input?.file != null ? own : null;
    }
  }
}

function fits(wanted: JsonSchema, schema: JsonSchema): boolean {
  if (typeof wanted.const === 'string') {
    const value = wanted.const;
    return schema.enum?.some((one) => JSON.stringify(one) === value) ?? false;
  }
  const [a, b] = [inner(wanted), inner(schema)];
  if (a.format !== b.format && (a.format !== undefined || b.format === 's3-uri')) return false;
  const [left, right] = [a.contentMediaType, b.contentMediaType];
  if (left && right && left !== right && !covers(left, right) && !covers(right, left)) return false;
  const number = (type: unknown) => type === 'number' || type === 'integer';
  return a.type === undefined || b.type === undefined || a.type === b.type || (number(a.type) && number(b.type));
}
const inner = (schema: JsonSchema): JsonSchema => (schema.type === 'array' && schema.items ? schema.items : schema);
const covers = (wide: string, narrow: string): boolean =>
  wide === '*/*' || (wide.endsWith('/*') && narrow.startsWith(wide.slice(0, -1)));
