/**
 * Where the boxes of one scope stand, top to bottom.
 *
 *   boxes, lines among them ──arrangeBoxes()──▶ the upper left corner of each, and the size of the whole
 *
 * The scope is cut at the steps which every way passes: a piece between two such steps is laid out on its own, by dagre,
 * and hung below the one before it. So the main line runs straight, the work grows with the number of steps rather than
 * with its square, and an edit costs the piece that it touches: pieces that were laid out before are remembered.
 * @module
 */
import { layout as dagre, Graph } from '@dagrejs/dagre';
import { straightened } from './layout-straight';

export type Size = { width: number; height: number };
export type Box = Size & { id: string };
/** `label`: words stand on it and need room; `weight`: how much it wants to be short and straight */
export type Line = { from: string; to: string; weight: number; label: boolean };
export type Gap = { x: number; y: number };
type Point = { x: number; y: number };
export type Arranged = { positions: Map<string, Point>; size: Size };

/** Room for an edge's label: a rule's condition, an error's name. */
const LABEL = { width: 120, height: 20, labelpos: 'c' };

/** Thrown where a piece has more boxes than there is patience for, and nobody has laid it out before. */
export class TakesLong extends Error {}

/**
 * @param boxes the first is where the scope begins
 * @param patience boxes of a piece that may be laid out anew: a piece of 100 takes some 50 ms, one of 1,000 seconds
 * @throws TakesLong
 */
export function arrangeBoxes(
  boxes: Box[],
  lines: Line[],
  gap: Gap,
  patience: number = Number.POSITIVE_INFINITY,
): Arranged {
  const size = new Map(boxes.map((box) => [box.id, box]));
  const real = lines.filter(({ from, to }) => from !== to && size.has(from) && size.has(to));
  const positions = new Map<string, Point>();
  let right = 0;
  let height = 0;
  for (const part of components(boxes, real)) {
    const made = arrangePart(part.boxes, part.lines, gap, patience);
    const at = [...made].map(([id, point]) => ({ id, ...point, ...extent(size.get(id)!) }));
    const left = Math.min(...at.map((box) => box.x));
    const top = Math.min(...at.map((box) => box.y));
    for (const box of at) positions.set(box.id, { x: right + box.x - left, y: box.y - top });
    height = Math.max(height, ...at.map((box) => box.y - top + box.height));
    right += Math.max(...at.map((box) => box.x - left + box.width)) + gap.x;
  }
  return { positions, size: { width: Math.max(0, right - gap.x), height } };
}

const extent = ({ width, height }: Size): Size => ({ width, height });

// ------------------------------------------------------------------ pieces

function arrangePart(boxes: Box[], every: Line[], gap: Gap, patience: number): Map<string, Point> {
  const lines = withoutLongest(boxes, every);
  const size = new Map(boxes.map((box) => [box.id, box]));
  const found = new Map<string, Point>();
  let [x, y, low] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const piece of pieces(boxes, lines)) {
    const made = arrangePiece(piece.boxes, piece.lines, gap, patience);
    const first = piece.boxes[0]!;
    const from = made.get(first.id)!;
    // Where something beside the step at which two pieces meet reaches below it, what follows begins lower.
    const extra = found.size > 0 ? Math.max(0, low - (y + first.height)) : 0;
    for (const { id } of piece.boxes) {
      if (found.has(id)) continue;
      const at = made.get(id)!;
      found.set(id, { x: x + at.x - from.x, y: y + at.y - from.y + (id === first.id ? 0 : extra) });
    }
    const last = piece.boxes.at(-1)!;
    ({ x, y } = found.get(last.id)!);
    low = Math.max(...piece.boxes.map(({ id }) => found.get(id)!.y + size.get(id)!.height));
  }
  return found;
}

/**
 * Lines that pass many steps by, say from each of a thousand steps to the one that handles all errors, ask for a place
 * in every row that they pass: with a million of those a browser dies. They are drawn, but decide about no place; the
 * longest are left out first, and each step keeps one that leads to it.
 */
function withoutLongest(boxes: Box[], lines: Line[]): Line[] {
  const at = new Map(inOrder(boxes, lines).map(({ id }, i) => [id, i]));
  const row = new Map(boxes.map(({ id }) => [id, 0]));
  const onward = (line: Line) => at.get(line.from)! < at.get(line.to)!;
  for (const line of [...lines].sort((a, b) => at.get(a.from)! - at.get(b.from)!))
    if (onward(line)) row.set(line.to, Math.max(row.get(line.to)!, row.get(line.from)! + 1));
  const span = (line: Line) => Math.abs(row.get(line.to)! - row.get(line.from)!) - 1;
  let passed = lines.reduce((sum, line) => sum + Math.max(0, span(line)), 0);
  if (passed <= PASSED) return lines;
  const entries = new Map<string, number>();
  for (const line of lines) if (onward(line)) entries.set(line.to, (entries.get(line.to) ?? 0) + 1);
  const out = new Set<Line>();
  for (const line of [...lines].sort((a, b) => span(b) - span(a))) {
    if (passed <= PASSED || span(line) <= 0) break;
    const left = entries.get(line.to) ?? 0;
    if (onward(line)) {
      if (left < 2) continue;
      entries.set(line.to, left - 1);
    }
    out.add(line);
    passed -= span(line);
  }
  return lines.filter((line) => !out.has(line));
}
/** Rows passed by in all, for which a place is kept. */
const PASSED = 600;

