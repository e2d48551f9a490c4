/**
 * What services answer, so far as a mocked answer is checked against it: TestState's `fieldValidationMode`.
 *
 *   (task's integration, mocked result) ──mockProblem()──▶ what is wrong with it, in AWS's words; null for nothing
 *
 * The operations that workflows use most, from the services' public API references. An operation without a row here is
 * not checked, and neither is a field that its row does not name: AWS allows unknown ones too.
 * @module
 */
import { isObject, type Json, own } from '@/lib/base/json';

type Shape =
  | { type: 'string'; min?: number; max?: number; oneOf?: string[] }
  | { type: 'number'; min?: number; max?: number }
  | { type: 'boolean' }
  | { type: 'array'; of?: Shape }
  | { type: 'map'; of?: Shape }
  | { type: 'structure'; members: Record<string, Shape>; required?: string[] };

const text: Shape = { type: 'string' };
const number: Shape = { type: 'number' };
const boolean: Shape = { type: 'boolean' };
const between = (min?: number, max?: number): Shape => ({
  type: 'number',
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});
/** texts and blobs: the length is that of the text, in characters */
const sized = (min: number, max?: number): Shape => ({ type: 'string', min, ...(max !== undefined && { max }) });
const list = (of: Shape): Shape => ({ type: 'array', of });
const map = (of?: Shape): Shape => ({ type: 'map', ...(of && { of }) });
const oneOf = (...values: string[]): Shape => ({ type: 'string', oneOf: values });
const structure = (members: Record<string, Shape>, required: string[] = []): Shape => ({
  type: 'structure',
  members,
  required,
});

const functionConfiguration: Record<string, Shape> = {
  FunctionName: text,
  FunctionArn: text,
  Runtime: text,
  Role: text,
  Handler: text,
  CodeSize: number,
  Description: text,
  Timeout: between(1),
  MemorySize: between(128, 10_240),
  LastModified: text,
  CodeSha256: text,
  Version: text,
  State: oneOf('Pending', 'Active', 'Inactive', 'Failed', 'Deactivating', 'Deactivated', 'ActiveNonInvocable'),
  PackageType: oneOf('Zip', 'Image'),
  Architectures: list(oneOf('x86_64', 'arm64')),
  Environment: structure({ Variables: map(text) }),
};
const consumedCapacity = structure({
  TableName: text,
  CapacityUnits: number,
  ReadCapacityUnits: number,
  WriteCapacityUnits: number,
});
const written = structure({ Attributes: map(), ConsumedCapacity: consumedCapacity, ItemCollectionMetrics: map() });
const queried = structure({
  Items: list(map()),
  Count: number,
  ScannedCount: number,
  LastEvaluatedKey: map(),
  ConsumedCapacity: consumedCapacity,
});
const executionArn = sized(1, 256);
const described = structure(
  {
    ExecutionArn: executionArn,
    StateMachineArn: sized(1, 256),
    Name: sized(1, 80),
    Status: oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
    StartDate: text,
    StopDate: text,
    RedriveCount: number,
    Error: text,
    Cause: text,
  },
  ['ExecutionArn', 'StateMachineArn', 'StartDate', 'Status'],
);

/** By service and action; timestamps are texts, as tasks see them. */
const ANSWERS: Record<string, Shape> = {
  'lambda:invoke': structure({
    StatusCode: number,
    FunctionError: text,
    LogResult: text,
    ExecutedVersion: sized(1, 1024),
  }),
  'lambda:getFunction': structure({
    Configuration: structure(functionConfiguration),
    Code: structure({ RepositoryType: text, Location: text, ImageUri: text }),
    Tags: map(text),
    Concurrency: structure({ ReservedConcurrentExecutions: between(0) }),
  }),
  'lambda:getFunctionConfiguration': structure(functionConfiguration),
  'states:startExecution': structure({ ExecutionArn: executionArn, StartDate: text }, ['ExecutionArn', 'StartDate']),
  'states:describeExecution': described,
  'states:stopExecution': structure({ StopDate: text }, ['StopDate']),
  'states:startSyncExecution': structure(
    {
      ExecutionArn: executionArn,
      StartDate: text,
      StopDate: text,
      Status: oneOf('SUCCEEDED', 'FAILED', 'TIMED_OUT'),
      Error: text,
      Cause: text,
    },
    ['ExecutionArn', 'StartDate', 'StopDate', 'Status'],
  ),
  'dynamodb:getItem': structure({ Item: map(), ConsumedCapacity: consumedCapacity }),
  'dynamodb:putItem': written,
  'dynamodb:updateItem': written,
  'dynamodb:deleteItem': written,
  'dynamodb:query': queried,
  'dynamodb:scan': queried,
  'sqs:sendMessage': structure({
    MD5OfMessageBody: text,
    MD5OfMessageAttributes: text,
    MD5OfMessageSystemAttributes: text,
    MessageId: text,
    SequenceNumber: text,
  }),
  'sns:publish': structure({ MessageId: text, SequenceNumber: text }),
  'events:putEvents': structure({
    FailedEntryCount: number,
    Entries: list(structure({ EventId: text, ErrorCode: text, ErrorMessage: text })),
  }),
  'kms:encrypt': structure({
    CiphertextBlob: sized(1, 6144),
    KeyId: sized(1, 2048),
    EncryptionAlgorithm: oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'),
  }),
  'kms:decrypt': structure({ KeyId: sized(1, 2048), Plaintext: sized(1, 4096) }),
  's3:getObject': structure({
    Body: text,
    ContentLength: number,
    ContentType: text,
    ETag: text,
    LastModified: text,
    VersionId: text,
    DeleteMarker: boolean,
    Metadata: map(text),
  }),
  's3:putObject': structure({ ETag: text, VersionId: text, Size: number }),
  's3:listObjectsV2': structure({
    IsTruncated: boolean,
    Contents: list(structure({ Key: sized(1), ETag: text, Size: number, LastModified: text, StorageClass: text })),
    Name: text,
    Prefix: text,
    KeyCount: number,
    MaxKeys: number,
    NextContinuationToken: text,
  }),
  'secretsmanager:getSecretValue': structure({
    ARN: sized(20, 2048),
    Name: sized(1, 256),
    VersionId: sized(32, 64),
    SecretString: sized(1, 65_536),
    VersionStages: list(text),
    CreatedDate: text,
  }),
};

