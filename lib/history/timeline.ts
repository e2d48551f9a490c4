/**
 * What became of each state of a run, told from its history.
 *
 *   HistoryEvent[] ──timeline()──▶ Timeline { status, states: name → StateRun { status, visits, attempts, … } }
 *
 * Pure and incremental: `foldEvents(before, newEvents)` looks at the new events only, and leaves every `StateRun` that
 * they do not touch as the very object it was, so that a screen repaints nothing else. Knows nothing of definitions:
 * where a state ran (which branch, which iteration) follows from the chain of previousEventIds. Start at `foldEvents()`.
 * @module
 */
import type { HistoryEvent } from './events';
import { readers } from './timeline-events';

export type StepStatus =
  | 'not-run'
  /** asked for, and not begun */
  | 'queued'
  | 'running'
  /** for a time, a callback or a person */
  | 'waiting'
  /** failed, and to be tried again */
  | 'retrying'
  | 'succeeded'
  /** failed, and went on by a catcher */
  | 'caught'
  | 'failed'
  | 'timed-out'
  /** stopped, because something else failed or the run was stopped */
  | 'aborted';

/** One try of a Task, or of all that a Parallel or Map holds. Times are ms since 1970, texts are JSON texts. */
export type Attempt = {
  startedAt: number;
  stoppedAt: number | null;
  status: StepStatus;
  arguments: string | null;
  result: string | null;
  error: string | null;
  cause: string | null;
};

export type Iteration = {
  index: number;
  status: StepStatus;
  startedAt: number;
  stoppedAt: number | null;
  error: string | null;
  cause: string | null;
};

/** Where a state ran inside a Parallel (`index`: the branch, in the order in which branches began) or Map (the item). */
export type Lane = { container: string; kind: 'parallel' | 'map'; index: number; within: Lane | null };

/** One time that a state was entered. */
export type StateVisit = {
  id: number;
  name: string;
  type: string;
  status: StepStatus;
  enteredAt: number;
  exitedAt: number | null;
  enteredEventId: number;
  input: string | null;
  /** what the task was given and gave back, of its last attempt */
  arguments: string | null;
  result: string | null;
  output: string | null;
  /** variables that it bound, as JSON texts */
  assigned: Record<string, string> | null;
  error: string | null;
  cause: string | null;
  attempts: Attempt[];
  lane: Lane | null;
  /** of a Map, by index; iterations that have not begun are absent */
  iterations: Iteration[];
  /** items of a Map */
  length: number | null;
  mapRunArn: string | null;
};

/** A state's last visit, with all of them. */
export type StateRun = Omit<StateVisit, 'id'> & { visits: StateVisit[] };

export type ExecutionStatusWord = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type Timeline = {
  status: ExecutionStatusWord;
  startedAt: number | null;
  stoppedAt: number | null;
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** by name; a state that was never entered is absent: see `stateRun` */
  states: Record<string, StateRun>;
  /** names in the order in which they were first entered */
  order: string[];
  lastEventId: number;
  /** how the next events are understood */
  trace: Trace;
};

/** What an event belongs to: a visit, and the place that the next state takes. The same however often it is told. */
type Link = { visit: number | null; opens?: { kind: 'parallel' | 'map'; index: number } };
export type OpenVisit = StateVisit & { parent: number | null; lanes: number };
type Trace = {
  visits: OpenVisit[];
  open: ReadonlySet<number>;
  links: Map<number, Link>;
  byName: ReadonlyMap<string, number[]>;
};

export const emptyTimeline = (): Timeline => ({
  status: 'RUNNING',
  startedAt: null,
  stoppedAt: null,
  input: null,
  output: null,
  error: null,
  cause: null,
  states: {},
  order: [],
  lastEventId: 0,
  trace: { visits: [], open: new Set(), links: new Map(), byName: new Map() },
});

export const timeline = (events: HistoryEvent[]): Timeline => foldEvents(emptyTimeline(), events);

/** The run of a state, also of one that has not been entered. */
export const stateRun = (of: Timeline, name: string): StateRun | null =>
  Object.hasOwn(of.states, name) ? (of.states[name] ?? null) : null;
export const statusOf = (of: Timeline, name: string): StepStatus => stateRun(of, name)?.status ?? 'not-run';

/**
 * The timeline with more events. Events that it has already seen are passed over, so overlapping pages do no harm.
 * @param before says the same afterwards: it may be folded again, with more or fewer events of the same history
 */
export function foldEvents(before: Timeline, events: HistoryEvent[]): Timeline {
  const fresh = events.filter((event) => event.id > before.lastEventId);
  if (fresh.length === 0) return before;
  const fold = new Fold(before);
  for (const event of fresh) {
    fold.now = event;
    readers[event.type]?.(fold, event);
    fold.done(event);
  }
  return fold.result();
}

const TERMINAL: Record<string, ExecutionStatusWord> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/** How the execution ended; null while it runs. */
export function terminalStatus(events: HistoryEvent[]): ExecutionStatusWord | null {
  for (let i = events.length - 1; i >= 0; i--) {
    const type = events[i]?.type ?? '';
    if (type === 'ExecutionRedriven') return null;
    const status = TERMINAL[type];
    if (status) return status;
  }
  return null;
}

/** The worst comes first: what a state shows that ran several times. */
const BY_WEIGHT: StepStatus[] = [
  'running',
  'queued',
  'waiting',
  'retrying',
  'failed',
  'timed-out',
  'aborted',
  'caught',
  'succeeded',
  'not-run',
];

