/**
 * What the screens see: plain data that server actions answer and the event stream carries.
 * Times are ms since 1970. Every server action answers `Result<T>` (lib/base/problem).
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { Diagnostic, ProblemView } from '@/lib/base/problem';
import type { AttachedFile, DraftPhase, DraftPlan } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { NodeKind, WorkflowDocument } from '@/lib/graph/schema';
import type { HistoryEvent } from '@/lib/history/events';

/** A line that a function printed; `at` in ms since 1970. */
export type LogLine = { at: number; functionName: string; text: string };

export type RunStatus = 'STARTING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type WorkflowSummary = {
  id: string;
  name: string;
  /** counts saves */
  revision: number;
  createdAt: number;
  updatedAt: number;
  steps: number;
  lastRun: { id: string; status: RunStatus; startedAt: number } | null;
  /** the prompt it was drafted from */
  prompt: string | null;
  sketch: WorkflowSketch;
};
/** The shape of a workflow for a small picture; px of the canvas, from its upper left corner. */
export type WorkflowSketch = {
  width: number;
  height: number;
  boxes: { x: number; y: number; width: number; height: number; kind: NodeKind; container: boolean }[];
  lines: [x1: number, y1: number, x2: number, y2: number][];
};
export type WorkflowDetail = WorkflowSummary & {
  document: WorkflowDocument;
  plan: DraftPlan | null;
  planner: PlannerUsed | null;
  /** path of the invoke URL, `/api/v1/workflows/<id>/invoke` */
  invokePath: string;
};
export type VersionSummary = { revision: number; savedAt: number; label: string | null };

export type PlannerUsed = {
  by: 'offline' | 'model';
  model: string | null /** why the model was not used */;
  fallback: string | null;
};

export type QuerySummary = { id: string; prompt: string; at: number; workflowId: string | null; files: AttachedFile[] };

/** A draft or a run being prepared: started by an action, followed over the event stream. */
export type JobView = {
  id: string;
  kind: 'draft' | 'run';
  status: 'working' | 'done' | 'failed' | 'cancelled';
  /** draft: the phase it is in; run: deploying functions, starting */
  phase: DraftPhase | 'deploying' | 'starting' | null;
  detail: string | null;
  /** draft: what is known so far */
  plan: DraftPlan | null;
  workflowId: string | null;
  runId: string | null;
  diagnostics: Diagnostic[];
  problem: ProblemView | null;
};

export type RunSummary = {
  id: string;
  executionArn: string;
  workflowId: string | null;
  workflowName: string;
  revision: number | null;
  status: RunStatus;
  startedAt: number;
  stoppedAt: number | null;
};
export type RunDetail = RunSummary & {
  input: Json;
  output: Json | null;
  error: string | null;
  cause: string | null;
  /** the graph as it was run */
  document: WorkflowDocument;
  events: HistoryEvent[];
};

/** One message of the event stream `/events`. `run` carries the events that are new since the last message. */
export type StreamMessage =
  | { kind: 'job'; job: JobView }
  | {
      kind: 'run';
      run: RunSummary & { output: Json | null; error: string | null; cause: string | null };
      events: HistoryEvent[];
    }
  | { kind: 'cloud'; ready: boolean };

export type FunctionDetail = {
  manifest: FunctionManifest;
  source: { file: string; text: string }[];
  usedBy: { id: string; name: string }[];
};
export type FunctionTry = {
  ok: boolean;
  output: Json | null;
  error: { type: string; message: string } | null;
  log: string;
  ms: number;
};

export type FileView = {
  key: string;
  uri: string;
  name: string;
  mediaType: string;
  bytes: number;
  modifiedAt: number;
  url: string;
};
/** `PUT` the bytes to `url` with these headers, then use `file.uri`. */
export type UploadTicket = { url: string; headers: Record<string, string>; file: AttachedFile };

export type SettingsView = {
  target: 'local' | 'aws';
  cloud: { endpoint: string | null; region: string; ready: boolean; problem: string | null; isolation: string | null };
  model: {
    provider: 'none' | 'openai' | 'huggingface' | 'compatible';
    model: string | null;
    baseUrl: string | null;
    hasKey: boolean;
  };
  dataDir: string;
  version: string;
};
