/**
 * The refusals of the Step Functions API, with AWS's names, namespaces and messages.
 * @module
 */

/** What the API answers when it refuses: `{ __type: namespace + '#' + code, message }`. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly namespace = 'com.amazonaws.swf.base.model',
  ) {
    super(message);
  }
}

const coral = (code: string, message: string, status = 400, part = 'service') =>
  new AwsError(code, message, status, `com.amazon.coral.${part}`);

export const invalidArn = (why: string) => new AwsError('InvalidArn', `Invalid Arn: '${why}'`);
export const invalidName = (name: string) => new AwsError('InvalidName', `Invalid Name: '${name}'`);
export const invalidToken = () => new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
export const taskTimedOut = () =>
  new AwsError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
export const invalidOutput = (why: string) => new AwsError('InvalidOutput', `Invalid Output: '${why}'`);
export const invalidInput = (why: string) =>
  new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
export const machineGone = (arn: string) =>
  new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
export const machineExists = (arn: string) =>
  new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
export const executionGone = (arn: string) =>
  new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
export const executionExists = (arn: string) =>
  new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
/** of another key: an activity's cannot be changed */
export const activityExists = (arn: string) =>
  new AwsError('ActivityAlreadyExists', `Activity Already Exists: '${arn}'`);
export const activityGone = (arn: string) => new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
export const resourceGone = (arn?: string) =>
  new AwsError(
    'ResourceNotFound',
    arn ? `Resource not found: '${arn}'` : 'Request references a resource that does not exist.',
  );
export const typeNotSupported = () =>
  new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
export const conflict = (message: string) => new AwsError('ConflictException', message);
export const validation = (message: string) => coral('ValidationException', message, 400, 'validate');
export const badRequest = (message: string) => coral('SerializationException', message);
export const unknownOperation = (message: string) => coral('UnknownOperationException', message);
export const tooLarge = (limit: number) =>
  coral(
    'RequestEntityTooLargeException',
    `The request is larger than ${limit} bytes, the most that Step Functions takes.`,
    413,
  );
export const serviceError = (message: string) => coral('InternalFailure', message, 500);
export const unavailable = (message: string) => coral('ServiceUnavailableException', message, 503);
