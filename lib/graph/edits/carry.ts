/** Carrying a step's result out of the containers around it. One half of wiring; `refer.ts` says when. */
import { jsonEqual } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { mappingAt, resultOf, variableOf, withMapping } from '../build';
import { type Reference, referenceText, type Segment } from '../data';
import { uniqueName, variableFromName } from '../names';
import type { Mapping, Parent, Workflow, WorkflowNode } from '../schema';
import { flowOf, isEnd, stepFact } from '../scope';
import { ancestorsOf, type Container, childrenOf, languageOf, scopeKey } from '../tree';
import { namesInUse } from '../variables';
import { need, replaceNode } from './base';
import { adapt, collect, isObserved, plainOutput } from './observe';
import { fieldsOf, type Work } from './work';

/** Makes a step's result readable in the innermost scope that holds both steps. */
export function carryOut(work: Work, sourceId: string, targetId: string, path: Segment[]): Reference {
  const around = new Set<string>(['']);
  for (const { container, branch } of ancestorsOf(work.graph, need(work.graph, targetId))) {
    around.add(scopeKey({ id: container.id, branch }));
  }
  let holder = need(work.graph, sourceId);
  if (around.has(scopeKey(holder.parent))) return { ...keep(work, holder), path };

  const step = holder.name;
  let value: Reference | null = null; // null: the holder's own result, not yet in a variable
  let within = resultFor(holder); // the same, said within the holder, which does not see what it binds itself
  let rest = path;
  while (!around.has(scopeKey(holder.parent))) {
    const parent: Parent = holder.parent!;
    const container = need(work.graph, parent.id) as Container;
    // Past a Map the value is a list, so the path is followed before: a field of each, never a field of the list.
    const inner = container.kind === 'map' ? rest : [];
    if (container.kind === 'map') rest = [];
    [value, within] = carry(work, parent, { holder, value, within, path: inner, step });
    holder = need(work.graph, container.id);
  }
  return { ...value!, path: rest };
}

/** The variable that keeps a step's result, added if there is none. */
function keep(work: Work, node: WorkflowNode): Reference {
  const known = variableOf(node);
  const name = known ?? variableFromName(node.name, taken(work.graph));
  if (!known) work.graph = replaceNode(work.graph, withAssign(node, name, resultFor(node)));
  return { kind: 'reference', from: { kind: 'variable', name }, path: [] };
}

const taken = (graph: Workflow) => {
  const names = namesInUse(graph);
  return (name: string) => names.has(name);
};
const withAssign = (node: WorkflowNode, name: string, value: Mapping): WorkflowNode => ({
  ...node,
  assign: [...(node.assign ?? []), { name, value }],
});

/** What a step gives, said within itself: a Pass has no result but its output. */
const resultFor = (node: WorkflowNode): Mapping =>
  node.kind === 'pass'
    ? (node.output ?? { kind: 'reference', from: { kind: 'state-input' }, path: [] })
    : resultOf(node);

type Load = { holder: WorkflowNode; value: Reference | null; within: Mapping; path: Segment[]; step: string };

