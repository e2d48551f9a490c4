'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { reviewEditsAction } from '@/lib/actions/edits';
import type { WorkflowDocument } from '@/lib/graph';
import type { ReviewView } from '@/lib/usecases/types';
import { useEditor } from '../editor/state/context';
import type { Edits } from './useAsk';

export type Review = {
  edits: Edits;
  view: ReviewView;
  kept: ReadonlySet<string>;
  /** the change that is looked at */
  current: string | null;
  setKept: (id: string, keep: boolean) => void;
  setCurrent: (id: string | null) => void;
  /** what is shown is not yet what is chosen */
  pending: boolean;
};

/** A proposal as it is chosen, change by change; asked of the server again when the choice or the workflow changes. */
export function useReview(edits: Edits | null): Review | null {
  const document = useEditor((state) => state.document);
  const [state, setState] = useState<{ edits: Edits; view: ReviewView; kept: Set<string> } | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const base = useRef<WorkflowDocument>(document);
  const asked = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the document at the moment of the proposal is its base
  useEffect(() => {
    if (!edits) return setState(null);
    base.current = document;
    setCurrent(edits.review.edits[0]?.id ?? null);
    const kept = new Set(edits.review.edits.filter(({ status }) => status !== 'refused').map(({ id }) => id));
    setState({ edits, view: edits.review, kept });
  }, [edits]);

  const refresh = useCallback(
    async (kept: Set<string>, on: WorkflowDocument) => {
      if (!edits) return;
      const turn = ++asked.current;
      setPending(true);
      const answer = await reviewEditsAction({ document: on, plan: edits.plan, keep: [...kept] }).catch(() => null);
      if (turn !== asked.current) return;
      setPending(false);
      if (answer?.ok) setState((old) => old && { ...old, view: answer.value });
    },
    [edits],
  );
  useEffect(() => {
    if (!state || base.current === document) return;
    base.current = document;
    void refresh(state.kept, document);
  }, [document, state, refresh]);

  const setKept = useCallback(
    (id: string, keep: boolean) => {
      if (!state || state.kept.has(id) === keep) return;
      const kept = new Set(state.kept);
      if (keep) kept.add(id);
      else kept.delete(id);
      setState({ ...state, kept });
      void refresh(kept, base.current);
    },
    [state, refresh],
  );
  return state && { ...state, current, setKept, setCurrent, pending };
}