/** A timeline being told: visits are copied before they change, once a fold. */
export class Fold {
  now: HistoryEvent | undefined;
  readonly visits: OpenVisit[];
  private readonly open: Set<number>;
  private readonly own = new Set<number>();
  private readonly ownIterations = new Set<number>();
  private readonly touched = new Set<string>();
  private readonly byName: Map<string, number[]>;
  private readonly ownNames = new Set<string>();
  private readonly linked: Link = { visit: null };
  execution: Pick<Timeline, 'status' | 'startedAt' | 'stoppedAt' | 'input' | 'output' | 'error' | 'cause'>;
  private lastEventId: number;

  constructor(private readonly before: Timeline) {
    const { status, startedAt, stoppedAt, input, output, error, cause } = before;
    this.execution = { status, startedAt, stoppedAt, input, output, error, cause };
    this.visits = [...before.trace.visits];
    this.open = new Set(before.trace.open);
    this.byName = new Map(before.trace.byName);
    this.lastEventId = before.lastEventId;
  }

  /** What the event before belongs to. */
  link(id: number): Link | undefined {
    return this.before.trace.links.get(id);
  }

  /** Says what this event belongs to. */
  belongsTo(visit: OpenVisit | undefined, opens?: Link['opens']): void {
    this.linked.visit = visit?.id ?? null;
    this.linked.opens = opens;
  }

  done(event: HistoryEvent): void {
    const { visit, opens } = this.linked;
    this.before.trace.links.set(event.id, opens ? { visit, opens } : { visit });
    this.linked.visit = null;
    this.linked.opens = undefined;
    this.lastEventId = event.id;
  }

  visit(id: number | null | undefined): OpenVisit | undefined {
    return id === null || id === undefined ? undefined : this.visits[id];
  }

  /** A visit that may be changed. */
  edit(visit: OpenVisit): OpenVisit {
    this.touched.add(visit.name);
    if (this.own.has(visit.id)) return this.visits[visit.id] ?? visit;
    const copy = { ...visit };
    this.own.add(visit.id);
    this.visits[visit.id] = copy;
    return copy;
  }

  add(visit: Omit<OpenVisit, 'id'>): OpenVisit {
    const made = { ...visit, id: this.visits.length };
    this.visits.push(made);
    this.open.add(made.id);
    this.own.add(made.id);
    this.touched.add(made.name);
    const ids = this.byName.get(made.name);
    if (ids && this.ownNames.has(made.name)) ids.push(made.id);
    else this.byName.set(made.name, ids ? [...ids, made.id] : [made.id]);
    this.ownNames.add(made.name);
    return made;
  }

  /** Visits that have not ended. */
  *openVisits(): Generator<OpenVisit> {
    for (const id of [...this.open]) {
      const visit = this.visits[id];
      if (visit) yield visit;
    }
  }

  reopen(visit: OpenVisit): void {
    this.open.add(visit.id);
  }

  close(visit: OpenVisit): void {
    this.open.delete(visit.id);
  }

  setIteration(visit: OpenVisit, iteration: Iteration): void {
    if (!this.ownIterations.has(visit.id)) visit.iterations = [...visit.iterations];
    this.ownIterations.add(visit.id);
    visit.iterations[iteration.index] = iteration;
  }

  /** From the visit of an event outwards, the first that fits. */
  outwards(eventId: number, fits: (visit: OpenVisit) => boolean): OpenVisit | undefined {
    for (let visit = this.visit(this.link(eventId)?.visit); visit; visit = this.visit(visit.parent))
      if (fits(visit)) return visit;
    return undefined;
  }

  lastOf(name: string, fits: (visit: OpenVisit) => boolean): OpenVisit | undefined {
    const ids = this.byName.get(name) ?? [];
    for (let i = ids.length - 1; i >= 0; i--) {
      const visit = this.visit(ids[i]);
      if (visit && fits(visit)) return visit;
    }
    return undefined;
  }

  result(): Timeline {
    const { trace, order, states } = this.before;
    const changed: Record<string, StateRun> = { ...states };
    const newNames: string[] = [];
    for (const name of this.touched) {
      if (!Object.hasOwn(states, name)) newNames.push(name);
      const visits = (this.byName.get(name) ?? []).map((id) => this.visits[id]).filter((visit) => visit !== undefined);
      const run = summary(visits);
      if (run)
        Object.defineProperty(changed, name, { value: run, enumerable: true, configurable: true, writable: true });
    }
    return {
      ...this.execution,
      states: changed,
      order: newNames.length ? [...order, ...newNames] : order,
      lastEventId: this.lastEventId,
      trace: { ...trace, visits: this.visits, open: this.open, byName: this.byName },
    };
  }
}

/** The last visit speaks for a state; but where several lanes run it, the one with most to say. */
function summary(visits: OpenVisit[]): StateRun | null {
  const last = visits.at(-1);
  if (!last) return null;
  const byLane = new Map<string, OpenVisit>();
  for (const visit of visits) byLane.set(laneKey(visit.lane), visit);
  let chosen = last;
  for (const visit of byLane.values()) {
    if (BY_WEIGHT.indexOf(visit.status) < BY_WEIGHT.indexOf(chosen.status)) chosen = visit;
  }
  const { id: _, parent: _parent, lanes: _lanes, ...shown } = chosen;
  return { ...shown, visits };
}

const laneKey = (lane: Lane | null): string => (lane ? `${laneKey(lane.within)}/${lane.container}#${lane.index}` : '');
