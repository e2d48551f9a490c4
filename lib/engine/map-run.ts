/**
 * Distributed Map: every item, or batch of items, is an execution of its own, together a Map Run.
 *
 *   read the items ─▶ start children, as many at a time as allowed ─▶ write or collect their results
 * @module
 */
import { fillTemplate } from '@/lib/asl/template';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { effectiveInput, filled, lookUp, pathScope } from './data';
import { runtimeFailure, StateFailure } from './failure';
import { failFromOutside, type Stage, wake } from './flow';
import { CHUNK, type ChildFrame, childId, itemsId, type MapRunFrame, outputId, type OutputFrame, type ThreadFrame } from './frames';
import { BLOCK, type Move } from './states/handler';
import { concurrencyOf, itemsOf, numberOf, putItems, selected } from './states/map';
import { arrayOf, parsed, textOf } from './text';
import type { Command, EngineEvent, Machine } from './types';
import { processorOf, scopeAt, Visit } from './visit';
import type { Work } from './work';

/** Children at a time where the state names no number: AWS's is 10,000; one machine gains nothing from that. */
const MAP_RUN_CONCURRENCY = 1_000;

/** How many children one step may start. */
const AT_ONCE = 200;

export async function enterMapRun(visit: Visit): Promise<Move> {
  const { thread, work, host } = visit;
  const hasReader = isObject(visit.field('ItemReader'));
  const items = hasReader ? { values: [] } : await itemsOf(visit, true);
  thread.previous = work.record('MapStateStarted', thread.previous, 'mapStateStarted', { length: items.values.length });

  const toleratedCount = await numberOf(visit, 'ToleratedFailureCount');
  if (toleratedCount !== null && toleratedCount < 0) throw runtimeFailure('ToleratedFailureCount cannot be negative.');
  const toleratedPercentage = await numberOf(visit, 'ToleratedFailurePercentage', 'float');
  if (toleratedPercentage !== null && !(toleratedPercentage >= 0 && toleratedPercentage <= 100)) {
    throw runtimeFailure('ToleratedFailurePercentage must be between 0 and 100.');
  }
  const concurrency = await concurrencyOf(visit, MAP_RUN_CONCURRENCY);
  const reader = hasReader ? await serviceOf(visit, 'ItemReader', 'ReaderConfig') : undefined;
  const writer = isObject(visit.field('ResultWriter')) ? await serviceOf(visit, 'ResultWriter', 'WriterConfig') : undefined;
  const batcher = isObject(visit.field('ItemBatcher')) ? await batcherOf(visit) : undefined;

  const id = `map-run:${work.serial()}`;
  const said = visit.field('Label');
  const label = typeof said === 'string' ? said : host.uuid();
  const [, partition = 'aws', , region = '', account = ''] = work.facts.executionArn.split(':');
  const mapRunArn = `arn:${partition}:states:${region}:${account}:mapRun:${work.facts.stateMachineName}/${label}:${host.uuid()}`;
  const maxItems = own(own(reader, 'ReaderConfig'), 'MaxItems');
  const run = work.put<MapRunFrame>({
    id,
    kind: 'map-run',
    thread: thread.id,
    task: id,
    stage: 'running',
    mapRunArn,
    label,
    children: 0,
    items: 0,
    next: 0,
    running: 0,
    failed: 0,
    concurrency,
    toleratedCount,
    toleratedPercentage,
    source: hasReader ? sourceOf(reader) : 'STATE_DATA',
    ...(reader && { reader }),
    ...(writer && Object.keys(writer).length > 0 && { writer }),
    ...(batcher && { batcher }),
    ...(typeof maxItems === 'number' && { maxItems }),
  });
  thread.inside = id;
  thread.phase = 'blocked';
  thread.previous = work.record('MapRunStarted', thread.previous, 'mapRunStarted', { mapRunArn });
  if (!reader) {
    await begin(visit, run, items);
  } else if (run.maxItems !== undefined && run.maxItems < 0) {
    throw runFailed(work, thread, 'States.ItemReaderFailed', 'field MaxItems must be positive');
  } else {
    run.stage = 'reading';
    work.command({ kind: 'ReadItems', task: id, reader });
  }
  return BLOCK;
}

