/** What the editor keeps, slice by slice. A slice owns its fields and the verbs that change them. */
import type { Json } from '@/lib/base/json';
import type { Diagnostic, ProblemView, Severity } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { Spot, WorkflowDocument } from '@/lib/graph';
import type { RunDetail, WorkflowDetail } from '@/lib/usecases/types';
import type { Status } from '../../ui/status';

export type EditOptions = {
  /** edits in a row with the same key are one step of undo: the letters of a word */
  merge?: string;
  /** leave the steps where they are, even if the structure changed */
  keepLayout?: boolean;
};

export type DocumentSlice = {
  id: string;
  name: string;
  document: WorkflowDocument;
  functions: Map<string, FunctionManifest>;
  /** a graph that is looked at, not edited */
  readOnly: boolean;
  detail: Pick<WorkflowDetail, 'prompt' | 'plan' | 'planner' | 'invokePath'>;
  rename: (name: string) => void;
  /**
   * The one door through which the document changes: a pure edit of lib/graph.
   * @returns what the edit answered; `null` when it was refused, and the person was told why
   */
  edit: <T extends { document: WorkflowDocument }>(
    change: (document: WorkflowDocument) => T,
    options?: EditOptions,
  ) => T | null;
  replace: (document: WorkflowDocument, name?: string) => void;
  /** folds a container, or unfolds it */
  setCollapsed: (id: string) => void;
  undo: () => void;
  redo: () => void;
};

/** A place that a person is to look at: a step, and within it a field. `at` tells two visits apart. */
export type Focus = { tab: InspectorTab; path: (string | number)[]; at: number };
export type InspectorTab = 'setup' | 'input' | 'output' | 'errors' | 'asl';

export type SelectionSlice = {
  /** ids of steps, in the order of selection */
  selected: string[];
  selectedEdge: string | null;
  inspectorTab: InspectorTab;
  focus: Focus | null;
  select: (ids: string[]) => void;
  selectEdge: (id: string | null) => void;
  setInspectorTab: (tab: InspectorTab) => void;
  /** selects a step and opens the place in it that a path names */
  goTo: (node: string | undefined, path?: (string | number)[]) => void;
};

export type ProblemsSlice = {
  problems: Diagnostic[];
  worstOf: Record<string, Severity>;
  hash: string;
  setProblems: (problems: Diagnostic[], hash: string) => void;
};

export type SaveState =
  | { kind: 'saved'; at: number }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'failed'; problem: ProblemView }
  | { kind: 'conflict'; problem: ProblemView };
export type SaveSlice = {
  revision: number;
  save: SaveState;
  setSave: (save: SaveState, revision?: number) => void;
  /** the browser's storage is full or refused: what is not saved yet is in this tab alone */
  withheld: boolean;
  setWithheld: (withheld: boolean) => void;
};

/** What a run says of one step. */
export type StepRun = { status: Status; detail?: string };
export type RunSlice = {
  runId: string | null;
  stepRuns: Record<string, StepRun>;
  run: RunDetail | null;
  /** the input of the last run, kept for the next */
  lastInput: Json | undefined;
  openRun: (runId: string | null) => void;
  setRun: (run: RunDetail | null, stepRuns: Record<string, StepRun>) => void;
  setLastInput: (input: Json) => void;
};

export type ViewSlice = {
  /** the graph as a picture, as a tree, as text */
  view: 'design' | 'outline' | 'code';
  /** the window has room for text beside the picture */
  wide: boolean;
  showPalette: boolean;
  showInspector: boolean;
  showProblems: boolean;
  zoom: number;
  /** where the menu of new steps is open, and on screen where */
  insertAt: { spot: Spot; x: number; y: number } | null;
  /** the words that are looked for stand in a bar on the canvas, or do not */
  finding: 'find' | 'replace' | null;
  /** the step from which a connection is being drawn by keyboard */
  connecting: string | null;
  setView: (view: ViewSlice['view']) => void;
  toggle: (panel: 'showPalette' | 'showInspector' | 'showProblems', open?: boolean) => void;
  setZoom: (zoom: number) => void;
  openInsert: (insert: ViewSlice['insertAt']) => void;
  setFinding: (finding: ViewSlice['finding']) => void;
  setConnecting: (from: ViewSlice['connecting']) => void;
};

export type EditorState = DocumentSlice & SelectionSlice & ProblemsSlice & SaveSlice & RunSlice & ViewSlice;
