'use client';
import { useEffect, useState } from 'react';
import { evaluateMappingAction } from '@/lib/actions/samples';
import type { Mapping, Phase } from '@/lib/graph';
import type { EvaluationView } from '@/lib/usecases/types';
import { useEditor, useEditorStore } from '../state/context';
import { useSample, useSampleSource, withoutLooks } from './sample';

export type { Phase } from '@/lib/graph';

/** ms after the last letter */
const REST = 300;

/** What an expression comes to over the chosen sample, a moment after it was typed; `null` while that is not known. */
export function useLive(node: string, mapping: Mapping | undefined, phase: Phase): EvaluationView | null {
  const editor = useEditorStore();
  const workflowId = useEditor((state) => state.id);
  const { source } = useSampleSource();
  const sample = useSample(node);
  const text = mapping?.kind === 'expression' ? mapping.text : null;
  const [live, setLive] = useState<{ of: string; answer: EvaluationView } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another sample gives another result
  useEffect(() => {
    if (text === null || text.trim() === '') {
      setLive(null);
      return;
    }
    let gone = false;
    const timer = setTimeout(async () => {
      const answer = await evaluateMappingAction({
        workflowId,
        document: withoutLooks(editor.getState().document),
        node,
        source,
        mapping: { kind: 'expression', text },
        phase,
      }).catch(() => null);
      if (gone) return;
      if (answer?.ok) setLive({ of: text, answer: answer.value });
      else
        setLive({
          of: text,
          answer: {
            ok: false,
            message: answer?.problem.message ?? 'The server did not answer.',
            hint: answer?.problem.hint ?? 'The expression is kept; its result shows when the server is back.',
            offset: null,
            line: null,
            column: null,
          },
        });
    }, REST);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [editor, workflowId, node, source, sample, text, phase]);
  return live && live.of === text ? live.answer : null;
}
