/**
 * The plan of a follow-up: what is to change in the workflow that is there, before anything changes.
 *
 * Flat and strict like the draft plan, with every field present or null, so that a language model can be held to it.
 * Steps are named by the ids of the graph; a step that the plan itself adds, by the id of its edit.
 * @module
 */
import { z } from 'zod';
import { PlanArgument, PlanCondition, PlanInput, ValueFrom } from '../plan';

const common = {
  /** unique in the plan */
  id: z.string(),
  /** the words that asked for it */
  because: z.string().nullable(),
};

export const PlanEdit = z.discriminatedUnion('kind', [
  /**
   * `functionName` null: no function does it, so it is shown as missing. `step` null with `end`: after everything; `failure`:
   * where that step fails for good.
   */
  z.object({
    ...common,
    kind: z.literal('add'),
    title: z.string(),
    functionName: z.string().nullable(),
    description: z.string().nullable(),
    arguments: z.array(PlanArgument),
    place: z.object({ where: z.enum(['before', 'after', 'end', 'failure']), step: z.string().nullable() }),
  }),
  z.object({
    ...common,
    kind: z.literal('wait'),
    seconds: z.number(),
    place: z.object({ where: z.enum(['before', 'after', 'end']), step: z.string().nullable() }),
  }),
  z.object({ ...common, kind: z.literal('remove'), step: z.string() }),
  z.object({
    ...common,
    kind: z.literal('replace'),
    step: z.string(),
    functionName: z.string(),
    arguments: z.array(PlanArgument),
  }),
  z.object({ ...common, kind: z.literal('rename'), step: z.string(), title: z.string() }),
  /** one argument of a step gets another value */
  z.object({ ...common, kind: z.literal('set'), step: z.string(), argument: z.string(), from: ValueFrom }),
  /**
   * steps are done for each item of a list: an input that becomes a list (`over` of kind input), or a list of an earlier
   * step, whose items go into `argument` of the first of the steps
   */
  z.object({
    ...common,
    kind: z.literal('repeat'),
    steps: z.array(z.string()),
    over: ValueFrom,
    argument: z.string().nullable(),
  }),
  /** steps that follow one another are done only where the condition holds; with `holds` false, only where it does not */
  z.object({
    ...common,
    kind: z.literal('only'),
    steps: z.array(z.string()),
    title: z.string(),
    condition: PlanCondition,
    holds: z.boolean(),
  }),
  z.object({
    ...common,
    kind: z.literal('retry'),
    step: z.string(),
    attempts: z.number(),
    seconds: z.number().nullable(),
  }),
]);
export type PlanEdit = z.infer<typeof PlanEdit>;
export type EditOf<K extends PlanEdit['kind']> = Extract<PlanEdit, { kind: K }>;

export const EditPlan = z.object({
  edits: z.array(PlanEdit),
  /** inputs of the workflow that the edits refer to and that are not there yet */
  inputs: z.array(PlanInput),
  /** an answer in words, where a question was asked; else null */
  answer: z.string().nullable(),
  notes: z.array(z.string()),
});
export type EditPlan = z.infer<typeof EditPlan>;
