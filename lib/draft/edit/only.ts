/**
 * Steps that were always done are done only where a condition holds.
 *
 * A choice goes in front of them; without them the run goes on behind the last. Who reads what they give reads, where they
 * were not done, what they would have worked on: the choice keeps it under the same name. What has no such stand-in (a link
 * that was not made) cannot be read, so who needs it is done under the same condition.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import {
  addRule,
  ancestorsOf,
  connect,
  edgeOf,
  edgesFrom,
  expressionText,
  isEnd,
  languageOf,
  type Mapping,
  newNode,
  nodeOf,
  reconnect,
  referenceText,
  rewrite,
  setField,
  uniqueName,
  variableOf,
  type WorkflowNode,
} from '@/lib/graph';
import { conditionText } from '../plan';
import { before, put } from './place';
import type { EditOf } from './plan';
import { type Bench, heirOf, mapLeaves, mappingFrom, stepOf } from './value';

/** @throws Problem WRAP_NOTHING, EDGE_NOT_ALLOWED, EDIT_STEP_UNKNOWN */
export function onlyWhere(bench: Bench, edit: EditOf<'only'>): void {
  const steps = withReaders(bench, inLine(bench, edit));
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const kept = standIns(bench, steps);
  const taken = (name: string) => bench.document.graph.nodes.some((node) => node.name === name);
  const after = edgesFrom(bench.document.graph, last.id).find(({ kind }) => kind === 'next')?.to ?? goOn(bench, last);
  const name = uniqueName(edit.title.trim().slice(0, 80) || 'Is it so?', taken);
  const id = before(bench, { ...newNode('choice', { name }), rules: [] } as WorkflowNode, first.id);
  bench.added.set(edit.id, id);
  const [left, right] = [edit.condition.left, edit.condition.right].map((from) =>
    from === null ? 'null' : expressionText(mappingFrom(bench, id, from), 'JSONata'),
  );
  const value: Mapping = { kind: 'expression', text: ` ${conditionText(edit.condition, left!, right!)} ` };
  const rule = { condition: { language: 'JSONata' as const, value }, ...(!edit.holds && kept && { assign: kept }) };
  bench.document = addRule(bench.document, id, rule, edit.holds ? first.id : after).document;
  if (!edit.holds) return;
  const otherwise = edgeOf(bench.document.graph, id, 'default')!;
  bench.document = reconnect(bench.document, otherwise.id, { to: after }).document;
  if (kept) bench.document = setField(bench.document, id, 'assign', kept).document;
}

/** The steps in the order in which they run. @throws Problem where they do not follow one another */
function inLine(bench: Bench, edit: EditOf<'only'>): WorkflowNode[] {
  const { graph } = bench.document;
  const wanted = new Set(edit.steps.map((step) => stepOf(bench, step)));
  const leads = (id: string) => edgesFrom(graph, id).find(({ kind }) => kind === 'next')?.to;
  const led = new Set([...wanted].map(leads));
  const starts = [...wanted].filter((id) => !led.has(id));
  const line: WorkflowNode[] = [];
  for (let id = starts[0]; id !== undefined && wanted.has(id) && line.length < wanted.size; id = leads(id))
    line.push(nodeOf(graph, id)!);
  if (line.length === 0)
    throw new Problem('WRAP_NOTHING', 'No step was named.', 'Name the steps that are to be done only sometimes.');
  if (line.length < wanted.size)
    throw new Problem(
      'EDGE_NOT_ALLOWED',
      `${[...wanted].map((id) => `“${nodeOf(graph, id)!.name}”`).join(' and ')} do not follow one another.`,
      'Say a condition for each of them.',
    );
  return line;
}

/** With the steps behind them that need what only they give. */
function withReaders(bench: Bench, steps: WorkflowNode[]): WorkflowNode[] {
  const { graph } = bench.document;
  for (;;) {
    const more = readersWithout(bench, steps);
    const behind: WorkflowNode[] = [];
    let enough = 0;
    for (let at = steps.at(-1); at; ) {
      const to = edgesFrom(graph, at.id).find(({ kind }) => kind === 'next')?.to;
      at = to === undefined ? undefined : nodeOf(graph, to);
      if (!at || steps.includes(at) || behind.includes(at)) break;
      behind.push(at);
      if (more.has(at.id)) enough = behind.length;
    }
    if (enough === 0) return steps;
    steps = [...steps, ...behind.slice(0, enough)];
  }
}