const sourceOf = (reader: JsonObject | undefined): string => {
  const parameters = own(reader, 'Parameters');
  const bucket = own(parameters, 'Bucket');
  const key = own(parameters, 'Key') ?? own(parameters, 'Prefix');
  return typeof bucket === 'string' ? `S3://${bucket}${typeof key === 'string' ? `/${key}` : ''}` : '';
};

/** `ItemReader` or `ResultWriter` with what it says computed: its arguments are under `Parameters` in both languages. */
async function serviceOf(visit: Visit, field: 'ItemReader' | 'ResultWriter', config: string): Promise<JsonObject> {
  const service = visit.field(field) as JsonObject;
  const made: JsonObject = {};
  if (service.Resource !== undefined) made.Resource = service.Resource;
  if (visit.language === 'JSONata') {
    if (isObject(service.Arguments)) made.Parameters = await filled(visit, service.Arguments, `${field}/Arguments`);
    if (isObject(service[config])) made[config] = await filled(visit, service[config], `${field}/${config}`);
    return made;
  }
  const scope = pathScope(visit, effectiveInput(visit));
  if (isObject(service.Parameters)) made.Parameters = fillTemplate(service.Parameters, scope);
  const settings = service[config];
  if (isObject(settings)) {
    const { MaxItemsPath: path, ...rest } = settings;
    made[config] = { ...rest, ...(typeof path === 'string' && { MaxItems: integerAt(visit, 'MaxItemsPath', path) }) };
  }
  return made;
}

function integerAt(visit: Visit, field: string, path: string): number {
  const value = lookUp(path, pathScope(visit, effectiveInput(visit)));
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  throw runtimeFailure(`The ${field} field refers to value "${shown}" which is not a valid integer: ${path}`);
}

async function batcherOf(visit: Visit): Promise<JsonObject> {
  const batcher = visit.field('ItemBatcher') as JsonObject;
  if (visit.language === 'JSONata') return (await filled(visit, batcher, 'ItemBatcher')) as JsonObject;
  const made: JsonObject = {};
  for (const field of ['MaxItemsPerBatch', 'MaxInputBytesPerBatch']) {
    const path = batcher[`${field}Path`];
    const value = typeof path === 'string' ? integerAt(visit, `${field}Path`, path) : batcher[field];
    if (value !== undefined) made[field] = value;
  }
  if (batcher.BatchInput !== undefined) made.BatchInput = fillTemplate(batcher.BatchInput, pathScope(visit, effectiveInput(visit)));
  return made;
}

// ------------------------------------------------------------------ children

async function begin(visit: Visit, run: MapRunFrame, items: { values: Json[]; keys?: string[] }): Promise<void> {
  run.stage = 'running';
  run.items = items.values.length;
  putItems(visit.work, run.id, items);
  await startChildren(visit, run);
}

async function startChildren(visit: Visit, run: MapRunFrame): Promise<void> {
  const { work } = visit;
  for (let begun = 0; run.running < run.concurrency && run.next < run.items && begun < AT_ONCE; begun++) {
    const index = run.children;
    const input = await nextInput(visit, run);
    run.children++;
    run.running++;
    const child = work.put<ChildFrame>({ id: childId(run.id, index), index, input });
    work.command(childCommand(visit, run, child));
  }
  if (run.next < run.items && run.running < run.concurrency) more(visit.work, run);
  else if (run.running === 0) collect(work, run);
}

/** There is room for more children than one step starts: the next step goes on. */
function more(work: Work, run: MapRunFrame): void {
  const thread = work.edit<ThreadFrame>(run.thread);
  thread.phase = 'resume';
  thread.signal = { kind: 'woken' };
  wake(work, thread.id);
}

