/**
 * Failures that a workflow's own data causes, in AWS's words.
 *
 * The engine puts "An error occurred while executing the state 'X' (entered at the event id #N). " in front of `cause`.
 * Wordings are those that AWS Step Functions answers; each is built by one function here, so that a text exists once.
 * @module
 */
import type { Json } from '@/lib/base/json';

/** `error` is one of the States.* names, `cause` the sentence that AWS writes. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  constructor(
    readonly error: string,
    override readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

/** A field such as `InputPath`, or a template's key such as `id.$`, whose path matches nothing. */
export const pathNotFound = (path: string, field: string, data: Json): StatesError =>
  new StatesError(
    'States.Runtime',
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(data)}'`,
  );

/** `InputPath` and `OutputPath`; `reason` says where the walk stopped. */
export const invalidPath = (path: string, reason: string): StatesError =>
  new StatesError('States.Runtime', `Invalid path '${path}' : ${reason}`);

export const invalidChoicePath = (path: string): StatesError =>
  new StatesError(
    'States.Runtime',
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );

/** `ItemsPath` and other single steps into the input. */
export const stepNotApplicable = (step: string, data: Json): StatesError =>
  new StatesError('States.ReferencePathConflict', `Unable to apply step "${step}" to input ${JSON.stringify(data)}`);

export const resultPathMismatch = (path: string, data: Json): StatesError =>
  new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(data)}`,
  );

/** An argument of an intrinsic that matches nothing; AWS names the whole expression, and fails with States.Runtime. */
export const intrinsicArgumentNotFound = (expression: string, path: string, data: Json): StatesError =>
  new StatesError(
    'States.Runtime',
    `The function '${expression}' had the following error: The JsonPath argument for the field '${path}' could not be found in the input '${JSON.stringify(data)}'`,
  );

export const intrinsicFailed = (expression: string, reason: string): StatesError =>
  new StatesError('States.IntrinsicFailure', `The function '${expression}' had the following error: ${reason}`);

/** What `evaluate` says of a result that JSON cannot hold (a function). */
export const UNSUPPORTED_RESULT = 'returned an unsupported result type.';

/**
 * @param failure what the evaluator said: `T2001: …` (a JSONata code and its message), a bare sentence (a limit), or
 *   {@link UNSUPPORTED_RESULT}
 */
export function queryFailed(expression: string, where: string, failure: string): StatesError {
  const opening = `The JSONata expression '${expression}' specified for the field '${where}'`;
  if (failure === UNSUPPORTED_RESULT) return new StatesError('States.QueryEvaluationError', `${opening} ${failure}`);
  const separator = /^[A-Z]\d{4}: /.test(failure) ? '. ' : ': ';
  return new StatesError(
    'States.QueryEvaluationError',
    `${opening} threw an error during evaluation${separator}${failure}`,
  );
}

export const queryUndefined = (expression: string, where: string): StatesError =>
  new StatesError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression}' specified for the field '${where}' returned nothing (undefined).`,
  );

/** A result of the wrong type for its field: `Expected 'array', but was 'number' for value: 1`. */
export const queryType = (expression: string, where: string, expected: string, value: Json): StatesError =>
  new StatesError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression}' specified for the field '${where}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
  );

export function jsonType(value: Json): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}
