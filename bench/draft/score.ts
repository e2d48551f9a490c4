/**
 * Scores drafted graphs against gold ones, by TaskBench's definitions (arXiv 2311.18760, section 4; its evaluate.py).
 *
 *   [gold, drafted] pairs ──▶ { nodeF1, edgeF1, exact }, each 0–1
 *
 * F1 is taken once, over all cases together: of the set of functions that each case calls, and of the set of pairs of
 * functions that its edges join. A draft is exact where functions and edges are all right, each as often as in the gold.
 * @module
 */

export type Shape = { nodes: readonly { id: string; fn: string }[]; edges: readonly (readonly [string, string])[] };
export type Score = { nodeF1: number; edgeF1: number; exact: number };

/** @param pairs the gold graph first */
export function score(pairs: readonly (readonly [Shape, Shape])[]): Score {
  const nodes = new Count();
  const edges = new Count();
  let exact = 0;
  for (const [gold, drafted] of pairs) {
    nodes.add(namesOf(gold), namesOf(drafted));
    edges.add(linksOf(gold), linksOf(drafted));
    if (same(namesOf(gold), namesOf(drafted)) && same(linksOf(gold), linksOf(drafted))) exact++;
  }
  return { nodeF1: nodes.f1(), edgeF1: edges.f1(), exact: pairs.length === 0 ? 0 : exact / pairs.length };
}

const namesOf = ({ nodes }: Shape): string[] => nodes.map(({ fn }) => fn);
function linksOf({ nodes, edges }: Shape): string[] {
  const fn = new Map(nodes.map((node) => [node.id, node.fn]));
  return edges.map(([from, to]) => JSON.stringify([fn.get(from), fn.get(to)]));
}
const same = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

class Count {
  private right = 0;
  private all = 0;
  add(gold: readonly string[], drafted: readonly string[]): void {
    const [wanted, given] = [new Set(gold), new Set(drafted)];
    for (const item of given) if (wanted.has(item)) this.right++;
    this.all += wanted.size + given.size;
  }
  f1(): number {
    return this.all === 0 ? 0 : (2 * this.right) / this.all;
  }
}
