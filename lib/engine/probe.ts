/**
 * One state on its own, with nothing before it and nothing after: what TestState runs.
 *
 *   definition, input, context, variables ──probe()──▶ status, output, next state, and the data at each point between
 *
 * The state runs through the handlers and the data flow that executions run through; only what surrounds it differs. The
 * work that it asks for (a task, a wait) is done by `perform`, or replaced by a mock.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { DATA_LIMIT, failureOf, StateFailure, tooMuch } from './failure';
import { act, caughtBy, endingWithCatch, retriedBy } from './flow';
import { emptySnapshot, type MapRunFrame, type Signal, type ThreadFrame } from './frames';
import { batches, begin } from './map-run';
import type { Move } from './states/handler';
import { selected } from './states/map';
import { arrayOf, parsed, textOf, tooLarge } from './text';
import type { Command, ExecutionFacts, Host, Machine } from './types';
import { innerScope, machineScope, type Scope, type Seen, Visit } from './visit';
import { Work } from './work';

export type StartTask = Extract<Command, { kind: 'StartTask' }>;

export type Subject = {
  machine: Machine;
  /** its scope, found by `findState` */
  scope: Scope;
  name: string;
};

export type ProbeOptions = {
  facts: ExecutionFacts;
  /** JSON text */
  input: string;
  variables: JsonObject;
  /** stands for the whole context object */
  context?: JsonObject;
  /** ms since 1970 */
  at: number;
  host: Host;
  /** stands for what the state would do */
  mock?: { result: Json } | { error?: string; cause?: string };
  /** retries already made by the retrier that takes the error */
  retries?: number;
  /** iterations of a Map that failed */
  failures?: number;
  /** reads the items of a distributed Map; `reader` is its ItemReader, computed */
  read(reader: JsonObject): Json[];
  /** does the task; its failure is a `failed` signal */
  perform(task: StartTask): Promise<Signal>;
  /** @param until ms since 1970 @returns when the time has come */
  wait(until: number): Promise<Signal>;
};

export type Inspection = Partial<Record<Seen | 'input' | 'afterItemSelector' | 'afterItemBatcher' | 'variables', Json>>;

export type Probed = {
  status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  output?: string;
  error?: string;
  cause?: string;
  nextState?: string;
  inspection: Inspection;
  errorDetails?: { catchIndex?: number; retryIndex?: number; retryBackoffIntervalSeconds?: number };
  /** what the task was asked to do */
  task?: StartTask;
};

/** A state anywhere in a machine, by its name; undefined when there is none. */
export function findState(machine: Machine, name: string): Subject | undefined {
  const within = (scope: Scope): Scope | undefined => {
    if (own(scope.states, name) !== undefined) return scope;
    for (const [outer, state] of Object.entries(scope.states)) {
      if (!isObject(state)) continue;
      const branches = state.Type === 'Parallel' && Array.isArray(state.Branches) ? [...state.Branches.keys()] : [];
      const inner = state.Type === 'Map' ? [undefined] : branches;
      for (const branch of inner) {
        const found = within(innerScope(machine, scope, outer, branch));
        if (found) return found;
      }
    }
    return undefined;
  };
  const scope = within(machineScope(machine));
  return scope && { machine, scope, name };
}

/** Sees the context object that the test gives it, or one as TestState makes it. */
class ProbeVisit extends Visit {
  given: JsonObject | undefined;

  override context(item?: Parameters<Visit['context']>[0]): JsonObject {
    const made = super.context(item);
    if (!this.given) {
      const { RedriveCount: _, ...execution } = made.Execution as JsonObject;
      return { ...made, Execution: execution };
    }
    return { ...this.given, ...(item && made.Map !== undefined && { Map: made.Map }) };
  }
}

const THREAD = 'thread:1';

function visitOf({ machine, scope, name }: Subject, options: ProbeOptions): ProbeVisit {
  const work = new Work(emptySnapshot(), options.at);
  work.put({ id: 'execution', status: 'RUNNING', lastEventId: 0, serial: 1, ready: [] });
  work.put({ id: 'facts', facts: options.facts });
  work.put({ id: 'variables:1', values: options.variables });
  const retries = options.retries ?? 0;
  const thread = work.put<ThreadFrame>({
    id: THREAD,
    scope: scope.path,
    state: name,
    input: parsed(options.input),
    // as if it had been entered before: there is no event to tell of it
    phase: 'again',
    previous: 0,
    beforeEntry: 0,
    entered: 0,
    enteredAt: options.at,
    retries,
    attempts: Array.from({ length: 100 }, () => retries),
    variables: 'variables:1',
    ownVariables: true,
    index: 0,
  });
  return new ProbeVisit(work, machine, options.host, thread, scope);
}

