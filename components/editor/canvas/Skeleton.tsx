/**
 * The shape of the workflow where the canvas is about to be: in the page as the server sends it, before any script has run.
 *
 *   nodes, edges ──▶ three paths, as large and in the place as the canvas will draw them
 *
 * Boxes and lines are one path each, so that a thousand steps are some tens of kilobytes and three elements.
 */
import type { FlowEdge, FlowNode } from './flow';

type Box = { x: number; y: number; width: number; height: number };

export function Skeleton({
  nodes,
  edges,
  fit,
}: {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  /** as the canvas begins; `padding` as React Flow counts it: a share of what is shown */
  fit: { padding: number; minZoom: number; maxZoom: number };
}) {
  const boxes = boxesOf(nodes);
  const roots = nodes.flatMap(({ id, parentId }) => (parentId ? [] : (boxes.get(id) ?? [])));
  if (roots.length === 0) return null;
  const [left, top] = [Math.min(...roots.map(({ x }) => x)), Math.min(...roots.map(({ y }) => y))];
  const width = Math.max(...roots.map((box) => box.x + box.width)) - left;
  const height = Math.max(...roots.map((box) => box.y + box.height)) - top;
  const [wide, high] = [width * (1 + fit.padding), height * (1 + fit.padding)];
  const few = nodes.length <= DRAWN_WELL;
  const path = (which: (node: FlowNode) => boolean, shape: (box: Box) => string) =>
    nodes
      .filter(which)
      .flatMap(({ id }) => boxes.get(id) ?? [])
      .map(shape)
      .join('');
  return (
    <div aria-hidden data-skeleton className="absolute inset-0 flex items-center justify-center overflow-hidden">
      <svg
        aria-hidden
        viewBox={[left - (wide - width) / 2, top - (high - height) / 2, wide, high].map(round).join(' ')}
        className="shrink-0"
        style={{
          width: '100%',
          height: '100%',
          minWidth: wide * fit.minZoom,
          minHeight: high * fit.minZoom,
          maxWidth: wide * fit.maxZoom,
          maxHeight: high * fit.maxZoom,
        }}
      >
        <path d={linesOf(edges, boxes)} fill="none" stroke="var(--edge)" strokeWidth="1.5" opacity="0.6" />
        <path
          d={path(({ type }) => type === 'container', few ? rounded : plain)}
          fill="var(--surface)"
          stroke="var(--border-strong)"
        />
        <path
          data-steps
          d={path(({ type }) => type === 'step' || type === 'cap', few ? rounded : plain)}
          fill="var(--raised)"
          stroke="var(--border-strong)"
        />
        {few ? <path d={path(({ type }) => type === 'step', inside)} fill="var(--border)" /> : null}
      </svg>
    </div>
  );
}

/** Steps up to which they have round corners, and a tile and a name in grey. */
const DRAWN_WELL = 300;
const plain = ({ x, y, width: w, height: h }: Box) => `M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}z`;
function rounded({ x, y, width, height }: Box): string {
  const r = Math.min(12, height / 2);
  const [w, h] = [round(width - 2 * r), round(height - 2 * r)];
  const arc = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${round(x + r)} ${round(y)}h${w}${arc(r, r)}v${h}${arc(-r, r)}h${-w}${arc(-r, -r)}v${-h}${arc(r, -r)}z`;
}
const inside = ({ x, y, width, height }: Box) =>
  rounded({ x: x + 12, y: y + (height - 36) / 2, width: 36, height: 36 }) +
  rounded({ x: x + 58, y: y + height / 2 - 5, width: (width - 58) * 0.6, height: 10 });

const round = (value: number): number => Math.round(value * 10) / 10;

/** Where each node stands, in the canvas's own measure: a container's steps stand in it. */
function boxesOf(nodes: readonly FlowNode[]): Map<string, Box> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, Box>();
  const boxOf = (node: FlowNode): Box => {
    const known = found.get(node.id);
    if (known) return known;
    const holder = node.parentId === undefined ? undefined : byId.get(node.parentId);
    const { x, y } = holder ? boxOf(holder) : { x: 0, y: 0 };
    const box = {
      x: x + node.position.x,
      y: y + node.position.y,
      width: node.width ?? 0,
      height: node.height ?? 0,
    };
    found.set(node.id, box);
    return box;
  };
  for (const node of nodes) boxOf(node);
  return found;
}

/** From the foot of one step to the head of the next, half-way across. */
function linesOf(edges: readonly FlowEdge[], boxes: Map<string, Box>): string {
  return edges
    .flatMap(({ source, target }) => {
      const [from, to] = [boxes.get(source), boxes.get(target)];
      if (!from || !to) return [];
      const [y1, y2] = [from.y + from.height, to.y];
      const across = y2 >= y1 ? (y1 + y2) / 2 : y1 + 12;
      return `M${round(from.x + from.width / 2)} ${round(y1)}V${round(across)}H${round(to.x + to.width / 2)}V${round(y2)}`;
    })
    .join('');
}
