/**
 * One script of calls, as data: what a person does with Lambda, Step Functions and S3 in an afternoon, and what is
 * answered. Each tool makes the same calls, in its own words, and has to find the same answers.
 * @module
 */
import { strToU8, zipSync } from 'fflate';
import { expect } from 'playwright/test';

export type Service = 'lambda' | 'sfn' | 's3';
/** What earlier answers said, by the name that a call keeps it under. `name` is the tool's own: no other tool uses it. */
export type Kept = Record<string, string>;
/** Bytes of these members are given as `Uint8Array`, and answered as text. */
export type Parameters = Record<string, unknown>;

export type Call = {
  on: Service;
  call: string;
  with: (kept: Kept) => Parameters;
  /** the answer has at least this */
  answers?: (kept: Kept) => object;
  /** asked again until the answer is right, thirty seconds long */
  again?: true;
  /** the error's code */
  refused?: string;
  /** member of the answer ─▶ the name that it is kept under */
  keep?: Record<string, string>;
  /** AWS gives this call a host of its own (`sync-states.…`); the CLI has no option to do without */
  hostOfItsOwn?: true;
};

const ROLE = 'arn:aws:iam::000000000000:role/any';
const NOTE = 'a line of text\n';
const source =
  'exports.handler = async ({ name }) => ({ greeting: `${process.env.GREETING ?? "no greeting for"} ${name}` });';

const greet = (functionName: string): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  End: true,
});
const machine = (state: object): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: state } });
const hasOne = (members: Record<string, unknown>): unknown =>
  expect.arrayContaining([expect.objectContaining(members)]);
const text: unknown = expect.stringMatching(/./);

/** Answers of all tools carry times; each tool has its own form for them, and each can be read. */
const time: unknown = {
  asymmetricMatch: (value: unknown) =>
    typeof value === 'number' ? value > 1.5e9 : typeof value === 'string' && Date.parse(value) > 1.5e12,
  toString: () => 'a time',
  toAsymmetricMatcher: () => 'a time',
};

const functions: Call[] = [
  {
    on: 'lambda',
    call: 'CreateFunction',
    with: ({ name }) => ({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 20,
      Environment: { Variables: { GREETING: 'Hello' } },
      Code: { ZipFile: zipSync({ 'index.js': strToU8(source) }) },
    }),
    answers: ({ name }) => ({ FunctionName: name, Runtime: 'nodejs22.x', Timeout: 20, Version: '$LATEST' }),
  },
  {
    on: 'lambda',
    call: 'GetFunction',
    with: ({ name }) => ({ FunctionName: name }),
    again: true,
    answers: () => ({ Configuration: { State: 'Active', Environment: { Variables: { GREETING: 'Hello' } } } }),
  },
  {
    on: 'lambda',
    call: 'ListFunctions',
    with: () => ({}),
    answers: ({ name }) => ({ Functions: hasOne({ FunctionName: name, Handler: 'index.handler' }) }),
  },
  {
    on: 'lambda',
    call: 'Invoke',
    with: ({ name }) => ({ FunctionName: name, Payload: strToU8('{"name":"Ada"}') }),
    answers: () => ({ StatusCode: 200, Payload: '{"greeting":"Hello Ada"}' }),
  },
  {
    on: 'lambda',
    call: 'GetFunction',
    with: ({ name }) => ({ FunctionName: `${name}-not` }),
    refused: 'ResourceNotFoundException',
  },
];

