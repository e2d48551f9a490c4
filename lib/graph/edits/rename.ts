/** Renaming a step, with every reference following. */
import { Problem } from '@/lib/base/problem';
import { variableOf } from '../build';
import { MAX_NAME, variableFromName } from '../names';
import { rewrite } from '../places';
import type { Workflow, WorkflowDocument, WorkflowNode } from '../schema';
import { ancestorsOf, languageOf } from '../tree';
import { boundVariables, namesInUse, renameVariables } from '../variables';
import { type Edited, need, withGraph } from './base';

/** Why a step cannot be called so; `null` where it can. */
export function nameProblem(document: WorkflowDocument, id: string, name: string): Problem | null {
  const at = { node: id, path: ['name'] };
  if (name.trim() === '') return new Problem('NAME_EMPTY', 'A step needs a name.', 'Type a name.', at);
  if (name.length > MAX_NAME) {
    return new Problem(
      'NAME_TOO_LONG',
      `The name has ${name.length} characters; ${MAX_NAME} are allowed.`,
      'Shorten it.',
      at,
    );
  }
  if (!document.graph.nodes.some((other) => other.id !== id && other.name === name)) return null;
  return new Problem('NAME_TAKEN', `Another step is already called "${name}".`, 'Choose another name.', at);
}

/**
 * Renames a step. The variable that was made from its name, and those that carry its result out of containers, are
 * renamed with it, in every mapping and expression.
 *
 * @returns `variables`: old and new names
 * @throws Problem what `nameProblem` says
 */
export function renameNode(
  document: WorkflowDocument,
  id: string,
  name: string,
): Edited & { variables: { from: string; to: string }[] } {
  const problem = nameProblem(document, id, name);
  if (problem) throw problem;
  const { graph } = document;
  const node = need(graph, id);
  const names = variableRenames(graph, node, name);
  const nodes = graph.nodes.map((other) => {
    const renamed = names.size ? renameIn(graph, other, names) : other;
    return other.id === id ? { ...renamed, name } : renamed;
  });
  return { document: withGraph(document, { nodes }), variables: [...names].map(([from, to]) => ({ from, to })) };
}

function variableRenames(graph: Workflow, node: WorkflowNode, name: string): Map<string, string> {
  const renames = new Map<string, string>();
  const variable = variableOf(node);
  const base = variableFromName(node.name, () => false);
  if (!variable || !numbered(variable, base)) return renames;
  const binders = boundVariables(graph);
  const taken = namesInUse(graph);
  const own = (wish: string, holder: string) => binders.every((b) => b.name !== wish || b.node === holder);
  const give = (from: string, wish: string) => {
    taken.delete(from);
    const to = variableFromName(wish, (other) => taken.has(other));
    taken.add(to);
    if (to !== from) renames.set(from, to);
  };
  if (own(variable, node.id)) give(variable, name);
  for (const { container } of ancestorsOf(graph, node)) {
    for (const { name: carried } of container.assign ?? []) {
      const tail = carried.slice(base.length);
      if (carried.startsWith(base) && CARRIED.test(tail) && own(carried, container.id)) {
        give(carried, `${variableFromName(name, () => false)}${tail.replace(/\d+$/, '')}`);
      }
    }
  }
  return renames;
}

/** How `referTo` ends the names of variables that carry a result out of a container. */
const CARRIED = /^(\p{Lu}\S*)?Results?\d*$/u;
const numbered = (name: string, base: string) => name.startsWith(base) && /^\d*$/.test(name.slice(base.length));

/** A node with variables renamed wherever it names or binds them. */
export function renameIn(graph: Workflow, node: WorkflowNode, names: Map<string, string>): WorkflowNode {
  const language = languageOf(graph, node);
  const to = (name: string) => names.get(name) ?? name;
  const named = rewrite(node, language, (mapping) => renameVariables(mapping, language, to));
  const bind = <T extends { assign?: WorkflowNode['assign'] }>(of: T): T =>
    of.assign?.some((entry) => names.has(entry.name))
      ? { ...of, assign: of.assign.map((entry) => ({ ...entry, name: to(entry.name) })) }
      : of;
  const bound = bind(named);
  if (bound.kind === 'choice') return { ...bound, rules: bound.rules.map(bind) };
  if ('catchers' in bound && bound.catchers) return { ...bound, catchers: bound.catchers.map(bind) };
  return bound;
}
