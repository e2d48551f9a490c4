/**
 * A redrive: an execution that failed, was stopped or timed out goes on from where it ended.
 *
 * What succeeded is kept: states that were left, branches, iterations, children of a Map Run. What had not ended runs
 * again with the input it had, its retries counted anew. States that were entered are not entered again, save Fail.
 * @module
 */
import { EXECUTION_TIMER } from './answer-event';
import { finish } from './containers';
import { failExecution, type Stage, wake } from './flow';
import { type ContainerFrame, type FactsFrame, type MapRunFrame, outputId, type ThreadFrame } from './frames';
import { redriveRun } from './map-run-again';
import { startIterations } from './states/map';
import { parsed } from './text';
import type { EngineEvent } from './types';
import { machineScope, typeAt } from './visit';
import type { Work } from './work';

type Redrive = Extract<EngineEvent, { kind: 'Redrive' }>;

export async function redriven(stage: Stage, { at, redriveCount, afresh }: Redrive): Promise<void> {
  const { work, machine } = stage;
  const { execution } = work;
  execution.status = 'RUNNING';
  execution.ready = [];
  work.put<FactsFrame>({ id: 'facts', facts: { ...work.facts, redriveCount } });
  const event = work.record('ExecutionRedriven', execution.lastEventId, 'executionRedriven', { redriveCount });
  const seconds = machine.TimeoutSeconds;
  if (typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds)) {
    execution.timeoutAt = at + seconds * 1000;
    work.setTimer(EXECUTION_TIMER, execution.timeoutAt);
  }
  const threads = work.ids().filter((id) => id.startsWith('thread:'));
  if (afresh) restart(stage, threads, event);
  else for (const id of threads.sort(bySerial)) await takeUp(stage, id);
  if (work.ready.length === 0 && !work.ids().some(isUnderWay))
    failExecution(work, event, 'States.Runtime', 'The execution has no state that could be run again.');
}

const serialOf = (id: string): number => Number(id.split(':')[1]);
const bySerial = (a: string, b: string): number => serialOf(a) - serialOf(b);
const isUnderWay = (id: string): boolean => id.startsWith('map-run:');

/** An Express child of a Map Run begins at its first state again. */
function restart({ work, machine }: Stage, threads: string[], event: number): void {
  for (const id of work.ids()) if (id !== 'execution' && id !== 'facts') work.drop(id);
  const scope = machineScope(machine);
  const id = threads[0] ?? `thread:${work.serial()}`;
  work.put<ThreadFrame>({
    id,
    scope: '',
    state: scope.startAt,
    input: parsed(work.facts.input),
    phase: 'enter',
    previous: event,
    beforeEntry: event,
    entered: event,
    enteredAt: work.at,
    retries: 0,
    attempts: [],
    ownVariables: false,
    index: 0,
  });
  wake(work, id);
}

/**
 * One thread goes on: in its state, or by way of what runs inside it. Its events follow its own last one, which alone
 * tells the branch or iteration.
 */
async function takeUp(stage: Stage, id: string): Promise<void> {
  const { work, machine } = stage;
  const thread = work.edit<ThreadFrame>(id);
  thread.retries = 0;
  thread.attempts = [];
  for (const key of ['wakeAt', 'retrying'] as const) delete thread[key];
  if (thread.task !== undefined) work.drop(thread.task);
  delete thread.task;
  if (thread.inside !== undefined && (await goesOnInside(stage, thread))) return;
  delete thread.inside;
  const hasResult = thread.phase === 'resume' && thread.signal !== undefined && thread.signal.kind !== 'failed';
  if (thread.phase !== 'enter' && !hasResult) {
    delete thread.signal;
    thread.phase = typeAt(machine, thread) === 'Fail' ? 'enter' : 'again';
  }
  wake(work, id);
}

/** @returns false when there is nothing inside that could go on: then the state itself runs again */
async function goesOnInside(stage: Stage, thread: ThreadFrame): Promise<boolean> {
  const { work } = stage;
  const inner = work.find<ContainerFrame | MapRunFrame>(thread.inside ?? '');
  if (!inner) return false;
  thread.phase = 'blocked';
  if (inner.kind === 'map-run') return redriveRun(stage, work.edit<MapRunFrame>(inner.id), thread);
  if (Object.keys(inner.running).length > 0) return true;
  // nothing ran any more when the state failed: what was done is kept, what was to come begins now
  const container = work.edit<ContainerFrame>(inner.id);
  if (container.done === container.total) finish(work, container, thread.previous);
  else if (container.kind === 'map' && done(work, container)) await startIterations(stage, container, thread.previous);
  else {
    work.drop(container.id);
    return false;
  }
  return true;
}

/** every iteration that began has its output */
const done = (work: Work, { id, next }: ContainerFrame): boolean => {
  for (let i = 0; i < next; i++) if (!work.find(outputId(id, i))) return false;
  return true;
};
