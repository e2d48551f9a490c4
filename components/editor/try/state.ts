/** What is open of trying a workflow: a dialog, the coverage of a dry run. One for each editor. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Mock, Trial } from '@/lib/graph';
import type { CoverageView } from '@/lib/usecases/types';
import { useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';

export type Part = { from: string | null; until: string | null };
export type TryDialog = ({ kind: 'part' } & Part) | { kind: 'test'; node: string } | { kind: 'mock'; node: string };
type TryState = { dialog: TryDialog | null; coverage: CoverageView | null; busy: boolean };

const stores = new WeakMap<EditorStore, ReturnType<typeof made>>();
const made = () => createStore<TryState>()(() => ({ dialog: null, coverage: null, busy: false }));

export function tryStoreOf(editor: EditorStore) {
  const store = stores.get(editor) ?? made();
  stores.set(editor, store);
  return store;
}

export const useTry = <T>(selector: (state: TryState) => T): T => useStore(tryStoreOf(useEditorStore()), selector);

export const openTry = (editor: EditorStore, dialog: TryDialog | null): void => tryStoreOf(editor).setState({ dialog });

// ------------------------------------------------------------------ pins and mocks, beside the graph

const EMPTY: Trial = { pins: {}, mocks: {}, values: {} };

/** Changes what is kept of trying, as one undoable step; `null` where nothing is left is nothing kept. */
export function editTrial(editor: EditorStore, change: (trial: Trial) => Trial, merge?: string): void {
  editor.getState().edit(
    (document) => {
      const trial = change(document.trial ?? EMPTY);
      const { trial: _old, ...rest } = document;
      const empty = [trial.pins, trial.mocks, trial.values].every((held) => Object.keys(held).length === 0);
      return { document: empty ? rest : { ...rest, trial } };
    },
    { keepLayout: true, ...(merge && { merge }) },
  );
}

export function setMock(editor: EditorStore, node: string, mock: Mock | null): void {
  editTrial(editor, (trial) => {
    const { [node]: _old, ...mocks } = trial.mocks;
    return { ...trial, mocks: mock ? { ...mocks, [node]: mock } : mocks };
  });
}

export function setPin(editor: EditorStore, node: string, pin: Trial['pins'][string] | null): void {
  editTrial(editor, (trial) => {
    const { [node]: _old, ...pins } = trial.pins;
    return { ...trial, pins: pin ? { ...pins, [node]: pin } : pins };
  });
}
