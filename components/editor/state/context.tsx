'use client';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { Severity } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { functionOf, nodeOf, passedBy, type WorkflowNode } from '@/lib/graph';
import type { EditorStore } from './store';
import type { EditorState, StepRun } from './types';

const StoreContext = createContext<EditorStore | null>(null);

export const EditorProvider = ({ store, children }: { store: EditorStore; children: ReactNode }) => (
  <StoreContext value={store}>{children}</StoreContext>
);

/** The store itself, for callbacks that read it when they are called. */
export function useEditorStore(): EditorStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error('useEditorStore outside of an EditorProvider');
  return store;
}

export const useEditor = <T,>(selector: (state: EditorState) => T): T => useStore(useEditorStore(), selector);

/** What is before and after in the history. */
export function useHistory(): { canUndo: boolean; canRedo: boolean } {
  const { temporal } = useEditorStore();
  const canUndo = useStore(temporal, (state) => state.pastStates.length > 0);
  const canRedo = useStore(temporal, (state) => state.futureStates.length > 0);
  return { canUndo, canRedo };
}

// Named selectors: one value each, so that a change repaints what shows it and nothing else.
export const nodeById =
  (id: string | undefined) =>
  (state: EditorState): WorkflowNode | undefined =>
    id === undefined ? undefined : nodeOf(state.document.graph, id);
export const stepRunOf =
  (id: string) =>
  (state: EditorState): StepRun | undefined =>
    state.stepRuns[id];
export const worstOf =
  (id: string) =>
  (state: EditorState): Severity | undefined =>
    state.worstOf[id];
/** Whether a step is passed by when the workflow runs: it is off itself, or does not run because of one that is. */
export const offOf =
  (id: string) =>
  (state: EditorState): 'itself' | 'with' | null => {
    const owner = passedBy(state.document.graph).get(id);
    return owner === undefined ? null : owner === id ? 'itself' : 'with';
  };
export const manifestOf =
  (node: WorkflowNode | undefined) =>
  (state: EditorState): FunctionManifest | undefined =>
    node ? state.functions.get(functionOf(node) ?? '') : undefined;
