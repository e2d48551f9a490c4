/** New steps: what the palette offers, and putting one in its place. */
import type { FunctionManifest } from '@/lib/functions/manifest';
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
import { insertPattern, PATTERNS } from '../palette/patterns';
import type { EditorStore } from './store';

export type FlowKind = Exclude<NodeKind, 'task'>;
export type StepChoice = { function: string } | { kind: FlowKind } | { pattern: string };
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
  const where = spot ?? spotAfterSelection(document, selected, selectedEdge);
  if ('pattern' in choice) return insertSteps(store, choice.pattern, where);
  const made = makeNode(choice, functions);
  if (!made) return null;
  const answer = edit((now) => addNode(now, made, where, position));
  openInsert(null);
  if (!answer) return null;
  // A function's name is known already; what it still needs is what is filled in next.
  goTo(answer.id, 'function' in choice && takesValues(functions.get(choice.function)) ? ['arguments'] : []);
  return answer.id;
}

const takesValues = (manifest: FunctionManifest | undefined): boolean =>
  Object.keys(manifest?.input.properties ?? {}).length > 0;

/** Adds a pattern's steps and selects them. @returns the first of them */
function insertSteps(store: EditorStore, id: string, spot: Spot): string | null {
  const pattern = PATTERNS.find((one) => one.id === id);
  if (!pattern) return null;
  const { edit, openInsert, select } = store.getState();
  const answer = edit((now) => insertPattern(now, pattern, spot));
  openInsert(null);
  if (!answer) return null;
  select(answer.ids);
  return answer.ids[0] ?? null;
}

function makeNode(
  choice: Exclude<StepChoice, { pattern: string }>,
  functions: Map<string, Parameters<typeof taskForFunction>[0]>,
): WorkflowNode | null {
  if ('kind' in choice) return newNode(choice.kind);
  const manifest = functions.get(choice.function);
  return manifest ? taskForFunction(manifest) : null;
}
