/**
 * The editor's state: one store for each editor that is open.
 *
 * Only the document and the name have a history; what is selected, saved or running does not. Components subscribe to
 * one value each.
 * @module
 */
import { toast } from 'sonner';
import { temporal } from 'zundo';
import { createStore } from 'zustand';
import { viewOf } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  type Layout,
  layout,
  layoutAtOnce,
  layoutNear,
  nodeOf,
  type Workflow,
  type WorkflowDocument,
} from '@/lib/graph';
import type { WorkflowDetail } from '@/lib/usecases/types';
import type { EditorState, InspectorTab } from './types';

export type EditorInit = {
  detail: Pick<
    WorkflowDetail,
    'id' | 'name' | 'document' | 'revision' | 'updatedAt' | 'prompt' | 'plan' | 'planner' | 'invokePath'
  >;
  functions: FunctionManifest[];
  readOnly?: boolean;
  /** where a layout that takes long is made; without it, here and now */
  layoutLater?: (document: WorkflowDocument) => Promise<Layout | null>;
};

/** Steps back that are kept. */
const HISTORY = 1000;
/** ms in which edits with the same key join */
const MERGE_TIME = 1500;

export type EditorStore = ReturnType<typeof createEditorStore>;

export function createEditorStore({ detail, functions, readOnly = false, layoutLater }: EditorInit) {
  let lastMerge = { key: '', at: 0 };
  const store = createStore<EditorState>()(
    temporal(
      (set, get) => ({
        // ---------------------------------------------------------------- document
        id: detail.id,
        name: detail.name,
        document: withLayout(detail.document),
        functions: new Map(functions.map((manifest) => [manifest.name, manifest])),
        readOnly,
        detail: { prompt: detail.prompt, plan: detail.plan, planner: detail.planner, invokePath: detail.invokePath },
        rename: (name) => merged('name', () => set({ name })),
        edit: (change, { merge, keepLayout } = {}) => {
          if (get().readOnly) return null;
          try {
            const before = get().document;
            const answer = change(before);
            if (answer.document === before) return answer;
            const moved = !keepLayout && structureChanged(before.graph, answer.document.graph);
            const document = moved ? placed(answer.document) : answer.document;
            merged(merge, () => set({ document, ...stillThere(get(), document) }));
            return { ...answer, document };
          } catch (error) {
            const { message, hint } = viewOf(error);
            toast.error(message, { description: hint });
            return null;
          }
        },
        replace: (document, name = get().name) => {
          lastMerge = { key: '', at: 0 };
          const placed = withLayout(document);
          set({ document: placed, name, ...stillThere(get(), placed) });
        },
        setCollapsed: (id) => {
          // Looking is allowed where editing is not.
          const { document } = get();
          const { collapsed } = document.layout;
          const next = collapsed.includes(id) ? collapsed.filter((other) => other !== id) : [...collapsed, id];
          const folded = { ...document, layout: { ...document.layout, collapsed: next } };
          set({ document: placed(folded) });
        },
        undo: () => travel('undo'),
        redo: () => travel('redo'),
        // ---------------------------------------------------------------- selection
        selected: [],
        selectedEdge: null,
        inspectorTab: 'setup',
        focus: null,
        select: (ids) => {
          const { selected, selectedEdge } = get();
          const same = ids.length === selected.length && ids.every((id, i) => id === selected[i]);
          if (!same || selectedEdge) set({ selected: same ? selected : ids, selectedEdge: null, focus: null });
        },
        selectEdge: (selectedEdge) => set({ selectedEdge, selected: [], focus: null }),
        setInspectorTab: (inspectorTab) => set({ inspectorTab }),
        goTo: (node, path = []) => {
          if (!node || !nodeOf(get().document.graph, node)) return set({ selected: [], showInspector: true });
          const inspectorTab = tabOf(path);
          set({
            selected: [node],
            selectedEdge: null,
            inspectorTab,
            showInspector: true,
            view: get().view === 'outline' || (get().view === 'code' && get().wide) ? get().view : 'design',
            focus: { tab: inspectorTab, path, at: Date.now() },
          });
        },
        // ---------------------------------------------------------------- problems
        problems: [],
        worstOf: {},
        hash: '',
        setProblems: (problems, hash) => {
          const worstOf: EditorState['worstOf'] = {};
          for (const { at, severity } of problems) {
            if (at.node && (worstOf[at.node] !== 'error' || severity === 'error') && severity !== 'info')
              worstOf[at.node] = severity;
          }
          set({ problems, worstOf, hash });
        },
        // ---------------------------------------------------------------- saving
        revision: detail.revision,
        save: { kind: 'saved', at: detail.updatedAt },
        setSave: (save, revision = get().revision) => set({ save, revision }),
        withheld: false,
        setWithheld: (withheld) => set({ withheld }),
        // ---------------------------------------------------------------- run
        runId: null,
        stepRuns: {},
        run: null,
        lastInput: undefined,
        openRun: (runId) => set(runId ? { runId, run: null, stepRuns: {} } : { runId, run: null, stepRuns: {} }),
        setRun: (run, stepRuns) => set({ run, stepRuns }),
        setLastInput: (lastInput) => set({ lastInput }),
        // ---------------------------------------------------------------- view
        view: 'design',
        wide: false,
        showPalette: true,
        showInspector: true,
        showProblems: false,
        zoom: 1,
        insertAt: null,
        setView: (view) => set({ view }),
        toggle: (panel, open = !get()[panel]) => set({ [panel]: open }),
        setZoom: (zoom) => set({ zoom }),
        openInsert: (insertAt) => set({ insertAt }),
        finding: null,
        setFinding: (finding) => set({ finding }),
        connecting: null,
        setConnecting: (connecting) => set({ connecting }),
      }),
      {
        limit: HISTORY,
        partialize: ({ document, name }) => ({ document, name }),
        equality: (a, b) => a.document === b.document && a.name === b.name,
      },
    ),
  );

  /** Laid out at once where that is quick; else put at hand, and laid out a moment later as part of the same edit. */
  function placed(document: WorkflowDocument): WorkflowDocument {
    const made = layoutLater ? layoutAtOnce(document) : layout(document);
    if (made) return { ...document, layout: made };
    const near = { ...document, layout: layoutNear(document) };
    void layoutLater?.(document).then((better) => {
      // Somebody went on meanwhile: what they see stays.
      if (!better || store.getState().document !== near) return;
      const { pause, resume } = store.temporal.getState();
      pause();
      store.setState({ document: { ...near, layout: better } });
      resume();
    });
    return near;
  }

  /** The first of a row of edits is remembered; those that follow with the same key are part of it. */
  function merged(key: string | undefined, change: () => void): void {
    const now = Date.now();
    const joins = key !== undefined && key === lastMerge.key && now - lastMerge.at < MERGE_TIME;
    lastMerge = { key: key ?? '', at: now };
    const { pause, resume } = store.temporal.getState();
    if (joins) pause();
    change();
    if (joins) resume();
  }

  function travel(way: 'undo' | 'redo'): void {
    if (store.getState().readOnly) return;
    lastMerge = { key: '', at: 0 };
    store.temporal.getState()[way]();
    store.setState(stillThere(store.getState(), store.getState().document));
  }

  return store;
}