/** Runs the state to its end. A fault of the state is an answer, never an exception. */
export async function probe(subject: Subject, options: ProbeOptions): Promise<Probed> {
  const visit = visitOf(subject, options);
  const inspection: Inspection = { input: visit.input };
  visit.given = options.context;
  visit.saw = (point, value) => {
    inspection[point] = value;
  };
  const probed: Probed = { status: 'FAILED', inspection };
  try {
    const move = await through(visit, options, probed);
    if (move.go !== 'exit') throw new StateFailure('States.Runtime', 'The state came to no end.');
    const { output, assigned } = move.ending;
    const text = textOf(output);
    if (tooLarge(text)) throw new StateFailure(DATA_LIMIT, tooMuch(visit.name));
    keepVariables(inspection, options, assigned);
    return { ...probed, status: 'SUCCEEDED', output: text, ...(move.next !== null && { nextState: move.next }) };
  } catch (thrown) {
    return failed(visit, options, probed, failureOf(thrown));
  }
}

function keepVariables(inspection: Inspection, { variables }: ProbeOptions, assigned: JsonObject | undefined): void {
  const all = { ...variables, ...assigned };
  if (Object.keys(all).length > 0) inspection.variables = all;
}

/** Enters the state, and goes on with what it asks for until it ends. */
async function through(visit: ProbeVisit, options: ProbeOptions, probed: Probed): Promise<Move> {
  const { thread, work } = visit;
  const { mock } = options;
  const type = visit.field('Type');
  // AWS looks at nothing of a mocked Parallel before its result
  if (!(mock && type === 'Parallel')) {
    const move = await act(visit);
    if (move.go === 'exit') return move;
  }
  if (type === 'Map') await lookInside(visit, options, probed.inspection);
  const task = work.commands.find((command): command is StartTask => command.kind === 'StartTask');
  if (task) probed.task = task;
  if (mock) thread.signal = signalOf(visit, options, mock);
  else if (task) thread.signal = await options.perform(task);
  else thread.signal = await options.wait(thread.wakeAt ?? work.at);
  if (type === 'Task' && thread.signal.kind === 'result') visit.saw?.('result', thread.signal.value);
  thread.phase = 'resume';
  return act(visit);
}

function signalOf(visit: Visit, { failures = 0 }: ProbeOptions, mock: NonNullable<ProbeOptions['mock']>): Signal {
  if (!('result' in mock)) return { kind: 'failed', ...mock };
  const run = visit.thread.inside === undefined ? undefined : visit.work.find<MapRunFrame>(visit.thread.inside);
  if (run?.kind === 'map-run') {
    const { toleratedCount, toleratedPercentage, items } = run;
    const tooMany = toleratedCount !== null && failures > toleratedCount;
    const tooGreat = toleratedPercentage !== null && (failures * 100) / Math.max(1, items) > toleratedPercentage;
    if (tooMany || tooGreat) {
      const cause = 'The specified tolerated failure threshold was exceeded';
      return { kind: 'failed', error: 'States.ExceedToleratedFailureThreshold', cause };
    }
  }
  return { kind: 'result', value: mock.result };
}

/** What the iterations of a Map would be given. */
async function lookInside(visit: Visit, options: ProbeOptions, inspection: Inspection): Promise<void> {
  const container = visit.thread.inside ?? '';
  const frame = visit.work.find<MapRunFrame | (Omit<MapRunFrame, 'kind'> & { kind: 'map'; total: number })>(container);
  if (frame?.kind === 'map-run' && frame.stage === 'reading')
    await begin(visit, frame, { values: options.read(frame.reader ?? {}) });
  const total = frame?.kind === 'map' ? frame.total : (frame?.items ?? 0);
  const selector = visit.field('ItemSelector') ?? (visit.language === 'JSONPath' && visit.field('Parameters'));
  if (selector) {
    const inputs: Json[] = [];
    for (let index = 0; index < total; index++) inputs.push(await selected(visit, { container, index }));
    inspection.afterItemSelector = arrayOf(inputs);
  }
  if (frame?.kind === 'map-run' && frame.batcher) inspection.afterItemBatcher = arrayOf(await batches(visit, frame));
}

async function failed(visit: Visit, options: ProbeOptions, probed: Probed, failure: StateFailure): Promise<Probed> {
  const { error, reason: cause, how } = failure;
  const told: Probed = {
    ...probed,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
  if (how.fatal) return told;
  const retry = retriedBy(options.host, visit, failure);
  if (retry) {
    const errorDetails = { retryBackoffIntervalSeconds: Math.round(retry.delay), retryIndex: retry.index };
    return { ...told, status: 'RETRIABLE', errorDetails };
  }
  const caught = caughtBy(visit, failure);
  if (!caught) return told;
  try {
    const { output, assigned } = await endingWithCatch(visit, caught, error, cause);
    keepVariables(probed.inspection, options, assigned);
    const errorDetails = { catchIndex: caught.index };
    return { ...told, status: 'CAUGHT_ERROR', output: textOf(output), nextState: caught.next, errorDetails };
  } catch (thrown) {
    const second = failureOf(thrown);
    return {
      ...probed,
      ...(second.error !== undefined && { error: second.error }),
      ...(second.reason !== undefined && { cause: second.reason }),
    };
  }
}
