/** What an edit breaks: references that were sound before and are not after. */
import { doubtfulReferences } from '../references';
import type { Workflow } from '../schema';
import { nodeOf } from '../tree';
import type { Broken } from './base';

export function newlyBroken(before: Workflow, after: Workflow): Broken[] {
  const key = (d: { node: string; path: (string | number)[]; variable: string }) =>
    JSON.stringify([d.node, d.path, d.variable]);
  const old = new Map(doubtfulReferences(before).map((doubt) => [key(doubt), doubt.why]));
  return doubtfulReferences(after)
    .filter((doubt) => old.get(key(doubt)) !== doubt.why)
    .map((doubt) => {
      const lost = before.nodes.find((node) => binds(node, doubt.variable));
      const from = lost ? `, the result of "${nodeOf(after, lost.id)?.name ?? lost.name}"` : '';
      return { node: doubt.node, path: doubt.path, what: `$${doubt.variable}${from}` };
    });
}

const binds = (node: Workflow['nodes'][number], variable: string) =>
  node.assign?.some(({ name }) => name === variable) ?? false;
