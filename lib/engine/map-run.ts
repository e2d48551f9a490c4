/**
 * Distributed Map: every item, or batch of items, is an execution of its own, together a Map Run.
 *
 *   read the items ─▶ start children, as many at a time as allowed ─▶ write or collect their results
 *
 * How a Map Run begins is in `map-run-setup.ts`; how it is changed or redriven, in `map-run-again.ts`.
 * @module
 */
import { type Json, type JsonObject, own } from '@/lib/base/json';
import { runtimeFailure, StateFailure } from './failure';
import { failFromOutside, type Stage, wake } from './flow';
import {
  CHUNK,
  type ChildFrame,
  childId,
  itemsId,
  type MapRunFrame,
  type OutputFrame,
  outputId,
  type ThreadFrame,
} from './frames';
import { putItems, selected } from './states/map';
import { arrayOf, parsed, textOf } from './text';
import type { Command, EngineEvent, Machine } from './types';
import { processorOf, scopeAt, Visit } from './visit';
import type { Work } from './work';

/** Children at a time where the state names no number: AWS's is 10,000; one machine gains nothing from that. */
export const MAP_RUN_CONCURRENCY = 1_000;

// ------------------------------------------------------------------ children

export async function begin(visit: Visit, run: MapRunFrame, items: { values: Json[]; keys?: string[] }): Promise<void> {
  run.stage = 'running';
  run.items = items.values.length;
  putItems(visit.work, run.id, items);
  await startChildren(visit, run);
}

export async function startChildren(visit: Visit, run: MapRunFrame): Promise<void> {
  const { work } = visit;
  while (run.running < run.concurrency && run.again?.[0] !== undefined) {
    const [index, ...rest] = run.again;
    run.again = rest;
    run.running++;
    work.command(childCommand(visit, run, work.get<ChildFrame>(childId(run.id, index))));
  }
  while (run.running < run.concurrency && run.next < run.items) {
    const index = run.children;
    const input = await nextInput(visit, run);
    run.children++;
    run.running++;
    work.command(childCommand(visit, run, work.put<ChildFrame>({ id: childId(run.id, index), index, input })));
  }
  if (run.running === 0) collect(work, run);
}

async function nextInput(visit: Visit, run: MapRunFrame): Promise<Json> {
  const at = (index: number) => selected(visit, { container: run.id, index });
  if (!run.batcher) return at(run.next++);
  const most =
    typeof run.batcher.MaxItemsPerBatch === 'number' ? run.batcher.MaxItemsPerBatch : Number.POSITIVE_INFINITY;
  const bytes = typeof run.batcher.MaxInputBytesPerBatch === 'number' ? run.batcher.MaxInputBytesPerBatch : 262_144;
  const { BatchInput: shared } = run.batcher;
  const items: Json[] = [];
  let size = shared === undefined ? 12 : Buffer.byteLength(textOf(shared)) + 26;
  while (run.next < run.items && items.length < most) {
    const item = await at(run.next);
    size += Buffer.byteLength(textOf(item)) + 1;
    if (size > bytes && items.length > 0) break;
    items.push(item);
    run.next++;
  }
  return { ...(shared !== undefined && { BatchInput: shared }), Items: items };
}

/** Every batch that the run's children would be given; the run itself stays where it is. */
export async function batches(visit: Visit, run: MapRunFrame): Promise<Json[]> {
  const all: Json[] = [];
  for (const walk = { ...run, next: 0 }; walk.next < walk.items; ) all.push(await nextInput(visit, walk));
  return all;
}

const definitions = new WeakMap<JsonObject, Machine>();

/** A Map's processor as a machine of its own. */
function definitionOf(visit: Visit): Machine {
  const processor = processorOf(visit.state);
  if (!processor) throw runtimeFailure('The Map has no processor.');
  let machine = definitions.get(processor);
  if (!machine) {
    const { ProcessorConfig: _, ...rest } = processor;
    machine = { QueryLanguage: visit.scope.language, ...rest } as unknown as Machine;
    definitions.set(processor, machine);
  }
  return machine;
}