const machines: Call[] = [
  {
    on: 'sfn',
    call: 'ValidateStateMachineDefinition',
    with: () => ({ definition: machine({ Type: 'Pass', Next: 'Nowhere' }) }),
    answers: () => ({ result: 'FAIL', diagnostics: hasOne({ severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET' }) }),
  },
  {
    on: 'sfn',
    call: 'CreateStateMachine',
    with: ({ name }) => ({ name, definition: machine(greet('not yet')), roleArn: ROLE }),
    answers: ({ name }) => ({ stateMachineArn: expect.stringMatching(`:stateMachine:${name}$`), creationDate: time }),
    keep: { stateMachineArn: 'machine' },
  },
  {
    on: 'sfn',
    call: 'UpdateStateMachine',
    with: ({ machine: stateMachineArn, name }) => ({ stateMachineArn, definition: machine(greet(name!)) }),
    answers: () => ({ updateDate: time, revisionId: text }),
    keep: { revisionId: 'revision' },
  },
  {
    on: 'sfn',
    call: 'DescribeStateMachine',
    with: ({ machine: stateMachineArn }) => ({ stateMachineArn }),
    answers: ({ name, revision }) => ({
      name,
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: ROLE,
      revisionId: revision,
      definition: machine(greet(name!)),
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    }),
  },
  {
    on: 'sfn',
    call: 'DescribeStateMachine',
    with: ({ machine: arn }) => ({ stateMachineArn: `${arn}-not` }),
    refused: 'StateMachineDoesNotExist',
  },
  {
    on: 'sfn',
    call: 'PublishStateMachineVersion',
    with: ({ machine: stateMachineArn, revision: revisionId }) => ({ stateMachineArn, revisionId, description: 'one' }),
    answers: ({ machine: arn }) => ({ stateMachineVersionArn: `${arn}:1`, creationDate: time }),
    keep: { stateMachineVersionArn: 'version' },
  },
  {
    on: 'sfn',
    call: 'ListStateMachineVersions',
    with: ({ machine: stateMachineArn }) => ({ stateMachineArn }),
    answers: ({ version }) => ({ stateMachineVersions: [{ stateMachineVersionArn: version, creationDate: time }] }),
  },
  {
    on: 'sfn',
    call: 'CreateStateMachineAlias',
    with: ({ version: stateMachineVersionArn }) => ({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
    }),
    answers: ({ machine: arn }) => ({ stateMachineAliasArn: `${arn}:live` }),
    keep: { stateMachineAliasArn: 'alias' },
  },
  {
    on: 'sfn',
    call: 'DescribeStateMachineAlias',
    with: ({ alias: stateMachineAliasArn }) => ({ stateMachineAliasArn }),
    answers: ({ version: stateMachineVersionArn }) => ({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
    }),
  },
  {
    on: 'sfn',
    call: 'TagResource',
    with: ({ machine: resourceArn }) => ({ resourceArn, tags: [{ key: 'team', value: 'Ä & Ö' }] }),
  },
  {
    on: 'sfn',
    call: 'ListTagsForResource',
    with: ({ machine: resourceArn }) => ({ resourceArn }),
    answers: () => ({ tags: [{ key: 'team', value: 'Ä & Ö' }] }),
  },
];

const runs: Call[] = [
  {
    on: 'sfn',
    call: 'StartExecution',
    with: ({ alias: stateMachineArn }) => ({ stateMachineArn, name: 'first', input: '{"name":"Bén"}' }),
    answers: () => ({ executionArn: expect.stringMatching(/:first$/), startDate: time }),
    keep: { executionArn: 'run' },
  },
  {
    on: 'sfn',
    call: 'DescribeExecution',
    with: ({ run: executionArn }) => ({ executionArn }),
    again: true,
    answers: ({ alias, version }) => ({
      status: 'SUCCEEDED',
      input: '{"name":"Bén"}',
      output: '{"greeting":"Hello Bén"}',
      stateMachineAliasArn: alias,
      stateMachineVersionArn: version,
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      startDate: time,
      stopDate: time,
    }),
  },
  {
    on: 'sfn',
    call: 'GetExecutionHistory',
    with: ({ run: executionArn }) => ({ executionArn }),
    answers: () => ({
      events: [
        { type: 'ExecutionStarted', id: 1, timestamp: time },
        { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Only', input: '{"name":"Bén"}' } },
        { type: 'TaskScheduled', taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
        { type: 'TaskStarted' },
        { type: 'TaskSucceeded' },
        { type: 'TaskStateExited' },
        { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"greeting":"Hello Bén"}' } },
      ],
    }),
  },
  {
    on: 'sfn',
    call: 'ListExecutions',
    with: ({ machine: stateMachineArn }) => ({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 10 }),
    answers: ({ run, alias }) => ({
      executions: [
        { executionArn: run, name: 'first', status: 'SUCCEEDED', stateMachineAliasArn: alias, redriveCount: 0 },
      ],
    }),
  },
];

/** A worker takes a task, fails it, the run is redriven, the worker does it; another run is stopped. */
const workers: Call[] = [
  {
    on: 'sfn',
    call: 'CreateActivity',
    with: ({ name }) => ({ name }),
    answers: () => ({ creationDate: time }),
    keep: { activityArn: 'activity' },
  },
  {
    on: 'sfn',
    call: 'CreateStateMachine',
    with: ({ name, activity: Resource }) => ({
      name: `${name}-by-hand`,
      definition: machine({ Type: 'Task', Resource, End: true }),
      roleArn: ROLE,
    }),
    keep: { stateMachineArn: 'byHand' },
  },
  {
    on: 'sfn',
    call: 'StartExecution',
    with: ({ byHand: stateMachineArn }) => ({ stateMachineArn, input: '[1]' }),
    keep: { executionArn: 'manual' },
  },
  {
    on: 'sfn',
    call: 'GetActivityTask',
    with: ({ activity: activityArn }) => ({ activityArn, workerName: 'hand' }),
    answers: () => ({ taskToken: text, input: '[1]' }),
    keep: { taskToken: 'token' },
  },
  { on: 'sfn', call: 'SendTaskHeartbeat', with: ({ token: taskToken }) => ({ taskToken }) },
  {
    on: 'sfn',
    call: 'SendTaskFailure',
    with: ({ token: taskToken }) => ({ taskToken, error: 'TooHard', cause: 'It was.' }),
  },
  {
    on: 'sfn',
    call: 'DescribeExecution',
    with: ({ manual: executionArn }) => ({ executionArn }),
    again: true,
    answers: () => ({ status: 'FAILED', error: 'TooHard', cause: 'It was.', redriveStatus: 'REDRIVABLE' }),
  },
  {
    on: 'sfn',
    call: 'SendTaskSuccess',
    with: ({ token }) => ({ taskToken: token, output: '2' }),
    refused: 'TaskTimedOut',
  },
  {
    on: 'sfn',
    call: 'RedriveExecution',
    with: ({ manual: executionArn }) => ({ executionArn }),
    answers: () => ({ redriveDate: time }),
  },
  {
    on: 'sfn',
    call: 'GetActivityTask',
    with: ({ activity: activityArn }) => ({ activityArn }),
    answers: () => ({ taskToken: text, input: '[1]' }),
    keep: { taskToken: 'token' },
  },
  { on: 'sfn', call: 'SendTaskSuccess', with: ({ token: taskToken }) => ({ taskToken, output: '{"done":true}' }) },
  {
    on: 'sfn',
    call: 'DescribeExecution',
    with: ({ manual: executionArn }) => ({ executionArn }),
    again: true,
    answers: () => ({ status: 'SUCCEEDED', output: '{"done":true}', redriveCount: 1, redriveDate: time }),
  },
  {
    on: 'sfn',
    call: 'StartExecution',
    with: ({ byHand: stateMachineArn }) => ({ stateMachineArn }),
    keep: { executionArn: 'endless' },
  },
  {
    on: 'sfn',
    call: 'StopExecution',
    with: ({ endless: executionArn }) => ({ executionArn, error: 'Enough', cause: 'by hand' }),
    answers: () => ({ stopDate: time }),
  },
  {
    on: 'sfn',
    call: 'DescribeExecution',
    with: ({ endless: executionArn }) => ({ executionArn }),
    answers: () => ({ status: 'ABORTED', error: 'Enough', cause: 'by hand', input: '{}' }),
  },
];

const atOnce: Call[] = [
  {
    on: 'sfn',
    call: 'CreateStateMachine',
    with: ({ name }) => ({
      name: `${name}-express`,
      type: 'EXPRESS',
      definition: machine(greet(name!)),
      roleArn: ROLE,
    }),
    keep: { stateMachineArn: 'express' },
  },
  {
    on: 'sfn',
    call: 'StartSyncExecution',
    with: ({ express: stateMachineArn }) => ({ stateMachineArn, input: '{"name":"Cy"}' }),
    hostOfItsOwn: true,
    answers: () => ({ status: 'SUCCEEDED', output: '{"greeting":"Hello Cy"}', startDate: time, stopDate: time }),
  },
  {
    on: 'sfn',
    call: 'TestState',
    with: ({ name }) => ({
      definition: JSON.stringify({ QueryLanguage: 'JSONata', ...greet(name!) }),
      roleArn: ROLE,
      input: '{"name":"Di"}',
    }),
    hostOfItsOwn: true,
    answers: () => ({ status: 'SUCCEEDED', output: '{"greeting":"Hello Di"}' }),
  },
];

const files: Call[] = [
  { on: 's3', call: 'CreateBucket', with: ({ name }) => ({ Bucket: name }) },
  {
    on: 's3',
    call: 'PutObject',
    with: ({ name }) => ({
      Bucket: name,
      Key: 'note.txt',
      Body: strToU8(NOTE),
      ContentType: 'text/plain',
      Metadata: { by: 'hand' },
    }),
    answers: () => ({ ETag: text }),
    keep: { ETag: 'etag' },
  },
  {
    on: 's3',
    call: 'HeadObject',
    with: ({ name }) => ({ Bucket: name, Key: 'note.txt' }),
    answers: ({ etag }) => ({
      ContentLength: NOTE.length,
      ContentType: 'text/plain',
      ETag: etag,
      Metadata: { by: 'hand' },
      LastModified: time,
    }),
  },
  {
    on: 's3',
    call: 'CopyObject',
    with: ({ name }) => ({ Bucket: name, Key: 'a folder/ü.txt', CopySource: `${name}/note.txt` }),
    answers: ({ etag }) => ({ CopyObjectResult: { ETag: etag } }),
  },
  {
    on: 's3',
    call: 'GetObject',
    with: ({ name }) => ({ Bucket: name, Key: 'a folder/ü.txt', Range: 'bytes=2-5' }),
    answers: () => ({ Body: 'line', ContentRange: `bytes 2-5/${NOTE.length}` }),
  },
  {
    on: 's3',
    call: 'ListObjectsV2',
    with: ({ name }) => ({ Bucket: name, Delimiter: '/' }),
    answers: () => ({
      Contents: [{ Key: 'note.txt', Size: NOTE.length }],
      CommonPrefixes: [{ Prefix: 'a folder/' }],
    }),
  },
  { on: 's3', call: 'GetObject', with: ({ name }) => ({ Bucket: name, Key: 'nothing' }), refused: 'NoSuchKey' },
  {
    on: 's3',
    call: 'DeleteObjects',
    with: ({ name }) => ({ Bucket: name, Delete: { Objects: [{ Key: 'a folder/ü.txt' }, { Key: 'note.txt' }] } }),
    answers: () => ({ Deleted: hasOne({ Key: 'a folder/ü.txt' }) }),
  },
  { on: 's3', call: 'DeleteBucket', with: ({ name }) => ({ Bucket: name }) },
];

const tidying: Call[] = [
  { on: 'sfn', call: 'DeleteStateMachineAlias', with: ({ alias }) => ({ stateMachineAliasArn: alias }) },
  { on: 'sfn', call: 'DeleteStateMachineVersion', with: ({ version }) => ({ stateMachineVersionArn: version }) },
  ...['machine', 'byHand', 'express'].map(
    (kept): Call => ({
      on: 'sfn',
      call: 'DeleteStateMachine',
      with: ({ [kept]: stateMachineArn }) => ({ stateMachineArn }),
    }),
  ),
  { on: 'sfn', call: 'DeleteActivity', with: ({ activity: activityArn }) => ({ activityArn }) },
  { on: 'lambda', call: 'DeleteFunction', with: ({ name }) => ({ FunctionName: name }) },
];

export const CALLS: Call[] = [...functions, ...machines, ...runs, ...workers, ...atOnce, ...files, ...tidying];
