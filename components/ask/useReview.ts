'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { reviewEditsAction } from '@/lib/actions/edits';
import type { WorkflowDocument } from '@/lib/graph';
import type { EditView, ReviewView } from '@/lib/usecases/types';
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
  /** to the next or the previous change; after the last comes the first */
  go: (way: 1 | -1) => void;
  /** accepts or rejects the change that is looked at, and goes to the next that nobody has decided on */
  decide: (keep: boolean) => void;
  /** what a person has said of a change */
  verdictOn: (id: string) => 'accepted' | 'rejected' | null;
  /** the steps on the canvas that the change that is looked at is about */
  about: readonly string[];
  /** what is shown is not yet what is chosen */
  pending: boolean;
};

/** `of`: the choice and the workflow that `view` shows; after a change it is behind them until the server has answered. */
type Chosen = {
  edits: Edits;
  view: ReviewView;
  of: { kept: Set<string>; document: WorkflowDocument };
  kept: Set<string>;
  decided: Set<string>;
};

/** A proposal as it is chosen, change by change; asked of the server again when the choice or the workflow changes. */
export function useReview(edits: Edits | null): Review | null {
  // Where nothing is proposed, an edit is nothing to this: else the whole editor would be drawn again for it.
  const document = useEditor((state) => (edits ? state.document : null));
  const [state, setState] = useState<Chosen | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const base = useRef<WorkflowDocument | null>(document);
  const asked = useRef(0);

  useEffect(() => {
    asked.current++; // an answer about another proposal is not wanted any more
    if (!edits) return setState(null);
    // What was changed since it was asked is not overwritten: the effect below asks again.
    base.current = edits.asked;
    setCurrent(edits.review.edits[0]?.id ?? null);
    const kept = new Set(edits.review.edits.filter(({ status }) => status !== 'refused').map(({ id }) => id));
    setState({ edits, view: edits.review, of: { kept, document: edits.asked }, kept, decided: new Set() });
  }, [edits]);

  const refresh = useCallback(
    async (kept: Set<string>, on: WorkflowDocument) => {
      if (!edits) return;
      const turn = ++asked.current;
      const answer = await reviewEditsAction({ document: on, plan: edits.plan, keep: [...kept] }).catch(() => null);
      if (turn !== asked.current) return;
      if (answer?.ok) setState((old) => old && { ...old, view: answer.value, of: { kept, document: on } });
      else
        toast.error(answer?.problem.message ?? 'The server did not answer.', {
          description: answer?.problem.hint ?? 'Look whether it still runs, and choose again. Nothing was changed.',
        });
    },
    [edits],
  );
  useEffect(() => {
    if (!state || !document || base.current === document) return;
    base.current = document;
    void refresh(state.kept, document);
  }, [document, state, refresh]);

  const setKept = useCallback(
    (id: string, keep: boolean) => {
      if (!state) return;
      const decided = new Set(state.decided).add(id);
      // Said again, it is asked again only where the last answer did not come.
      if (state.kept.has(id) === keep && state.of.kept === state.kept) return setState({ ...state, decided });
      const kept = new Set(state.kept);
      if (keep) kept.add(id);
      else kept.delete(id);
      setState({ ...state, kept, decided });
      if (base.current) void refresh(kept, base.current);
    },
    [state, refresh],
  );
  if (!state) return null;

  const { view, kept, decided } = state;
  const at = view.edits.findIndex(({ id }) => id === current);
  const after = (way: 1 | -1, from = at): EditView | undefined =>
    view.edits[(Math.max(from, way === 1 ? -1 : 0) + way + view.edits.length) % view.edits.length];
  return {
    edits: state.edits,
    view,
    kept,
    current,
    pending: state.of.kept !== kept || state.of.document !== document,
    setKept,
    setCurrent,
    go: (way) => setCurrent(after(way)?.id ?? null),
    decide: (keep) => {
      if (current === null) return;
      setKept(current, keep);
      const open = [...view.edits.slice(at + 1), ...view.edits.slice(0, at)].find(({ id }) => !decided.has(id));
      if (open) setCurrent(open.id);
    },
    verdictOn: (id) => (decided.has(id) ? (kept.has(id) ? 'accepted' : 'rejected') : null),
    about: aboutOf(state, current),
  };
}

/** The steps that a change marks; of one that is left out, the steps that it speaks of. */
function aboutOf({ edits, view }: Chosen, current: string | null): string[] {
  const there = new Set(view.preview.graph.nodes.map(({ id }) => id));
  const marked = view.edits.find(({ id }) => id === current)?.steps.map(({ node }) => node) ?? [];
  if (marked.some((id) => there.has(id))) return marked.filter((id) => there.has(id));
  const edit = edits.plan.edits.find(({ id }) => id === current);
  if (!edit) return [];
  const named = 'step' in edit ? [edit.step] : 'steps' in edit ? edit.steps : [edit.place.step];
  return named.filter((id): id is string => id !== null && there.has(id));
}