function childCommand(visit: Visit, run: MapRunFrame, child: ChildFrame): Command {
  const type = own(own(processorOf(visit.state), 'ProcessorConfig'), 'ExecutionType');
  return {
    kind: 'StartChild',
    task: run.task,
    index: child.index,
    mapRunArn: run.mapRunArn,
    label: run.label,
    type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    definition: definitionOf(visit),
    input: child.input,
    ...(run.redrives !== undefined && { redrive: run.redrives }),
  };
}

type ChildEnded = Extract<EngineEvent, { kind: 'ChildEnded' }>;

export async function childOfRunEnded(stage: Stage, event: ChildEnded): Promise<void> {
  const { work } = stage;
  const child = work.find<ChildFrame>(childId(event.task, event.index));
  if (!child || work.find<OutputFrame>(outputId(event.task, event.index))) return;
  const run = work.edit<MapRunFrame>(event.task);
  const failed = event.status !== 'SUCCEEDED';
  // one that failed keeps its input, for a redrive of the run
  if (!failed) work.drop(child.id);
  run.running--;
  if (failed) run.failed++;
  work.put<OutputFrame>({
    id: outputId(run.id, event.index),
    value: run.writer ? described(event, child, work, run) : (event.output ?? 'null'),
    ...(failed && { failed }),
  });
  await goOn(stage, run);
}

/** More children begin, or the run is over. The Map's own thread, which holds its input, is written only in that case. */
export async function goOn(stage: Stage, run: MapRunFrame): Promise<void> {
  const { work } = stage;
  if (isExceeded(run)) {
    const thread = work.edit<ThreadFrame>(run.thread);
    const cause = 'The specified tolerated failure threshold was exceeded';
    const failure = runFailed(work, thread, 'States.ExceedToleratedFailureThreshold', cause);
    return failFromOutside(stage, visitOf(stage, thread), failure);
  }
  try {
    await startChildren(visitOf(stage, work.get<ThreadFrame>(run.thread)), run);
  } catch (thrown) {
    await failFromOutside(stage, visitOf(stage, work.edit<ThreadFrame>(run.thread)), thrown);
  }
}

