/**
 * Which step lies next in a direction: for the arrow keys.
 * @module
 */
import { CONTAINER, isContainer, NODE_SIZE, nodeOf, type WorkflowDocument } from '@/lib/graph';

export type Direction = 'up' | 'down' | 'left' | 'right';
type Point = { id: string; x: number; y: number };

/** Where a step is on the whole canvas: the middle of it, or of a container's title. */
function pointsOf(document: WorkflowDocument): Point[] {
  const { graph, layout } = document;
  const hidden = (id: string): boolean => {
    const parent = nodeOf(graph, id)?.parent?.id;
    return parent !== undefined && (layout.collapsed.includes(parent) || hidden(parent));
  };
  const origin = (id: string): { x: number; y: number } => {
    const at = layout.positions[id] ?? { x: 0, y: 0 };
    const parent = nodeOf(graph, id)?.parent;
    if (!parent) return at;
    const outer = origin(parent.id);
    return { x: outer.x + at.x, y: outer.y + at.y };
  };
  return graph.nodes
    .filter(({ id }) => !hidden(id))
    .map((node) => {
      const { x, y } = origin(node.id);
      const open = isContainer(node) && !layout.collapsed.includes(node.id);
      return { id: node.id, x: x + NODE_SIZE.width / 2, y: y + (open ? CONTAINER.header : NODE_SIZE.height) / 2 };
    });
}

/**
 * @param among only these; absent: all that are shown
 * @returns the nearest step in the direction, straight ahead preferred; `null` where there is none
 */
export function neighbourOf(
  document: WorkflowDocument,
  id: string,
  direction: Direction,
  among?: ReadonlySet<string>,
): string | null {
  const points = pointsOf(document).filter((point) => !among || point.id === id || among.has(point.id));
  const from = points.find((point) => point.id === id);
  if (!from) return points[0]?.id ?? null;
  const vertical = direction === 'up' || direction === 'down';
  const sign = direction === 'down' || direction === 'right' ? 1 : -1;
  let best: { id: string; cost: number } | null = null;
  for (const point of points) {
    if (point.id === id) continue;
    const ahead = sign * (vertical ? point.y - from.y : point.x - from.x);
    const aside = Math.abs(vertical ? point.x - from.x : point.y - from.y);
    if (ahead <= 8 || (!vertical && aside > ahead)) continue;
    const cost = ahead + aside * 2;
    if (!best || cost < best.cost) best = { id: point.id, cost };
  }
  return best?.id ?? null;
}