/** Takes a value one container further out. @returns the container's variable, and the same said within it */
function carry(work: Work, parent: Parent, { holder, value, within, path, step }: Load): [Reference, Mapping] {
  const container = need(work.graph, parent.id) as Container;
  const ends = childrenOf(work.graph, parent).filter((node) => isEnd(work.graph, node));
  for (const node of [...ends, ...(container.kind === 'map' ? [container] : [])]) {
    if (languageOf(work.graph, node) === 'JSONata') continue;
    throw new Problem(
      'REFERENCE_NEEDS_JSONATA',
      `The result of "${step}" has to leave "${container.name}", but "${node.name}" is in JSONPath.`,
      `Set the query language of "${node.name}" to JSONata.`,
      { node: node.id },
    );
  }
  // A step that ends the branch itself can put its result into its output without a variable.
  const alone = !value && ends.every((end) => end.id === holder.id) && holder.kind !== 'pass';
  const variable = alone ? null : (value ?? keep(work, holder));
  const before = new Map(
    ends.map((end) => [
      end.id,
      end.id === holder.id ? deeper(within, path) : outputOf(work, end, holder, { ...variable!, path }),
    ]),
  );

  const key = sameKey(work, ends, before) ?? newKey(work, ends, variable, holder, path);
  for (const end of ends) putOut(work, container, parent, end, key, before.get(end.id)!);

  const after = need(work.graph, container.id);
  const collected: Mapping =
    container.kind === 'map'
      ? collect(key)
      : { kind: 'reference', from: { kind: 'result' }, path: [parent.branch, key] };
  const known = after.assign?.find((entry) => jsonEqual(entry.value, collected));
  const wish = [
    step,
    ...path.filter((segment) => typeof segment === 'string'),
    container.kind === 'map' ? 'Results' : 'Result',
  ].join(' ');
  const name = known?.name ?? variableFromName(wish, taken(work.graph));
  if (!known) work.graph = replaceNode(work.graph, withAssign(after, name, collected));
  return [{ kind: 'reference', from: { kind: 'variable', name }, path: [] }, collected];
}

/** A field of a value. What is neither a reference nor spelled out is never asked for one. */
const deeper = (value: Mapping, path: Segment[]): Mapping =>
  value.kind === 'reference'
    ? { ...value, path: [...value.path, ...path] }
    : (mappingAt(value, path) ?? { kind: 'literal', value: null });

/** What another step than the value's own puts out for it, at the end of a branch. */
function outputOf(work: Work, end: WorkflowNode, holder: WorkflowNode, reference: Reference): Mapping {
  if (flowOf(work.graph).get(end.id)?.certain.has(stepFact(holder.id))) return reference;
  const text = referenceText(reference, 'JSONata');
  return { kind: 'expression', text: ` $exists(${text}) ? ${text} : null ` };
}

/** The field by which every end of the branch puts the value out already. */
function sameKey(work: Work, ends: WorkflowNode[], values: Map<string, Mapping>): string | undefined {
  const fields = ends.map((end) =>
    (fieldsOf(need(work.graph, end.id).output) ?? [])
      .filter(({ value }) => jsonEqual(value, values.get(end.id)))
      .map(({ name }) => name),
  );
  return fields[0]?.find((name) => fields.every((names) => names.includes(name)));
}

function newKey(
  work: Work,
  ends: WorkflowNode[],
  variable: Reference | null,
  holder: WorkflowNode,
  path: Segment[],
): string {
  const used = new Set(
    ends.flatMap((end) => (fieldsOf(need(work.graph, end.id).output) ?? []).map(({ name }) => name)),
  );
  const base = variable?.from.kind === 'variable' ? variable.from.name : variableFromName(holder.name, () => false);
  const wish = path.length ? variableFromName([base, ...path].join(' '), () => false) : base;
  return uniqueName(wish === 'result' ? 'value' : wish, (name) => used.has(name), '');
}

/** Adds a field to what an end of a branch puts out. What it put out before stays readable where something reads it. */
function putOut(
  work: Work,
  container: Container,
  parent: Parent,
  end: WorkflowNode,
  key: string,
  value: Mapping,
): void {
  const node = need(work.graph, end.id);
  const fields = fieldsOf(node.output);
  if (fields) {
    if (fields.some(({ name }) => name === key)) return;
    work.graph = replaceNode(work.graph, { ...node, output: withMapping(node.output, [key], value)! });
    return;
  }
  const observed = isObserved(work.graph, need(work.graph, container.id));
  const old: Mapping = node.output ?? plainOutput(node);
  const output: Mapping = {
    kind: 'object',
    fields: [...(observed ? [{ name: 'result', value: old }] : []), { name: key, value }],
  };
  work.graph = replaceNode(work.graph, { ...node, output });
  if (observed) adapt(work, need(work.graph, container.id) as Container, parent.branch);
}
