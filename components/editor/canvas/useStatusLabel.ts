'use client';
import { useEffect, useRef } from 'react';
import type { WorkflowNode } from '@/lib/graph';
import { MARKS, useMark } from '../../ask/marks';
import { STATUSES } from '../../ui/status';
import type { StepRun } from '../state/types';
import { KIND_NAMES } from './summary';

/** A step that is passed by, in words. */
export const OFF_WORDS = { itself: 'switched off', with: 'not run: a step before it is off' };

/**
 * Lets a step's accessible name say how it went: "Resize image, Task, Succeeded". React Flow owns the element around a
 * step; told through its nodes, each status would draw all of them again.
 */
export function useStatusLabel(node: WorkflowNode, run: StepRun | undefined, off: 'itself' | 'with' | null) {
  const root = useRef<HTMLDivElement>(null);
  const mark = useMark(node.id); // of a change that is looked at
  const went = run ? [STATUSES[run.status].word, run.detail].filter(Boolean).join(' ') : null;
  const said = mark ? MARKS[mark].word : (went ?? (off && OFF_WORDS[off]));
  const name = `${node.name}, ${KIND_NAMES[node.kind]}`;
  useEffect(() => {
    root.current?.closest('.react-flow__node')?.setAttribute('aria-label', said ? `${name}, ${said}` : name);
  }, [name, said]);
  return root;
}
