/** Checks the parts that several kinds of state share, or that are large: retriers, catchers, choice rules, map fields. */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { CHOICE_OPERATORS } from '../choice';
import { isTimestamp } from '../time';
import { checkAssign, checkPath, checkTemplate, isJsonata } from './expressions';
import type { Language } from './fields';
import type { Place, Report } from './report';

const has = (holder: JsonObject, field: string): boolean => Object.hasOwn(holder, field);

/** A number, or a JSONata expression for one. */
export function checkNumber(holder: JsonObject, field: string, at: Place, report: Report, language: Language, { min = 0, max = Number.MAX_SAFE_INTEGER, whole = true } = {}): void {
  if (!has(holder, field)) return;
  const value = holder[field];
  const place = at.field(field);
  if (language === 'JSONata' && isJsonata(value)) return;
  if (!report.type(value, [whole ? 'INTEGER' : 'NUMBER'], place)) return;
  if ((value as number) < min) report.schema(`Minimum value is ${min}`, place, `Write ${min} or more.`);
  if ((value as number) > max) report.schema(`Maximum value is ${max}`, place, `Write ${max} or less.`);
}

export function checkFields(holder: JsonObject, allowed: readonly string[], at: Place, report: Report, what: string): void {
  for (const field of Object.keys(holder)) if (!allowed.includes(field)) report.unsupported(field, at, what);
}

function checkErrorEquals(holder: JsonObject, at: Place, report: Report, last: boolean): void {
  const names = holder.ErrorEquals;
  if (names === undefined) return;
  const place = at.field('ErrorEquals');
  if (!report.type(names, ['ARRAY'], place)) return;
  const list = names as Json[];
  if (list.length === 0) report.schema('Value cannot be empty', place, 'Name at least one error, for example States.ALL.');
  for (const [i, name] of list.entries()) report.type(name, ['STRING'], place.item(i));
  if (list.includes('States.ALL')) {
    if (list.length > 1) report.schema("'States.ALL' must appear alone", place, 'Put the other errors into an entry of their own, before this one.');
    else if (!last) report.schema("'States.ALL' must be in the last entry", place, 'Move this entry to the end of the list.');
  }
}

const RETRY_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'];
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
    if (has(retrier, 'JitterStrategy')) report.oneOf(retrier.JitterStrategy, ['FULL', 'NONE'], place.field('JitterStrategy'));
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
    if (language === 'JSONPath' && has(catcher, 'ResultPath')) checkPath(catcher.ResultPath, place.field('ResultPath'), report, { reference: true, nullable: true });
  }
}

/** `Assign`, and the other language's fields, of a catcher or a choice rule. */
function checkOutputOf(holder: JsonObject, at: Place, report: Report, language: Language): void {
  if (has(holder, 'Assign')) {
    checkAssign(holder.Assign, at.field('Assign'), report);
    if (language === 'JSONPath') checkTemplate(holder.Assign, at.field('Assign'), report);
  }
  const foreign = language === 'JSONPath' ? 'Output' : 'ResultPath';
  if (has(holder, foreign)) {
    report.schema(`The QueryLanguage is set to '${language}', but field '${foreign}' is only supported for the '${language === 'JSONPath' ? 'JSONata' : 'JSONPath'}' QueryLanguage`, at, `Remove "${foreign}", or change the state's QueryLanguage.`);
  }
}

