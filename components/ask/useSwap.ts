'use client';
import { useState } from 'react';
import { toast } from 'sonner';
import { swapFunctionAction } from '@/lib/actions/edits';
import { useEditorStore } from '../editor/state/context';

/** Gives a step another function, wired anew: one step of the history. `busy` names the function that is coming. */
export function useSwap(): {
  swap: (node: string, functionName: string, words: string) => Promise<void>;
  busy: string | null;
} {
  const store = useEditorStore();
  const [busy, setBusy] = useState<string | null>(null);
  const swap = async (node: string, functionName: string, words: string) => {
    setBusy(functionName);
    const { document } = store.getState();
    const answer = await swapFunctionAction({ document, node, functionName, words }).catch(() => null);
    setBusy(null);
    if (!answer?.ok) {
      toast.error(answer?.problem.message ?? 'The server did not answer.', {
        description: answer?.problem.hint ?? 'Look whether it still runs, and choose again.',
      });
      return;
    }
    // What was changed meanwhile is not overwritten.
    if (store.getState().document !== document) {
      toast('The workflow was changed meanwhile.', { description: 'Choose again, if you still want it.' });
      return;
    }
    store.getState().edit(() => answer.value);
    const title = store.getState().functions.get(functionName)?.title ?? functionName;
    toast.success(`${title} does it now`, { action: { label: 'Undo', onClick: store.getState().undo } });
  };
  return { swap, busy };
}
