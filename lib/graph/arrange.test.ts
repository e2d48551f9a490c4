import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arrangement, arrange } from './arrange';

type Step = { id: string; needs: string[] };

/** Random dependency graphs: each step needs some of the earlier ones, listed in any order. */
const steps: fc.Arbitrary<Step[]> = fc
  .integer({ min: 0, max: 14 })
  .chain((n) =>
    fc.tuple(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n }),
      fc.constantFrom(0.1, 0.2, 0.4, 0.8),
      fc.infiniteStream(fc.nat()),
      fc.constant(n),
    ),
  )
  .map(([dice, density, keys, n]) => {
    const made = Array.from({ length: n }, (_, i) => ({
      id: `s${i}`,
      needs: Array.from({ length: i }, (_, j) => j)
        .filter((j) => dice[i * n + j]! < density)
        .map((j) => `s${j}`),
    }));
    const order = new Map(made.map((step) => [step, keys.next().value as number]));
    return made.sort((a, b) => order.get(a)! - order.get(b)!);
  });

/** When each step begins and ends, each taking as long as told. */
function schedule(
  tree: Arrangement,
  duration: (id: string) => number,
  from = 0,
  times = new Map<string, { start: number; end: number }>(),
) {
  let end = from;
  if (tree.kind === 'step') {
    end = from + duration(tree.id);
    times.set(tree.id, { start: from, end });
  } else if (tree.kind === 'sequence') {
    for (const item of tree.items) end = schedule(item, duration, end, times).end;
  } else {
    end = Math.max(from, ...tree.branches.map((branch) => schedule(branch, duration, from, times).end));
  }
  return { end, times };
}
const longest = (all: Step[]): number => {
  const lengths = new Map<string, number>();
  const of = (id: string): number => {
    const known = lengths.get(id);
    if (known !== undefined) return known;
    const length = 1 + Math.max(0, ...all.find((step) => step.id === id)!.needs.map(of));
    lengths.set(id, length);
    return length;
  };
  return Math.max(0, ...all.map((step) => of(step.id)));
};
const idsOf = (tree: Arrangement): string[] =>
  tree.kind === 'step' ? [tree.id] : (tree.kind === 'sequence' ? tree.items : tree.branches).flatMap(idsOf);

describe('arrange', () => {
  test('each step once, none before what it needs ends, whatever the durations', () => {
    fc.assert(
      fc.property(steps, fc.func(fc.integer({ min: 1, max: 9 })), (all, duration) => {
        const tree = arrange(all);
        expect(idsOf(tree).sort()).toEqual(all.map(({ id }) => id).sort());
        const { times } = schedule(tree, duration);
        for (const { id, needs } of all)
          for (const need of needs) expect(times.get(need)!.end).toBeLessThanOrEqual(times.get(id)!.start);
      }),
      { numRuns: 500 },
    );
  });

  test('at unit durations it takes as long as the longest chain of needs', () => {
    fc.assert(
      fc.property(steps, (all) => {
        expect(schedule(arrange(all), () => 1).end).toBe(longest(all));
      }),
      { numRuns: 1000 },
    );
  });

  test('chains that nothing connects never wait for each other', () => {
    fc.assert(
      fc.property(steps, steps, fc.func(fc.integer({ min: 1, max: 9 })), (left, right, duration) => {
        const others = right.map(({ id, needs }) => ({ id: `r${id}`, needs: needs.map((need) => `r${need}`) }));
        const alone = schedule(arrange(left), duration).times;
        const together = schedule(arrange([...left, ...others]), duration).times;
        for (const [id, time] of alone) expect(together.get(id)).toEqual(time);
      }),
      { numRuns: 300 },
    );
  });

  test('the values that flow are those of a run one by one', () => {
    const value = (id: string, given: string[]) => `${id}(${given.join(',')})`;
    const run = (tree: Arrangement, all: Map<string, Step>, known: Map<string, string>): Map<string, string> => {
      if (tree.kind === 'step')
        return new Map([
          [
            tree.id,
            value(
              tree.id,
              all.get(tree.id)!.needs.map((need) => known.get(need)!),
            ),
          ],
        ]);
      const made = new Map<string, string>();
      // A branch sees what was there before the Parallel, never what its neighbours make.
      for (const part of tree.kind === 'sequence' ? tree.items : tree.branches) {
        for (const [id, text] of run(part, all, tree.kind === 'sequence' ? new Map([...known, ...made]) : known))
          made.set(id, text);
      }
      return made;
    };
    fc.assert(
      fc.property(steps, (all) => {
        const byId = new Map(all.map((step) => [step.id, step]));
        const one = new Map<string, string>();
        const visit = (id: string): string => {
          if (!one.has(id)) one.set(id, value(id, byId.get(id)!.needs.map(visit)));
          return one.get(id)!;
        };
        for (const { id } of all) visit(id);
        expect(new Map([...run(arrange(all), byId, new Map())].sort())).toEqual(new Map([...one].sort()));
      }),
    );
  });

  test('what is made of sequences and parallels is taken apart without a needless wait', () => {
    // a → (b → c | d) → e
    const tree = arrange([
      { id: 'a', needs: [] },
      { id: 'b', needs: ['a'] },
      { id: 'c', needs: ['b'] },
      { id: 'd', needs: ['a'] },
      { id: 'e', needs: ['c', 'd'] },
    ]);
    const step = (id: string) => ({ kind: 'step', id });
    expect(tree).toEqual({
      kind: 'sequence',
      items: [
        step('a'),
        { kind: 'parallel', branches: [{ kind: 'sequence', items: [step('b'), step('c')] }, step('d')] },
        step('e'),
      ],
    });
  });

  test('nothing, circles, ids given twice, needs from elsewhere', () => {
    expect(arrange([])).toEqual({ kind: 'sequence', items: [] });
    expect(() =>
      arrange([
        { id: 'a', needs: ['b'] },
        { id: 'b', needs: ['a'] },
      ]),
    ).toThrow('"a", "b"');
    expect(() => arrange([{ id: 'a', needs: ['a'] }])).toThrow('circle');
    expect(() =>
      arrange([
        { id: 'a', needs: [] },
        { id: 'a', needs: [] },
      ]),
    ).toThrow('"a"');
    expect(arrange([{ id: 'a', needs: ['elsewhere'] }])).toEqual({ kind: 'step', id: 'a' });
  });

  test('a few hundred steps take well under a second', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      id: `${i}`,
      needs: [i - 1, i - 7, i - 30].filter((n) => n >= 0 && (i + n) % 3).map(String),
    }));
    const begun = performance.now();
    expect(schedule(arrange(many), () => 1).end).toBe(longest(many));
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