export function checkChoices(state: JsonObject, at: Place, report: Report, language: Language): void {
  const rules = state.Choices;
  const place = at.field('Choices');
  if (rules === undefined) return report.required(['Choices'], at);
  if (!report.type(rules, ['ARRAY'], place)) return;
  if ((rules as Json[]).length === 0) report.schema('Value cannot be empty', place, 'Add a rule, or lead on with a Pass state instead of a Choice.');
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
      if (field !== 'Condition' && !extra.includes(field)) report.unsupported(field, at, 'a JSONata rule says everything in its Condition and');
    }
    if (!has(rule, 'Condition')) return report.required(['Condition'], at);
    if (typeof rule.Condition !== 'boolean' && !isJsonata(rule.Condition)) report.schema('Expected value of type [BOOLEAN] or a JSONata expression', at.field('Condition'), 'Write {% … %} around a condition.');
    return;
  }
  if (has(rule, 'Condition')) {
    return report.schema("The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage", at, 'Compare a Variable instead, or set the state’s QueryLanguage to JSONata.');
  }
  const combined = ['And', 'Or', 'Not'].filter((field) => has(rule, field));
  const operators = Object.keys(rule).filter((field) => CHOICE_OPERATORS.includes(field));
  for (const field of Object.keys(rule)) {
    if (!extra.includes(field) && field !== 'Variable' && field !== 'Next' && !combined.includes(field) && !operators.includes(field)) report.unsupported(field, at, 'a choice rule');
  }
  if (combined.length + operators.length !== 1) {
    return report.schema('A choice rule must have exactly one comparison operator', at, 'Keep one of And, Or, Not or a comparison such as StringEquals; join several with And.');
  }
  const [first] = combined;
  if (first === 'Not') return checkRule(rule.Not as Json, at.field('Not'), report, language, false);
  if (first) {
    const list = rule[first];
    if (!report.type(list, ['ARRAY'], at.field(first))) return;
    if ((list as Json[]).length === 0) report.schema('Value cannot be empty', at.field(first), 'Add at least one rule.');
    for (const [i, one] of (list as Json[]).entries()) checkRule(one, at.field(first).item(i), report, language, false);
    return;
  }
  if (!has(rule, 'Variable')) return report.required(['Variable'], at);
  checkPath(rule.Variable, at.field('Variable'), report);
  checkOperand(operators[0] as string, rule[operators[0] as string] as Json, at, report);
}

function checkOperand(operator: string, value: Json, at: Place, report: Report): void {
  const place = at.field(operator);
  if (operator.endsWith('Path')) return checkPath(value, place, report);
  if (operator.startsWith('Is') || operator === 'BooleanEquals') report.type(value, ['BOOLEAN'], place);
  else if (operator.startsWith('Numeric')) report.type(value, ['NUMBER'], place);
  else if (report.type(value, ['STRING'], place) && operator.startsWith('Timestamp') && !isTimestamp(value as string)) {
    report.schema('String does not match RFC3339 timestamp', place, 'Write a moment such as 2026-01-31T12:00:00Z.');
  }
}

