/**
 * The contract between the engine, which decides, and the runner (`lib/local-cloud/stepfunctions`), which acts.
 *
 *   runner ──EngineEvent──▶ engine.step(machine, snapshot, event, host) ──▶ Outcome { events, changes, commands, end }
 *
 * The runner commits `events` and `changes` as one log record, then applies the changes to its snapshot, then performs
 * the commands. Nothing acted upon was not first written; nothing written is computed again. After a restart it folds the
 * log's changes into a snapshot and performs `pending(snapshot)`: everything scheduled and not finished, with the same
 * ids as before.
 *
 * Everything here is plain JSON: snapshots and outcomes can be stored as they are.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';

/** A definition as `JSON.parse` gave it, validated; kept whole because field order and unknown fields matter. */
export type Machine = { StartAt: string; States: Record<string, JsonObject> } & JsonObject;

export type ExecutionFacts = {
  executionArn: string;
  executionName: string;
  roleArn: string;
  stateMachineArn: string;
  stateMachineName: string;
  /** ms since 1970 */
  startedAt: number;
  /** the input's JSON text, as it was sent */
  input: string;
  type: 'STANDARD' | 'EXPRESS';
  /** child of a distributed Map: its MapRun and item */
  parent?: { mapRunArn: string; label: string };
  redriveCount?: number;
};

/**
 * One part of a running execution (a thread of states, a Parallel, a Map …) by id. The engine owns the shape; the runner
 * only stores it. The frame `"execution"` always exists.
 */
export type Frame = JsonObject & { id: string };
export type Snapshot = { frames: Record<string, Frame> };
export type Changes = { put: Frame[]; drop: string[] };

/** What the engine may ask of the outside while it decides. All of it is recorded in the outcome, never asked twice. */
export type Host = {
  /**
   * Evaluates a JSONata expression (without `{%` `%}`) with the given bindings: `states` and variables, by name without `$`.
   * Plain paths may answer at once; everything else runs where it can be killed.
   * @throws EvaluationFailed with the cause text that AWS gives for `States.QueryEvaluationError`
   */
  evaluate(expression: string, bindings: JsonObject): Json | undefined | Promise<Json | undefined>;
  /** 0 ≤ n < 1 */
  random(): number;
  uuid(): string;
  /** Is there such an activity? Asked before one is scheduled; absent: yes. */
  exists?(activityArn: string): boolean;
};
export class EvaluationFailed extends Error {}

/** `at` is always ms since 1970, never before the event before it. */
export type EngineEvent =
  | { kind: 'Start'; at: number; facts: ExecutionFacts }
  /** goes on after an outcome that held `Continue` */
  | { kind: 'Continue'; at: number }
  | { kind: 'TimerFired'; at: number; timer: string }
  /** the call was accepted: only for `.sync` and `.waitForTaskToken` (becomes TaskSubmitted) */
  | { kind: 'TaskSubmitted'; at: number; task: string; output: Json }
  /** an activity worker took the task */
  | { kind: 'TaskStarted'; at: number; task: string; workerName?: string }
  /** `output` is the integration's whole result; for the optimized Lambda one, with `Payload`, `StatusCode` … */
  | { kind: 'TaskSucceeded'; at: number; task: string; output: Json }
  | { kind: 'TaskFailed'; at: number; task: string; error?: string; cause?: string }
  | { kind: 'TaskHeartbeat'; at: number; task: string }
  /** the reader of a distributed Map answered */
  | { kind: 'ItemsRead'; at: number; task: string; items: Json[]; total?: number }
  | {
      kind: 'ChildEnded';
      at: number;
      task: string;
      index: number;
      status: ExecutionStatus;
      output?: string;
      error?: string;
      cause?: string;
      executionArn: string;
      startedAt: number;
      stoppedAt: number;
    }
  | { kind: 'ResultsWritten'; at: number; task: string; output: Json }
  | { kind: 'Stop'; at: number; error?: string; cause?: string }
  | { kind: 'ExecutionTimedOut'; at: number }
  /** UpdateMapRun: what is absent stays; `maxConcurrency` 0 is as many as allowed */
  | {
      kind: 'MapRunChanged';
      at: number;
      mapRunArn: string;
      maxConcurrency?: number;
      toleratedFailureCount?: number;
      toleratedFailurePercentage?: number;
    }
  /** goes on from where it ended without success; `afresh`: from its first state */
  | { kind: 'Redrive'; at: number; redriveCount: number; afresh?: true };

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export type Command =
  /**
   * Call a service. `integration` is the resource ARN's service part: `lambda:invoke`, `states:startExecution`,
   * `aws-sdk:s3:putObject`, `http:invoke` …, or `function` (a Lambda function's own ARN) and `activity`.
   * `task` is stable over restarts and so is `invocationId`; `token` is set for `.waitForTaskToken` and activities, and
   * for other patterns where the input hands it on: whoever returns it ends the task.
   */
  | {
      kind: 'StartTask';
      task: string;
      /** name of the state that asks */
      state?: string;
      resource: string;
      integration: string;
      pattern: 'request-response' | 'sync' | 'sync:2' | 'waitForTaskToken';
      input: Json;
      invocationId: string;
      token?: string;
      credentials?: Json;
      /** already submitted before the restart: wait for its end, do not call again */
      submitted?: Json;
      timeoutSeconds?: number;
      heartbeatSeconds?: number;
    }
  | { kind: 'CancelTask'; task: string }
  /** never early; `timer` is stable over restarts */
  | { kind: 'SetTimer'; timer: string; dueAt: number }
  | { kind: 'ClearTimer'; timer: string }
  /**
   * `reader` is the state's ItemReader with all of it computed: `{ Resource, ReaderConfig?, Parameters? }`, its arguments
   * under `Parameters` in both languages and `MaxItemsPath` as `MaxItems`. Answered by `ItemsRead`, or `TaskFailed`
   * with `States.ItemReaderFailed`. `writer` below: `{ Resource?, WriterConfig?, Parameters? }`, `States.ResultWriterFailed`.
   */
  | { kind: 'ReadItems'; task: string; reader: JsonObject }
  /** one child of a distributed Map */
  | {
      kind: 'StartChild';
      task: string;
      index: number;
      mapRunArn: string;
      label: string;
      type: 'STANDARD' | 'EXPRESS';
      definition: Machine;
      input: Json;
      /** the run was redriven so many times: a child that ended without success before that goes on */
      redrive?: number;
    }
  | { kind: 'StopChildren'; task: string }
  /** `results` describe the children as AWS's result files do; the answer is the state's result: `{ MapRunArn, ResultWriterDetails }` */
  | { kind: 'WriteResults'; task: string; writer: JsonObject; results: Json[]; mapRunArn: string }
  /** more to do at once: commit, let others have a turn, then send `Continue` */
  | { kind: 'Continue' };

export type Outcome = {
  events: HistoryEvent[];
  changes: Changes;
  commands: Command[];
  /** set when the execution ended; `output` is a JSON text */
  end?: { status: Exclude<ExecutionStatus, 'RUNNING'>; output?: string; error?: string; cause?: string };
};

/** Decides what happens next. Reads no clock, opens no socket, writes nothing; never throws for a workflow's own faults. */
export type Step = (machine: Machine, snapshot: Snapshot, event: EngineEvent, host: Host) => Promise<Outcome>;

/** What was begun and not finished, as commands: performed again after a restart. */
export type Pending = (machine: Machine, snapshot: Snapshot) => Command[];
