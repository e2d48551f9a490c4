/** Choice: goes where the first rule that holds leads, else to its default. */
import { evaluateRule } from '@/lib/asl/choice';
import { isObject, type JsonObject } from '@/lib/base/json';
import { effectiveInput, endingWithInput, pathScope, typed } from '../data';
import { StateFailure } from '../failure';
import type { Visit } from '../visit';
import type { Handler } from './handler';

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

async function firstThatHolds(visit: Visit): Promise<{ rule: JsonObject; index: number } | undefined> {
  const choices = visit.field('Choices');
  const rules = Array.isArray(choices) ? choices.filter(isObject) : [];
  const scope = visit.language === 'JSONPath' ? pathScope(visit, effectiveInput(visit)) : undefined;
  for (const [index, rule] of rules.entries()) {
    const holds = scope
      ? evaluateRule(rule, scope)
      : await typed(visit, rule.Condition ?? null, `Choices[${index}]/Condition`, 'boolean', isBoolean);
    if (holds) return { rule, index };
  }
  return undefined;
}

export const choice: Handler = {
  async enter(visit) {
    const match = await firstThatHolds(visit);
    const next = match ? match.rule.Next : visit.field('Default');
    if (typeof next !== 'string') {
      throw new StateFailure('States.NoChoiceMatched', 'No choice rule matched and no default was given.', {});
    }
    if (!match) return { go: 'exit', ending: await endingWithInput(visit), next };
    const ending = await endingWithInput(visit, match.rule, `Choices[${match.index}]/`);
    return { go: 'exit', ending, next };
  },
};
