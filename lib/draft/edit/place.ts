/** Where a new step of a follow-up goes: before or after a step, where it fails, at the end. */
import { Problem } from '@/lib/base/problem';
import {
  addCatcher,
  addNode,
  childrenOf,
  connect,
  edgesFrom,
  edgesTo,
  isEnd,
  nodeOf,
  reconnect,
  type Spot,
  scopeOf,
  type WorkflowNode,
} from '@/lib/graph';
import { caughtOnly } from './find';
import type { EditOf } from './plan';
import { type Bench, stepOf } from './value';

type Place = EditOf<'add'>['place'];

/** Puts a new step where an edit says. @returns its id. @throws Problem NODE_KIND, EDIT_STEP_UNKNOWN */
export function place(bench: Bench, node: WorkflowNode, { where, step }: Place): string {
  if (where === 'end' || step === null) return atEnd(bench, node);
  const at = stepOf(bench, step);
  if (where === 'before') return before(bench, node, at);
  if (where === 'failure') return onFailure(bench, node, at);
  const anchor = nodeOf(bench.document.graph, at)!;
  // Nothing comes after what ends the run: it goes before it.
  if (anchor.kind === 'succeed' || anchor.kind === 'fail') return before(bench, node, at);
  return put(bench, node, { after: at });
}

/** Where all errors lead somewhere already, it comes first on that way. @throws Problem NODE_KIND */
function onFailure(bench: Bench, node: WorkflowNode, at: string): string {
  const anchor = nodeOf(bench.document.graph, at)!;
  if (anchor.kind !== 'task' && anchor.kind !== 'map' && anchor.kind !== 'parallel')
    throw new Problem(
      'NODE_KIND',
      `“${anchor.name}” is a ${anchor.kind}, which catches no errors.`,
      'Name a step that calls a function.',
      { node: at },
    );
  const all = (anchor.catchers ?? []).findIndex(({ errorEquals }) => errorEquals.includes('States.ALL'));
  const way = edgesFrom(bench.document.graph, at).find(({ kind, index }) => kind === 'catch' && index === all);
  if (way) return put(bench, node, { edge: way.id });
  const id = put(bench, node, { loose: anchor.parent });
  bench.document =
    all >= 0
      ? connect(bench.document, at, id, 'catch', all).document
      : addCatcher(bench.document, at, undefined, id).document;
  return id;
}

export function put(bench: Bench, node: WorkflowNode, spot: Spot): string {
  const { document, id } = addNode(bench.document, node, spot);
  bench.document = document;
  return id;
}

/** All ways that led to the step lead to the new one, and from there on to it. */
export function before(bench: Bench, node: WorkflowNode, at: string): string {
  const { graph } = bench.document;
  const anchor = nodeOf(graph, at)!;
  const entries = edgesTo(graph, at);
  const starts = scopeOf(graph, anchor.parent)?.startAt === at;
  const [first, ...others] = entries;
  const id = starts || !first ? put(bench, node, { start: anchor.parent }) : put(bench, node, { edge: first.id });
  for (const edge of starts ? entries : others)
    bench.document = reconnect(bench.document, edge.id, { to: id }).document;
  return id;
}

/** After everything: where several ways end, all of them lead to it. */
function atEnd(bench: Bench, node: WorkflowNode): string {
  const { graph } = bench.document;
  const all = childrenOf(graph, null).filter((each) => isEnd(graph, each));
  // What a failure led to has ended: it does not go on as if nothing had been.
  const caught = caughtOnly(bench.document);
  const good = all.filter(({ id }) => !caught.has(id));
  const ends = good.length > 0 ? good : all;
  const open = ends.filter(({ kind }) => kind !== 'succeed');
  if (open.length === 0) {
    const succeed = ends[0];
    return succeed ? before(bench, node, succeed.id) : put(bench, node, { into: null });
  }
  const id = put(bench, node, { after: open[0]!.id });
  for (const end of open.slice(1)) bench.document = connect(bench.document, end.id, id, 'next').document;
  for (const edge of ends
    .filter(({ kind }) => kind === 'succeed')
    .flatMap((end) => edgesTo(bench.document.graph, end.id))
    .filter(({ from }) => from !== id))
    bench.document = reconnect(bench.document, edge.id, { to: id }).document;
  return id;
}
