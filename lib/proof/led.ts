/**
 * JSONPath's choices asked in a way that a dry run can answer: as conditions of their own, one evaluation each.
 *
 *   Choices: [{ Variable: '$.n', NumericGreaterThan: 9 }] ──askRules()──▶ Choices: [{ Condition: '{% "Pick:0" %}' }]
 *
 * What the condition stands for is the comparison itself, evaluated as the language says. A choice that also reshapes
 * its data stays as it is: a dry run then sees only the way that the example data take.
 * @module
 */
import { evaluateRule } from '@/lib/asl/choice';
import { jsonataOf } from '@/lib/asl/jsonata-parse';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';

/** By the expression that asks for it: the comparison. */
export type Asked = ReadonlyMap<string, JsonObject>;

const SHAPES = ['InputPath', 'OutputPath', 'Assign', 'Output'];

/** Changes the choices of a definition's copy in place. @param states all states of it, nested ones too, by name */
export function askRules(machine: JsonObject, states: Iterable<readonly [name: string, state: JsonObject]>): Asked {
  const asked = new Map<string, JsonObject>();
  for (const [name, state] of states) {
    const language = state.QueryLanguage ?? machine.QueryLanguage;
    if (state.Type !== 'Choice' || language === 'JSONata' || !Array.isArray(state.Choices)) continue;
    const rules = state.Choices.filter(isObject);
    if (rules.length !== state.Choices.length || [state, ...rules].some((one) => SHAPES.some((key) => key in one)))
      continue;
    state.QueryLanguage = 'JSONata';
    state.Choices = rules.map(({ Next, ...comparison }, i) => {
      const Condition = `{% ${JSON.stringify(`${name}:${i}`)} %}`;
      asked.set(jsonataOf(Condition) ?? '', comparison);
      return { Condition, Next } as JsonObject;
    });
  }
  return asked;
}

/** What a comparison comes to for the data that an expression would see. @throws as the language does: a path that finds nothing */
export function answerRule(comparison: JsonObject, { states, ...variables }: JsonObject): boolean {
  const [input, context] = [own(states, 'input') ?? null, own(states, 'context') ?? {}];
  return evaluateRule(comparison, { input, context, variables: variables as Record<string, Json> });
}
