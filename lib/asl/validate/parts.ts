/** Checks what several kinds of state share: numbers, retriers, catchers. */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { checkAssign, checkPath, checkTemplate, isJsonata } from './expressions';
import type { Language } from './fields';
import type { Place, Report } from './report';

export const has = (holder: JsonObject, field: string): boolean => Object.hasOwn(holder, field);

/** A number, or a JSONata expression for one. */
export function checkNumber(
  holder: JsonObject,
  field: string,
  at: Place,
  report: Report,
  language: Language,
  { min = 0, max = Number.MAX_SAFE_INTEGER, whole = true } = {},
): void {
  if (!has(holder, field)) return;
  const value = holder[field];
  const place = at.field(field);
  if (language === 'JSONata' && isJsonata(value)) return;
  if (!report.type(value, [whole ? 'INTEGER' : 'NUMBER'], place)) return;
  if ((value as number) < min) report.schema(`Minimum value is ${min}`, place, `Write ${min} or more.`);
  if ((value as number) > max) report.schema(`Maximum value is ${max}`, place, `Write ${max} or less.`);
}

export function checkFields(
  holder: JsonObject,
  allowed: readonly string[],
  at: Place,
  report: Report,
  what: string,
): void {
  for (const field of Object.keys(holder)) if (!allowed.includes(field)) report.unsupported(field, at, what);
}

function checkErrorEquals(holder: JsonObject, at: Place, report: Report, last: boolean): void {
  const names = holder.ErrorEquals;
  if (names === undefined) return;
  const place = at.field('ErrorEquals');
  if (!report.type(names, ['ARRAY'], place)) return;
  const list = names as Json[];
  if (list.length === 0)
    report.schema('Value cannot be empty', place, 'Name at least one error, for example States.ALL.');
  for (const [i, name] of list.entries()) report.type(name, ['STRING'], place.item(i));
  if (list.includes('States.ALL')) {
    if (list.length > 1)
      report.schema(
        "'States.ALL' must appear alone",
        place,
        'Put the other errors into an entry of their own, before this one.',
      );
    else if (!last)
      report.schema("'States.ALL' must be in the last entry", place, 'Move this entry to the end of the list.');
  }
}

const RETRY_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
/** AWS's longest MaxDelaySeconds: a year and a day. */
const LONGEST_DELAY = 31_622_400;

export function checkRetry(value: Json | undefined, at: Place, report: Report): void {
  if (value === undefined || !report.type(value, ['ARRAY'], at)) return;
  for (const [i, retrier] of (value as Json[]).entries()) {
    const place = at.item(i);
    if (!report.type(retrier, ['OBJECT'], place) || !isObject(retrier)) continue;
    checkFields(retrier, RETRY_FIELDS, place, report, 'a retrier');
    if (!has(retrier, 'ErrorEquals')) report.required(['ErrorEquals'], place);
    checkErrorEquals(retrier, place, report, i === (value as Json[]).length - 1);
    checkNumber(retrier, 'IntervalSeconds', place, report, 'JSONPath', { min: 1, max: 99_999_999 });
    checkNumber(retrier, 'MaxAttempts', place, report, 'JSONPath', { max: 99_999_999 });
    checkNumber(retrier, 'BackoffRate', place, report, 'JSONPath', { min: 1, whole: false });
    checkNumber(retrier, 'MaxDelaySeconds', place, report, 'JSONPath', { min: 1, max: LONGEST_DELAY });
    if (has(retrier, 'JitterStrategy'))
      report.oneOf(retrier.JitterStrategy, ['FULL', 'NONE'], place.field('JitterStrategy'));
  }
}

const CATCH_FIELDS = ['ErrorEquals', 'Next', 'ResultPath', 'Output', 'Assign', 'Comment'];

export function checkCatch(value: Json | undefined, at: Place, report: Report, language: Language): void {
  if (value === undefined || !report.type(value, ['ARRAY'], at)) return;
  for (const [i, catcher] of (value as Json[]).entries()) {
    const place = at.item(i);
    if (!report.type(catcher, ['OBJECT'], place) || !isObject(catcher)) continue;
    checkFields(catcher, CATCH_FIELDS, place, report, 'a catcher');
    const missing = ['ErrorEquals', 'Next'].filter((field) => !has(catcher, field));
    if (missing.length > 0) report.required(missing, place);
    checkErrorEquals(catcher, place, report, i === (value as Json[]).length - 1);
    if (has(catcher, 'Next')) report.type(catcher.Next, ['STRING'], place.field('Next'));
    checkOutputOf(catcher, place, report, language);
    if (language === 'JSONPath' && has(catcher, 'ResultPath'))
      checkPath(catcher.ResultPath, place.field('ResultPath'), report, { reference: true, nullable: true });
  }
}

/** `Assign`, and the other language's fields, of a catcher or a choice rule. */
export function checkOutputOf(holder: JsonObject, at: Place, report: Report, language: Language): void {
  if (has(holder, 'Assign')) {
    checkAssign(holder.Assign, at.field('Assign'), report);
    if (language === 'JSONPath') checkTemplate(holder.Assign, at.field('Assign'), report);
  }
  const foreign = language === 'JSONPath' ? 'Output' : 'ResultPath';
  if (has(holder, foreign)) {
    report.schema(
      `The QueryLanguage is set to '${language}', but field '${foreign}' is only supported for the '${language === 'JSONPath' ? 'JSONata' : 'JSONPath'}' QueryLanguage`,
      at,
      `Remove "${foreign}", or change the state's QueryLanguage.`,
    );
  }
}
