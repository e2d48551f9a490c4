/** Checks the rules of a Choice state, in both query languages. */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { CHOICE_OPERATORS } from '../choice';
import { isTimestamp } from '../time';
import { checkPath, isJsonata } from './expressions';
import type { Language } from './fields';
import { checkOutputOf, has } from './parts';
import type { Place, Report } from './report';

export function checkChoices(state: JsonObject, at: Place, report: Report, language: Language): void {
  const rules = state.Choices;
  const place = at.field('Choices');
  if (rules === undefined) {
    report.required(['Choices'], at);
    return;
  }
  if (!report.type(rules, ['ARRAY'], place)) return;
  if ((rules as Json[]).length === 0)
    report.schema('Value cannot be empty', place, 'Add a rule, or lead on with a Pass state instead of a Choice.');
  for (const [i, rule] of (rules as Json[]).entries()) checkRule(rule, place.item(i), report, language, true);
  if (has(state, 'Default')) report.type(state.Default, ['STRING'], at.field('Default'));
}

function checkRule(rule: Json, at: Place, report: Report, language: Language, top: boolean): void {
  if (!report.type(rule, ['OBJECT'], at) || !isObject(rule)) return;
  const extra = top ? ['Next', 'Assign', 'Output', 'Comment'] : ['Comment'];
  if (top && !has(rule, 'Next')) report.required(['Next'], at);
  if (!top && has(rule, 'Next')) report.unsupported('Next', at, 'only the outermost rule leads on; a nested rule');
  if (top && has(rule, 'Next')) report.type(rule.Next, ['STRING'], at.field('Next'));
  if (top) checkOutputOf(rule, at, report, language);
  if (language === 'JSONata') {
    for (const field of Object.keys(rule)) {
      if (field !== 'Condition' && !extra.includes(field))
        report.unsupported(field, at, 'a JSONata rule says everything in its Condition and');
    }
    if (!has(rule, 'Condition')) {
      report.required(['Condition'], at);
      return;
    }
    if (typeof rule.Condition !== 'boolean' && !isJsonata(rule.Condition))
      report.schema(
        'Expected value of type [BOOLEAN] or a JSONata expression',
        at.field('Condition'),
        'Write {% … %} around a condition.',
      );
    return;
  }
  if (has(rule, 'Condition')) {
    report.schema(
      "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage",
      at,
      'Compare a Variable instead, or set the state’s QueryLanguage to JSONata.',
    );
    return;
  }
  const combined = ['And', 'Or', 'Not'].filter((field) => has(rule, field));
  const operators = Object.keys(rule).filter((field) => CHOICE_OPERATORS.includes(field));
  for (const field of Object.keys(rule)) {
    if (
      !extra.includes(field) &&
      field !== 'Variable' &&
      field !== 'Next' &&
      !combined.includes(field) &&
      !operators.includes(field)
    )
      report.unsupported(field, at, 'a choice rule');
  }
  if (combined.length + operators.length !== 1) {
    report.schema(
      'A choice rule must have exactly one comparison operator',
      at,
      'Keep one of And, Or, Not or a comparison such as StringEquals; join several with And.',
    );
    return;
  }
  const [first] = combined;
  if (first === 'Not') {
    checkRule(rule.Not as Json, at.field('Not'), report, language, false);
    return;
  }
  if (first) {
    const list = rule[first];
    if (!report.type(list, ['ARRAY'], at.field(first))) return;
    if ((list as Json[]).length === 0)
      report.schema('Value cannot be empty', at.field(first), 'Add at least one rule.');
    for (const [i, one] of (list as Json[]).entries()) checkRule(one, at.field(first).item(i), report, language, false);
    return;
  }
  if (!has(rule, 'Variable')) {
    report.required(['Variable'], at);
    return;
  }
  checkPath(rule.Variable, at.field('Variable'), report);
  checkOperand(operators[0] as string, rule[operators[0] as string] as Json, at, report);
}

function checkOperand(operator: string, value: Json, at: Place, report: Report): void {
  const place = at.field(operator);
  if (operator.endsWith('Path')) {
    checkPath(value, place, report);
    return;
  }
  if (operator.startsWith('Is') || operator === 'BooleanEquals') report.type(value, ['BOOLEAN'], place);
  else if (operator.startsWith('Numeric')) report.type(value, ['NUMBER'], place);
  else if (report.type(value, ['STRING'], place) && operator.startsWith('Timestamp') && !isTimestamp(value as string)) {
    report.schema('String does not match RFC3339 timestamp', place, 'Write a moment such as 2026-01-31T12:00:00Z.');
  }
}
