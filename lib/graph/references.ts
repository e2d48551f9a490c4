/**
 * The variables that steps name, and which of them are not there when the step runs.
 * @module
 */
import type { Phase } from './places';
import { visitMappings } from './places';
import type { Workflow } from './schema';
import { flowOf, variableFact } from './scope';
import { languageOf } from './tree';
import { boundVariables, leaves, namedIn } from './variables';

/**
 * `unknown`: bound nowhere. `hidden`: bound where this step cannot see it (inside a container, in another branch, later,
 * outside of a distributed Map). `uncertain`: bound on some ways only.
 */
export type Doubt = {
  node: string;
  path: (string | number)[];
  phase: Phase;
  variable: string;
  why: 'unknown' | 'hidden' | 'uncertain';
  /** steps that bind it */
  binders: string[];
};

/** Every naming of a variable that may be undefined; steps that nothing reaches are left out. */
export function doubtfulReferences(graph: Workflow): Doubt[] {
  const flow = flowOf(graph);
  const binders = new Map<string, string[]>();
  for (const { name, node } of boundVariables(graph)) binders.set(name, [...(binders.get(name) ?? []), node]);
  const found: Doubt[] = [];
  for (const node of graph.nodes) {
    const facts = flow.get(node.id);
    if (!facts) continue;
    const language = languageOf(graph, node);
    visitMappings(node, language, (mapping, place, phase) => {
      for (const leaf of leaves(mapping)) {
        for (const { name: variable, optional } of namedIn(leaf.mapping, language)) {
          const fact = variableFact(variable);
          if (facts.certain.has(fact)) continue;
          const possible = facts.possible.has(fact);
          if (possible && optional) continue; // asks by $exists whether it is there
          const bound = binders.get(variable) ?? [];
          const why = possible ? 'uncertain' : bound.length ? 'hidden' : 'unknown';
          found.push({ node: node.id, path: [...place, ...leaf.path], phase, variable, why, binders: bound });
        }
      }
    });
  }
  return found;
}
