'use client';
import { useEffect, useState } from 'react';
import { ReactFlowProvider } from 'reactflow';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph';
import { Canvas } from './canvas/Canvas';
import { EditorProvider } from './state/context';
import { createEditorStore, type EditorStore } from './state/store';
import type { StepRun } from './state/types';

/** A store whose document nobody edits. */
export const storeToLookAt = (document: WorkflowDocument, name: string, functions: FunctionManifest[]): EditorStore =>
  createEditorStore({
    detail: {
      id: 'read-only',
      name,
      document,
      revision: 0,
      updatedAt: 0,
      prompt: null,
      plan: null,
      planner: null,
      invokePath: '',
    },
    functions,
    readOnly: true,
  });

/** A graph to look at, with what a run says of each step. */
export function ReadOnlyGraph({
  document,
  name,
  functions,
  marks = {},
  selected,
  onSelect,
}: {
  document: WorkflowDocument;
  name: string;
  functions: FunctionManifest[];
  marks?: Record<string, StepRun>;
  selected?: string | null;
  onSelect?: (id: string | null) => void;
}) {
  const [store] = useState(() => storeToLookAt(document, name, functions));
  useEffect(() => {
    // A step whose mark says the same is not drawn again.
    const before = store.getState().stepRuns;
    const next: Record<string, StepRun> = {};
    for (const [id, mark] of Object.entries(marks)) {
      const old = before[id];
      next[id] = old && old.status === mark.status && old.detail === mark.detail ? old : mark;
    }
    store.getState().setRun(null, next);
  }, [store, marks]);
  useEffect(() => {
    store.getState().select(selected ? [selected] : []);
  }, [store, selected]);
  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.selected !== before.selected && now.selected[0] !== selected) onSelect?.(now.selected[0] ?? null);
      }),
    [store, selected, onSelect],
  );
  return (
    <EditorProvider store={store}>
      <ReactFlowProvider>
        <Canvas />
      </ReactFlowProvider>
    </EditorProvider>
  );
}