/** Consecutive pieces share the step at which they meet: the last of one, the first of the next. */
function pieces(boxes: Box[], lines: Line[]): { boxes: Box[]; lines: Line[] }[] {
  const order = inOrder(boxes, lines);
  const at = new Map(order.map((box, i) => [box.id, i]));
  const whole = [{ boxes: order, lines }];
  // What nothing leads to, save the start, may stand at any height.
  const entered = new Set(lines.filter(({ from, to }) => at.get(from)! < at.get(to)!).map(({ to }) => to));
  if (order.length < 3 || order.some((box, i) => i > 0 && !entered.has(box.id))) return whole;
  /** the furthest step that a line from further up leads to, or that leads back up */
  let reach = 0;
  const cuts = [0];
  const furthest = order.map((_, i) => i);
  for (const { from, to } of lines) {
    const [a, b] = [at.get(from)!, at.get(to)!];
    const upper = Math.min(a, b);
    furthest[upper] = Math.max(furthest[upper]!, a, b);
  }
  for (let i = 0; i < order.length - 1; i++) {
    if (i > 0 && reach <= i) cuts.push(i);
    reach = Math.max(reach, furthest[i]!);
  }
  if (cuts.length === 1) return whole;
  const bounds = [...cuts, order.length - 1];
  const pieceOf = (upper: number) => {
    // The last cut at or above the upper end of a line.
    let [low, high] = [0, cuts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (cuts[middle]! <= upper) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const made = cuts.map((cut, i) => ({ boxes: order.slice(cut, bounds[i + 1]! + 1), lines: [] as Line[] }));
  for (const line of lines) made[pieceOf(Math.min(at.get(line.from)!, at.get(line.to)!))]!.lines.push(line);
  return made;
}

/** Each box after those that lead to it, save on a way back; what leaves the main line stands close to where it leaves. */
function inOrder(boxes: Box[], lines: Line[]): Box[] {
  const size = new Map(boxes.map((box) => [box.id, box]));
  const next = new Map<string, Line[]>();
  for (const line of lines) {
    const list = next.get(line.from);
    if (list) list.push(line);
    else next.set(line.from, [line]);
  }
  // What is visited first stands last: the main line, then what has less weight.
  for (const list of next.values()) list.sort((a, b) => b.weight - a.weight);
  const seen = new Set<string>();
  const left: Box[] = [];
  // From the last to the first, so that the start, visited at the end, stands on top.
  const roots = [boxes[0]!, ...boxes.slice(1)];
  const visits: Box[][] = [];
  for (const root of roots) {
    if (seen.has(root.id)) continue;
    seen.add(root.id);
    const done: Box[] = [];
    const way = [{ box: root, lines: next.get(root.id) ?? [], at: 0 }];
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const line = top.lines[top.at++];
      if (!line) {
        done.push(top.box);
        way.pop();
        continue;
      }
      if (seen.has(line.to)) continue;
      seen.add(line.to);
      way.push({ box: size.get(line.to)!, lines: next.get(line.to) ?? [], at: 0 });
    }
    visits.push(done.reverse());
  }
  for (const visit of visits) left.push(...visit);
  return left;
}

/** Groups of boxes that lines connect, each group and the list in the boxes' order. */
function components(boxes: Box[], lines: Line[]): { boxes: Box[]; lines: Line[] }[] {
  const leader = new Map(boxes.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let at = id;
    for (let up = leader.get(at)!; up !== at; up = leader.get(at)!) {
      leader.set(at, leader.get(up)!);
      at = up;
    }
    return at;
  };
  for (const { from, to } of lines) leader.set(find(from), find(to));
  const groups = new Map<string, { boxes: Box[]; lines: Line[] }>();
  for (const box of boxes) {
    const key = find(box.id);
    const group = groups.get(key);
    if (group) group.boxes.push(box);
    else groups.set(key, { boxes: [box], lines: [] });
  }
  for (const line of lines) groups.get(find(line.from))!.lines.push(line);
  return [...groups.values()];
}

// ------------------------------------------------------------------ one piece

/** By what decides them: sizes, lines and gaps, not names, so that a copy of a piece costs nothing. */
const remembered = new Map<string, Point[]>();
const REMEMBERED = 2000;
/** Boxes of a piece beyond which its looks are not worth the time. */
const STRAIGHT = 400;

function arrangePiece(boxes: Box[], lines: Line[], gap: Gap, patience: number): Map<string, Point> {
  const place = new Map(boxes.map((box, i) => [box.id, i]));
  const key = [
    `${gap.x},${gap.y}`,
    boxes.map(({ width, height }) => `${width}x${height}`).join(),
    lines
      .map(({ from, to, weight, label }) => `${place.get(from)}>${place.get(to)}:${weight}${label ? 'l' : ''}`)
      .join(),
  ].join('|');
  const known = remembered.get(key);
  if (!known && boxes.length > patience) throw new TakesLong();
  const points = known ?? arrangeByDagre(boxes, lines, gap);
  if (known) remembered.delete(key);
  remembered.set(key, points); // the least recently used is the first
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
  return new Map(boxes.map(({ id }, i) => [id, points[i]!]));
}

function arrangeByDagre(boxes: Box[], lines: Line[], gap: Gap): Point[] {
  const g = new Graph({ multigraph: true });
  g.setGraph({ rankdir: 'TB', nodesep: gap.x, ranksep: gap.y, marginx: 0, marginy: 0 });
  // The start first: where a loop must be cut, it is cut so that the start stays on top.
  for (const { id, width, height } of boxes) g.setNode(id, { width, height });
  for (const [i, { from, to, weight, label }] of lines.entries())
    g.setEdge({ v: from, w: to, name: String(i) }, label ? { weight, ...LABEL } : { weight });
  dagre(g);
  const placed = boxes.map(({ id }) => {
    const { x, y, width, height } = g.node(id) as Point & Size;
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const straight = placed.length > STRAIGHT ? placed : straightened(placed, lines, gap.x);
  return straight.map(({ x, y }) => ({ x, y }));
}
