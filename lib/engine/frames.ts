/**
 * What a running execution is made of, part by part.
 *
 * A snapshot is a flat set of frames. Each is small and changes alone: a step writes the few that it touched. Large
 * things (the input, the items of a Map, the outputs of its iterations) lie in frames that are written once.
 *
 *   execution ─ facts
 *   thread ── variables            a line of states being walked: the execution's own, a branch, an iteration
 *     └─ container ── items, outputs, child threads      a Parallel or Map that the thread is in
 *     └─ task                      outstanding work that the thread waits for
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { Changes, ExecutionFacts, ExecutionStatus, Frame, Snapshot } from './types';

export type ExecutionFrame = {
  id: 'execution';
  status: ExecutionStatus;
  lastEventId: number;
  /** counts frames, so that ids are the same after a restart */
  serial: number;
  /** threads that can go on at once, in order */
  ready: string[];
  /** ms since 1970, of `execution:timeout` */
  timeoutAt?: number;
};

export type FactsFrame = { id: 'facts'; facts: ExecutionFacts };

/** What a thread is doing in its state. */
export type Phase =
  /** the state is to be entered */
  | 'enter'
  /** entered, to be tried again */
  | 'again'
  /** waits for its task, its container or its timer */
  | 'blocked'
  /** its task or container came to an end: `signal` says how */
  | 'resume';

export type ThreadFrame = {
  id: string;
  /** the definition that it walks: '' for the machine, else the path of containers to it */
  scope: string;
  state: string;
  input: Json;
  phase: Phase;
  /** the last event of this line, and the one before its current state was entered */
  previous: number;
  beforeEntry: number;
  /** id and time (ms since 1970) of the event with which the state was entered */
  entered: number;
  enteredAt: number;
  /** retries made in this state, in all and by the index of the retrier */
  retries: number;
  attempts: number[];
  /** frame of variables that it reads; `ownVariables` when nobody else's */
  variables?: string;
  ownVariables: boolean;
  /** the container it runs in, and its place there */
  container?: string;
  index: number;
  /** the item of the innermost Map */
  item?: ItemRef;
  /** frame ids of what it waits for */
  task?: string;
  inside?: string;
  /** ms since 1970: when its timer is due; `retrying` when that timer is a retrier's */
  wakeAt?: number;
  retrying?: true;
  signal?: Signal;
};

/** An item by the container that holds it: never copied. */
export type ItemRef = { container: string; index: number };

export type Signal =
  | { kind: 'result'; value: Json }
  | { kind: 'woken' }
  | { kind: 'failed'; error?: string; cause?: string; heartbeat?: boolean };

export type VariablesFrame = { id: string; outer?: string; values: JsonObject };

export type TaskFrame = {
  id: string;
  /** what the runner knows it by */
  task: string;
  thread: string;
  /** name of the state; absent in logs of earlier versions */
  state?: string;
  resource: string;
  integration: string;
  pattern: 'request-response' | 'sync' | 'sync:2' | 'waitForTaskToken';
  input: Json;
  invocationId: string;
  token?: string;
  credentials?: Json;
  timeoutSeconds?: number;
  heartbeatSeconds?: number;
  /** ms since 1970 */
  timeoutAt?: number;
  heartbeatAt?: number;
  started: boolean;
  isSubmitted: boolean;
  submitted?: Json;
};

/** A Parallel or an inline Map that is running. `total` counts branches or items. */
export type ContainerFrame = {
  id: string;
  kind: 'parallel' | 'map';
  thread: string;
  total: number;
  /** the item that starts next */
  next: number;
  done: number;
  concurrency: number;
  /** threads running now, by index */
  running: Record<string, string>;
  source?: string;
};

/** A distributed Map that is running: its children are executions of their own. */
export type MapRunFrame = {
  id: string;
  kind: 'map-run';
  thread: string;
  /** what the runner knows it by */
  task: string;
  stage: 'reading' | 'running' | 'writing';
  mapRunArn: string;
  label: string;
  items: number;
  /** the item that the next child takes */
  next: number;
  /** children started so far, running now (each has a `child` frame), and failed */
  children: number;
  running: number;
  failed: number;
  concurrency: number;
  toleratedCount: number | null;
  toleratedPercentage: number | null;
  /** where the items come from, for `Map.Item.Source` */
  source: string;
  reader?: JsonObject;
  writer?: JsonObject;
  batcher?: JsonObject;
  maxItems?: number;
  /** times it was redriven, and the children that are still to be started again, by index */
  redrives?: number;
  again?: number[];
};

/** Items of a Map, `CHUNK` to a frame: written once, when it starts. */
export const CHUNK = 256;
export type ItemsFrame = { id: string; values: Json[]; keys?: string[] };
export type OutputFrame = { id: string; value: Json; failed?: boolean };
export type ChildFrame = { id: string; index: number; input: Json };

export const itemsId = (container: string, index: number): string => `${container}:items:${Math.floor(index / CHUNK)}`;
export const outputId = (container: string, index: number): string => `${container}:output:${index}`;
export const childId = (container: string, index: number): string => `${container}:child:${index}`;

export const emptySnapshot = (): Snapshot => ({ frames: {} });

/** Puts an outcome's changes into a snapshot, in place. */
export function apply(snapshot: Snapshot, changes: Changes): void {
  for (const frame of changes.put) snapshot.frames[frame.id] = frame;
  for (const id of changes.drop) delete snapshot.frames[id];
}

/** The one place where a stored frame takes its type: ids tell which it is. */
export const frameOf = <T>(snapshot: Snapshot, id: string): T | undefined =>
  Object.hasOwn(snapshot.frames, id) ? (snapshot.frames[id] as unknown as T) : undefined;
export const asFrame = (frame: { id: string }): Frame => frame as unknown as Frame;
