/**
 * What the screens see: plain data that server actions answer and the event stream carries.
 * Times are ms since 1970. Every server action answers `Result<T>` (lib/base/problem).
 * @module
 */
import type { AccessAnswer, AwsPolicies, AwsSetup, PolicyDocument } from '@/lib/aws/types';
import type { Json } from '@/lib/base/json';
import type { FileKind } from '@/lib/base/media';
import type { Diagnostic, ProblemView } from '@/lib/base/problem';
import type { EdgeChange, FieldChange, Mark, StepChange } from '@/lib/draft/edit/difference';
import type { EditPlan } from '@/lib/draft/edit/plan';
import type { AttachedFile, DraftPhase, DraftPlan, DraftRecord } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { NodeKind, WorkflowDocument } from '@/lib/graph/schema';
import type { HistoryEvent } from '@/lib/history/events';
import type { Proof } from '@/lib/proof/prove';

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
  /** with what explains it, where it was drafted */
  plan: DraftRecord | null;
  planner: PlannerUsed | null;
  /** path of the invoke URL, `/api/v1/workflows/<id>/invoke` */
  invokePath: string;
};
/**
 * A change as a picture: `preview` is what comes of it with what it takes away still in it; for looking only.
 * `marks` by the id of a step, `edgeMarks` by that of a connection.
 */
export type Ghosts = {
  preview: WorkflowDocument;
  marks: Record<string, Mark>;
  edgeMarks: Record<string, 'added' | 'removed'>;
};
/** A state of a workflow that a person gave a name to. `revision`: the workflow's when it was made. */
export type VersionSummary = { id: string; name: string; revision: number; steps: number; savedAt: number };
/** What changed from another state of a workflow to the one on the screen; `preview` holds what was removed as well. */
export type ComparisonView = Ghosts & {
  name: string;
  revision: number;
  document: WorkflowDocument;
  steps: StepChange[];
  edges: EdgeChange[];
  inputs: FieldChange[];
};

/** Two workflows that were drafted apart. `mark`: what the step is to the other one; `null`: the same in both. */
export type DraftsComparison = {
  view: ComparisonView;
  before: DraftSteps;
  after: DraftSteps;
  functions: FunctionManifest[];
};
export type DraftSteps = { id: string; name: string; steps: { id: string; name: string; mark: Mark | null }[] };

export type PlannerUsed = {
  by: 'offline' | 'model';
  model: string | null /** why the model was not used */;
  fallback: string | null;
};

export type QuerySummary = { id: string; prompt: string; at: number; workflowId: string | null; files: AttachedFile[] };

/** What a dry run of every branch showed; `text` says it in a line: "7 steps, 12 values checked, 4 of 4 ways tried out". */
export type ProofView = Proof & { text: string };

/** A draft or a run being prepared: started by an action, followed over the event stream. */
export type JobView = {
  id: string;
  kind: 'draft' | 'run' | 'edit' | 'function';
  status: 'working' | 'done' | 'failed' | 'cancelled';
  /** draft: the phase it is in; run: deploying functions, starting */
  phase: DraftPhase | 'deploying' | 'starting' | null;
  detail: string | null;
  /** draft: what is known so far */
  plan: DraftPlan | null;
  workflowId: string | null;
  runId: string | null;
  diagnostics: Diagnostic[];
  /** draft: what trying it along every branch showed */
  proof?: ProofView | null;
  /** edit: the changes that a model has written so far, in words */
  coming?: string[];
  /** edit, draft: what is written so far as a picture, where it is small enough to be sent again and again */
  ghosts?: Ghosts | null;
  /** edit: what is proposed, once it is known */
  proposal?: ProposalView | null;
  /** function: the handler as far as it is written */
  source?: string | null;
  /** function: what is to be reviewed */
  written?: WrittenView | null;
  problem: ProblemView | null;
};

/** A function to look at before it is kept. `by`: the model; `null`: a plain stub, for this `reason`. */
export type WrittenView = {
  name: string;
  by: string | null;
  reason: string | null;
  files: { file: string; content: string }[];
  /** what it would reach, as sentences */
  alerts: string[];
  example: Json;
  /** what its author says that the example gives; `null`: nobody can know before */
  expected: Json | null;
};

/** One change of a proposal. `alert`: what a person should know before keeping it. `why`: why it cannot be done. */
export type EditView = {
  id: string;
  words: string;
  because: string | null;
  status: 'done' | 'refused' | 'left';
  why: string | null;
  alert: string | null;
  steps: StepChange[];
};
/** A workflow as it would be, and for the canvas with what would be removed still in it. `problems`: only new ones. */
export type ReviewView = Ghosts & {
  document: WorkflowDocument;
  edits: EditView[];
  edges: EdgeChange[];
  inputs: FieldChange[];
  problems: Diagnostic[];
  proof: ProofView;
};
export type { Mark, StepChange };
export type ProposalView = PlannerUsed &
  ({ kind: 'undo' } | { kind: 'answer'; text: string } | { kind: 'edits'; plan: EditPlan; review: ReviewView });

