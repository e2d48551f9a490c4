/**
 * Takes a step out without tearing what comes after it: what read its result reads what it was given itself, where that
 * fits; a container that becomes empty goes too; a way of a choice that leads nowhere ends.
 * @module
 */
import { jsonEqual } from '@/lib/base/json';
import {
  addNode,
  boundVariables,
  childrenOf,
  connect,
  edgeOf,
  edgesFrom,
  edgesTo,
  expressionText,
  functionOf,
  keepersOf,
  languageOf,
  type Mapping,
  newNode,
  nodeOf,
  payloadOf,
  reconnect,
  referenceText,
  removeBranch,
  removeCatcher,
  removeNodes,
  resultOf,
  rewrite,
  scopeOf,
  setField,
  setStart,
  unwrap,
  variableOf,
  variablesIn,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';
import { type Bench, heirOf, mapLeaves, replaceWhole } from './value';
import { keptWithout } from './ways';

/** What only the step led to goes with it: the way of a failure, or the other way of a choice. */
export function removeStep(bench: Bench, id: string): void {
  const reached = reachedIn(bench.document.graph);
  takeOut(bench, id);
  for (let again = true; again; ) {
    const now = reachedIn(bench.document.graph);
    const [orphan] = bench.document.graph.nodes.filter((node) => reached.has(node.id) && !now.has(node.id));
    again = orphan !== undefined;
    if (orphan) takeOut(bench, orphan.id);
  }
}

/** Steps that the start of their own level leads to. */
function reachedIn(graph: Workflow): Set<string> {
  const reached = new Set<string>();
  const waiting = graph.nodes.flatMap(({ id, parent }) => (scopeOf(graph, parent)?.startAt === id ? [id] : []));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    waiting.push(...edgesFrom(graph, id).map(({ to }) => to));
  }
  return reached;
}

/** Without its condition, what a choice guards is always done. */
function unguard(bench: Bench, choice: WorkflowNode): void {
  const way = edgeOf(bench.document.graph, choice.id, 'rule', 0)?.to;
  if (choice.kind !== 'choice' || way === undefined || way === choice.id) return;
  const starts = scopeOf(bench.document.graph, choice.parent)?.startAt === choice.id;
  if (starts) bench.document = setStart(bench.document, way).document;
  for (const edge of edgesTo(bench.document.graph, choice.id))
    if (edge.from !== way) bench.document = reconnect(bench.document, edge.id, { to: way }).document;
}

function takeOut(bench: Bench, id: string): void {
  const node = nodeOf(bench.document.graph, id)!;
  unguard(bench, node);
  keptWithout(bench, node);
  passOn(bench, node);
  const before = boundIn(bench.document.graph);
  bench.document = removeNodes(bench.document, [id]).document;
  dropUnbound(bench, before);
  closeCatchers(bench);
  closeContainer(bench, node);
  closeChoices(bench);
}

/** What read the step's result reads, where it fits, what the step was given. */
function passOn(bench: Bench, node: WorkflowNode): void {
  const variable = variableOf(node);
  const manifest = bench.manifests.get(functionOf(node) ?? '');
  bench.gone.set(node.id, node);
  if (!variable || !manifest) return;
  const heir = (field: string) => heirOf(bench, node, field);
  const { graph } = bench.document;
  const nodes = graph.nodes.map((reader) => {
    if (reader.id === node.id) return reader;
    // What another way keeps under that name is there without it.
    if (keepersOf(graph, variable, reader.id).some(({ id }) => id !== node.id)) return reader;
    const language = languageOf(graph, reader);
    return rewrite(reader, language, (mapping) =>
      mapLeaves(mapping, (leaf) => {
        if (leaf.kind === 'reference') {
          const [field, ...rest] = leaf.path;
          const named = leaf.from.kind === 'variable' && leaf.from.name === variable && typeof field === 'string';
          const given = named ? heir(field) : undefined;
          if (!given) return leaf;
          return given.kind === 'reference'
            ? { ...given, path: [...given.path, ...rest] }
            : rest.length > 0
              ? leaf
              : given;
        }
        if (leaf.kind !== 'expression') return leaf;
        let { text } = leaf;
        for (const field of Object.keys(manifest.output.properties ?? {})) {
          const old = referenceText({ from: { kind: 'variable', name: variable }, path: [field] }, language);
          const given = text.includes(old) ? heir(field) : undefined;
          if (given) text = replaceWhole(text, old, expressionText(given, language));
        }
        return text === leaf.text ? leaf : { ...leaf, text };
      }),
    );
  });
  bench.document = { ...bench.document, graph: { ...graph, nodes } };
}

