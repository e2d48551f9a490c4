import { describe, expect, test } from 'vitest';
import type { Rect } from '@/lib/graph';
import { laneOf, pathAlong, pointsAlong, sourcePoint } from './routes';

const box = (x: number, y: number, width = 220, height = 64): Rect => ({ x, y, width, height });

/** Whether a line over these points runs through a box. */
const crosses = (points: { x: number; y: number }[], { x, y, width, height }: Rect): boolean =>
  points.slice(1).some((to, i) => {
    const from = points[i]!;
    return (
      Math.max(from.x, to.x) > x &&
      Math.min(from.x, to.x) < x + width &&
      Math.max(from.y, to.y) > y &&
      Math.min(from.y, to.y) < y + height
    );
  });
const along = (from: Rect, to: Rect, others: Rect[], exit: 'bottom' | 'left' | 'right' = 'bottom') => {
  const ends = { from, to, exit };
  const lane = laneOf(ends, [from, to, ...others]);
  const target = { x: to.x + to.width / 2, y: to.y };
  return { lane, points: lane === null ? [] : pointsAlong(sourcePoint(ends), target, exit, lane, 28) };
};

describe('a line on its way', () => {
  const from = box(0, 0);
  test('needs no lane to the next row, or where nothing stands between', () => {
    expect(along(from, box(0, 120), [box(300, 0)]).lane).toBeNull();
    expect(along(from, box(0, 600), [box(300, 200)]).lane).toBe(110);
    expect(along(from, box(0, 600), []).lane).toBeNull();
  });
  test('goes around what stands in its way, on the shorter side', () => {
    const stone = box(-20, 200);
    const { points, lane } = along(from, box(0, 400), [stone]);
    expect(lane).toBeGreaterThan(stone.x + stone.width);
    expect(crosses(points, stone)).toBe(false);
    expect(points.at(-1)).toEqual({ x: 110, y: 400 });
  });
  test('runs straight onto a target that is off to the side', () => {
    expect(along(from, box(300, 400), [box(0, 200)]).lane).toBe(410);
  });
  test('back up, goes around both ends', () => {
    const target = box(0, -300);
    const { points } = along(from, target, [box(0, -150)]);
    for (const other of [from, target, box(0, -150)]) expect(crosses(points, other)).toBe(false);
  });
  test('an error leaves by the side it is given, and stays on that side', () => {
    const stone = box(250, 150);
    const { points, lane } = along(from, box(250, 400), [stone], 'right');
    expect(lane).toBeGreaterThan(220);
    expect(crosses(points, stone)).toBe(false);
    expect(along(from, box(-300, 400), [box(-300, 150)], 'left').lane).toBeLessThan(0);
  });
  test('among a thousand boxes in its way it goes around all of them', () => {
    const many = Array.from({ length: 1000 }, (_, i) => box((i % 3) * 240 - 240, 120 + Math.floor(i / 3) * 100));
    const to = box(0, 40_000);
    const { points } = along(from, to, many);
    expect(many.some((other) => crosses(points.slice(2, 4), other))).toBe(false);
  });
});

test('a line turns in round corners and ends where it should', () => {
  expect(
    pathAlong([
      { x: 0, y: 0 },
      { x: 0, y: 50 },
      { x: 40, y: 50 },
    ]),
  ).toBe('M0,0L0,40Q0,50 10,50L40,50');
  expect(
    pathAlong([
      { x: 0, y: 0 },
      { x: 0, y: 50 },
    ]),
  ).toBe('M0,0L0,50');
});