/** What `ResultWriter` writes of a child. */
function described(event: ChildEnded, child: ChildFrame, work: Work, run: MapRunFrame): JsonObject {
  const { facts } = work;
  return {
    ExecutionArn: event.executionArn,
    Input: textOf(child.input),
    InputDetails: { Included: true },
    Name: event.executionArn.split(':').at(-1) ?? '',
    ...(event.output !== undefined && { Output: event.output, OutputDetails: { Included: true } }),
    ...(event.error !== undefined && { Error: event.error }),
    ...(event.cause !== undefined && { Cause: event.cause }),
    RedriveCount: 0,
    ...(event.status === 'SUCCEEDED'
      ? { RedriveStatus: 'NOT_REDRIVABLE', RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }
      : { RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' }),
    StartDate: new Date(event.startedAt).toISOString(),
    StateMachineArn: `${facts.stateMachineArn}/${run.label}`,
    Status: event.status,
    StopDate: new Date(event.stoppedAt).toISOString(),
  };
}

function isExceeded(run: MapRunFrame): boolean {
  const { failed, toleratedCount, toleratedPercentage } = run;
  if (failed === 0) return false;
  if (toleratedCount === null && toleratedPercentage === null) return true;
  if (toleratedCount !== null && failed > toleratedCount) return true;
  const perChild = typeof run.batcher?.MaxItemsPerBatch === 'number' ? run.batcher.MaxItemsPerBatch : 1;
  return (
    toleratedPercentage !== null && (failed * 100) / Math.max(1, Math.ceil(run.items / perChild)) > toleratedPercentage
  );
}

/** Records that the run failed. @returns the failure of its state */
export function runFailed(
  work: Work,
  thread: ThreadFrame,
  error: string | undefined,
  cause: string | undefined,
): StateFailure {
  thread.previous = work.record('MapRunFailed', thread.previous, 'mapRunFailed', {
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  });
  return new StateFailure(error, cause, { bare: true });
}

export const visitOf = ({ work, machine, host }: Stage, thread: ThreadFrame): Visit =>
  new Visit(work, machine, host, thread, scopeAt(machine, thread.scope));

// ------------------------------------------------------------------ results

function collect(work: Work, run: MapRunFrame): void {
  if (run.writer) {
    run.stage = 'writing';
    work.command(writeCommand(run, resultsOf(work, run)));
    return;
  }
  const outputs = resultsOf(work, run).map((text) => parsed(text as string));
  succeed(work, run, arrayOf(outputs));
}

/** Outputs in the order of the items; failed children have none, unless they are described for a writer. */
function resultsOf(work: Pick<Work, 'find'>, run: MapRunFrame): Json[] {
  const results: Json[] = [];
  for (let i = 0; i < run.children; i++) {
    const output = work.find<OutputFrame>(outputId(run.id, i));
    if (output && (run.writer || !output.failed)) results.push(output.value);
  }
  return results;
}

const writeCommand = (run: MapRunFrame, results: Json[]): Command => ({
  kind: 'WriteResults',
  task: run.task,
  writer: run.writer ?? {},
  results,
  mapRunArn: run.mapRunArn,
});

function succeed(work: Work, run: MapRunFrame, result: Json): void {
  const thread = work.edit<ThreadFrame>(run.thread);
  const succeeded = work.record('MapRunSucceeded', thread.previous);
  work.record('MapStateSucceeded', succeeded);
  // AWS lets the state's exit follow the run's start, unless the Map is the first state of its execution
  if (thread.beforeEntry === 0) thread.previous = succeeded;
  dropRun(work, run);
  delete thread.inside;
  thread.phase = 'resume';
  thread.signal = { kind: 'result', value: result };
  wake(work, thread.id);
}

export function dropRun(work: Work, run: MapRunFrame): void {
  for (let i = 0; i < run.items; i += CHUNK) work.drop(itemsId(run.id, i));
  for (let i = 0; i < run.children; i++) {
    work.drop(outputId(run.id, i));
    work.drop(childId(run.id, i));
  }
  work.drop(run.id);
}

export function stopMapRun(work: Work, run: MapRunFrame): void {
  work.command({ kind: 'StopChildren', task: run.task });
  dropRun(work, run);
}

// ------------------------------------------------------------------ what the runner answers

export async function itemsRead(stage: Stage, task: string, items: Json[]): Promise<void> {
  const { work } = stage;
  if (work.find<MapRunFrame>(task)?.stage !== 'reading') return;
  const run = work.edit<MapRunFrame>(task);
  const visit = visitOf(stage, work.edit<ThreadFrame>(run.thread));
  try {
    await begin(visit, run, { values: run.maxItems ? items.slice(0, run.maxItems) : items });
  } catch (thrown) {
    await failFromOutside(stage, visit, thrown);
  }
}

export function resultsWritten(work: Work, task: string, output: Json): void {
  if (work.find<MapRunFrame>(task)?.stage === 'writing') succeed(work, work.edit<MapRunFrame>(task), output);
}

/** Reading the items or writing the results failed. */
export async function mapRunFailed(
  stage: Stage,
  task: string,
  error: string | undefined,
  cause: string | undefined,
): Promise<void> {
  const { work } = stage;
  const run = work.find<MapRunFrame>(task);
  if (!run) return;
  const thread = work.edit<ThreadFrame>(run.thread);
  const visit = visitOf(stage, thread);
  const fallback = run.stage === 'reading' ? 'States.ItemReaderFailed' : 'States.ResultWriterFailed';
  await failFromOutside(stage, visit, runFailed(work, thread, error ?? fallback, cause));
}

/** After a restart: what the run was waiting for. */
export function pendingOf(work: Work, stage: Omit<Stage, 'work'>, run: MapRunFrame): Command[] {
  if (run.stage === 'reading') return [{ kind: 'ReadItems', task: run.task, reader: run.reader ?? {} }];
  if (run.stage === 'writing') return [writeCommand(run, resultsOf(work, run))];
  const visit = visitOf({ ...stage, work }, work.get<ThreadFrame>(run.thread));
  const commands: Command[] = [];
  for (let i = 0; i < run.children; i++) {
    const child = work.find<ChildFrame>(childId(run.id, i));
    const underWay = child && !run.again?.includes(i) && !work.find<OutputFrame>(outputId(run.id, i));
    if (underWay) commands.push(childCommand(visit, run, child));
  }
  return commands;
}
