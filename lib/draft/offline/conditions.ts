/** Reads a condition: "the total is over 100", "the mood is sad", "it contains a face". */
import { term, wordsOf } from '@/lib/functions/words';
import type { PlanStep, ValueFrom } from '../plan';
import type { Unit } from './clauses';
import { about, membersOf } from './fit';
import type { PlanInputs } from './inputs';
import { fieldsOf, type Step } from './steps';
import type { Value } from './values';

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

/** @param steps those that may have ended before, in order */
export function conditionOf(
  unit: Unit,
  steps: readonly Step[],
  ids: ReadonlyMap<Step, string>,
  values: readonly Value[],
  inputs: PlanInputs,
): Condition {
  const found = OPERATORS.map(([pattern, operator]) => ({ match: pattern.exec(unit.text), operator })).find(
    ({ match }) => match,
  );
  const left = leftOf(unit, found?.match ? unit.text.slice(0, found.match.index) : unit.text, steps);
  if (!left) {
    const field = inputs.add({ name: 'condition', schema: { type: 'boolean', title: `Is it so that ${unit.text}?` } });
    return { left: { kind: 'input', field }, operator: 'is true', right: null };
  }
  const from: ValueFrom = { kind: 'step', step: ids.get(left.step)!, field: left.field };
  const operator = found?.operator ?? 'is true';
  if (operator === 'exists') return { left: from, operator, right: null };
  const right = rightOf(
    unit,
    unit.text.slice((found?.match?.index ?? 0) + (found?.match?.[0].length ?? 0)),
    left.schema,
    values,
  );
  if (right === undefined || left.schema?.type === 'boolean') return { left: from, operator: 'is true', right: null };
  return { left: from, operator, right: { kind: 'literal', json: JSON.stringify(right) } };
}

function leftOf(unit: Unit, text: string, steps: readonly Step[]) {
  const said = new Set(wordsOf(text).map(term));
  const all = new Set(wordsOf(unit.text).map(term));
  let best: { step: Step; field: string; schema: import('@/lib/functions/manifest').JsonSchema; score: number } | null =
    null;
  steps.forEach((step, at) => {
    for (const { name, schema } of fieldsOf(step.entry.manifest.output)) {
      const own = wordsOf(name.replace(/_/g, ' ')).map(term);
      const named = own.filter((t) => said.has(t)).length / Math.max(1, own.length);
      const told = [...about(schema)].some((t) => said.has(t)) ? 0.3 : 0;
      const member = membersOf(schema)?.some((value) => all.has(term(String(value).toLowerCase()))) ? 0.7 : 0;
      const score = named + told + member + (named + told + member > 0 ? at * 0.01 : 0);
      if (score > (best?.score ?? 0)) best = { step, field: name, schema, score };
    }
  });
  return best as { step: Step; field: string; schema: import('@/lib/functions/manifest').JsonSchema } | null;
}

function rightOf(
  unit: Unit,
  text: string,
  schema: import('@/lib/functions/manifest').JsonSchema | undefined,
  values: readonly Value[],
) {
  const member = schema && membersOf(schema)?.find((value) => wordsOf(unit.text).includes(String(value).toLowerCase()));
  if (member !== undefined) return member;
  const own = values.find((value) => value.unit === unit.at && value.kind !== 'attached');
  if (own) return own.json;
  const rest = text.replace(/^\s*(the|a|an|to)\s+/i, '').trim();
  return rest === '' || rest.split(/\s+/).length > 4 ? undefined : rest;
}