export type RunSummary = {
  id: string;
  executionArn: string;
  workflowId: string | null;
  workflowName: string;
  revision: number | null;
  status: RunStatus;
  startedAt: number;
  stoppedAt: number | null;
  /** how often it went on from where it had failed, and when it last did */
  redriven?: { times: number; at: number } | null;
  /** the run that it goes on from, with which step, and whether a person changed what that step finds */
  parent?: { id: string; step: string; edited: boolean };
  /** what began it: a person in the page, a request over HTTP (the command line as well), a prompt that was to run at once */
  trigger?: 'page' | 'api' | 'prompt';
};
/** Which runs, as the list of runs asks for them; `before`: those that come after this one. */
export type RunsWanted = {
  workflowId?: string;
  statuses?: ('RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED')[];
  text: string;
  before: { startedAt: number; id: string } | null;
};
/** Some of the runs, the newest first. `matching`: how many there are of those asked for; `more`: others come after these. */
export type RunsPage = { runs: RunSummary[]; matching: number; more: boolean };
export type RunDetail = RunSummary & {
  input: Json;
  output: Json | null;
  error: string | null;
  cause: string | null;
  /** the graph as it was run */
  document: WorkflowDocument;
  events: HistoryEvent[];
};

/** The children of a distributed Map in the order in which they began; those that are to come are only counted. */
export type MapItemsView = {
  total: number;
  items: {
    executionArn: string;
    status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
    startedAt: number;
    stoppedAt: number | null;
  }[];
};
/** What happened in one of them. `null`: there is none, or not yet */
export type MapItemDetail = {
  input: { value: Json } | null;
  output: { value: Json } | null;
  error: string | null;
  cause: string | null;
  events: HistoryEvent[];
};

/** A failed run begun again: with which step, and what that finds. `failed`: the innermost step that failed. */
export type RetryView = {
  step: { id: string; name: string };
  failed: string;
  input: Json;
  variables: Record<string, Json>;
  /** of the workflow now, and as it was run */
  revision: number;
  ranRevision: number | null;
};
/** A run begun again from any of its steps, with what that step finds, for a person to change. */
export type ForkView = Omit<RetryView, 'failed'> & {
  /** the step that was chosen: inside of `step`, where a run cannot begin with it */
  asked: string;
  workflowInput: Json;
  /** what the step itself reads of them */
  reads: { input: boolean; workflowInput: boolean; variables: string[] };
  /** the step's input is the input of the new run: the workflow begins with it */
  whole: boolean;
};
/** What a step would find if it began now. `null`: nobody knows yet. */
export type FoundView = {
  input: { value: Json } | null;
  variables: Record<string, Json>;
  workflowInput: { value: Json } | null;
  /** pinned by a person, or of the run named */
  from: 'pin' | 'run' | null;
  runId: string | null;
};
/** One state run by itself, stage by stage; `undefined`: it has no such stage. */
export type StateTestView = {
  /** `retried`: it would be tried again; `caught`: it would go on by a catcher */
  status: 'succeeded' | 'failed' | 'retried' | 'caught';
  input: Json;
  arguments?: Json;
  result?: Json;
  output?: Json;
  assigned: Record<string, Json>;
  error: string | null;
  cause: string | null;
  next: string | null;
  ms: number;
};
/** What a dry run of every branch came to: ids of steps and of connections that were taken. */
export type CoverageView = {
  branches: { ran: number; total: number };
  notTried: string | null;
  nodes: string[];
  edges: string[];
  problems: Diagnostic[];
};

/** The last 24 hours of runs. `hours`: from the oldest to this one, `at` is when each began; `null`: no run was over. */
export type OverviewView = {
  runs: number;
  running: number;
  succeeded: number;
  failed: number;
  medianMs: number | null;
  p95Ms: number | null;
  /** US dollars: the estimate for a run, times the runs; `free`: they ran on this machine, and cost nothing */
  spend: { usd: number; free: boolean };
  hours: { at: number; succeeded: number; failed: number; other: number }[];
};

/** One message of the event stream `/events`. `run` carries the events that are new since the last message. */
export type StreamMessage =
  | { kind: 'job'; job: JobView }
  | {
      kind: 'run';
      run: RunSummary & { output: Json | null; error: string | null; cause: string | null };
      events: HistoryEvent[];
    }
  | { kind: 'cloud'; ready: boolean }
  /** first of all, and again and again: which build of the page is served, and the server's clock, ms since 1970 */
  | { kind: 'hello'; build: string; now: number };

