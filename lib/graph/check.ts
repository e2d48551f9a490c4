/**
 * Everything wrong with a workflow that can be told before it runs.
 *
 *   (document, manifests) ──check()──▶ Diagnostic[], in the order of the steps; [] means that nothing was found
 *
 * Each names its step and, in `path`, the field within it: `['arguments', 'Payload', 'width']`. The syntax of
 * expressions is the language's own checker's work, what cannot be compiled is also told by `compile`, in the same
 * codes: `mergeDiagnostics` shows each once. Never throws.
 * @module
 */
import type { Diagnostic, Place, Severity } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { checkArguments } from './check-arguments';
import { checkStructure } from './check-structure';
import { isVariableName } from './data';
import { passedBy, running, stuckOn } from './off';
import { visitMappings } from './places';
import { type Doubt, doubtfulReferences } from './references';
import type { Workflow, WorkflowDocument, WorkflowNode } from './schema';
import { flowOf, isInside, variableFact } from './scope';
import { languageOf, nodeOf } from './tree';
import { boundVariables, leaves } from './variables';

export type Say = (code: string, severity: Severity, message: string, hint: string, at?: Place) => void;

const UNNEEDED_BY_MOCKS = new Set(['FUNCTION_MISSING', 'FUNCTION_UNKNOWN', 'SECRET_MISSING']);

