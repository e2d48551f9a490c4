/**
 * All connections as they are seen from afar: a few long paths instead of an element for each.
 *
 *   nodes and edges of `flow`, what ran ──createLines()──▶ bundles of paths, one for each depth and look
 *
 * From afar a line is thinner than a pixel can be hit, and a thousand of them are a thousand components that React Flow
 * would ask on each move of the canvas. What says the same as before is the same text, so that a drag or a run's news
 * rewrites only the bundles that it touches. Pure.
 * @module
 */
import { getSmoothStepPath, Position } from 'reactflow';
import type { FlowEdge, FlowNode } from './flow';
import { aboveOf, type Exit, pathAlong, pointsAlong } from './routes';

/** How a line looks: its colour and its width. */
export type Look = 'plain' | 'caught' | 'ran';
/** `depth`: of how many containers its lines lie within; lines of a deeper one lie above the ground of those around it */
export type Bundle = { key: string; depth: number; look: Look; path: string };

/** Connections in one bundle: what moves rewrites few, and there are few. */
const TOGETHER = 64;
/** px: half a port, by which a line begins outside of its step */
const RIM = 4.5;
/** px: down at least this far, a line without round corners looks the same from afar */
const ROOMY = 40;

type Ends = { sx: number; sy: number; tx: number; ty: number };
type Drawn = Ends & { edge: FlowEdge; path: string };
type Box = { x: number; y: number; width: number; height: number; depth: number };

/** @returns a function that keeps what it made, for one canvas; `ran`: whether a run went over a connection */
export function createLines() {
  let drawn = new Map<string, Drawn>();
  let bundles = new Map<string, { parts: string[]; bundle: Bundle }>();

  return function lines(
    nodes: readonly FlowNode[],
    edges: readonly FlowEdge[],
    ran: (source: string, target: string) => boolean,
  ): Bundle[] {
    const boxes = boxesOf(nodes);
    const now = new Map<string, Drawn>();
    const parts = new Map<string, { depth: number; look: Look; parts: string[] }>();
    for (const [i, edge] of edges.entries()) {
      const [from, to] = [boxes.get(edge.source), boxes.get(edge.target)];
      if (!from || !to) continue;
      const exit = exitOf(edge);
      const ends = endsOf(from, to, exit);
      const known = drawn.get(edge.id);
      const one = known && known.edge === edge && sameEnds(known, ends) ? known : drawnOf(edge, ends, exit);
      now.set(edge.id, one);
      const look = ran(edge.source, edge.target) ? 'ran' : edge.data?.edge?.kind === 'catch' ? 'caught' : 'plain';
      const key = `${from.depth}:${Math.floor(i / TOGETHER)}:${look}`;
      const bundle = parts.get(key);
      if (bundle) bundle.parts.push(one.path);
      else parts.set(key, { depth: from.depth, look, parts: [one.path] });
    }
    drawn = now;
    const before = bundles;
    bundles = new Map(
      [...parts].map(([key, { depth, look, parts }]) => {
        const known = before.get(key);
        if (known && known.parts.length === parts.length && known.parts.every((part, i) => part === parts[i]))
          return [key, known];
        return [key, { parts, bundle: { key, depth, look, path: parts.join('') } }];
      }),
    );
    return [...bundles.values()].map(({ bundle }) => bundle);
  };
}

/** Where each node is on the whole canvas. A container comes before what it holds. */
function boxesOf(nodes: readonly FlowNode[]): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const { id, parentId, position, width = 0, height = 0 } of nodes) {
    const around = parentId ? boxes.get(parentId) : undefined;
    boxes.set(id, {
      x: position.x + (around?.x ?? 0),
      y: position.y + (around?.y ?? 0),
      width,
      height,
      depth: around ? around.depth + 1 : 0,
    });
  }
  return boxes;
}

const exitOf = ({ sourceHandle }: FlowEdge): Exit =>
  sourceHandle === 'catch-left' ? 'left' : sourceHandle === 'catch' ? 'right' : 'bottom';

/** As React Flow finds them by the ports that `flow` gives. */
function endsOf(from: Box, to: Box, exit: Exit): Ends {
  const [tx, ty] = [to.x + to.width / 2, to.y - RIM];
  if (exit === 'bottom') return { sx: from.x + from.width / 2, sy: from.y + from.height + RIM, tx, ty };
  const sx = exit === 'left' ? from.x - RIM : from.x + from.width + RIM;
  return { sx, sy: from.y + from.height / 2, tx, ty };
}

const sameEnds = (a: Ends, b: Ends): boolean => a.sx === b.sx && a.sy === b.sy && a.tx === b.tx && a.ty === b.ty;

const drawnOf = (edge: FlowEdge, ends: Ends, exit: Exit): Drawn => ({ ...ends, edge, path: pathOf(edge, ends, exit) });

function pathOf({ data }: FlowEdge, { sx, sy, tx, ty }: Ends, exit: Exit): string {
  const lane = data?.lane ?? null;
  const words = ty > sy && (data?.edge?.kind === 'rule' || data?.edge?.kind === 'default');
  if (lane !== null)
    return pathAlong(
      pointsAlong({ x: sx, y: sy }, { x: tx, y: ty }, exit, sx + lane, aboveOf(words ? (data?.row ?? 0) : 0)),
    );
  const turn = words ? 0.2 : 0.5;
  if (exit === 'bottom' && ty >= sy && sx === tx) return `M${sx},${sy}V${ty}`;
  if (exit === 'bottom' && ty - sy >= ROOMY) return `M${sx},${sy}V${sy + (ty - sy) * turn}H${tx}V${ty}`;
  return getSmoothStepPath({
    sourceX: sx,
    sourceY: sy,
    sourcePosition: exit === 'bottom' ? Position.Bottom : exit === 'left' ? Position.Left : Position.Right,
    targetX: tx,
    targetY: ty,
    targetPosition: Position.Top,
    borderRadius: 10,
    offset: 16,
    stepPosition: turn,
  })[0];
}
