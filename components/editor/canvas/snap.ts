/**
 * Where a step that is dragged comes to rest: in line with a neighbour that is close to it, else on the grid.
 * Pure geometry; all boxes in one coordinate system.
 * @module
 */
import type { Rect } from '@/lib/graph';

/** px */
export const GRID = 8;
/** A line on which the dragged step and others stand, from the outermost of them to the other. */
export type Guide = { axis: 'x' | 'y'; at: number; from: number; to: number };
export type Snapped = { x: number; y: number; guides: Guide[] };

/**
 * @param reach how close, in px of the canvas, a neighbour's line draws a step to it
 * @param free neither neighbours nor grid: a person holds Alt
 */
export function snapped(box: Rect, neighbours: readonly Rect[], reach: number, free = false): Snapped {
  if (free) return { x: box.x, y: box.y, guides: [] };
  const x = closest(box, neighbours, 'x', 'width', reach) ?? Math.round(box.x / GRID) * GRID;
  const y = closest(box, neighbours, 'y', 'height', reach) ?? Math.round(box.y / GRID) * GRID;
  const at = { ...box, x, y };
  return { x, y, guides: [...guidesOf(at, neighbours, 'x'), ...guidesOf(at, neighbours, 'y')] };
}

/** Begin, middle and end of a box along an axis. */
const linesOf = (box: Rect, axis: 'x' | 'y'): [number, number, number] => {
  const size = axis === 'x' ? box.width : box.height;
  return [box[axis], box[axis] + size / 2, box[axis] + size];
};

function closest(
  box: Rect,
  neighbours: readonly Rect[],
  axis: 'x' | 'y',
  size: 'width' | 'height',
  reach: number,
): number | null {
  let best: { away: number; at: number } | null = null;
  const own = linesOf(box, axis);
  for (const other of neighbours) {
    for (const [i, line] of linesOf(other, axis).entries()) {
      const away = Math.abs(own[i]! - line);
      // Of two that are as close, the middle: boxes of one size agree in all three.
      if (away > reach || (best && away >= best.away)) continue;
      best = { away, at: line - (i * box[size]) / 2 };
    }
  }
  return best?.at ?? null;
}

function guidesOf(box: Rect, neighbours: readonly Rect[], axis: 'x' | 'y'): Guide[] {
  const across = axis === 'x' ? 'y' : 'x';
  const reachOf = (rect: Rect) => linesOf(rect, across);
  const found = new Map<number, Rect[]>();
  for (const [i, line] of linesOf(box, axis).entries()) {
    const on = neighbours.filter((other) => Math.abs(linesOf(other, axis)[i]! - line) < 0.5);
    if (on.length > 0) found.set(line, on);
  }
  const all = [...found].map(([at, on]): Guide => {
    const ends = [box, ...on].flatMap((rect) => [reachOf(rect)[0], reachOf(rect)[2]]);
    return { axis, at, from: Math.min(...ends), to: Math.max(...ends) };
  });
  // Boxes of one size are in line three times over: the middle says it.
  return all.length === 3 ? [all[1]!] : all;
}
