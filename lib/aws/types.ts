/**
 * What the product does through Step Functions, Lambda and S3, as a port: the same on AWS and on the local cloud.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { HistoryEvent } from '@/lib/history/events';

export type StoredFile = {
  key: string;
  uri: string;
  name: string;
  mediaType: string;
  bytes: number;
  modifiedAt: number;
};

export type LogLine = { at: number; functionName: string; text: string };

export type ExecutionState = {
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** JSON texts, as the service gives them */
  output: string | null;
  error: string | null;
  cause: string | null;
  startedAt: number;
  stoppedAt: number | null;
  /** how often it was redriven; `null`: never */
  redriven: { times: number; at: number } | null;
};

/** One child of a distributed Map: an item, or a batch of them. Times are ms since 1970. */
export type MapRunItem = {
  executionArn: string;
  status: ExecutionState['status'];
  startedAt: number;
  stoppedAt: number | null;
};

/** One state run by itself; every text is a JSON text, absent where that state has no such stage. */
export type StateTest = {
  /** `retried`: it would be tried again; `caught`: it would go on by a catcher */
  status: 'succeeded' | 'failed' | 'retried' | 'caught';
  input: string;
  /** what the task was given */
  arguments?: string;
  result?: string;
  output?: string;
  variables?: string;
  error?: string;
  cause?: string;
  nextState?: string;
};

export type MockedAnswer = { Return: Json } | { Throw: { Error: string; Cause: string } };
export type Mocks = {
  /** @param states by the names of states @returns what `start` takes as its `testCase` */
  put(machine: string, states: Record<string, MockedAnswer>): Promise<string>;
  /** none is left */
  clear(): Promise<void>;
};

/** What is to be made on AWS, as far as a person knows it already; `null`: not yet. */
export type AwsSetup = {
  region: string;
  /** 12 digits */
  account: string | null;
  bucket: string | null;
  statesRoleArn: string | null;
  lambdaRoleArn: string | null;
};
export type PolicyStatement = {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource?: string | string[];
  Principal?: Record<string, string>;
  Condition?: Record<string, Record<string, string | string[]>>;
};
export type PolicyDocument = { Version: '2012-10-17'; Statement: PolicyStatement[] };
export type AwsPolicies = {
  /** of the person, or the machine, that starts Action Engine */
  own: PolicyDocument;
  states: { trust: PolicyDocument; policy: PolicyDocument };
  functions: { trust: PolicyDocument; policy: PolicyDocument };
  /** placeholders that are still in them, such as ACCOUNT-ID */
  open: string[];
};
/**
 * One thing that was asked of AWS. `missing`: what it is about is not named, or is not there; `unasked`: AWS could not be
 * asked, or did not say; `untried`: asking would change something.
 */
export type AccessAnswer = {
  id: string;
  /** what the product needs it for */
  title: string;
  actions: string[];
  status: 'allowed' | 'denied' | 'missing' | 'unasked' | 'untried';
  /** a sentence or two: what came back, and what to do */
  detail: string;
  /** denied: the statement of the least policy that allows it */
  statement: PolicyStatement | null;
};

export type Cloud = {
  target: 'local' | 'aws';
  /** @throws Problem naming what is missing or unreachable; creates the bucket locally */
  ready(): Promise<void>;
  describe(): { endpoint: string | null; region: string };
  /** brings the function to the cloud if it is not there as it is here; resolves when it can be called */
  deployFunction(
    manifest: FunctionManifest,
    options?: {
      /** for one call; `withdrawFunction` takes it away again */
      trial?: boolean;
    },
  ): Promise<{ changed: boolean }>;
  /** takes away a function that was deployed as a trial; any other stays */
  withdrawFunction(name: string): Promise<void>;
  invokeFunction(
    name: string,
    input: Json,
  ): Promise<{ ok: boolean; output: Json | null; error: { type: string; message: string } | null; log: string }>;
  /** creates or updates the machine, publishes a version, answers that version's ARN */
  putMachine(machine: { name: string; definition: string; tag: string }): Promise<{ versionArn: string }>;
  deleteMachine(name: string): Promise<void>;
  start(run: {
    versionArn: string;
    name: string;
    input: string;
    testCase?: string;
  }): Promise<{ executionArn: string; startedAt: number }>;
  execution(executionArn: string): Promise<ExecutionState>;
  /** the events with an id above `after`, in order; `after` 0 gives the whole history */
  history(executionArn: string, after: number): Promise<HistoryEvent[]>;
  /** the children of a distributed Map in the order in which they began, those to come counted; of which execution it is */
  mapRunItems(mapRunArn: string): Promise<{ executionArn: string; total: number; items: MapRunItem[] }>;
  /** the execution that has a distributed Map, itself perhaps a child of another */
  mapRunOwner(mapRunArn: string): Promise<string>;
  /** what a child was given and gave, JSON texts; `mapRunArn`: whose child it is */
  mapRunItem(executionArn: string): Promise<{
    mapRunArn: string | null;
    input: string | null;
    output: string | null;
    error: string | null;
    cause: string | null;
  }>;
  stop(executionArn: string, cause: string): Promise<void>;
  /** it goes on from where it failed, with the definition that it began with. @throws Problem RUN_NOT_REDRIVABLE */
  redrive(executionArn: string): Promise<{ at: number }>;
  /** runs one state of a definition, for real; JSON texts. @throws Problem STATE_NOT_TESTABLE */
  testState(test: { definition: string; state: string; input: string; variables: string }): Promise<StateTest>;
  /**
   * Erases what the local cloud keeps: runs with their state machines and what functions printed; or also the functions
   * that were deployed and the files of the bucket. `null` on AWS, where nothing is erased from here.
   * @throws Problem ERASE_RUNS_GO_ON: nothing was erased
   */
  erase: ((what: 'runs' | 'everything') => Promise<void>) | null;
  /** lets tasks of a machine's runs answer what is said here; `null` on AWS, which has no such thing */
  mocks: Mocks | null;
  /** what these functions printed from `from` to `to` (ms since 1970), in order of time */
  logs(functions: string[], from: number, to: number): Promise<LogLine[]>;
  files: {
    /** a presigned PUT, good for an hour, and the headers that belong to it */
    upload(file: {
      key: string;
      mediaType: string;
    }): Promise<{ url: string; headers: Record<string, string>; uri: string }>;
    put(file: { key: string; mediaType: string; body: Uint8Array }): Promise<{ uri: string }>;
    list(): Promise<StoredFile[]>;
    head(uri: string): Promise<StoredFile>;
    /** its bytes as they arrive, or only the first `most` of them. @throws Problem FILE_UNKNOWN */
    read(uri: string, most?: number): Promise<ReadableStream<Uint8Array>>;
    delete(key: string): Promise<void>;
    /** a presigned GET; `download` makes the browser save it under its name */
    link(uri: string, options: { seconds: number; download?: boolean }): Promise<string>;
  };
};
