/** A note beside the steps. */
import { setNote } from '@/lib/graph';
import type { EditorStore } from '../state/store';

/** px */
const SIZE = { width: 220, height: 96 };

/** Adds an empty note around a point of the canvas and puts the cursor into it. */
export function addNote(store: EditorStore, at: { x: number; y: number }): void {
  const { edit, select, document } = store.getState();
  let n = document.notes.length + 1;
  while (document.notes.some((note) => note.id === `note-${n}`)) n++;
  const id = `note-${n}`;
  const place = { x: Math.round(at.x - SIZE.width / 2), y: Math.round(at.y - SIZE.height / 2) };
  if (!edit((now) => setNote(now, { id, text: '', ...place, ...SIZE }))) return;
  select([id]);
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      window.document.querySelector<HTMLTextAreaElement>(`.react-flow__node[data-id="${id}"] textarea`)?.focus(),
    ),
  );
}
