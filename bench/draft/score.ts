/**
 * Scores drafted graphs against gold ones, by TaskBench's definitions (arXiv 2311.18760, section 4).
 *
 *   gold graphs, drafted graphs ──▶ { nodeF1, edgeF1, exact }, each 0–1
 *
 * F1 over functions and over pairs of functions, as multisets, averaged over the cases; a draft is exact where both its
 * functions and its edges are all right. Two empty sets agree.
 * @module
 */

export type Shape = { nodes: readonly { id: string; fn: string }[]; edges: readonly (readonly [string, string])[] };
export type Score = { cases: number; nodeF1: number; edgeF1: number; exact: number };

/** @param pairs the gold graph first */
export function score(pairs: readonly (readonly [Shape, Shape])[]): Score {
  let [nodeF1, edgeF1, exact] = [0, 0, 0];
  for (const [gold, drafted] of pairs) {
    const nodes = f1(namesOf(gold), namesOf(drafted));
    const edges = f1(linksOf(gold), linksOf(drafted));
    nodeF1 += nodes;
    edgeF1 += edges;
    if (nodes === 1 && edges === 1) exact++;
  }
  const cases = pairs.length;
  const of = (sum: number) => (cases === 0 ? 0 : sum / cases);
  return { cases, nodeF1: of(nodeF1), edgeF1: of(edgeF1), exact: of(exact) };
}

const namesOf = ({ nodes }: Shape): string[] => nodes.map(({ fn }) => fn);
function linksOf({ nodes, edges }: Shape): string[] {
  const fn = new Map(nodes.map((node) => [node.id, node.fn]));
  return edges.map(([from, to]) => JSON.stringify([fn.get(from), fn.get(to)]));
}

function f1(gold: readonly string[], drafted: readonly string[]): number {
  if (gold.length === 0 && drafted.length === 0) return 1;
  const left = new Map<string, number>();
  for (const item of gold) left.set(item, (left.get(item) ?? 0) + 1);
  let right = 0;
  for (const item of drafted) {
    const count = left.get(item) ?? 0;
    if (count === 0) continue;
    left.set(item, count - 1);
    right++;
  }
  return (2 * right) / (gold.length + drafted.length);
}
