/**
 * The app's own tables, as a port: workflows, the versions that were run, runs, prompts.
 * Times are ms since 1970. Reads answer `null` for what is not there; writes throw a Problem.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { AttachedFile, DraftRecord } from '@/lib/draft/plan';
import type { WorkflowDocument } from '@/lib/graph/schema';

export type StoredWorkflow = {
  id: string;
  name: string;
  revision: number;
  document: WorkflowDocument;
  prompt: string | null;
  plan: DraftRecord | null;
  planner: { by: 'offline' | 'model'; model: string | null; fallback: string | null } | null;
  createdAt: number;
  updatedAt: number;
};

export type StoredRun = {
  id: string;
  executionArn: string;
  workflowId: string | null;
  workflowName: string;
  revision: number | null;
  /** the graph as it was run */
  document: WorkflowDocument;
  input: Json;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output: Json | null;
  error: string | null;
  cause: string | null;
  startedAt: number;
  stoppedAt: number | null;
  /** how often it went on from where it had failed, and when it last did; absent: never */
  redriven?: { times: number; at: number } | null;
  /** the run that it goes on from, with which step, and whether a person changed what that step finds */
  parent?: { id: string; step: string; edited: boolean };
  /** what began it: a person in the page, a request over HTTP (the command line as well), a prompt that was to run at once */
  trigger?: 'page' | 'api' | 'prompt';
};

export type RunTime = Pick<StoredRun, 'status' | 'startedAt' | 'stoppedAt'>;

/** A run without what it carries. */
export type RunRow = Omit<StoredRun, 'document' | 'input' | 'output' | 'error' | 'cause'>;
/** Which runs; what is absent narrows nothing. */
export type RunsWanted = {
  workflowId?: string;
  statuses?: StoredRun['status'][];
  /** each has to stand in the workflow's name or the run's id, in whatever capitals */
  words?: string[];
};

export type StoredQuery = { id: string; prompt: string; files: AttachedFile[]; at: number; workflowId: string | null };

/** A state of a workflow that a person gave a name to. */
export type StoredVersion = {
  id: string;
  workflowId: string;
  name: string;
  /** the workflow's when the version was made */
  revision: number;
  document: WorkflowDocument;
  at: number;
};
export type Versions = {
  /** newest first */
  list(workflowId: string): Promise<StoredVersion[]>;
  get(id: string): Promise<StoredVersion | null>;
  add(version: StoredVersion): Promise<void>;
  delete(id: string): Promise<void>;
};

export type NewWorkflow = Pick<StoredWorkflow, 'id' | 'name' | 'document' | 'prompt' | 'plan' | 'planner'> & {
  at: number;
};
export type RunEnd = Pick<StoredRun, 'status' | 'output' | 'error' | 'cause' | 'stoppedAt'>;

/** The last failure of a function in a run, whether the run caught it or not. `at` in ms since 1970. */
export type FunctionError = { name: string; runId: string; error: string; cause: string | null; at: number };

export type Store = {
  workflows: {
    /** the last changed first: at most `limit`, which is 500 unless it is given */
    list(limit?: number): Promise<StoredWorkflow[]>;
    /** as many as `list`, by name alone */
    names(): Promise<Pick<StoredWorkflow, 'id' | 'name'>[]>;
    /** which there are, the last changed first, without what they hold: at most as many as `list` */
    revisions(): Promise<Pick<StoredWorkflow, 'id' | 'revision'>[]>;
    get(id: string): Promise<StoredWorkflow | null>;
    create(workflow: NewWorkflow): Promise<StoredWorkflow>;
    /**
     * @param revision the one that the edit began from
     * @throws Problem REVISION_CONFLICT when somebody saved in between, WORKFLOW_UNKNOWN
     */
    save(edit: {
      id: string;
      name: string;
      document: WorkflowDocument;
      revision: number;
      at: number;
    }): Promise<StoredWorkflow>;
    /** its versions go with it */
    delete(id: string): Promise<void>;
  };
  versions: Versions;
  runs: {
    list(filter: { workflowId?: string; running?: boolean; limit?: number }): Promise<StoredRun[]>;
    /** the newest first; `before`: those that come after this one. `matching`: how many there are in all */
    page(
      wanted: RunsWanted,
      options: { limit: number; before?: { startedAt: number; id: string } },
    ): Promise<{ runs: RunRow[]; matching: number }>;
    /** the last run of each workflow that was run, by the workflow's id; `workflowName` is as it was called then */
    last(): Promise<Map<string, Pick<RunRow, 'id' | 'status' | 'startedAt' | 'workflowName'>>>;
    /** when runs began and ended, and how, without what they carry: those that began at `since` or later, ms since 1970 */
    times(since: number): Promise<RunTime[]>;
    /** the graphs that were run at `since` or later, ms since 1970, and how often each; those that were run most first */
    graphs(since: number, limit: number): Promise<{ document: WorkflowDocument; runs: number }[]>;
    /** those whose input or output, as JSON, holds one of these texts, the newest first; without what they carry */
    mentioning(
      texts: string[],
      limit: number,
    ): Promise<Pick<StoredRun, 'id' | 'workflowName' | 'status' | 'startedAt'>[]>;
    get(id: string): Promise<StoredRun | null>;
    /** of which workflow each is, by the runs' ids; those that are not there are left out */
    names(ids: string[]): Promise<Map<string, string>>;
    add(run: StoredRun): Promise<void>;
    end(id: string, end: RunEnd): Promise<void>;
    /** it runs again: what was known of its end is forgotten */
    redriven(id: string, redriven: { times: number; at: number }): Promise<void>;
  };
  queries: {
    list(limit: number): Promise<StoredQuery[]>;
    add(query: StoredQuery): Promise<void>;
    link(id: string, workflowId: string): Promise<void>;
  };
  functionErrors: {
    /** the last one of each function */
    list(): Promise<FunctionError[]>;
    /** kept if it is later than what is known of that function */
    put(error: FunctionError): Promise<void>;
  };
  /** how much there is */
  counts(): Promise<{ workflows: number; versions: number; runs: number; prompts: number }>;
  /** `runs` alone, or all that is in it; nothing of it stays readable in the file */
  erase(what: 'runs' | 'everything'): Promise<void>;
  close(): Promise<void>;
};

export const unknownWorkflow = (id: string) =>
  new Problem(
    'WORKFLOW_UNKNOWN',
    `There is no workflow "${id}".`,
    'It may have been deleted; open the list of workflows.',
  );

/** The model that the owner chose. `none`: the offline planner, also where the environment names a model. */
export type ModelChoice = {
  provider: 'none' | 'openai' | 'huggingface' | 'compatible';
  model: string | null;
  baseUrl: string | null;
  apiKey: string | null;
};
export type ModelChoices = {
  /** `null`: nothing was chosen. @throws Problem DATA_DAMAGED */
  get(): ModelChoice | null;
  /** `null` forgets it, the key with it */
  set(choice: ModelChoice | null): void;
};
