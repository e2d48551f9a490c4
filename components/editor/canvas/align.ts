/**
 * Steps in line with one another, or evenly apart. Pure geometry on the canvas.
 * @module
 */
import { nodeOf, type Rect, type WorkflowDocument } from '@/lib/graph';
import { boxOf, cornerOf, insideOf, isShown, type Point } from './places';

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom' | 'across' | 'down';
export const ALIGNMENTS: { id: Alignment; label: string; atLeast: number }[] = [
  { id: 'left', label: 'Align left edges', atLeast: 2 },
  { id: 'centre', label: 'Align centres', atLeast: 2 },
  { id: 'right', label: 'Align right edges', atLeast: 2 },
  { id: 'top', label: 'Align top edges', atLeast: 2 },
  { id: 'middle', label: 'Align middles', atLeast: 2 },
  { id: 'bottom', label: 'Align bottom edges', atLeast: 2 },
  { id: 'across', label: 'Space evenly across', atLeast: 3 },
  { id: 'down', label: 'Space evenly down', atLeast: 3 },
];

/** The steps of a selection that can be aligned: a container goes with what is in it, so that is left out. */
export function alignable(document: WorkflowDocument, ids: readonly string[]): string[] {
  const chosen = new Set(ids);
  return ids.filter((id) => {
    if (!isShown(document, id)) return false;
    for (let up = nodeOf(document.graph, id)?.parent; up; up = nodeOf(document.graph, up.id)?.parent)
      if (chosen.has(up.id)) return false;
    return true;
  });
}

/** @returns the new places of the steps that move, relative to their containers, for `moveTo` */
export function aligned(document: WorkflowDocument, ids: readonly string[], how: Alignment): Record<string, Point> {
  const boxes = alignable(document, ids).map((id) => ({ id, ...boxOf(document, id) }));
  const moved: Record<string, Point> = {};
  for (const { id, x, y } of placed(boxes, how)) {
    const { parent } = nodeOf(document.graph, id)!;
    const origin = parent ? cornerOf(document, parent.id) : { x: 0, y: 0 };
    const at = { x: Math.round(x - origin.x), y: Math.round(y - origin.y) };
    const to = parent ? insideOf(at) : at;
    const before = document.layout.positions[id];
    if (before?.x !== to.x || before?.y !== to.y) moved[id] = to;
  }
  return moved;
}

type Box = Rect & { id: string };

function placed(boxes: Box[], how: Alignment): Box[] {
  if (boxes.length < 2) return [];
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  switch (how) {
    case 'left':
      return boxes.map((box) => ({ ...box, x: left }));
    case 'centre':
      return boxes.map((box) => ({ ...box, x: (left + right - box.width) / 2 }));
    case 'right':
      return boxes.map((box) => ({ ...box, x: right - box.width }));
    case 'top':
      return boxes.map((box) => ({ ...box, y: top }));
    case 'middle':
      return boxes.map((box) => ({ ...box, y: (top + bottom - box.height) / 2 }));
    case 'bottom':
      return boxes.map((box) => ({ ...box, y: bottom - box.height }));
    case 'across':
      return spaced(boxes, 'x', 'width', right - left);
    case 'down':
      return spaced(boxes, 'y', 'height', bottom - top);
  }
}

/** The first and the last stay; between all of them is the same gap. */
function spaced(boxes: Box[], axis: 'x' | 'y', size: 'width' | 'height', room: number): Box[] {
  if (boxes.length < 3) return [];
  const order = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const gap = (room - order.reduce((sum, box) => sum + box[size], 0)) / (order.length - 1);
  let at = order[0]![axis];
  return order.map((box) => {
    const made = { ...box, [axis]: at };
    at += box[size] + gap;
    return made;
  });
}
