/**
 * Two runs of a workflow side by side: what became of the same steps, and which fields of what they were given and gave
 * back differ.
 *
 *   timeline of the other run, timeline of this one ──compareRuns()──▶ a row for each time that a step was entered
 *
 * A visit is the same in both where its step's name, its place (branch, item) and its count there are. Pure.
 * @module
 */
import { isObject, type Json, jsonEqual, own } from '@/lib/base/json';
import type { Lane, StateVisit, Timeline } from '@/lib/history/timeline';
import { jsonOf } from './result';
import { laneText } from './steps';

/** `undefined`: it is not there. `path`: `orders[2].sum`; empty for the whole value. */
type ValueChange = { path: string; before: Json | undefined; after: Json | undefined };
type PartChange = ValueChange & { part: string };
/** `null`: the run did not come to it. */
export type VisitPair = {
  key: string;
  name: string;
  place: string;
  before: StateVisit | null;
  after: StateVisit | null;
  changes: PartChange[];
  /** it ended otherwise, had other values, or was not come to in one of the two */
  differs: boolean;
};

/** Field by field, in the order of `before`, then what is new. Lists are compared place by place. */
export function changesOf(before: Json | undefined, after: Json | undefined, path = ''): ValueChange[] {
  if (before === undefined || after === undefined) return before === after ? [] : [{ path, before, after }];
  if (Array.isArray(before) && Array.isArray(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, i) =>
      changesOf(before[i], after[i], `${path}[${i}]`),
    ).flat();
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      changesOf(own(before, name), own(after, name), below(path, name)),
    );
  return jsonEqual(before, after) ? [] : [{ path, before, after }];
}

function below(path: string, name: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path ? `${path}.${name}` : name;
}

/** In the order in which this run came to them; what only the other one came to stands after the step before it there. */
export function compareRuns(before: Timeline, after: Timeline): VisitPair[] {
  const [was, now] = [keyed(before), keyed(after)];
  const keys = [...now.keys()];
  let last = -1;
  for (const key of was.keys()) {
    const at = keys.indexOf(key);
    if (at >= 0) last = at;
    else {
      last++;
      keys.splice(last, 0, key);
    }
  }
  return keys.map((key) => pairOf(key, was.get(key) ?? null, now.get(key) ?? null));
}

function keyed(timeline: Timeline): Map<string, StateVisit> {
  const visits = Object.values(timeline.states)
    .flatMap((run) => run.visits)
    .sort((a, b) => a.enteredEventId - b.enteredEventId);
  const counts = new Map<string, number>();
  return new Map(
    visits.map((visit) => {
      const place = JSON.stringify([visit.name, laneKey(visit.lane)]);
      const count = counts.get(place) ?? 0;
      counts.set(place, count + 1);
      return [`${place}${count}`, visit];
    }),
  );
}
const laneKey = (lane: Lane | null): Json => (lane ? [lane.container, lane.index, laneKey(lane.within)] : null);

function pairOf(key: string, before: StateVisit | null, after: StateVisit | null): VisitPair {
  const one = after ?? before;
  const changes = before && after ? partsOf(before, after) : [];
  return {
    key,
    name: one?.name ?? '',
    place: laneText(one?.lane ?? null),
    before,
    after,
    changes,
    differs: changes.length > 0 || before?.status !== after?.status,
  };
}

const PARTS = [
  ['Input', 'input'],
  ['Given to the task', 'arguments'],
  ['Output', 'output'],
  ['Error', 'error'],
  ['Cause', 'cause'],
] as const;

function partsOf(before: StateVisit, after: StateVisit): PartChange[] {
  return PARTS.flatMap(([part, field]) => {
    // What a task is given is often the step's input: told once.
    if (field === 'arguments' && before.arguments === before.input && after.arguments === after.input) return [];
    return changesOf(jsonOf(before[field]), jsonOf(after[field])).map((change) => ({ part, ...change }));
  });
}
