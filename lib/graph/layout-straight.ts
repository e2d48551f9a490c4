/**
 * Small corrections by which a layered layout looks drawn by hand: a step stands straight below the one that leads to it
 * where there is room, and steps aside from a straight line that passes it. Pure.
 * @module
 */
type Placed = { id: string; x: number; y: number; width: number; height: number };
type Line = { from: string; to: string; weight: number };

/** px: a step is moved by no more than this; a line that passes it keeps this much room */
const FAR = 150;
const PASS = 28;

/** @returns the boxes, some of them moved to the side; none overlaps another that it did not overlap before */
export function straightened(boxes: readonly Placed[], lines: readonly Line[], gap: number): Placed[] {
  const made = boxes.map((box) => ({ ...box }));
  const by = new Map(made.map((box) => [box.id, box]));
  const into = new Map<string, Line[]>();
  for (const line of lines) into.set(line.to, [...(into.get(line.to) ?? []), line]);
  for (const box of [...made].sort((a, b) => a.y - b.y)) {
    const above = (into.get(box.id) ?? []).filter(({ from }) => by.get(from)!.y < box.y);
    const heaviest = above.reduce((most, { weight }) => Math.max(most, weight), 0);
    const [main, other] = above.filter(({ weight }) => weight === heaviest);
    // Where several lead to it alike, it stands between them as it is.
    if (main && !other) moveTo(box, middleOf(by.get(main.from)!) - box.width / 2, made, gap);
  }
  for (const line of lines) {
    const [from, to] = [by.get(line.from)!, by.get(line.to)!];
    const x = middleOf(from);
    if (Math.abs(x - middleOf(to)) > 2) continue;
    for (const box of made) {
      if (box === from || box === to || box.y < from.y + from.height || box.y + box.height > to.y) continue;
      if (box.x > x + PASS || box.x + box.width < x - PASS) continue;
      moveTo(box, middleOf(box) >= x ? x + PASS : x - PASS - box.width, made, gap);
    }
  }
  return made;
}

const middleOf = (box: Placed): number => box.x + box.width / 2;

function moveTo(box: Placed, x: number, all: readonly Placed[], gap: number): void {
  if (x === box.x || Math.abs(x - box.x) > FAR) return;
  const [left, right] = [Math.min(x, box.x), Math.max(x, box.x) + box.width];
  const blocked = all.some(
    (other) =>
      other !== box &&
      other.y < box.y + box.height &&
      other.y + other.height > box.y &&
      other.x < right + gap &&
      other.x + other.width > left - gap &&
      // What is closer already, on the other side, is in nobody's way.
      !(x > box.x ? other.x + other.width <= box.x : other.x >= box.x + box.width),
  );
  if (!blocked) box.x = x;
}
