/**
 * Nests steps that need one another into sequences and parallels.
 *
 *   { id, needs }[] ──arrange()──▶ Arrangement (a tree of sequence · parallel · step)
 *
 * No step comes before what it needs, each step occurs once, chains that nothing connects never wait for each other,
 * and where every step takes one unit of time the whole takes no longer than the longest chain of needs.
 *
 * Not every dependency graph is made of sequences and parallels (`c` needs `a` and `b`, `d` needs `b` only): then a
 * barrier has to be drawn somewhere. It is drawn between two levels (steps by the length of the longest chain that leads
 * to them, or from them), which never lengthens the longest chain, and where it makes fewest steps wait for a step that
 * they do not need.
 * @module
 */
import { Problem } from '@/lib/base/problem';

export type Arrangement =
  | { kind: 'step'; id: string }
  | { kind: 'sequence'; items: Arrangement[] }
  | { kind: 'parallel'; branches: Arrangement[] };

/**
 * @param steps their order decides among equals; needs that are not among the steps are ignored
 * @returns `{ kind: 'sequence', items: [] }` for no steps
 * @throws Problem ARRANGE_CYCLE when steps need each other in a circle, ARRANGE_TWICE when an id comes twice
 */
export function arrange(steps: { id: string; needs: string[] }[]): Arrangement {
  const ids = new Map(steps.map((step, i) => [step.id, i]));
  if (ids.size !== steps.length) {
    const twice = steps.find((step, i) => ids.get(step.id) !== i)!.id;
    throw new Problem('ARRANGE_TWICE', `Two steps have the id "${twice}".`, 'Give each step an id of its own.');
  }
  const needs = steps.map((step) => step.needs.flatMap((id) => ids.get(id) ?? []));
  const all = steps.map((_, i) => i);
  const order = inOrder(all, needs, (i) => steps[i]!.id);
  const before = reach(order, needs);
  return nest(all, { needs, before, order, idOf: (i) => steps[i]!.id });
}

type Web = {
  needs: number[][] /** all that a step needs, directly or not */;
  before: Set<number>[];
  order: number[];
  idOf: (i: number) => string;
};

function nest(steps: number[], web: Web): Arrangement {
  if (steps.length === 1) return { kind: 'step', id: web.idOf(steps[0]!) };
  const parts = components(steps, web.needs);
  if (parts.length > 1) return { kind: 'parallel', branches: parts.map((part) => nest(part, web)) };
  if (steps.length === 0) return { kind: 'sequence', items: [] };
  const [first, rest] = cut(steps, web);
  const items = [nest(first, web), nest(rest, web)];
  return { kind: 'sequence', items: items.flatMap((item) => (item.kind === 'sequence' ? item.items : [item])) };
}

/** The two halves of a connected graph with the fewest pairs of steps that would wait without need. */
function cut(steps: number[], web: Web): [number[], number[]] {
  const inside = new Set(steps);
  const order = web.order.filter((i) => inside.has(i));
  const soonest = levels(order, (i) => web.needs[i]!.filter((n) => inside.has(n)));
  const users = new Map<number, number[]>(order.map((i) => [i, []]));
  for (const i of order) for (const n of web.needs[i]!) users.get(n)?.push(i);
  const fromEnd = levels([...order].reverse(), (i) => users.get(i)!);
  const length = Math.max(...soonest.values());

  let best: { first: number[]; rest: number[]; waits: number } | undefined;
  for (let level = 1; level < length; level++) {
    const early = (i: number) => soonest.get(i)! <= level;
    const late = (i: number) => fromEnd.get(i)! > length - level;
    for (const isFirst of [early, late]) {
      const first = steps.filter(isFirst);
      const rest = steps.filter((i) => !isFirst(i));
      let waits = first.length * rest.length;
      for (const i of rest) for (const j of first) if (web.before[i]!.has(j)) waits--;
      if (!best || waits < best.waits) best = { first, rest, waits };
    }
  }
  return [best!.first, best!.rest];
}

/** 1 for a step that needs nothing, else one more than the highest that it needs. */
function levels(order: number[], needs: (i: number) => number[]): Map<number, number> {
  const level = new Map<number, number>();
  for (const i of order) level.set(i, 1 + Math.max(0, ...needs(i).map((n) => level.get(n)!)));
  return level;
}

/** Groups of steps that needs connect, each group and the list in the steps' order. */
function components(steps: number[], needs: number[][]): number[][] {
  const leader = new Map(steps.map((i) => [i, i]));
  const find = (i: number): number => {
    let at = i;
    while (leader.get(at) !== at) at = leader.get(at)!;
    leader.set(i, at);
    return at;
  };
  for (const i of steps) for (const n of needs[i]!) if (leader.has(n)) leader.set(find(i), find(n));
  const groups = new Map<number, number[]>();
  for (const i of steps) groups.set(find(i), [...(groups.get(find(i)) ?? []), i]);
  return [...groups.values()];
}

/** Steps after what they need. */
function inOrder(steps: number[], needs: number[][], idOf: (i: number) => string): number[] {
  const order: number[] = [];
  const open = new Map(steps.map((i) => [i, new Set(needs[i]).size]));
  const users: number[][] = steps.map(() => []);
  for (const i of steps) for (const n of new Set(needs[i])) users[n]!.push(i);
  const ready = steps.filter((i) => open.get(i) === 0);
  for (let i = ready.shift(); i !== undefined; i = ready.shift()) {
    order.push(i);
    for (const user of users[i]!) {
      open.set(user, open.get(user)! - 1);
      if (open.get(user) === 0) ready.push(user);
    }
  }
  if (order.length === steps.length) return order;
  const stuck = steps.filter((i) => open.get(i)! > 0).map((i) => `"${idOf(i)}"`);
  throw new Problem(
    'ARRANGE_CYCLE',
    `These steps need each other in a circle: ${stuck.join(', ')}.`,
    'Remove one of the needs, or make it a loop.',
  );
}

function reach(order: number[], needs: number[][]): Set<number>[] {
  const before: Set<number>[] = needs.map(() => new Set());
  for (const i of order) {
    for (const n of needs[i]!) {
      before[i]!.add(n);
      for (const far of before[n]!) before[i]!.add(far);
    }
  }
  return before;
}