/** A selection holds only what exists. */
function stillThere(state: EditorState, { graph, notes }: WorkflowDocument): Partial<EditorState> {
  const selected = state.selected.filter((id) => nodeOf(graph, id) || notes.some((note) => note.id === id));
  const edge =
    state.selectedEdge && graph.edges.some(({ id }) => id === state.selectedEdge) ? state.selectedEdge : null;
  return {
    selected: selected.length === state.selected.length ? state.selected : selected,
    selectedEdge: edge,
  };
}

/** Every step has a place: a definition that was imported has none. */
function withLayout(document: WorkflowDocument): WorkflowDocument {
  const placed = document.graph.nodes.every(({ id }) => Object.hasOwn(document.layout.positions, id));
  return placed ? document : { ...document, layout: layout(document) };
}

/** Whether steps or connections came, went or moved to another scope: then the layout is made anew. */
export function structureChanged(before: Workflow, after: Workflow): boolean {
  if (before.edges.length !== after.edges.length || before.nodes.length !== after.nodes.length) return true;
  const edges =
    before.edges === after.edges ||
    before.edges.every((edge, i) => edge.to === after.edges[i]?.to && edge.id === after.edges[i]?.id);
  if (!edges || before.startAt !== after.startAt) return true;
  return !before.nodes.every((node, i) => {
    const other = after.nodes[i];
    if (node === other) return true;
    if (!other || node.id !== other.id || node.kind !== other.kind) return false;
    if (node.parent?.id !== other.parent?.id || node.parent?.branch !== other.parent?.branch) return false;
    return node.kind !== 'parallel' || other.kind !== 'parallel' || node.branches.length === other.branches.length;
  });
}

/** The tab of the inspector in which a field of a step is edited. */
export function tabOf(path: (string | number)[]): InspectorTab {
  switch (path[0]) {
    case 'arguments':
    case 'items':
    case 'itemSelector':
    case 'inputPath':
      return 'input';
    case 'output':
    case 'assign':
    case 'resultSelector':
    case 'resultPath':
    case 'outputPath':
      return 'output';
    case 'retry':
    case 'catchers':
    case 'timeout':
    case 'heartbeat':
      return 'errors';
    default:
      return 'setup';
  }
}
