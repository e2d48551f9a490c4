/** Plans as short lines, for tests that are read by eye: `sendmail(to=each, body=Hello)`. */
import type { DraftPlan, PlanStep, ValueFrom } from '../plan';

/** A value in short: `4711`, `@findorder.total`, `?to` (asked), `each`. */
function short(from: ValueFrom): string {
  switch (from.kind) {
    case 'literal':
      return String(JSON.parse(from.json));
    case 'step':
      return `@${from.step}.${from.field}`;
    case 'input':
      return `?${from.field}`;
    case 'item':
      return `each${from.field ? `.${from.field}` : ''}`;
    case 'text':
      return from.parts.map((part) => (part.kind === 'words' ? part.text : short(part))).join('');
  }
}
const line = (step: PlanStep): string => {
  const inside = step.inside ? `${step.inside.branch}: ` : '';
  if (step.kind === 'function' || step.kind === 'missing') {
    const given = step.arguments.map(({ name, from }) => `${name}=${short(from)}`).join(', ');
    return `${inside}${step.kind === 'missing' ? `missing ${step.title}` : step.functionName}(${given})`;
  }
  if (step.kind === 'loop') return `${inside}loop ${short(step.over)}`;
  if (step.kind === 'choice')
    return `${inside}if ${short(step.condition.left)} ${step.condition.operator} ${step.condition.right ? short(step.condition.right) : ''}`.trim();
  return `${inside}wait ${step.seconds ?? step.until}`;
};
export const lines = (made: DraftPlan): string[] => made.steps.map(line);
