/**
 * Wiring: an argument of one step takes the result of another.
 *
 * The referred step keeps its result in a variable. Variables bound inside a Parallel's branch or a Map are not seen
 * outside, so the result is carried out: the steps that end the branch put it into their `Output`, the container's
 * `Assign` binds it again (for a Map: the list of all iterations'). A distributed Map sees no variables from outside, so
 * its `ItemSelector` hands the value in.
 */
import { jsonEqual } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';
import { mappingAt, resultOf, variableOf, withMapping } from '../build';
import { type Reference, referenceText } from '../data';
import { uniqueName, variableFromName } from '../names';
import { rewrite } from '../places';
import type { Mapping, Parent, Workflow, WorkflowDocument, WorkflowNode } from '../schema';
import { flowOf, isDistributed, isEnd, isInside, stepFact } from '../scope';
import { ancestorsOf, type Container, childrenOf, languageOf, scopeKey } from '../tree';
import { leaves, namesInUse } from '../variables';
import { type Broken, type Edited, need, replaceNode, withField, withGraph } from './base';
import { setArgument } from './fields';

type Segment = string | number;
/** `schema`, of the step's result: where the path leads through a list by name, the value is made a list for certain. */
export type From = { step: string; path: Segment[]; schema?: JsonSchema };

/**
 * Sets an argument of `target` to a result of another step.
 * @param argumentPath as in `setArgument`
 * @throws Problem what `refer` says
 */
export function referTo(
  document: WorkflowDocument,
  target: string,
  argumentPath: string[],
  from: From,
): Edited & { broken: Broken[] } {
  const { document: ready, mapping, broken } = refer(document, target, from);
  return { ...setArgument(ready, target, argumentPath, mapping), broken };
}

/**
 * The mapping by which `target` can read another step's result, and the document in which it may: put it where it is
 * wanted (an argument, a Map's items, a condition).
 *
 * @returns `broken`: what reads a container's result in an expression that could not be adapted to its new shape
 * @throws Problem REFERENCE_TO_SELF, REFERENCE_NOT_ENDED, REFERENCE_ACROSS_BRANCHES, REFERENCE_NEEDS_JSONATA
 */
export function refer(
  document: WorkflowDocument,
  target: string,
  from: From,
): Edited & { mapping: Mapping; broken: Broken[] } {
  const [source, reader] = [need(document.graph, from.step), need(document.graph, target)];
  assertReachable(document.graph, source, reader);
  const work: Work = { graph: document.graph, broken: [] };
  const carried = carryOut(work, source.id, target, from.path);
  const made = handIn(work, carried, target);
  const listed = from.schema && crossesList(from.schema, from.path) && made.path.length > 0;
  const mapping: Mapping = listed
    ? { kind: 'expression', text: ` [${referenceText(made, languageOf(work.graph, reader))}] ` }
    : made;
  return { document: withGraph(document, work.graph), mapping, broken: work.broken };
}

/** The graph as the work goes on. */
type Work = { graph: Workflow; broken: Broken[] };

function assertReachable(graph: Workflow, source: WorkflowNode, reader: WorkflowNode): void {
  const at = { node: reader.id };
  if (source.id === reader.id) {
    throw new Problem(
      'REFERENCE_TO_SELF',
      `"${source.name}" cannot use its own result.`,
      'Choose an earlier step.',
      at,
    );
  }
  if (isInside(graph, reader, source.id) || isInside(graph, source, reader.id)) {
    const [outer, inner] = isInside(graph, reader, source.id) ? [source, reader] : [reader, source];
    throw new Problem(
      'REFERENCE_NOT_ENDED',
      `"${inner.name}" is inside "${outer.name}", which has not ended while its steps run.`,
      'Choose a step that ends before.',
      at,
    );
  }
  const branches = new Map(ancestorsOf(graph, source).map(({ container, branch }) => [container.id, branch]));
  for (const { container, branch } of ancestorsOf(graph, reader)) {
    const other = branches.get(container.id);
    if (other === undefined) continue;
    if (other === branch) return;
    throw new Problem(
      'REFERENCE_ACROSS_BRANCHES',
      `"${source.name}" and "${reader.name}" run at the same time, in two branches of "${container.name}".`,
      `Move "${reader.name}" behind "${container.name}", or into the same branch.`,
      at,
    );
  }
}

// ------------------------------------------------------------------ out of containers

