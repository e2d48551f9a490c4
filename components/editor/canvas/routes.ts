/**
 * Lines that go around what stands in their way. Pure geometry, among the boxes of one scope.
 *
 *   from, to, boxes beside them ──laneOf()──▶ the x on which a line runs up or down ──pathAlong()──▶ SVG path
 *
 * A line leaves its step, turns onto its lane, and turns off it above its target. Short lines need no lane: nothing can
 * stand between two rows that follow one another.
 * @module
 */
import type { Rect } from '@/lib/graph';
import type { Point } from './places';

/** px: a line begins at the rim of a port, which sits on the edge of its step */
const PORT = 4.5;
/** px: room that a line keeps from a box; how far from a step it turns; the radius of a turn */
const ROOM = 14;
const TURN = 20;
const RADIUS = 10;
/** Down less than this, nothing but the next row is in reach. */
const SHORT = 130;
/** Of more obstacles only the outermost are gone around. */
const MANY = 60;

/** px above its target at which a line turns off its lane. The words of a rule stand on that stretch, in rows. */
export const ABOVE = 28;
const WORDS = 22;
export const aboveOf = (row: number): number => ABOVE + row * WORDS;

export type Exit = 'bottom' | 'left' | 'right';
export type Ends = { from: Rect; to: Rect; exit: Exit };

export const sourcePoint = ({ from, exit }: Ends): Point =>
  exit === 'bottom'
    ? { x: from.x + from.width / 2, y: from.y + from.height }
    : { x: exit === 'left' ? from.x - PORT : from.x + from.width + PORT, y: from.y + from.height / 2 };

/**
 * @param others boxes of the scope; the two ends may be among them
 * @returns the x of the lane, in the boxes' coordinates; `null` where the plain line is as good
 */
export function laneOf(ends: Ends, others: readonly Rect[]): number | null {
  const { from, to, exit } = ends;
  const source = sourcePoint(ends);
  const target = { x: to.x + to.width / 2, y: to.y };
  const up = target.y <= source.y + TURN;
  // Straight down onto the target is as good from close by: no jog of a few px.
  const off = (x: number) => (x === target.x ? 4 : ROOM);
  const beyond = (x: number) =>
    exit === 'bottom' || (exit === 'right' ? x >= source.x + off(x) : x <= source.x - off(x));
  const short = !up && target.y - source.y < SHORT;
  if (short && exit === 'bottom') return null;
  const [top, bottom] = up
    ? [target.y - TURN, source.y + (exit === 'bottom' ? TURN : 0)]
    : [source.y + (exit === 'bottom' ? 8 : -8), target.y - 8];
  const around = up ? [...others.filter((box) => box !== from && box !== to), from, to] : others;
  const way = around.filter(
    (box) => (up || (box !== from && box !== to)) && box.y < bottom && box.y + box.height > top,
  );
  // An error's line needs one turn where its target is off to its side.
  if (way.length === 0) return exit !== 'bottom' && !up && beyond(target.x) ? target.x : null;
  if (short) return null;

  const sides =
    way.length > MANY
      ? [Math.min(...way.map(({ x }) => x)) - TURN, Math.max(...way.map(({ x, width }) => x + width)) + TURN]
      : way.flatMap(({ x, width }) => [x - TURN, x + width + TURN]);
  const lanes = [target.x, source.x, ...sides].filter(beyond).map((x) => ({ x, cost: costOf(x, source.x, target.x) }));
  lanes.sort((a, b) => a.cost - b.cost);
  const turn = exit === 'bottom' ? source.y + TURN : source.y;
  const free = lanes.filter(({ x }) => way.every((box) => x <= box.x - ROOM || x >= box.x + box.width + ROOM));
  const clear = free.find(
    ({ x }) => isClear(way, turn, source.x, x, from, to) && isClear(way, target.y - TURN, x, target.x, from, to),
  );
  return (clear ?? free[0])?.x ?? null;
}

/** How far it leads astray; a lane of its own takes two turns more. */
const costOf = (x: number, from: number, to: number): number =>
  Math.abs(x - from) + Math.abs(x - to) + (x === from || x === to ? 0 : 40);

/** Nothing stands on a level stretch of the line. */
const isClear = (way: readonly Rect[], y: number, a: number, b: number, from: Rect, to: Rect): boolean =>
  way.every(
    (box) =>
      box === from ||
      box === to ||
      y < box.y - 4 ||
      y > box.y + box.height + 4 ||
      Math.max(a, b) < box.x ||
      Math.min(a, b) > box.x + box.width,
  );

/** @param lane x on the canvas; @param above px above the target at which the line turns off its lane */
export function pointsAlong(source: Point, target: Point, exit: Exit, lane: number, above: number): Point[] {
  const down = target.y > source.y + TURN;
  const leave = exit === 'bottom' ? source.y + (down ? Math.min(TURN, (target.y - source.y) / 3) : TURN) : source.y;
  const arrive = down ? Math.max(target.y - above, leave) : target.y - above;
  const all = [
    source,
    { x: source.x, y: leave },
    { x: lane, y: leave },
    { x: lane, y: arrive },
    { x: target.x, y: arrive },
    target,
  ];
  return all.filter((point, i) => i === 0 || point.x !== all[i - 1]!.x || point.y !== all[i - 1]!.y);
}

/** Points as a line with round corners. */
export function pathAlong(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, next] = [points[i - 1], points[i + 1]];
      if (!before) return `M${point.x},${point.y}`;
      if (!next) return `L${point.x},${point.y}`;
      const radius = Math.min(RADIUS, distance(before, point) / 2, distance(point, next) / 2);
      const [a, b] = [towards(point, before, radius), towards(point, next, radius)];
      return `L${a.x},${a.y}Q${point.x},${point.y} ${b.x},${b.y}`;
    })
    .join('');
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const towards = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});
