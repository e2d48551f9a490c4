import { expect, test } from 'vitest';
import { newNode } from './build';
import { flowOf, stepFact } from './flow';
import { edgeId, emptyWorkflow, type Workflow, type WorkflowEdge } from './schema';

/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function graphOf(ways: [from: number, to: number][], count: number): Workflow {
  const nodes = Array.from({ length: count }, (_, i) => ({
    ...newNode('choice', { id: `n${i}`, name: `N${i}` }),
    rules: ways.filter(([from]) => from === i).map(() => newNode('choice').rules[0]!),
  }));
  const index = new Map<number, number>();
  const edges = ways.map(([from, to]): WorkflowEdge => {
    const at = index.get(from) ?? 0;
    index.set(from, at + 1);
    const edge = { from: `n${from}`, to: `n${to}`, kind: 'rule' as const, index: at };
    return { id: edgeId(edge), ...edge };
  });
  return { ...emptyWorkflow(), startAt: 'n0', nodes, edges };
}

/** Whether a way of at least one connection leads from one step to another that does not pass a third. */
function goes(ways: [number, number][], from: number, to: number, without: number | null = null): boolean {
  const seen = new Set<number>();
  const left = [from];
  for (let at = left.pop(); at !== undefined; at = left.pop())
    for (const [a, b] of ways) {
      if (a !== at || b === without || seen.has(b)) continue;
      if (b === to) return true;
      seen.add(b);
      left.push(b);
    }
  return false;
}

test('certain is what lies on every way, possible what lies on some way, with loops too', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const roll = dice(seed);
    const count = 3 + roll(9);
    const ways = Array.from({ length: count + roll(count) }, (): [number, number] => [roll(count), roll(count)]).filter(
      ([from, to], i, all) => from !== to && all.findIndex(([a, b]) => a === from && b === to) === i,
    );
    const flow = flowOf(graphOf(ways, count));
    for (let step = 0; step < count; step++) {
      const facts = flow.get(`n${step}`);
      const reached = step === 0 || goes(ways, 0, step);
      expect(facts !== undefined).toBe(reached);
      for (let other = 0; facts && other < count; other++) {
        if (other === step) continue;
        const fact = stepFact(`n${other}`);
        // Nothing is certain where the run begins; the start is on every way; another is where no way goes without it.
        expect(facts.certain.has(fact)).toBe(step !== 0 && (other === 0 || !goes(ways, 0, step, other)));
        const entered = other === 0 || goes(ways, 0, other);
        expect(facts.possible.has(fact)).toBe(entered && goes(ways, other, step));
      }
    }
  }
});

test('a thousand steps with a hundred choices take a moment', () => {
  const ways: [number, number][] = [];
  for (let i = 0; i < 100; i++)
    for (let arm = 0; arm < 3; arm++) {
      const at = i * 10 + 1 + arm * 3;
      ways.push([i * 10, at], [at, at + 1], [at + 1, at + 2], [at + 2, (i + 1) * 10]);
    }
  const start = performance.now();
  const facts = flowOf(graphOf(ways, 1001)).get('n1000')!;
  expect(performance.now() - start).toBeLessThan(5000);
  expect(facts.certain.has(stepFact('n990'))).toBe(true);
  expect(facts.certain.has(stepFact('n991'))).toBe(false);
  expect(facts.possible.has(stepFact('n991'))).toBe(true);
});
