'use client';
/**
 * The example data that the inspector shows values of: chosen once for an editor, read for the step in sight.
 *
 * The same in every field of the step, and read again a moment after the workflow changed or a run ended.
 */
import { useEffect, useRef } from 'react';
import { create, useStore } from 'zustand';
import { listRunsAction } from '@/lib/actions/runs';
import { readSampleAction } from '@/lib/actions/samples';
import type { WorkflowDocument } from '@/lib/graph';
import type { RunSummary, SampleSource, SampleView } from '@/lib/usecases/types';
import { useEditor, useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';

type SampleState = {
  source: SampleSource;
  runs: RunSummary[];
  /** of which step */
  node: string | null;
  view: SampleView | null;
  setSource: (source: SampleSource) => void;
};

const makeStore = () =>
  create<SampleState>()((set) => ({
    source: { kind: 'run', runId: null },
    runs: [],
    node: null,
    view: null,
    setSource: (source) => set({ source }),
  }));
const stores = new WeakMap<EditorStore, ReturnType<typeof makeStore>>();
function storeOf(editor: EditorStore) {
  const known = stores.get(editor);
  if (known) return known;
  const made = makeStore();
  stores.set(editor, made);
  return made;
}

/** ms after the last change */
const REST = 400;
/** ms after another step was chosen: its settings are drawn first */
const SOON = 30;

/** Places and notes mean nothing to the data: they need not travel. */
export const withoutLooks = (document: WorkflowDocument): WorkflowDocument => ({
  ...document,
  layout: { positions: {}, collapsed: [] },
  notes: [],
});

/** Keeps the sample of a step read for as long as the step is in sight. One place in the inspector calls it. */
export function useSampling(node: string): void {
  const editor = useEditorStore();
  const samples = storeOf(editor);
  const workflowId = useEditor((state) => state.id);
  const graph = useEditor((state) => state.document.graph);
  const input = useEditor((state) => state.document.input);
  const runStatus = useEditor((state) => `${state.runId} ${state.run?.status}`);
  const source = useStore(samples, (state) => state.source);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a run that begins or ends changes the list
  useEffect(() => {
    let gone = false;
    void listRunsAction({ workflowId }).then(
      (answer) => !gone && answer.ok && samples.setState({ runs: answer.value }),
      () => {}, // the server is away: the banner says so
    );
    return () => {
      gone = true;
    };
  }, [samples, workflowId, runStatus]);

  const known = useRef(graph);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the answer depends on
  useEffect(() => {
    let gone = false;
    const edited = known.current !== graph;
    known.current = graph;
    const read = async () => {
      const { document } = editor.getState();
      const answer = await readSampleAction({ workflowId, document: withoutLooks(document), node, source }).catch(
        () => null,
      );
      if (!gone && answer?.ok) samples.setState({ node, view: answer.value });
    };
    const timer = setTimeout(read, edited || samples.getState().node === node ? REST : SOON);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [editor, samples, workflowId, node, graph, input, source, runStatus]);
}

/** The sample of a step, once it is there. */
export function useSample(node: string): SampleView | null {
  const editor = useEditorStore();
  return useStore(storeOf(editor), (state) => (state.node === node ? state.view : null));
}

export function useSampleSource(): Pick<SampleState, 'source' | 'runs' | 'setSource'> {
  const samples = storeOf(useEditorStore());
  return {
    source: useStore(samples, (state) => state.source),
    runs: useStore(samples, (state) => state.runs),
    setSource: samples.getState().setSource,
  };
}
