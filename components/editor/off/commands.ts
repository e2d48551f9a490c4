/** What keys, menus and buttons do to switch steps off and on. */
import { toast } from 'sonner';
import { nodeOf, setOff, stuckOn } from '@/lib/graph';
import type { EditorStore } from '../state/store';

/** Off where any of them is on, else on: one step of undo. Says of those that cannot be switched off why. */
export function switchSteps(editor: EditorStore, ids: readonly string[]): void {
  const { document, edit, undo } = editor.getState();
  const steps = ids.flatMap((id) => nodeOf(document.graph, id) ?? []);
  if (steps.length === 0) {
    toast('Select a step first.', { description: 'Then switch it off: it is passed by when the workflow runs.' });
    return;
  }
  const stuck = steps.flatMap((node) => {
    const why = stuckOn(document.graph, node);
    return why ? [{ node, why }] : [];
  });
  const may = steps.filter((node) => node.off || !stuck.some((one) => one.node === node));
  const [first] = stuck;
  if (first && may.length === 0) {
    toast(`“${first.node.name}” cannot be switched off: ${first.why}.`, {
      description: 'Switch off the steps behind it instead.',
    });
    return;
  }
  const off = may.some((node) => !node.off);
  const changed = may.filter((node) => (node.off ?? false) !== off);
  const named = changed.map(({ id }) => id);
  if (!edit((now) => ({ document: setOff(now, named, off) }), { keepLayout: true })) return;
  const what = changed.length === 1 ? `“${changed[0]?.name}”` : `${changed.length} steps`;
  const is = changed.length === 1 ? 'is' : 'are';
  toast(off ? `${what} ${is} off: passed by when the workflow runs` : `${what} ${is} on again`, {
    ...(first && { description: `“${first.node.name}” stays on: ${first.why}.` }),
    action: { label: 'Undo', onClick: undo },
  });
}

export const switchSelected = (editor: EditorStore): void => switchSteps(editor, editor.getState().selected);