const SAME_SERVICE: Record<string, string> = { sfn: 'states', eventbridge: 'events' };

export type FieldValidation = 'STRICT' | 'PRESENT' | 'NONE';

/** @param integration as the engine names it: `lambda:invoke`, `aws-sdk:s3:getObject` */
export function mockProblem(integration: string, pattern: string, result: Json, mode: FieldValidation): string | null {
  // a callback answers what its sender likes
  if (mode === 'NONE' || result === null || pattern === 'waitForTaskToken') return null;
  const [service = '', action = ''] = integration.replace(/^aws-sdk:/, '').split(':');
  const waited = pattern === 'sync' || pattern === 'sync:2';
  const operation = waited && action === 'startExecution' ? 'describeExecution' : action;
  const shape = own(ANSWERS, `${SAME_SERVICE[service] ?? service}:${operation}`) as Shape | undefined;
  if (!shape) return null;
  if (!isObject(result)) return 'Mock result schema validation error: the result must be an object';
  const problem = problemOf(result, shape, '', mode === 'STRICT');
  return problem && `Mock result schema validation error: ${problem}`;
}

const NAMES = { string: 'a string', number: 'a number', boolean: 'a boolean', array: 'an array' } as const;

function problemOf(value: Json, shape: Shape, name: string, strict: boolean): string | null {
  const field = `Field '${name}'`;
  switch (shape.type) {
    case 'structure': {
      if (!isObject(value)) return `${field} must be an object`;
      const missing = strict ? shape.required?.find((member) => !Object.hasOwn(value, member)) : undefined;
      if (missing !== undefined) return `Required field '${missing}' is missing`;
      return firstProblem(Object.entries(shape.members), ([member, inner]) => {
        const given = own(value, member);
        return given === undefined ? null : problemOf(given, inner, member, strict);
      });
    }
    case 'map': {
      if (!isObject(value)) return `${field} must be an object`;
      const { of } = shape;
      return of ? firstProblem(Object.values(value), (item) => problemOf(item, of, name, strict)) : null;
    }
    case 'array': {
      if (!Array.isArray(value)) return `${field} must be ${NAMES.array}`;
      const { of } = shape;
      return of ? firstProblem(value, (item) => problemOf(item, of, name, strict)) : null;
    }
    case 'boolean':
      return typeof value === 'boolean' ? null : `${field} must be ${NAMES.boolean}`;
    case 'number':
      if (typeof value !== 'number') return `${field} must be ${NAMES.number}`;
      if (shape.min !== undefined && value < shape.min) return `${field} is less than the minimum value`;
      return shape.max !== undefined && value > shape.max ? `${field} exceeds the maximum value` : null;
    case 'string':
      if (typeof value !== 'string') return `${field} must be ${NAMES.string}`;
      if (shape.oneOf && !shape.oneOf.includes(value)) return `${field} is not an expected value`;
      if (shape.min !== undefined && value.length < shape.min) return `${field} is smaller than the minimum length`;
      return shape.max !== undefined && value.length > shape.max ? `${field} exceeds the maximum length` : null;
  }
}

function firstProblem<T>(items: T[], check: (item: T) => string | null): string | null {
  for (const item of items) {
    const problem = check(item);
    if (problem) return problem;
  }
  return null;
}
