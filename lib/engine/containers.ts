/**
 * Threads inside a state: the branches of a Parallel, the iterations of an inline Map. How they begin, end and are ended.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { type Stage, wake, wakeTimer } from './flow';
import {
  CHUNK,
  type ContainerFrame,
  type ItemRef,
  itemsId,
  type MapRunFrame,
  type OutputFrame,
  outputId,
  type ThreadFrame,
} from './frames';
import { stopMapRun } from './map-run';
import { startIterations } from './states/map';
import { closeTask } from './states/task';
import { arrayOf } from './text';
import { type Scope, typeAt, type Visit } from './visit';
import type { Work } from './work';

/** Starts a thread inside a container; it runs when its turn comes. */
export function startThread(
  visit: Visit,
  container: ContainerFrame,
  scope: Scope,
  index: number,
  input: Json,
  previous: number,
  item: ItemRef | undefined,
): void {
  const { work, thread: parent } = visit;
  const id = `thread:${work.serial()}`;
  work.put<ThreadFrame>({
    id,
    scope: scope.path,
    state: scope.startAt,
    input,
    phase: 'enter',
    previous,
    beforeEntry: previous,
    entered: previous,
    enteredAt: work.at,
    retries: 0,
    attempts: [],
    ...(parent.variables !== undefined && { variables: parent.variables }),
    ownVariables: false,
    container: container.id,
    index,
    ...(item && { item }),
  });
  container.running = { ...container.running, [index]: id };
  wake(work, id);
}

/**
 * A thread ended well: its output is kept, and its container goes on. The container's own thread, which holds its input,
 * is not written until all is done.
 */
export async function childEnded(stage: Stage, child: ThreadFrame, output: Json): Promise<void> {
  const { work } = stage;
  const container = work.edit<ContainerFrame>(child.container ?? '');
  const parent = work.get<ThreadFrame>(container.thread);
  const last = child.previous;
  let previous = last;
  work.put<OutputFrame>({ id: outputId(container.id, child.index), value: output });
  container.done++;
  forget(work, container, child);
  if (container.kind === 'map') {
    const details = { name: parent.state, index: child.index };
    previous = work.record('MapIterationSucceeded', last, 'mapIterationSucceeded', details);
  }
  if (container.done === container.total) finish(work, container, previous);
  else if (container.kind === 'map' && container.next < container.total) await startIterations(stage, container, last);
}

/** All of it is done: the container's state has its result. */
export function finish(work: Work, container: ContainerFrame, previous: number): void {
  const parent = work.edit<ThreadFrame>(container.thread);
  parent.previous = previous;
  const outputs: Json[] = [];
  for (let i = 0; i < container.total; i++) outputs.push(work.get<OutputFrame>(outputId(container.id, i)).value);
  work.record(container.kind === 'map' ? 'MapStateSucceeded' : 'ParallelStateSucceeded', parent.previous);
  dropContainer(work, container);
  delete parent.inside;
  parent.phase = 'resume';
  parent.signal = { kind: 'result', value: arrayOf(outputs) };
  wake(work, parent.id);
}

function forget(work: Work, container: ContainerFrame, child: ThreadFrame): void {
  const { [child.index]: _, ...running } = container.running;
  container.running = running;
  dropThread(work, child);
}

function dropThread(work: Work, thread: ThreadFrame): void {
  if (thread.ownVariables && thread.variables !== undefined) work.drop(thread.variables);
  work.drop(thread.id);
}

function dropContainer(work: Work, container: ContainerFrame): void {
  for (let i = 0; i < container.total; i++) work.drop(outputId(container.id, i));
  for (let i = 0; i < container.total; i += CHUNK) work.drop(itemsId(container.id, i));
  work.drop(container.id);
}

/** States that end in an event of their own when they are stopped half-way. */
const ABORTABLE = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/**
 * A thread failed: its siblings are stopped, with the events that AWS records, all following the one that failed.
 * @param type of the state that failed
 */
export function childFailed(stage: Stage, container: ContainerFrame, child: ThreadFrame, type: string): void {
  const { work } = stage;
  const failing = child.previous;
  const parent = work.edit<ThreadFrame>(container.thread);
  const name = parent.state;
  if (container.kind === 'map')
    work.record('MapIterationFailed', failing, 'mapIterationFailed', { name, index: child.index });
  // a Parallel or Map that failed has said so itself
  if (type === 'Task' || type === 'Wait') work.record(`${type}StateAborted`, failing);
  abortRunning(stage, container, name, failing, child.id);
  parent.previous = failing;
}

/** Records that what runs inside a container was stopped. */
export function abortRunning(
  stage: Stage,
  container: ContainerFrame,
  name: string,
  failing: number,
  except?: string,
): void {
  const { work } = stage;
  for (const [index, id] of Object.entries(container.running)) {
    const child = work.find<ThreadFrame>(id);
    if (!child || id === except) continue;
    if (container.kind === 'map')
      work.record('MapIterationAborted', failing, 'mapIterationAborted', { name, index: Number(index) });
    abortThread(stage, child, failing);
  }
}

function abortThread(stage: Stage, thread: ThreadFrame, failing: number): void {
  const { work } = stage;
  if (thread.inside !== undefined) {
    const inner = work.find<ContainerFrame | MapRunFrame>(thread.inside);
    if (inner?.kind === 'map-run') work.record('MapRunAborted', failing);
    else if (inner) abortRunning(stage, inner, thread.state, failing);
  }
  if (thread.phase === 'enter') return;
  const type = typeAt(stage.machine, thread);
  if (ABORTABLE.has(type)) work.record(`${type}StateAborted`, failing);
}

/** Stops and drops everything inside a state: threads, tasks, timers, children. Silent: events are the caller's. */
export function stopInside(work: Work, thread: ThreadFrame): void {
  if (thread.inside === undefined) return;
  const container = work.find<ContainerFrame | MapRunFrame>(thread.inside);
  delete thread.inside;
  if (!container) return;
  if (container.kind === 'map-run') {
    stopMapRun(work, container);
    return;
  }
  for (const id of Object.values(container.running)) {
    const child = work.find<ThreadFrame>(id);
    if (!child) continue;
    stopInside(work, work.edit<ThreadFrame>(id));
    if (child.task !== undefined) closeTask(work, child.task, true);
    if (child.phase === 'blocked' && child.wakeAt !== undefined)
      work.command({ kind: 'ClearTimer', timer: wakeTimer(child) });
    dropThread(work, child);
  }
  dropContainer(work, container);
}

/** The execution has ended: nothing goes on. Only what it was stays, and where it failed, for a redrive. */
export function closeExecution(work: Work): void {
  const execution = work.execution;
  execution.ready = [];
  execution.status = work.end?.status ?? execution.status;
  if (execution.timeoutAt !== undefined) work.command({ kind: 'ClearTimer', timer: 'execution:timeout' });
  for (const id of work.ids()) {
    if (id === 'execution' || id === 'facts') continue;
    if (id.startsWith('task:')) closeTask(work, id, true);
    else if (id.startsWith('thread:')) {
      const thread = work.find<ThreadFrame>(id);
      if (thread?.phase === 'blocked' && thread.wakeAt !== undefined)
        work.command({ kind: 'ClearTimer', timer: wakeTimer(thread) });
    } else if (id.startsWith('map-run:')) {
      const run = work.find<MapRunFrame>(id);
      if (run?.kind === 'map-run') work.command({ kind: 'StopChildren', task: run.task });
    }
  }
  for (const id of work.ids()) if (id !== 'execution' && id !== 'facts') work.drop(id);
  if (work.end?.status !== 'SUCCEEDED') work.restoreMarked();
}