/** Makes a step's result readable in the innermost scope that holds both steps. */
function carryOut(work: Work, sourceId: string, targetId: string, path: Segment[]): Reference {
  const around = new Set<string>(['']);
  for (const { container, branch } of ancestorsOf(work.graph, need(work.graph, targetId))) {
    around.add(scopeKey({ id: container.id, branch }));
  }
  let holder = need(work.graph, sourceId);
  if (around.has(scopeKey(holder.parent))) return { ...keep(work, holder), path };

  const step = holder.name;
  let value: Reference | null = null; // null: the holder's own result, not yet in a variable
  let rest = path;
  while (!around.has(scopeKey(holder.parent))) {
    const parent: Parent = holder.parent!;
    const container = need(work.graph, parent.id) as Container;
    // Past a Map the value is a list, so the path is followed before: a field of each, never a field of the list.
    const inner = container.kind === 'map' ? rest : [];
    if (container.kind === 'map') rest = [];
    value = carry(work, parent, holder, value, inner, step);
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

/** Takes a value one container further out. @returns the container's variable */
function carry(
  work: Work,
  parent: Parent,
  holder: WorkflowNode,
  value: Reference | null,
  path: Segment[],
  step: string,
): Reference {
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
  const before = new Map(ends.map((end) => [end.id, outputOf(work, end, holder, variable, path)]));

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
  return { kind: 'reference', from: { kind: 'variable', name }, path: [] };
}

/** A list whatever the number of items and whatever they are: JSONata takes lists of one apart, and lists in lists. */
const collect = (key: string): Mapping => ({
  kind: 'expression',
  text: ` $append([], $map($states.result, function($item) { $lookup($item, ${JSON.stringify(key)}) })[]) `,
});

/** What the end of a branch puts out for the value. */
function outputOf(
  work: Work,
  end: WorkflowNode,
  holder: WorkflowNode,
  variable: Reference | null,
  path: Segment[],
): Mapping {
  if (end.id === holder.id) {
    const own = resultFor(need(work.graph, end.id));
    if (own.kind === 'reference') return { ...own, path: [...own.path, ...path] };
    if (path.length === 0) return own;
    return mappingAt(own, path) ?? { kind: 'literal', value: null };
  }
  const reference: Reference = { ...variable!, path };
  if (flowOf(work.graph).get(end.id)?.certain.has(stepFact(holder.id))) return reference;
  const text = referenceText(reference, 'JSONata');
  return { kind: 'expression', text: ` $exists(${text}) ? ${text} : null ` };
}

const fieldsOf = (output: Mapping | undefined): { name: string; value: Mapping }[] | null => {
  if (output?.kind === 'object') return output.fields;
  if (
    output?.kind !== 'literal' ||
    typeof output.value !== 'object' ||
    output.value === null ||
    Array.isArray(output.value)
  )
    return null;
  return Object.entries(output.value).map(([name, value]) => ({ name, value: { kind: 'literal', value } }));
};

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

/** What a JSONata state puts out that has no `Output`. */
const plainOutput = (node: WorkflowNode): Mapping => ({
  kind: 'reference',
  from: { kind: node.kind === 'task' || node.kind === 'map' || node.kind === 'parallel' ? 'result' : 'state-input' },
  path: [],
});

/** Whether anything reads what a container's branches put out. */
function isObserved(graph: Workflow, container: WorkflowNode): boolean {
  const reads = (mapping: Mapping | undefined) =>
    mapping !== undefined && leaves(mapping).some((leaf) => readsFrom(leaf.mapping, 'result'));
  if (reads(container.output) || container.assign?.some((entry) => !isCarry(entry.value) && reads(entry.value)))
    return true;
  if (container.output) return false;
  const next = graph.edges.filter((edge) => edge.from === container.id && edge.kind === 'next');
  if (next.length === 0) return true; // it is the scope's own result
  return next.some((edge) => readsInput(graph, edge.to, new Set()));
}

const isCarry = (value: Mapping) =>
  value.kind === 'reference'
    ? value.path.length === 2 && typeof value.path[0] === 'number' && typeof value.path[1] === 'string'
    : value.kind === 'expression' && value.text.startsWith(' $append([], $map($states.result, function($item)');

const readsFrom = (mapping: Mapping, kind: 'result' | 'state-input'): boolean =>
  mapping.kind === 'reference'
    ? mapping.from.kind === kind
    : mapping.kind === 'expression' &&
        /\$states(?!\.(context|errorOutput|input|result)\b)|\$\$?(?![\p{ID_Start}_$])/u.test(mapping.text)
      ? true
      : mapping.kind === 'expression' && mapping.text.includes(kind === 'result' ? '$states.result' : '$states.input');

/** Whether a step reads its input, or hands it on. */
function readsInput(graph: Workflow, id: string, seen: Set<string>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const node = need(graph, id);
  if (languageOf(graph, node) === 'JSONPath') return true;
  let reads = false;
  rewrite(node, 'JSONata', (mapping) => {
    if (leaves(mapping).some((leaf) => readsFrom(leaf.mapping, 'state-input'))) reads = true;
    return mapping;
  });
  if (reads) return true;
  if (node.kind === 'fail') return false;
  if (node.kind === 'parallel' || (node.kind === 'map' && !node.items)) return true;
  if (node.kind === 'task' && !node.arguments) return true;
  const handsOn = node.kind === 'pass' || node.kind === 'wait' || node.kind === 'choice' || node.kind === 'succeed';
  if (!handsOn || node.output) return false;
  if (isEnd(graph, node)) return true;
  return graph.edges.some((edge) => edge.from === id && readsInput(graph, edge.to, seen));
}

/** A branch now puts out `{ result, … }`: what reads the container's result is led to `result`. */
function adapt(work: Work, container: Container, branch: number): void {
  const inside = (mapping: Mapping): Mapping => {
    if (mapping.kind === 'object')
      return { kind: 'object', fields: mapping.fields.map((f) => ({ ...f, value: inside(f.value) })) };
    if (mapping.kind === 'list') return { kind: 'list', items: mapping.items.map(inside) };
    if (!readsFrom(mapping, 'result')) return mapping;
    if (mapping.kind === 'reference') {
      const [head, ...rest] = mapping.path;
      if (container.kind === 'parallel' && typeof head === 'number')
        return head === branch ? { ...mapping, path: [head, 'result', ...rest] } : mapping;
      if (container.kind === 'map' && typeof head === 'number') return { ...mapping, path: [head, 'result', ...rest] };
      if (mapping.path.length === 0) return whole(container, branch);
    }
    work.broken.push({ node: container.id, path: ['output'], what: 'the container’s result, which has a new shape' });
    return mapping;
  };
  const assign = container.assign?.map((entry) =>
    isCarry(entry.value) ? entry : { ...entry, value: inside(entry.value) },
  );
  const output = container.output ? inside(container.output) : whole(container, branch);
  work.graph = replaceNode(work.graph, withField({ ...container, output }, 'assign', assign));
}

/** The container's result as it was before one branch put out more. */
function whole(container: Container, branch: number): Mapping {
  if (container.kind === 'map') return collect('result');
  const items = container.branches.map(
    (_, i): Mapping => ({ kind: 'reference', from: { kind: 'result' }, path: i === branch ? [i, 'result'] : [i] }),
  );
  return { kind: 'list', items };
}

// ------------------------------------------------------------------ into distributed maps

/** Hands a value through the item selectors of the distributed Maps between its variable and the target. */
function handIn(work: Work, value: Reference, targetId: string): Reference {
  const holders = work.graph.nodes.filter((node) =>
    node.assign?.some(({ name }) => value.from.kind === 'variable' && name === value.from.name),
  );
  const maps = ancestorsOf(work.graph, need(work.graph, targetId))
    .map(({ container }) => container)
    .filter(
      (container) => isDistributed(container) && !holders.some((holder) => isInside(work.graph, holder, container.id)),
    )
    .reverse();
  let at = value;
  for (const { id } of maps) {
    const field = selectItem(
      work,
      id,
      { ...at, path: [] },
      at.from.kind === 'variable' ? at.from.name : String(at.path[0]),
    );
    const rest = at.from.kind === 'variable' ? at.path : at.path.slice(1);
    at = { kind: 'reference', from: { kind: 'input' }, path: [field, ...rest] };
  }
  return at;
}

const ITEM: Reference = { kind: 'reference', from: { kind: 'context' }, path: ['Map', 'Item', 'Value'] };

/** A field of what each child of a distributed Map is given. */
function selectItem(work: Work, id: string, value: Reference, wish: string): string {
  const map = need(work.graph, id);
  if (map.kind !== 'map') return wish;
  const wanted: Reference = value.from.kind === 'input' ? { ...value, path: [wish] } : value;
  const fields = fieldsOf(map.itemSelector);
  const known = fields?.find((field) => jsonEqual(field.value, wanted));
  if (known) return known.name;
  const name = uniqueName(
    wish,
    (other) => other === 'item' || (fields?.some((field) => field.name === other) ?? false),
    '',
  );
  if (fields) {
    work.graph = replaceNode(work.graph, { ...map, itemSelector: withMapping(map.itemSelector, [name], wanted)! });
    return name;
  }
  // Until now each child was given the item itself: it moves into a field, and what reads it follows.
  const item = map.itemSelector ?? ITEM;
  const selector: Mapping = {
    kind: 'object',
    fields: [
      { name: 'item', value: item },
      { name, value: wanted },
    ],
  };
  const inside = (node: WorkflowNode) => isInside(work.graph, node, id) && !betweenDistributed(work.graph, node, id);
  const nodes = work.graph.nodes.map((node) => {
    if (node.id === id) return { ...map, itemSelector: selector };
    return inside(node) ? intoItem(node, languageOf(work.graph, node), map.processor.startAt === node.id) : node;
  });
  work.graph = { ...work.graph, nodes };
  return name;
}

/** Whether a step is in a further distributed Map inside: its input is another. */
const betweenDistributed = (graph: Workflow, node: WorkflowNode, outer: string): boolean => {
  const around = ancestorsOf(graph, node).map(({ container }) => container);
  return around
    .slice(
      0,
      around.findIndex((container) => container.id === outer),
    )
    .some(isDistributed);
};

function intoItem(node: WorkflowNode, language: 'JSONata' | 'JSONPath', first: boolean): WorkflowNode {
  const follow = (mapping: Mapping): Mapping => {
    if (mapping.kind === 'object')
      return { kind: 'object', fields: mapping.fields.map((f) => ({ ...f, value: follow(f.value) })) };
    if (mapping.kind === 'list') return { kind: 'list', items: mapping.items.map(follow) };
    if (mapping.kind === 'reference') {
      const moved = mapping.from.kind === 'input' || (first && mapping.from.kind === 'state-input');
      return moved ? { ...mapping, path: ['item', ...mapping.path] } : mapping;
    }
    if (mapping.kind === 'literal') return mapping;
    const roots =
      language === 'JSONata'
        ? [/\$states\.context\.Execution\.Input\b/g, /\$states\.input\b/g]
        : [/\$\$\.Execution\.Input\b/g];
    const text = roots.slice(0, first ? 2 : 1).reduce((all, root) => all.replace(root, '$&.item'), mapping.text);
    return { kind: 'expression', text };
  };
  return rewrite(node, language, follow);
}

// ------------------------------------------------------------------ the item of a loop

/**
 * How a step inside a Map reads the item that it works on.
 *
 * @param map which Map, where it is inside several; absent: the innermost
 * @throws Problem ITEM_OUTSIDE where the step is in no Map, ITEM_OF_OUTER where a further Map is between
 */
export function itemOf(
  document: WorkflowDocument,
  target: string,
  path: Segment[] = [],
  map?: string,
): Edited & { mapping: Mapping } {
  const node = need(document.graph, target);
  const loops = ancestorsOf(document.graph, node).flatMap(({ container }) =>
    container.kind === 'map' ? [container] : [],
  );
  const loop = map === undefined ? loops[0] : loops.find(({ id }) => id === map);
  if (!loop)
    throw new Problem('ITEM_OUTSIDE', `"${node.name}" is not inside a Map.`, 'Move it into one.', { node: target });
  if (loop !== loops[0]) {
    throw new Problem(
      'ITEM_OF_OUTER',
      `"${node.name}" is inside "${loops[0]!.name}", so it sees that Map's item only.`,
      `Keep the item of "${loop.name}" in a variable, in a step before "${loops[0]!.name}".`,
      { node: target },
    );
  }
  if (!isDistributed(loop)) return { document, mapping: { ...ITEM, path: [...ITEM.path, ...path] } };
  const field = fieldsOf(loop.itemSelector)?.find(({ value }) => jsonEqual(value, ITEM));
  return {
    document,
    mapping: { kind: 'reference', from: { kind: 'input' }, path: [...(field ? [field.name] : []), ...path] },
  };
}

/** Whether a path leads into a list by a name, which gives each item's field. */
function crossesList(schema: JsonSchema, path: Segment[]): boolean {
  let at: JsonSchema | undefined = schema;
  for (const segment of path) {
    if (!at) return false;
    if (typeof segment === 'string' && at.type === 'array') return true;
    at = typeof segment === 'string' ? at.properties?.[segment] : at.items;
  }
  return false;
}
