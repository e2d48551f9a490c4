/** New steps: what the palette offers, and putting one in its place. */
import {
  addNode,
  mayGoOn,
  type NodeKind,
  newNode,
  nodeOf,
  type Spot,
  taskForFunction,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import type { EditorStore } from './store';

export type FlowKind = Exclude<NodeKind, 'task'>;
export type StepChoice = { function: string } | { kind: FlowKind };
export const FLOW_KINDS: FlowKind[] = ['choice', 'parallel', 'map', 'wait', 'pass', 'succeed', 'fail'];

/** Where a step goes that nobody pointed a place for: after the selection, else at the end. */
export function spotAfterSelection(document: WorkflowDocument, selected: string[], selectedEdge: string | null): Spot {
  if (selectedEdge && document.graph.edges.some(({ id }) => id === selectedEdge)) return { edge: selectedEdge };
  const last = nodeOf(document.graph, selected.at(-1) ?? '');
  if (!last) return { into: null };
  return mayGoOn(last) || last.kind === 'choice' ? { after: last.id } : { into: last.parent };
}

/** Adds the step, selects it, and opens its settings. @returns its id, or `null` where it could not be added */
export function insertStep(
  store: EditorStore,
  choice: StepChoice,
  spot?: Spot,
  position?: { x: number; y: number },
): string | null {
  const { document, selected, selectedEdge, functions, edit, goTo, openInsert } = store.getState();
  const made = makeNode(choice, functions);
  if (!made) return null;
  const where = spot ?? spotAfterSelection(document, selected, selectedEdge);
  const answer = edit((now) => addNode(now, made, where, position));
  openInsert(null);
  if (!answer) return null;
  goTo(answer.id);
  return answer.id;
}

function makeNode(
  choice: StepChoice,
  functions: Map<string, Parameters<typeof taskForFunction>[0]>,
): WorkflowNode | null {
  if ('kind' in choice) return newNode(choice.kind);
  const manifest = functions.get(choice.function);
  return manifest ? taskForFunction(manifest) : null;
}