/** The Map's thread was woken to start more children. */
export async function goOn(visit: Visit): Promise<Move> {
  const run = visit.work.edit<MapRunFrame>(visit.thread.inside ?? '');
  visit.thread.phase = 'blocked';
  await startChildren(visit, run);
  return BLOCK;
}

async function nextInput(visit: Visit, run: MapRunFrame): Promise<Json> {
  const at = (index: number) => selected(visit, { container: run.id, index });
  if (!run.batcher) return at(run.next++);
  const most = typeof run.batcher.MaxItemsPerBatch === 'number' ? run.batcher.MaxItemsPerBatch : Number.POSITIVE_INFINITY;
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
  };
}

type ChildEnded = Extract<EngineEvent, { kind: 'ChildEnded' }>;

export async function childOfRunEnded(stage: Stage, event: ChildEnded): Promise<void> {
  const { work } = stage;
  const child = work.find<ChildFrame>(childId(event.task, event.index));
  if (!child) return;
  const run = work.edit<MapRunFrame>(event.task);
  const failed = event.status !== 'SUCCEEDED';
  work.drop(child.id);
  run.running--;
  if (failed) run.failed++;
  work.put<OutputFrame>({ id: outputId(run.id, event.index), value: run.writer ? described(event, child, work) : (event.output ?? 'null'), ...(failed && { failed }) });
  const thread = work.edit<ThreadFrame>(run.thread);
  const visit = visitOf(stage, thread);
  if (isExceeded(run)) {
    const failure = runFailed(work, thread, 'States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');
    return failFromOutside(stage, visit, failure);
  }
  if (thread.phase !== 'blocked') return; // it is about to start more
  try {
    await startChildren(visit, run);
  } catch (thrown) {
    await failFromOutside(stage, visit, thrown);
  }
}

/** What `ResultWriter` writes of a child. */
function described(event: ChildEnded, child: ChildFrame, work: Work): JsonObject {
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
    RedriveStatus: event.status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    StartDate: new Date(event.startedAt).toISOString(),
    StateMachineArn: `${facts.stateMachineArn}/${event.task}`,
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
  return toleratedPercentage !== null && (failed * 100) / Math.max(1, Math.ceil(run.items / perChild)) > toleratedPercentage;
}

/** Records that the run failed. @returns the failure of its state */
function runFailed(work: Work, thread: ThreadFrame, error: string | undefined, cause: string | undefined): StateFailure {
  thread.previous = work.record('MapRunFailed', thread.previous, 'mapRunFailed', {
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  });
  return new StateFailure(error, cause, { bare: true });
}

const visitOf = ({ work, machine, host }: Stage, thread: ThreadFrame): Visit => new Visit(work, machine, host, thread, scopeAt(machine, thread.scope));

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
export function resultsOf(work: Pick<Work, 'find'>, run: MapRunFrame): Json[] {
  const results: Json[] = [];
  for (let i = 0; i < run.children; i++) {
    const output = work.find<OutputFrame>(outputId(run.id, i));
    if (output && (run.writer || !output.failed)) results.push(output.value);
  }
  return results;
}

export const writeCommand = (run: MapRunFrame, results: Json[]): Command => ({
  kind: 'WriteResults',
  task: run.task,
  writer: run.writer ?? {},
  results,
  mapRunArn: run.mapRunArn,
});

function succeed(work: Work, run: MapRunFrame, result: Json): void {
  const thread = work.edit<ThreadFrame>(run.thread);
  thread.previous = work.record('MapRunSucceeded', thread.previous);
  work.record('MapStateSucceeded', thread.previous);
  dropRun(work, run);
  delete thread.inside;
  thread.phase = 'resume';
  thread.signal = { kind: 'result', value: result };
  wake(work, thread.id);
}

function dropRun(work: Work, run: MapRunFrame): void {
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
export async function mapRunFailed(stage: Stage, task: string, error: string | undefined, cause: string | undefined): Promise<void> {
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
    if (child) commands.push(childCommand(visit, run, child));
  }
  return commands;
}