const READER = { fields: ['Resource', 'Parameters', 'Arguments', 'ReaderConfig'], resources: ['getObject', 'listObjectsV2'] };
const READER_CONFIG = ['InputType', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', 'MaxItems', 'MaxItemsPath', 'Transformation', 'ManifestType'];
const WRITER = { fields: ['Resource', 'Parameters', 'Arguments', 'WriterConfig'], resources: ['putObject'] };

function checkStorage(value: Json | undefined, at: Place, report: Report, language: Language, { fields, resources }: typeof READER): JsonObject | null {
  if (value === undefined || !report.type(value, ['OBJECT'], at) || !isObject(value)) return null;
  checkFields(value, fields, at, report, 'this part of a Map');
  const foreign = language === 'JSONPath' ? 'Arguments' : 'Parameters';
  if (has(value, foreign)) {
    report.schema(`The QueryLanguage is set to '${language}', but field '${foreign}' is only supported for the '${language === 'JSONPath' ? 'JSONata' : 'JSONPath'}' QueryLanguage`, at.field(foreign), `Write "${language === 'JSONPath' ? 'Parameters' : 'Arguments'}" instead.`);
  }
  if (has(value, 'Resource') && report.type(value.Resource, ['STRING'], at.field('Resource'))) {
    const known = resources.some((action) => new RegExp(`^arn:[\\w-]+:states:[\\w-]*:\\d*:s3:${action}$`).test(value.Resource as string));
    if (!known) report.schema(`The resource provided ${value.Resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`, at.field('Resource'), `Write arn:aws:states:::s3:${resources[0]}.`);
  }
  if (language === 'JSONPath' && has(value, 'Parameters')) checkTemplate(value.Parameters, at.field('Parameters'), report);
  return value;
}

export function checkMap(state: JsonObject, at: Place, report: Report, language: Language): void {
  if (!has(state, 'ItemProcessor') && !has(state, 'Iterator')) report.required(['ItemProcessor'], at);
  report.exclusive(state, ['ItemProcessor', 'Iterator'], at);
  report.exclusive(state, ['ItemSelector', 'Parameters'], at);
  for (const name of ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage']) {
    report.exclusive(state, [name, `${name}Path`], at.field(name));
    if (language === 'JSONPath' && has(state, `${name}Path`)) checkPath(state[`${name}Path`], at.field(`${name}Path`), report, { reference: true });
  }
  checkNumber(state, 'MaxConcurrency', at, report, language, { max: Number.POSITIVE_INFINITY });
  checkNumber(state, 'ToleratedFailureCount', at, report, language);
  checkNumber(state, 'ToleratedFailurePercentage', at, report, language, { max: 100, whole: false });
  if (language === 'JSONPath') {
    if (has(state, 'ItemsPath')) checkPath(state.ItemsPath, at.field('ItemsPath'), report, { reference: true });
    if (has(state, 'ItemSelector')) checkTemplate(state.ItemSelector, at.field('ItemSelector'), report);
  } else if (has(state, 'Items') && !Array.isArray(state.Items) && !isObject(state.Items) && !isJsonata(state.Items)) {
    report.schema('Expected value of type [ARRAY] or a JSONata expression', at.field('Items'), 'Write a list, or {% … %} around an expression for one.');
  }
  if (has(state, 'Label') && report.type(state.Label, ['STRING'], at.field('Label')) && (state.Label as string).length > 40) {
    report.schema('Value is longer than 40 characters', at.field('Label'), 'Choose a shorter label.');
  }
  const reader = checkStorage(state.ItemReader, at.field('ItemReader'), report, language, READER);
  const config = reader && own(reader, 'ReaderConfig');
  if (config) checkReaderConfig(config, at.field('ItemReader').field('ReaderConfig'), report, language);
  const writer = checkStorage(state.ResultWriter, at.field('ResultWriter'), report, language, WRITER);
  if (writer && !has(writer, 'Resource') && !has(writer, 'WriterConfig')) report.required(['Resource'], at.field('ResultWriter'));
  const batcher = state.ItemBatcher;
  if (batcher !== undefined && report.type(batcher, ['OBJECT'], at.field('ItemBatcher')) && isObject(batcher)) {
    const place = at.field('ItemBatcher');
    checkNumber(batcher, 'MaxItemsPerBatch', place, report, language, { min: 1 });
    checkNumber(batcher, 'MaxInputBytesPerBatch', place, report, language, { min: 1, max: 262_144 });
    if (language === 'JSONPath') checkTemplate(batcher.BatchInput, place.field('BatchInput'), report);
  }
}

function checkReaderConfig(config: Json, at: Place, report: Report, language: Language): void {
  if (!report.type(config, ['OBJECT'], at) || !isObject(config)) return;
  checkFields(config, READER_CONFIG, at, report, 'a ReaderConfig');
  if (has(config, 'InputType')) report.oneOf(config.InputType, ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'], at.field('InputType'));
  if (has(config, 'CSVHeaderLocation')) report.oneOf(config.CSVHeaderLocation, ['FIRST_ROW', 'GIVEN'], at.field('CSVHeaderLocation'));
  report.exclusive(config, ['MaxItems', 'MaxItemsPath'], at);
  checkNumber(config, 'MaxItems', at, report, language);
  if (language === 'JSONPath' && has(config, 'MaxItemsPath')) checkPath(config.MaxItemsPath, at.field('MaxItemsPath'), report, { reference: true });
}
