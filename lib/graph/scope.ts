/**
 * What a step may use: results of steps that have run before it, and what they look like.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { functionOf, variableOf } from './build';
import { flowOf, isDistributed, isEnd, stepFact } from './flow';
import type { Parent, Workflow, WorkflowDocument, WorkflowNode } from './schema';
import { childrenOf, isContainer, nodeOf, scopeKey, scopesOf } from './tree';

export { flowOf, isDistributed, isEnd, stepFact, variableFact } from './flow';

/**
 * A step whose result another may use. `variable`: where it is kept, `null` until something refers to it (`referTo`
 * adds it) or while it is kept inside a container only. `certain`: it has run on every way.
 * `schema`: of the function's answer; inside a Map that the other is not in, the list of all iterations'.
 */
export type Available = {
  node: string;
  name: string;
  variable: string | null;
  schema: JsonSchema | null;
  certain: boolean;
};

/** What a step may use, in the graph's order. */
export function available(document: WorkflowDocument, nodeId: string, manifests: FunctionManifest[]): Available[] {
  const { graph } = document;
  const flow = flowOf(graph).get(nodeId);
  const target = nodeOf(graph, nodeId);
  if (!flow || !target) return [];
  return graph.nodes.flatMap((node): Available[] => {
    const fact = stepFact(node.id);
    if (node.id === nodeId || !flow.possible.has(fact) || !HAS_RESULT.has(node.kind)) return [];
    const { loops, visible } = between(graph, node, target);
    return [
      {
        node: node.id,
        name: node.name,
        variable: visible ? variableOf(node) : null,
        schema: loops.reduce<JsonSchema | null>(
          (items) => ({ type: 'array', ...(items && { items }) }),
          resultSchema(graph, node, manifests),
        ),
        certain: flow.certain.has(fact),
      },
    ];
  });
}

const HAS_RESULT = new Set<WorkflowNode['kind']>(['task', 'pass', 'parallel', 'map']);

/** The Maps that a step's result must leave to reach another step, and whether its variable is seen there as it is. */
function between(graph: Workflow, from: WorkflowNode, to: WorkflowNode): { loops: string[]; visible: boolean } {
  const around = new Set<string>();
  let far = false;
  const seen = new Set<string>();
  for (let at: Parent | null = to.parent; at && !seen.has(scopeKey(at)); at = nodeOf(graph, at.id)?.parent ?? null) {
    seen.add(scopeKey(at));
    around.add(scopeKey(at));
  }
  const loops: string[] = [];
  let visible = true;
  for (let at = from.parent; at && !around.has(scopeKey(at)); at = nodeOf(graph, at.id)?.parent ?? null) {
    visible = false;
    if (nodeOf(graph, at.id)?.kind === 'map') loops.push(at.id);
    if (loops.length > 100) break;
  }
  // From outside a distributed Map into it: variables do not pass.
  for (
    let at = to.parent;
    at && scopeKey(at) !== scopeKey(from.parent) && !far;
    at = nodeOf(graph, at.id)?.parent ?? null
  ) {
    const container = nodeOf(graph, at.id);
    if (container && isDistributed(container) && !isInside(graph, from, container.id)) far = true;
  }
  return { loops, visible: visible && !far };
}

export function isInside(graph: Workflow, node: WorkflowNode, container: string): boolean {
  for (let at = node.parent, depth = 0; at && depth < 100; at = nodeOf(graph, at.id)?.parent ?? null, depth++) {
    if (at.id === container) return true;
  }
  return false;
}

/** What a step's result looks like, as far as the functions tell; `null`: unknown. */
export function resultSchema(graph: Workflow, node: WorkflowNode, manifests: FunctionManifest[]): JsonSchema | null {
  const name = functionOf(node);
  if (name !== null) return manifests.find((manifest) => manifest.name === name)?.output ?? null;
  if (!isContainer(node)) return null;
  const branches = scopesOf(node).map(({ parent }) => {
    const ends = childrenOf(graph, parent).filter((child) => isEnd(graph, child));
    const only = ends.length === 1 && ends[0] ? ends[0] : null;
    const plain = only && (!only.output || (only.output.kind === 'reference' && only.output.from.kind === 'result'));
    return only && plain ? resultSchema(graph, only, manifests) : null;
  });
  return node.kind === 'map' ? { type: 'array', ...(branches[0] && { items: branches[0] }) } : { type: 'array' };
}
