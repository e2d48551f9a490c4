/** Steps put in order: all of them, or the selected ones among themselves. */
import { isContainer, layoutAtOnce, layoutOf, nodeOf, type WorkflowDocument } from '@/lib/graph';
import type { EditorStore } from '../state/store';
import { layoutLater } from './layoutLater';

/** Lays the selected steps out anew where several are (or a container is), else all; one step of undo. */
export function tidy(store: EditorStore): void {
  const { selected, document } = store.getState();
  const steps = selected.filter((id) => nodeOf(document.graph, id));
  if (steps.length > 1 || isContainer(nodeOf(document.graph, steps[0] ?? ''))) tidySelection(store, steps);
  else void tidyAll(store);
}

function tidySelection(store: EditorStore, ids: string[]): void {
  store.getState().edit((now) => ({ document: { ...now, layout: layoutOf(now, ids) } }));
}

/** Those placed by hand stay. Tidied already, they are placed too. */
export async function tidyAll(store: EditorStore): Promise<void> {
  const { document } = store.getState();
  const gentle = await laidOut(document, false);
  const same =
    gentle &&
    Object.entries(gentle.positions).every(
      ([id, at]) => document.layout.positions[id]?.x === at.x && document.layout.positions[id]?.y === at.y,
    );
  const made = same ? await laidOut(document, true) : gentle;
  // Somebody went on meanwhile: what they did counts.
  if (made && store.getState().document === document)
    store.getState().edit((now) => ({ document: { ...now, layout: made } }));
}

/** At once where that is quick, else in a thread of its own. */
const laidOut = (document: WorkflowDocument, all: boolean) => layoutAtOnce(document, all) ?? layoutLater(document, all);
