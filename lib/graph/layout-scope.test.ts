import { describe, expect, test } from 'vitest';
import { newNode } from './build';
import { addNode } from './edits';
import { layout, layoutOf, NODE_SIZE } from './layout';
import { layoutNear } from './layout-near';
import { arrangeBoxes, type Line, TakesLong } from './layout-scope';
import { emptyDocument, type WorkflowDocument } from './schema';

const GAP = { x: 48, y: 56 };
const boxes = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `n${i}`, ...NODE_SIZE }));
const line = (from: number, to: number, weight = 3, label = false): Line => ({
  from: `n${from}`,
  to: `n${to}`,
  weight,
  label,
});
function expectApart(made: ReturnType<typeof arrangeBoxes>) {
  const all = [...made.positions.values()];
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1))
      expect(Math.abs(a.x - b.x) >= NODE_SIZE.width || Math.abs(a.y - b.y) >= NODE_SIZE.height).toBe(true);
}
/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe('arranging the boxes of a scope', () => {
  test('a chain stands in one straight line', () => {
    const made = arrangeBoxes(
      boxes(50),
      Array.from({ length: 49 }, (_, i) => line(i, i + 1)),
      GAP,
    );
    expect(new Set([...made.positions.values()].map(({ x }) => x)).size).toBe(1);
    expect(made.size).toEqual({ width: NODE_SIZE.width, height: 50 * NODE_SIZE.height + 49 * GAP.y });
  });

  test('a choice with two arms that meet again: the arms beside each other, the main line straight on', () => {
    const made = arrangeBoxes(
      boxes(5),
      [line(0, 1), line(1, 2, 2, true), line(1, 3, 2, true), line(2, 4), line(3, 4)],
      GAP,
    );
    const [a, b, left, right, end] = boxes(5).map(({ id }) => made.positions.get(id)!);
    expect(left!.y).toBe(right!.y);
    expect(a!.y).toBeLessThan(b!.y);
    expect(end!.y).toBeGreaterThan(left!.y);
    expect(a!.x).toBe(b!.x);
    expect(end!.x).toBe((left!.x + right!.x) / 2);
    expectApart(made);
  });

  test('random graphs never overlap, with or without loops and loose steps', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const roll = dice(seed);
      const n = 5 + roll(30);
      const lines = Array.from({ length: n + roll(n) }, () => line(roll(n), roll(n), 1 + roll(3), roll(2) === 0));
      const made = arrangeBoxes(boxes(n), lines, GAP);
      expect(made.positions.size).toBe(n);
      expectApart(made);
    }
  });

  test('a thousand steps that lead to one handler of errors are laid out in a moment', () => {
    const lines = Array.from({ length: 999 }, (_, i) => [line(i, i + 1), line(i, 1000, 1, true)]).flat();
    const start = performance.now();
    const made = arrangeBoxes(boxes(1001), lines, GAP);
    expect(performance.now() - start).toBeLessThan(20_000); // all those places would take for ever
    expect(made.positions.size).toBe(1001);
  });

  test('without patience a large knot is refused, and given at once when it is known', () => {
    const roll = dice(3);
    const lines = Array.from({ length: 150 }, (_, i) => line(Math.max(0, i - roll(5)), i + 1));
    expect(() => arrangeBoxes(boxes(151), lines, GAP, 20)).toThrow(TakesLong);
    const made = arrangeBoxes(boxes(151), lines, GAP);
    expect(arrangeBoxes(boxes(151), lines, GAP, 20)).toEqual(made);
  });
});

function flat(steps: number): WorkflowDocument {
  let document = emptyDocument();
  for (let i = 0; i < steps; i++)
    document = addNode(document, newNode('pass', { name: `S${i}` }), { into: null }).document;
  return document;
}

describe('a layout at hand', () => {
  test('keeps what stood, and puts a new step below the one that leads to it', () => {
    const before = flat(4);
    const laid = { ...before, layout: layout(before) };
    const added = addNode(laid, newNode('pass', { name: 'New' }), { after: 's1' }).document;
    const near = layoutNear(added).positions;
    expect(near.s0).toEqual(laid.layout.positions.s0);
    expect(near.s1).toEqual(laid.layout.positions.s1);
    expect(near.new!.x).toBe(near.s1!.x);
    expect(near.new!.y).toBeGreaterThan(near.s1!.y);
    expect(near.s2!.y).toBeGreaterThanOrEqual(near.new!.y + NODE_SIZE.height);
    expect(near.s3!.y - near.s2!.y).toBe(laid.layout.positions.s3!.y - laid.layout.positions.s2!.y);
  });
});

describe('tidying some steps', () => {
  test('leaves the others where they are, and the upper left corner of these', () => {
    const before = flat(5);
    const laid = { ...before, layout: layout(before) };
    const scattered: WorkflowDocument = {
      ...laid,
      layout: {
        ...laid.layout,
        positions: {
          ...laid.layout.positions,
          s2: { x: 700, y: 50, pinned: true },
          s3: { x: 400, y: 300, pinned: true },
        },
      },
    };
    const made = layoutOf(scattered, ['s2', 's3']).positions;
    for (const id of ['s0', 's1', 's4']) expect(made[id]).toEqual(scattered.layout.positions[id]);
    expect(made.s2).toEqual({ x: 400, y: 50, pinned: true });
    expect(made.s3).toEqual({ x: 400, y: 50 + NODE_SIZE.height + GAP.y, pinned: true });
  });
});
