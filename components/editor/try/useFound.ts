'use client';
import { useEffect, useState } from 'react';
import { findSampleAction } from '@/lib/actions/try';
import type { ProblemView } from '@/lib/base/problem';
import type { FoundView } from '@/lib/usecases/types';
import { useEditorStore } from '../state/context';
import type { Part } from './state';

/** What the first step of a part would find; asked for once, when its dialog opens. */
export function useFound({ from, until }: Part): { found: FoundView | null; problem: ProblemView | null } {
  const store = useEditorStore();
  const [found, setFound] = useState<FoundView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    let live = true;
    const { id, document } = store.getState();
    findSampleAction({ workflowId: id, document, from, until })
      .then((answer) => {
        if (!live) return;
        if (answer.ok) setFound(answer.value);
        else setProblem(answer.problem);
      })
      .catch(
        () =>
          live && setProblem({ code: 'SERVER_UNREACHABLE', message: 'The server did not answer.', hint: 'Try again.' }),
      );
    return () => {
      live = false;
    };
  }, [store, from, until]);
  return { found, problem };
}

/** Where a sample is from, as a person says it. */
export const originOf = (found: FoundView): string =>
  found.from === 'pin'
    ? 'From the sample that is pinned.'
    : found.from === 'run'
      ? 'From the last run that came here.'
      : 'No run came here yet: give an example.';