export function check(whole: WorkflowDocument, manifests: FunctionManifest[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  const document = { ...whole, graph: running(whole.graph) };
  const mocks = whole.trial?.mocks ?? {};
  // A step that is mocked can be tried before there is anything to call.
  const eased = (code: string, at: Place): boolean =>
    UNNEEDED_BY_MOCKS.has(code) && at.node !== undefined && Object.hasOwn(mocks, at.node);
  const say: Say = (code, severity, message, hint, at = {}) =>
    found.push({ code, severity: eased(code, at) ? 'warning' : severity, message, hint, at });
  checkStructure(document, say);
  checkVariables(document, say);
  checkReferences(document, whole.graph, say);
  checkArguments(document, manifests, say);
  checkOff(whole.graph, say);
  const rank = new Map(whole.graph.nodes.map((node, i) => [node.id, i]));
  return found.sort((a, b) => (rank.get(a.at.node ?? '') ?? -1) - (rank.get(b.at.node ?? '') ?? -1));
}

/** Several lists as one, each problem once: the same code at the same place is the same problem. */
export function mergeDiagnostics(...lists: Diagnostic[][]): Diagnostic[] {
  const seen = new Set<string>();
  return lists.flat().filter((diagnostic) => {
    const key = JSON.stringify([diagnostic.code, diagnostic.at.node, diagnostic.at.path]);
    return !seen.has(key) && seen.add(key);
  });
}

function checkVariables({ graph }: WorkflowDocument, say: Say): void {
  const bound = boundVariables(graph);
  const flow = flowOf(graph);
  const said = new Set<string>();
  for (const [i, { name, node, by, index }] of bound.entries()) {
    const step = nodeOf(graph, node)!;
    const path = [...(by === 'assign' ? [] : [by === 'rule' ? 'rules' : 'catchers', index!]), 'assign', name];
    if (!isVariableName(name)) {
      say(
        'VARIABLE_NAME',
        'error',
        `"${step.name}" keeps a value in "${name}", which is no name for a variable.`,
        'Use letters, digits and _, not beginning with a digit, at most 80 characters, and not "states".',
        { node, path },
      );
    }
    for (const other of bound.slice(0, i)) {
      if (other.name !== name || said.has(`${node} ${name}`)) continue;
      const first = nodeOf(graph, other.node)!;
      if (other.node === node && other.by === by && other.index === index) {
        said.add(`${node} ${name}`);
        say('VARIABLE_TWICE', 'error', `"${step.name}" sets $${name} twice.`, 'Remove one of the two.', { node, path });
      } else if (nested(graph, step, first) || nested(graph, first, step)) {
        said.add(`${node} ${name}`);
        say(
          'VARIABLE_SHADOWED',
          'error',
          `$${name} is set by "${first.name}" and, one container deeper or higher, by "${step.name}".`,
          'Give one of them another name: a name may be set in one of nested scopes only.',
          { node, path },
        );
      } else if (keepsResult(step, name) && keepsResult(first, name) && overwrites(flow, first, step, name)) {
        said.add(`${node} ${name}`);
        say(
          'VARIABLE_TWICE',
          'warning',
          `"${first.name}" and "${step.name}" both keep their result in $${name}: the later overwrites the earlier.`,
          'Give one of them another name.',
          { node, path },
        );
      }
    }
  }
}

/** Whether one step's scope is around the other's, and not the same. */
const nested = (graph: WorkflowDocument['graph'], inner: WorkflowNode, outer: WorkflowNode): boolean => {
  if (outer.parent === null) return inner.parent !== null;
  if (!isInside(graph, inner, outer.parent.id)) return false;
  for (let at = inner.parent; at; at = nodeOf(graph, at.id)?.parent ?? null) {
    if (at.id === outer.parent.id) return at.branch === outer.parent.branch && at !== inner.parent;
  }
  return false;
};
const keepsResult = (node: WorkflowNode, name: string) =>
  node.assign?.some(
    (entry) => entry.name === name && entry.value.kind === 'reference' && entry.value.from.kind === 'result',
  ) ?? false;
const overwrites = (flow: ReturnType<typeof flowOf>, first: WorkflowNode, second: WorkflowNode, name: string) =>
  [flow.get(second.id), flow.get(first.id)].some((facts) => facts?.certain.has(variableFact(name)));

// ------------------------------------------------------------------ references

function checkReferences({ graph }: WorkflowDocument, whole: Workflow, say: Say): void {
  const silent = graph === whole ? [] : boundVariables(whole).filter(({ node }) => passedBy(whole).has(node));
  for (const doubt of doubtfulReferences(graph)) {
    const by = doubt.why === 'unknown' ? silent.find(({ name }) => name === doubt.variable) : undefined;
    if (by) sayOff(whole, doubt, by.node, say);
    else sayDoubt(graph, doubt, say);
  }
  for (const node of graph.nodes) {
    const language = languageOf(graph, node);
    if (language !== 'JSONata') continue; // in JSONPath, $ is what the place makes it
    visitMappings(node, language, (mapping, place, phase) => {
      for (const { mapping: leaf, path } of leaves(mapping)) {
        if (leaf.kind !== 'reference') continue;
        const { kind } = leaf.from;
        if ((kind === 'result' && phase !== 'before' && phase !== 'error') || (kind === 'error' && phase === 'error'))
          continue;
        if (kind !== 'result' && kind !== 'error') continue;
        say(
          'REFERENCE_NOT_HERE',
          'error',
          kind === 'result'
            ? `"${node.name}" uses its own result before there is one.`
            : `"${node.name}" uses an error where none was caught.`,
          kind === 'result' ? 'Use an earlier step’s result.' : 'Use it in a catcher’s variables or output.',
          { node: node.id, path: [...place, ...path] },
        );
      }
    });
  }
}

/** A value that a step would have set, were it on. */
function sayOff(graph: Workflow, { node, path, variable }: Doubt, by: string, say: Say): void {
  const [reader, setter] = [nodeOf(graph, node)!.name, nodeOf(graph, by)!.name];
  const off = nodeOf(graph, passedBy(graph).get(by)!)!.name;
  say(
    'STEP_OFF_READ',
    'error',
    `"${reader}" uses $${variable}, which "${setter}" sets, ${setter === off ? 'and that is switched off' : `and that does not run while "${off}" is switched off`}.`,
    `Switch "${off}" on or "${reader}" off, or choose other data there. A step that is mocked instead still gives an answer.`,
    { node, path },
  );
}

/** One that was switched off, and cannot be any more. */
function checkOff(graph: Workflow, say: Say): void {
  for (const node of graph.nodes) {
    const why = node.off ? stuckOn(graph, node) : null;
    if (why)
      say(
        'STEP_STUCK_ON',
        'error',
        `"${node.name}" is switched off, but cannot be: ${why}.`,
        node.kind === 'choice' ? 'Give it a default way, or switch it on.' : 'Switch it on.',
        { node: node.id },
      );
  }
}

function sayDoubt(graph: Workflow, doubt: Doubt, say: Say): void {
  const node = nodeOf(graph, doubt.node)!;
  const at = { node: node.id, path: doubt.path };
  const binders = doubt.binders.map((id) => `"${nodeOf(graph, id)?.name}"`).join(', ');
  switch (doubt.why) {
    case 'unknown':
      say(
        'REFERENCE_UNKNOWN',
        'error',
        `"${node.name}" uses $${doubt.variable}, which no step sets.`,
        'Choose the step whose result is meant, or set the variable in an earlier step.',
        at,
      );
      return;
    case 'hidden':
      say(
        'REFERENCE_HIDDEN',
        'error',
        `"${node.name}" uses $${doubt.variable}, which is set by ${binders}, but cannot be seen there.`,
        'It is set later, or inside of a container. Choose the value again, so that it is carried out, or move the step.',
        at,
      );
      return;
    case 'uncertain':
      say(
        'REFERENCE_UNCERTAIN',
        'warning',
        `"${node.name}" uses $${doubt.variable}, but ${binders} may not have run before it.`,
        'Give it a value on every way that leads here, or use $exists($name) ? … : … for when it is missing.',
        at,
      );
      return;
  }
}