/** Arguments that still read what is gone are taken away: what is needed is asked for. */
function dropUnbound(bench: Bench, before: ReadonlySet<string>): void {
  const { graph } = bench.document;
  const names = boundIn(graph);
  const gone = new Set([...before].filter((name) => !names.has(name)));
  const lost = (mapping: Mapping): boolean =>
    mapping.kind === 'reference' && mapping.from.kind === 'variable' && gone.has(mapping.from.name);
  const nodes = graph.nodes.map((given) => {
    // What a step puts out of what is gone, it does not put out.
    const told = given.output && namesIn(given.output).some((name) => gone.has(name));
    const node = told
      ? ({ ...given, output: given.kind === 'task' ? resultOf(given) : undefined } as WorkflowNode)
      : given;
    const payload = node.kind === 'task' ? payloadOf(node) : undefined;
    if (payload?.kind !== 'object' || node.kind !== 'task') return node;
    const fields = payload.fields.filter(({ value }) => !lost(value));
    if (fields.length === payload.fields.length) return node;
    const args = node.arguments;
    if (args?.kind !== 'object') return node;
    return {
      ...node,
      arguments: {
        ...args,
        fields: args.fields.map((field) =>
          jsonEqual(field.value, payload) ? { ...field, value: { kind: 'object' as const, fields } } : field,
        ),
      },
    };
  });
  bench.document = { ...bench.document, graph: { ...graph, nodes } };
}

function closeContainer(bench: Bench, gone: WorkflowNode): void {
  const { parent } = gone;
  const holder = parent ? nodeOf(bench.document.graph, parent.id) : undefined;
  if (!parent || !holder || childrenOf(bench.document.graph, parent).length > 0) return;
  const last = holder.kind === 'map' || (holder.kind === 'parallel' && holder.branches.length <= 1);
  if (last) removeStep(bench, holder.id);
  if (last || holder.kind !== 'parallel') return;
  const { output } = holder;
  const answer = output?.kind === 'reference' && output.from.kind === 'result' ? output.path : null;
  bench.document = removeBranch(bench.document, holder.id, parent.branch).document;
  // What it answered is gone: it answers with all that is left.
  if (answer?.[0] === parent.branch) bench.document = setField(bench.document, holder.id, 'output', undefined).document;
  if (holder.branches.length !== 2 || holder.assign !== undefined || (output !== undefined && answer?.length !== 1))
    return;
  bench.document = unwrap(bench.document, holder.id).document;
}

/** What catches and leads nowhere would swallow nothing and stop the workflow from being valid: it goes. */
function closeCatchers(bench: Bench): void {
  for (const { id } of bench.document.graph.nodes) {
    const node = nodeOf(bench.document.graph, id)!;
    const count = 'catchers' in node ? (node.catchers?.length ?? 0) : 0;
    for (let index = count - 1; index >= 0; index--)
      if (!edgeOf(bench.document.graph, id, 'catch', index))
        bench.document = removeCatcher(bench.document, id, index).document;
  }
}

function closeChoices(bench: Bench): void {
  for (const node of bench.document.graph.nodes) {
    if (node.kind !== 'choice') continue;
    const open = [
      ...node.rules.map((_, index) => ({ kind: 'rule' as const, index })),
      { kind: 'default' as const, index: undefined },
    ].filter(({ kind, index }) => !edgeOf(bench.document.graph, node.id, kind, index));
    if (open.length === 0 || open.length > node.rules.length) {
      // No way leads anywhere any more: there is nothing left to choose.
      if (open.length > node.rules.length) bench.document = removeNodes(bench.document, [node.id]).document;
      continue;
    }
    const { document, id } = addNode(bench.document, newNode('pass', { name: 'Go on' }), { loose: node.parent });
    bench.document = document;
    for (const { kind, index } of open) bench.document = connect(bench.document, node.id, id, kind, index).document;
  }
}

const boundIn = (graph: Workflow): Set<string> => new Set(boundVariables(graph).map(({ name }) => name));
const namesIn = (mapping: Mapping): string[] => variablesIn(expressionText(mapping, 'JSONata'), 'JSONata');
