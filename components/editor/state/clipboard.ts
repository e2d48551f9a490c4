/**
 * Copy, cut and paste of steps: as JSON on the clipboard, so that they go from one workflow, tab or browser to another.
 * The browser's own events carry it: no permission is asked for.
 */
import { useEffect } from 'react';
import { toast } from 'sonner';
import { addNode, Fragment, fragmentOf, isContainer, nodeOf, pasteFragment, type WorkflowNode } from '@/lib/graph';
import { removeSteps } from './commands';
import { useEditorStore } from './context';
import { spotAfterSelection } from './insert';
import type { EditorStore } from './store';

/** Listens while the canvas is shown. Text boxes, dialogs and selected text keep their own clipboard. */
export function useClipboard(active: boolean): void {
  const store = useEditorStore();
  useEffect(() => {
    if (!active) return;
    const on = (run: (event: ClipboardEvent) => boolean) => (event: ClipboardEvent) => {
      if (!event.defaultPrevented && !belongsElsewhere(event) && run(event)) event.preventDefault();
    };
    const listeners = {
      copy: on((event) => copySelection(store, event.clipboardData, 'copied')),
      cut: on((event) => {
        const { selected } = store.getState();
        if (!copySelection(store, event.clipboardData, 'cut')) return false;
        removeSteps(store, selected, { ask: false }); // they come back with the next paste
        return true;
      }),
      paste: on((event) => paste(store, event.clipboardData?.getData('text/plain') ?? '')),
    };
    for (const [kind, listener] of Object.entries(listeners)) window.addEventListener(kind as 'copy', listener);
    return () => {
      for (const [kind, listener] of Object.entries(listeners)) window.removeEventListener(kind as 'copy', listener);
    };
  }, [store, active]);
}

function belongsElsewhere(event: ClipboardEvent): boolean {
  if (event.target instanceof HTMLElement) {
    const box = event.target.closest(
      'input:not([type="checkbox"], [type="radio"]), textarea, [contenteditable="true"]',
    );
    if (box) return true;
  }
  if (document.querySelector('[role="dialog"][data-state="open"]')) return true;
  return event.type !== 'paste' && Boolean(window.getSelection()?.toString());
}

/** @returns whether there was something to copy */
export function copySelection(
  store: EditorStore,
  clipboard: Pick<DataTransfer, 'setData'> | null,
  word: 'copied' | 'cut',
): boolean {
  const { selected, document } = store.getState();
  const steps = selected.flatMap((id) => nodeOf(document.graph, id) ?? []);
  if (steps.length === 0 || !clipboard) return false;
  clipboard.setData('text/plain', JSON.stringify(fragmentOf(document, selected), null, 2));
  if (word === 'copied') toast(steps.length === 1 ? `“${steps[0]!.name}” copied` : `${steps.length} steps copied`);
  return true;
}

/** One step comes after the selection; several come beside what is there, with the connections among them. */
export function paste(store: EditorStore, text: string): boolean {
  const fragment = fragmentIn(text);
  const { document, selected, selectedEdge, edit, select, readOnly } = store.getState();
  if (!fragment || readOnly || fragment.graph.nodes.length === 0) return false;
  const [only] = fragment.graph.nodes;
  if (fragment.graph.nodes.length === 1 && only && !isContainer(only)) {
    // Its variables stay with the original: a copy keeps its own result only when something refers to it.
    const { assign: _assign, ...rest } = only;
    const answer = edit((now) =>
      addNode(now, rest as WorkflowNode, spotAfterSelection(document, selected, selectedEdge)),
    );
    if (answer) select([answer.id]);
    return true;
  }
  const parent = nodeOf(document.graph, selected.at(-1) ?? '')?.parent ?? null;
  const answer = edit((now) => pasteFragment(now, fragment, parent));
  const outer = fragment.graph.nodes.filter((node) => !node.parent);
  if (answer) select(outer.flatMap(({ id }) => answer.ids[id] ?? []));
  return true;
}

function fragmentIn(text: string): Fragment | null {
  if (!text.includes('"actionEngine"')) return null;
  try {
    const read = Fragment.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
