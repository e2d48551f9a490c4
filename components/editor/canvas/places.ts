/** Where steps are on the whole canvas, whatever container they are in. Pure. */
import {
  ancestorsOf,
  CONTAINER,
  NODE_SIZE,
  nodeOf,
  type Rect,
  type WorkflowDocument,
  sizeOf as wholeSizeOf,
} from '@/lib/graph';

export type Point = { x: number; y: number };

/** The upper left corner of a step on the canvas. */
export function cornerOf({ graph, layout }: WorkflowDocument, id: string): Point {
  let [x, y] = [0, 0];
  for (let node = nodeOf(graph, id); node; node = node.parent ? nodeOf(graph, node.parent.id) : undefined) {
    const at = layout.positions[node.id] ?? { x: 0, y: 0 };
    x += at.x;
    y += at.y;
  }
  return { x, y };
}

/** As it is drawn: a folded container is as large as a step. */
export const boxOf = (document: WorkflowDocument, id: string): Rect => ({
  ...cornerOf(document, id),
  ...(document.layout.collapsed.includes(id) ? NODE_SIZE : wholeSizeOf(document, document.layout, id)),
});

/** Not inside a folded container. */
export const isShown = ({ graph, layout }: WorkflowDocument, id: string): boolean => {
  const node = nodeOf(graph, id);
  return (
    node !== undefined && !ancestorsOf(graph, node).some(({ container }) => layout.collapsed.includes(container.id))
  );
};

/** A container grows to the right and down; to the left and up it has its edge and its title. */
export const insideOf = ({ x, y }: Point): Point => ({
  x: Math.round(Math.max(CONTAINER.padding, x)),
  y: Math.round(Math.max(CONTAINER.header + CONTAINER.padding, y)),
});
