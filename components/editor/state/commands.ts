/** What buttons and keys do with the selection. */
import { toast } from 'sonner';
import {
  disconnect,
  duplicateNodes,
  moveNodes,
  nodeOf,
  type Parent,
  removeNodes,
  removeNote,
  renameNode,
  type WorkflowDocument,
} from '@/lib/graph';
import { newlyBroken } from '@/lib/graph/edits/broken';
import { countNaming, lostBy } from '../inspector/rebind';
import { useRemoval } from '../inspector/removal';
import type { EditorStore } from './store';

/**
 * Deletes steps; what stood before is connected to what comes after. Selects a neighbour, so that the keyboard is not lost.
 * Says which references lost what they referred to, with a way back.
 */
export function removeSteps(
  store: EditorStore,
  ids: string[],
  /** `by`: how it is done once a person was asked; `ask: false`: at once, whoever uses them */
  { by, ask = true }: { by?: (now: WorkflowDocument) => ReturnType<typeof removeNodes>; ask?: boolean } = {},
): void {
  const { document, edit, select, undo, functions } = store.getState();
  if (!by && ask && useRemoval.getState().listening && lostBy(document, ids, functions).length > 0) {
    useRemoval.getState().ask(ids);
    return;
  }
  const notes = ids.filter((id) => document.notes.some((note) => note.id === id));
  const steps = ids.filter((id) => nodeOf(document.graph, id));
  if (notes.length > 0) edit((now) => notes.reduce((edited, id) => removeNote(edited.document, id), { document: now }));
  if (steps.length === 0) return;
  const { edges, nodes } = document.graph;
  const gone = nodeOf(document.graph, steps[0]!);
  const stays = (id: string | undefined) => id !== undefined && !steps.includes(id);
  const heir =
    edges.find((edge) => edge.to === steps[0] && stays(edge.from))?.from ??
    edges.find((edge) => edge.from === steps[0] && stays(edge.to))?.to ??
    (stays(gone?.parent?.id) ? gone?.parent?.id : nodes.find(({ id, parent }) => !parent && stays(id))?.id);
  const answer = edit((now) => (by ? by(now) : removeNodes(now, steps)));
  if (!answer) return;
  select(heir && nodeOf(answer.document.graph, heir) ? [heir] : []);
  const names = steps.map((id) => nodeOf(document.graph, id)?.name).filter(Boolean);
  const what = names.length === 1 ? `“${names[0]}” deleted` : `${names.length} steps deleted`;
  // What took other data is not broken any more.
  const broken = by ? newlyBroken(document.graph, answer.document.graph) : answer.broken;
  if (broken.length === 0) {
    toast(what, { action: { label: 'Undo', onClick: undo } });
    return;
  }
  const where = [...new Set(broken.map(({ node }) => nodeOf(answer.document.graph, node)?.name))].join(', ');
  toast.warning(what, {
    description: `${where} used ${names.length === 1 ? 'its' : 'their'} result: choose other data there.`,
    action: { label: 'Undo', onClick: undo },
    duration: 10_000,
  });
}

/** Into a container, out of one, or from one branch to another; `null`: to the main line. Says where it went. */
export function moveSteps(store: EditorStore, ids: string[], parent: Parent | null): void {
  const { document, edit, select, undo } = store.getState();
  const answer = edit((now) => moveNodes(now, ids, parent));
  if (!answer || answer.document === document) return;
  select(ids);
  const holder = parent && nodeOf(document.graph, parent.id);
  const names = ids.map((id) => nodeOf(document.graph, id)?.name).filter(Boolean);
  const what = names.length === 1 ? `“${names[0]}”` : `${names.length} steps`;
  const where = holder ? `is in “${holder.name}” now` : 'stands on the main line now';
  const action = { label: 'Undo', onClick: undo };
  if (answer.broken.length === 0) toast(`${what} ${where}`, { action });
  else
    toast.warning(`${what} ${where}`, {
      description: 'Some data cannot be reached from there: see the problems.',
      action,
    });
}

export function removeSelection(store: EditorStore): void {
  const { selected, selectedEdge, edit } = store.getState();
  if (selectedEdge) {
    edit((now) => disconnect(now, selectedEdge));
    return;
  }
  if (selected.length > 0) removeSteps(store, selected);
}

export function duplicateSelection(store: EditorStore): void {
  const { selected, document, edit, select } = store.getState();
  const steps = selected.filter((id) => nodeOf(document.graph, id));
  if (steps.length === 0) return;
  const answer = edit((now) => duplicateNodes(now, steps));
  if (answer) select(steps.flatMap((id) => answer.ids[id] ?? []));
}

/** @returns whether the name was taken on */
export function renameStep(store: EditorStore, id: string, name: string): boolean {
  const { document, edit, undo } = store.getState();
  if (nodeOf(document.graph, id)?.name === name) return true;
  const answer = edit((now) => renameNode(now, id, name));
  if (!answer) return false;
  const changed = countNaming(document, new Set(answer.variables.map(({ from }) => from)));
  if (answer.variables.length > 0) {
    toast.success(changed === 0 ? 'Renamed' : `${changed} ${changed === 1 ? 'reference' : 'references'} updated`, {
      action: { label: 'Undo', onClick: undo },
    });
  }
  return true;
}
