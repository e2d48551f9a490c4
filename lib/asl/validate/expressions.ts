/** Checks the expressions of a state: paths, payload templates, JSONata. */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { isIntrinsic, isValidIntrinsic } from '../intrinsics-parse';
import { jsonataOf, parseJsonata, readsStates, unsupportedReferencesOf } from '../jsonata-parse';
import { isReferencePath, isValidPath } from '../jsonpath-parse';
import { NOT_EXPRESSIONS } from './fields';
import type { Place, Report } from './report';

const PATH_HINT = 'A path begins with $ (the input), $$ (the context object) or $name (a variable), as in $.order.id.';

export function checkPath(
  value: Json | undefined,
  at: Place,
  report: Report,
  { intrinsic = false, reference = false, nullable = false } = {},
): void {
  if (nullable && value === null) return;
  if (!report.type(value, nullable ? ['STRING', 'NULL'] : ['STRING'], at)) return;
  const text = value as string;
  if (intrinsic && isIntrinsic(text)) {
    if (!isValidIntrinsic(text))
      report.schema(
        'Value must be a valid JSONPath or a valid intrinsic function call',
        at,
        "Check the function’s name, its arguments and its quotes; escapes are \\' \\{ \\} and \\\\.",
      );
  } else if (!isValidPath(text)) report.schema('Value must be a valid JSONPath.', at, PATH_HINT);
  else if (reference && !isReferencePath(text))
    report.schema(
      'Value must be a valid Reference Path.',
      at,
      'Name one place: only names and indexes, no *, .., filters or slices.',
    );
}

/** Fields whose name ends in `.$`, at any depth; AWS reports them all at the template's own place. */
export function checkTemplate(template: Json | undefined, at: Place, report: Report): void {
  if (Array.isArray(template)) for (const item of template) checkTemplate(item, at, report);
  if (!isObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    if (!key.endsWith('.$')) checkTemplate(value, at, report);
    else if (typeof value !== 'string' || !(isIntrinsic(value) ? isValidIntrinsic(value) : isValidPath(value))) {
      report.schema(
        `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
        at,
        `${PATH_HINT} A text that is meant as it stands goes under "${key.slice(0, -2)}", without .$`,
      );
    }
  }
}

const RESERVED = 'states';
/** The variables' own rules; what they are set to is checked as a template or as JSONata. */
export function checkAssign(assign: Json | undefined, at: Place, report: Report): void {
  if (!report.type(assign, ['OBJECT'], at)) return;
  for (const key of Object.keys(assign as JsonObject)) {
    const name = key.endsWith('.$') ? key.slice(0, -2) : key;
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > 80) {
      report.schema(
        `Invalid variable name '${name}'`,
        at,
        'A variable’s name is letters, digits and _, at most 80, and does not begin with a digit.',
      );
    } else if (name === RESERVED)
      report.schema(
        `Variable name '${name}' is reserved`,
        at,
        'Choose another name: $states holds the state’s input, result and context.',
      );
  }
}

/** Every `{% … %}` of a JSONata state, its retriers and nested states apart. */
export function checkJsonataState(state: JsonObject, at: Place, report: Report): void {
  for (const [field, value] of Object.entries(state)) {
    if (NOT_EXPRESSIONS.includes(field)) continue;
    checkJsonata(value, at.field(field), report, field === 'Catch');
  }
}

function checkJsonata(value: Json, at: Place, report: Report, inCatch: boolean): void {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) checkJsonata(item, at.item(i), report, inCatch);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) checkJsonata(item, at.field(key), report, inCatch);
  else if (typeof value === 'string') {
    const text = jsonataOf(value);
    if (text === null) return;
    const parsed = parseJsonata(text);
    if (!parsed.ok) {
      report.add(
        'INVALID_JSONATA_EXPRESSION',
        parsed.message,
        at,
        `Correct the expression near character ${parsed.position}: ${around(text, parsed.position)}`,
      );
      return;
    }
    for (const name of unsupportedReferencesOf(text)) {
      if (name === '$$')
        report.add(
          'UNSUPPORTED_JSONATA_EXPRESSION',
          "Reference to '$$' is not supported.",
          at,
          'Read the state’s input as $states.input.',
        );
      else
        report.add(
          'UNSUPPORTED_JSONATA_EXPRESSION',
          `Reference to '${name}' at the top level is not supported.`,
          at,
          `Write $states.input.${name} for a field of the input, or $${name} for a variable.`,
        );
    }
    if (!inCatch && readsStates(text, 'errorOutput')) {
      report.add(
        'UNSUPPORTED_JSONATA_EXPRESSION',
        "Field '$states.errorOutput' does not exist.",
        at,
        'An error is known only in the Output and Assign of a Catch.',
      );
    }
  }
}

const around = (text: string, position: number): string => {
  const from = Math.max(0, position - 15);
  return `${from > 0 ? '…' : ''}${text.slice(from, position + 15)}${position + 15 < text.length ? '…' : ''}`;
};

export const isJsonata = (value: Json | undefined): boolean => typeof value === 'string' && jsonataOf(value) !== null;