/** A function in the list of functions, with how many workflows call it. */
export type FunctionSummary = FunctionManifest & { usedBy: number; own: boolean; lastError: FunctionErrorView | null };
/** The last time that a function failed in a run, caught or not. `at` in ms since 1970. */
export type FunctionErrorView = {
  error: string;
  cause: string | null;
  at: number;
  runId: string;
  runName: string | null;
};
/** An earlier state of a function of the owner's. `at`: when it was replaced, ms since 1970; `text: null`: no text */
export type FunctionVersionView = { at: number; files: { file: string; text: string | null; same: boolean }[] };
export type FunctionDetail = {
  manifest: FunctionManifest;
  source: { file: string; text: string }[];
  usedBy: { id: string; name: string }[];
  /** the owner's own: its source can be edited here */
  own: boolean;
  lastError: FunctionErrorView | null;
};
/** A secret by its name; its value is never shown. */
export type SecretView = { name: string; set: boolean; neededBy: { name: string; title: string }[] };
export type FunctionsAdded = {
  added: { name: string; title: string; secrets: string[] }[];
  /** operations of an API that became no function */
  skipped: { operation: string; why: string }[];
};
export type FunctionTry = {
  ok: boolean;
  output: Json | null;
  error: { type: string; message: string } | null;
  log: string;
  ms: number;
};

export type FilePreview = {
  /** the beginning of a file of text */
  text: string | null;
  /** that is all of it */
  whole: boolean;
  /** it begins as a PDF does; `null`: it is not called one */
  pdf: boolean | null;
  runs: Pick<RunSummary, 'id' | 'workflowName' | 'status' | 'startedAt'>[];
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
/** Some of the files, the newest first. `kinds`: of all there are; `matching`: how many a search and a kind leave. */
export type FilesPage = {
  files: FileView[];
  matching: number;
  kinds: { kind: FileKind; n: number; bytes: number }[];
  /** what comes after these is asked for by it; `null`: nothing */
  next: string | null;
};
/** `PUT` the bytes to `url` with these headers, then use `file.uri`. */
export type UploadTicket = { url: string; headers: Record<string, string>; file: AttachedFile };

/** Where example data comes from: a run (`null`: the last one), the schemas, or an input that a person typed. */
export type SampleSource = { kind: 'run'; runId: string | null } | { kind: 'schema' } | { kind: 'own'; input: Json };
/** `run`: it was so in a run; `schema`: an example that a schema gives; `own`: typed by a person. */
export type Sampled = { value: Json; origin: 'run' | 'schema' | 'own' };
/** What a step would see. Values are cut short for showing; an expression is evaluated over the whole of them. */
export type SampleView = {
  run: { id: string; startedAt: number; status: RunStatus } | null;
  input: Sampled;
  stateInput: Sampled;
  /** of the loop around the step */
  item: Sampled | null;
  /** what the step itself answers */
  result: Sampled | null;
  /** by step, as a reference finds it: a function's answer, and a list where a loop is left */
  results: Record<string, Sampled>;
  variables: Record<string, Sampled>;
  context: Json;
};
/** `value: undefined`: it came to nothing. `offset`: characters from the beginning of the expression. */
export type EvaluationView =
  | { ok: true; value: Json | undefined; ms: number; run: SampleView['run'] }
  | { ok: false; message: string; hint: string; offset: number | null; line: number | null; column: number | null };

/** How the local cloud keeps functions apart; docs/isolation.md tells what the levels 0 to 2 are. */
export type IsolationView = {
  /** of a function in plain JavaScript */
  level: number;
  /** its processes see only themselves and end together */
  namespaces: boolean;
  /** those that were run since the cloud started; `why` it is not more; `level: null`: it would not be run */
  functions: { name: string; level: number | null; why: string | null; network: 'shared' | 'none' }[];
};

export type SettingsView = {
  target: 'local' | 'aws';
  cloud: {
    endpoint: string | null;
    region: string;
    ready: boolean;
    problem: string | null;
    isolation: IsolationView | null;
  };
  model: {
    provider: 'none' | 'openai' | 'huggingface' | 'compatible';
    model: string | null;
    baseUrl: string | null;
    hasKey: boolean;
    /** chosen in Settings, or said by the environment */
    chosen: boolean;
    /** what the environment says, where nothing is chosen */
    environment: 'none' | 'openai' | 'huggingface' | 'compatible';
    /** asked of it today, since the server was started; tokens are an estimate */
    spent: { calls: number; tokens: number } | null;
  };
  /** the embedding model beside the offline planner */
  embeddings: {
    on: boolean;
    /** packages that are not installed, and the line that installs them */
    missing: string[];
    install: string;
    /** how many of the functions it has read */
    known: number;
    functions: number;
    /** with more functions it is not asked */
    most: number;
    loaded: boolean;
    /** what went wrong last, as a sentence */
    problem: string | null;
  };
  dataDir: string;
  version: string;
};

/** What erasing would take away. `files`: `null` where they cannot be counted, or stay on AWS. */
export type ErasableView = {
  workflows: number;
  versions: number;
  runs: number;
  prompts: number;
  files: number | null;
  /** of the owner's own */
  functions: number;
  secrets: number;
  modelKey: boolean;
  /** nothing is erased while one of them goes on */
  running: { id: string; workflowName: string }[];
};

export type { AccessAnswer, AwsSetup, PolicyDocument };
/** What running on AWS takes. `exports`: the lines that name the setup to the product, for a shell. */
export type AwsAccessView = { setup: AwsSetup; policies: AwsPolicies; exports: string };