/** Steps at the same level that read something of these for which nothing could stand in. */
function readersWithout(bench: Bench, steps: readonly WorkflowNode[]): Set<string> {
  const found = new Set<string>();
  for (const step of steps)
    for (const { field, reader } of readsOf(bench, step, steps))
      if (field === null || standIn(bench, step, field, steps) === null) found.add(reader);
  return found;
}

/** What is kept where the steps are not done: under the name of each result, the fields that others read. */
function standIns(bench: Bench, steps: readonly WorkflowNode[]) {
  const kept = steps.flatMap((step) => {
    const fields = new Set(readsOf(bench, step, steps).flatMap(({ field }) => field ?? []));
    const values = [...fields].flatMap((field) => {
      const value = standIn(bench, step, field, steps);
      return value ? [{ name: field, value }] : [];
    });
    const own = variableOf(step);
    // Where ways met already, it keeps its result under another name as well.
    const others = (step.assign ?? []).flatMap(({ name, value }) => {
      if (name === own || value.kind !== 'object') return [];
      const stand = value.fields.flatMap((part) => {
        const made =
          part.value.kind === 'reference' && part.value.from.kind === 'result' ? part.value.path.at(-1) : null;
        const found = typeof made === 'string' ? standIn(bench, step, made, steps) : null;
        return found ? [{ name: part.name, value: found }] : [];
      });
      return stand.length > 0 ? [{ name, value: { kind: 'object' as const, fields: stand } }] : [];
    });
    const mine = own && values.length > 0 ? [{ name: own, value: { kind: 'object' as const, fields: values } }] : [];
    return [...mine, ...others];
  });
  return kept.length > 0 ? kept : null;
}

/** What a step was given that stands for a field of its result, of the steps before all of these. */
function standIn(bench: Bench, step: WorkflowNode, field: string, steps: readonly WorkflowNode[]): Mapping | null {
  const heir = heirOf(bench, step, field);
  if (!heir) return null;
  if (heir.kind !== 'reference') return null;
  const { from, path } = heir;
  const other = from.kind === 'variable' ? steps.find((each) => variableOf(each) === from.name) : undefined;
  if (!other) return heir;
  const [own, ...rest] = path;
  const before = typeof own === 'string' && rest.length === 0 ? standIn(bench, other, own, steps) : null;
  return before;
}

/** Who reads a step's result, outside of some steps: the field of it, `null` for all of it; and where that is at the step's level. */
function readsOf(
  bench: Bench,
  step: WorkflowNode,
  without: readonly WorkflowNode[],
): { field: string | null; reader: string }[] {
  const variable = variableOf(step);
  const { graph } = bench.document;
  if (variable === null) return [];
  const found: { field: string | null; reader: string }[] = [];
  for (const node of graph.nodes) {
    const chain = [node, ...ancestorsOf(graph, node).map(({ container }) => container)];
    if (chain.some((each) => without.some(({ id }) => id === each.id))) continue;
    const reader = chain.find(
      ({ parent }) => parent?.id === step.parent?.id && parent?.branch === step.parent?.branch,
    )?.id;
    const language = languageOf(graph, node);
    const name = referenceText({ from: { kind: 'variable', name: variable }, path: [] }, language);
    rewrite(node, language, (mapping) =>
      mapLeaves(mapping, (leaf) => {
        if (leaf.kind === 'reference' && leaf.from.kind === 'variable' && leaf.from.name === variable)
          found.push({ field: typeof leaf.path[0] === 'string' ? leaf.path[0] : null, reader: reader ?? node.id });
        if (leaf.kind === 'expression')
          for (const text of leaf.text.split(name).slice(1))
            if (!/^[\p{ID_Continue}]/u.test(text))
              found.push({ field: /^\.([A-Za-z_]\w*)/.exec(text)?.[1] ?? null, reader: reader ?? node.id });
        return leaf;
      }),
    );
  }
  return found;
}

/** A choice cannot end a run: where nothing comes behind, both ways meet in a step that does nothing. */
function goOn(bench: Bench, last: WorkflowNode): string {
  const taken = (name: string) => bench.document.graph.nodes.some((node) => node.name === name);
  const id = put(bench, newNode('pass', { name: uniqueName('Go on', taken) }), { loose: last.parent });
  if (last.kind !== 'succeed' && isEnd(bench.document.graph, last))
    bench.document = connect(bench.document, last.id, id, 'next').document;
  return id;
}
