'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { cancelJobAction } from '@/lib/actions/drafts';
import { startEditAction } from '@/lib/actions/edits';
import type { Diagnostic, ProblemView } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph';
import type { Ghosts, JobView, ProposalView } from '@/lib/usecases/types';
import { useEditorStore } from '../editor/state/context';
import { useJob } from '../shell';
import type { Thread } from './useThread';

export type Faults = { problems: Diagnostic[]; failure: { node: string | null; error: string; cause: string } | null };
/** `asked`: the workflow that the proposal is made for; `wish`: the words, none where a fault is to be mended */
export type Edits = Extract<ProposalView, { kind: 'edits' }> & { asked: WorkflowDocument; wish: string };
export type Ask = {
  /** begins; what comes of it is in the fields below */
  ask: (text: string, faults?: Faults) => Promise<void>;
  cancel: () => void;
  busy: boolean;
  /** the changes that have been written so far, in words; nothing is changed by them */
  coming: readonly string[];
  /** the same as a picture */
  ghosts: Ghosts | null;
  /** a proposal to review */
  edits: Edits | null;
  /** an answer in words, with who gave it */
  answer: { text: string; by: ProposalView } | null;
  problem: ProblemView | null;
  /** forgets answer, problem and proposal */
  clear: () => void;
};

const NO_ANSWER: ProblemView = {
  code: 'UNEXPECTED',
  message: 'The server did not answer.',
  hint: 'Look whether it still runs, and ask again.',
};

const byOf = ({ by, model }: ProposalView): string => (by === 'model' ? (model ?? 'the model') : 'offline');

/** A wish about the workflow on the screen, from its asking to what is proposed. Changes nothing but by undo. */
export function useAsk({ begin, end }: Pick<Thread, 'begin' | 'end'>): Ask {
  const store = useEditorStore();
  const [jobId, setJobId] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const [edits, setEdits] = useState<Edits | null>(null);
  const [answer, setAnswer] = useState<Ask['answer']>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  /** counts questions: what comes after a cancel is not wanted any more */
  const turn = useRef(0);
  const asked = useRef(store.getState().document);
  const wish = useRef('');
  const { job, problem: lost } = useJob(jobId);

  const clear = useCallback(() => {
    setEdits(null);
    setAnswer(null);
    setProblem(null);
  }, []);

  const fail = useCallback(
    (why: ProblemView) => {
      setProblem(why);
      end({ kind: 'failed', message: why.message, hint: why.hint });
    },
    [end],
  );

  const take = useCallback(
    (done: JobView) => {
      setJobId(null);
      const { proposal } = done;
      if (done.status === 'failed') fail(done.problem ?? NO_ANSWER);
      if (done.status !== 'done' || !proposal) return;
      if (proposal.kind === 'edits') {
        setEdits({ ...proposal, asked: asked.current, wish: wish.current });
        end({ kind: 'proposed', words: proposal.review.edits.map(({ words }) => words), by: byOf(proposal) });
        return;
      }
      if (proposal.kind === 'answer') {
        setAnswer({ text: proposal.text, by: proposal });
        end({ kind: 'answer', text: proposal.text, by: byOf(proposal) });
        return;
      }
      if (store.temporal.getState().pastStates.length > 0) {
        end({ kind: 'undone' });
        const { undo, redo } = store.getState();
        undo();
        toast('The last change is undone', { action: { label: 'Redo', onClick: redo } });
      } else {
        end({ kind: 'failed', message: 'There was nothing to undo.', hint: '' });
        toast('There is nothing to undo.');
      }
    },
    [store, end, fail],
  );
  useEffect(() => {
    if (job && job.status !== 'working') take(job);
  }, [job, take]);
  useEffect(() => {
    if (!lost) return;
    setJobId(null);
    fail(lost);
  }, [lost, fail]);

  const ask = useCallback(
    async (text: string, faults?: Faults) => {
      clear();
      begin(text);
      const mine = ++turn.current;
      setSending(true);
      const { name, document, selected } = store.getState();
      asked.current = document;
      wish.current = text;
      const begun = await startEditAction({ text, name, document, selected, faults: faults ?? null }).catch(() => null);
      if (turn.current !== mine) {
        if (begun?.ok) void cancelJobAction(begun.value.id);
        return;
      }
      setSending(false);
      if (!begun?.ok) fail(begun?.problem ?? NO_ANSWER);
      else if (begun.value.status === 'working') setJobId(begun.value.id);
      else take(begun.value);
    },
    [store, clear, take, begin, fail],
  );
  const cancel = useCallback(() => {
    turn.current++;
    if (jobId) void cancelJobAction(jobId);
    setJobId(null);
    setSending(false);
    end({ kind: 'cancelled' });
  }, [jobId, end]);
  const now = jobId !== null && job?.id === jobId ? job : null;
  const [coming, ghosts] = [now?.coming ?? [], now?.ghosts ?? null];
  return { ask, cancel, busy: sending || jobId !== null, coming, ghosts, edits, answer, problem, clear };
}
