/**
 * The draft plan: what both planners return, before it is a graph.
 *
 * Flat on purpose (steps name the container they are in), with every field present or null: the form that strict
 * structured output allows and that can be streamed step by step.
 * @module
 */
import { z } from 'zod';

/** `json` is a JSON text: strict output allows no free-form values. Dotted `field` paths reach into objects. */
export const ValueFrom = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('literal'), json: z.string() }),
  /** the output of an earlier step (`field` null: the whole output) */
  z.object({ kind: z.literal('step'), step: z.string(), field: z.string().nullable() }),
  /** a field of the workflow's input, listed in `inputs` */
  z.object({ kind: z.literal('input'), field: z.string() }),
  /** the item of the loop that the step is in */
  z.object({ kind: z.literal('item'), field: z.string().nullable() }),
  /** text with holes: parts are put together as strings */
  z.object({
    kind: z.literal('text'),
    parts: z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('words'), text: z.string() }),
        z.object({ kind: z.literal('step'), step: z.string(), field: z.string().nullable() }),
        z.object({ kind: z.literal('input'), field: z.string() }),
      ]),
    ),
  }),
]);
export type ValueFrom = z.infer<typeof ValueFrom>;

/** `because`: the words of the prompt, or the reason, that this value was taken from. */
export const PlanArgument = z.object({ name: z.string(), from: ValueFrom, because: z.string().nullable() });
export type PlanArgument = z.infer<typeof PlanArgument>;

const common = {
  /** short identifier, unique in the plan */
  id: z.string(),
  /** what a person reads on the node: unique, at most 80 characters */
  title: z.string(),
  /** the container: a choice's `then` or `otherwise`, a loop's `each`; a function's `failed`: what is done when it fails */
  inside: z.object({ step: z.string(), branch: z.enum(['then', 'otherwise', 'each', 'failed']) }).nullable(),
  /** steps that must end before this one for another reason than data */
  after: z.array(z.string()),
  /** the words of the prompt that asked for it */
  because: z.string().nullable(),
};

/** `right` is null where the operator compares with nothing. */
export const PlanCondition = z.object({
  left: ValueFrom,
  operator: z.enum(['=', '!=', '>', '>=', '<', '<=', 'contains', 'exists', 'is true']),
  right: ValueFrom.nullable(),
});
export type PlanCondition = z.infer<typeof PlanCondition>;

/**
 * A condition as the text of a JSONata expression.
 * @param left,right as JSONata; `right` is not used where the operator compares with nothing
 */
export function conditionText({ operator }: PlanCondition, left: string, right: string): string {
  if (operator === 'contains')
    return `$type(${left}) = "array" ? ${right} in ${left} : $contains($string(${left}), $string(${right}))`;
  if (operator === 'exists') return `$exists(${left}) and ${left} != null`;
  return operator === 'is true' ? `${left} = true` : `${left} ${operator} ${right}`;
}

export const PlanStep = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('function'),
    functionName: z.string(),
    arguments: z.array(PlanArgument),
    /** other functions that could do it, best first */
    alternatives: z.array(z.string()),
    /** 0–1 */
    confidence: z.number(),
    /** how often to try again when it fails, and the seconds before the first time; null or absent: as steps usually do */
    retry: z.object({ attempts: z.number(), seconds: z.number().nullable() }).nullable().optional(),
  }),
  /** no function exists for it: shown by name, never invented */
  z.object({ ...common, kind: z.literal('missing'), description: z.string(), arguments: z.array(PlanArgument) }),
  z.object({
    ...common,
    kind: z.literal('choice'),
    condition: PlanCondition,
  }),
  z.object({ ...common, kind: z.literal('loop'), over: ValueFrom }),
  z.object({ ...common, kind: z.literal('wait'), seconds: z.number().nullable(), until: z.string().nullable() }),
]);
export type PlanStep = z.infer<typeof PlanStep>;

/** A field of the workflow's input. `json` is its default as JSON text, `file` the index of the attached file. */
export const PlanInput = z.object({
  field: z.string(),
  title: z.string(),
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object']),
  format: z.string().nullable(),
  contentMediaType: z.string().nullable(),
  description: z.string().nullable(),
  required: z.boolean(),
  json: z.string().nullable(),
  file: z.number().int().nullable(),
});
export type PlanInput = z.infer<typeof PlanInput>;

export const DraftPlan = z.object({
  /** the workflow's name, a few words */
  title: z.string(),
  steps: z.array(PlanStep),
  inputs: z.array(PlanInput),
  /** what the run answers: usually the last step's output */
  result: ValueFrom.nullable(),
  /** what the planner could not place or is unsure of, as sentences */
  notes: z.array(z.string()),
  questions: z.array(
    z.object({ id: z.string(), step: z.string(), text: z.string(), options: z.array(z.string()), default: z.string() }),
  ),
});
export type DraftPlan = z.infer<typeof DraftPlan>;

/** An attached file, already uploaded. `mediaType` as the browser or the file's first bytes tell. */
export type AttachedFile = { name: string; mediaType: string; bytes: number; uri: string };

export type DraftPhase = 'understanding' | 'picking' | 'wiring' | 'checking';

/** A piece of the prompt; characters from its beginning. */
export type PromptSpan = { text: string; start: number; end: number };

/** Where the value of an argument is from. `prompt`: `said` are the words that it was read from. */
export type ArgumentOrigin = 'prompt' | 'step' | 'input' | 'item' | 'default' | 'planner';

/** A function as a choice: `why` says what speaks for it. */
export type FunctionChoice = { name: string; title: string; why: string };

export type ExplainedStep = {
  /** the id of the node that it became */
  node: string;
  title: string;
  /** the function that was taken; `null` for a step that is none, or that no function does */
  taken: string | null;
  /** the words that asked for it; none for a step that only supplies another */
  asked: PromptSpan[];
  why: string;
  /** the next best, best first, at most two */
  others: FunctionChoice[];
  arguments: { name: string; title: string; value: string; origin: ArgumentOrigin; said: string | null }[];
};

/** A step that could as well be done by another function. `options[0]` is what was taken. */
export type DraftQuestion = { id: string; node: string; text: string; words: string; options: FunctionChoice[] };

/** Why a draft is as it is; kept with it. */
export type DraftExplanation = {
  steps: ExplainedStep[];
  /** at most two, the most unsure first */
  questions: DraftQuestion[];
  /** words of the prompt that led to nothing, in its order */
  unplaced: PromptSpan[];
};

/** What is kept of a draft with the workflow. */
export type DraftRecord = DraftPlan & { explanation?: DraftExplanation };
