'use client';
/**
 * The editor: a workflow as a graph that a person can change, and run.
 *
 *   WorkflowDetail, FunctionManifest[] ──▶ palette | canvas or code | inspector, with problems or a run below
 *
 * Draws and listens; what happens to the document happens in state/. Start at `Workbench`, which is long because it is
 * where saving, running, keys and panels meet.
 * @module
 */
import { History, ListChecks, ListTree, Play, Sparkles, X } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { ReactFlowProvider, useReactFlow } from 'reactflow';
import { toast } from 'sonner';
import {
  createWorkflowAction,
  deleteWorkflowAction,
  getWorkflowAction,
  saveWorkflowAction,
} from '@/lib/actions/workflows';
import type { ProblemView } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { isContainer, nodeOf, WorkflowDocument } from '@/lib/graph';
import type { WorkflowDetail } from '@/lib/usecases/types';
import { ASK_ID, AskBar } from '../ask/AskBar';
import { checkpoint } from '../ask/checkpoint';
import { ReviewGraph } from '../ask/ReviewGraph';
import { ReviewPanel } from '../ask/ReviewPanel';
import { type Faults, useAsk } from '../ask/useAsk';
import { useReview } from '../ask/useReview';
import { useThread } from '../ask/useThread';
import { keepPrompt } from '../home/kept-prompt';
import { stopRun } from '../run/StopButton';
import { Crumbs, type PaletteCommand, useConnection, useKeys, usePaletteCommands } from '../shell';
import { IconButton } from '../ui/Button';
import { isOver } from '../ui/status';
import { Canvas, FIT_OPTIONS, focusStep } from './canvas/Canvas';
import { layoutLater } from './canvas/layoutLater';
import { useCanvasTools } from './canvas/useCanvasTools';
import { CodeBeside, useWide } from './code/CodeBeside';
import { readTyped } from './code/typed';
import { EditorBar } from './EditorBar';
import { EditorTitle } from './EditorTitle';
import { Inspector } from './inspector/Inspector';
import { RemoveDialog } from './inspector/RemoveDialog';
import { NAME_ID } from './inspector/SetupTab';
import { useLaterParts } from './later';
import { Outline } from './outline/Outline';
import { InsertMenu } from './palette/InsertMenu';
import { SEARCH_ID, StepPalette } from './palette/StepPalette';
import { ConflictBanner, ConflictChoices, DraftBanner, KeptBanner, tellMerged } from './panels/Banners';
import { NewerBanner } from './panels/NewerBanner';
import { ProblemsPanel } from './panels/ProblemsPanel';
import { StatusBar } from './panels/StatusBar';
import { stepThroughProblems } from './panels/step-problems';
import { useKeptRun } from './panels/useKeptRun';
import { useLeaveGuard, WithheldBanner } from './panels/Withheld';
import { CodeView, ConflictDialog, RunDialog, RunPanel, VersionsDialog } from './parts';
import { type Autosave, autosave, forget, type Kept, keptIn } from './state/autosave';
import { watchProblems } from './state/check';
import { useClipboard } from './state/clipboard';
import { duplicateSelection, removeSelection } from './state/commands';
import { keepMine, mergeBoth } from './state/conflict';
import { EditorProvider, useEditor, useEditorStore } from './state/context';
import { drawerOf } from './state/drawer';
import { keepHistory } from './state/history';
import { createEditorStore } from './state/store';
import { TryHost, useTryCommands } from './try/TryHost';

export type EditorProps = {
  detail: WorkflowDetail;
  functions: FunctionManifest[] /** a run that is being prepared: the draft was to be run at once */;
  jobId?: string | null;
};

export function Editor({ detail, functions, jobId = null }: EditorProps) {
  const [current, setCurrent] = useState(detail);
  // Another revision is another session, with a history of its own.
  return <Session key={current.revision} detail={current} functions={functions} jobId={jobId} onNewer={setCurrent} />;
}

function Session({ detail, functions, jobId, onNewer }: EditorProps & { onNewer: (detail: WorkflowDetail) => void }) {
  const [store] = useState(() => createEditorStore({ detail, functions, layoutLater }));
  const [fromServer] = useState(useFromServer());
  // Going back in the browser shows the page as it was kept, which may be older than what was saved since.
  useEffect(() => {
    if (fromServer) return; // never kept: it was read for this very answer
    let live = true;
    getWorkflowAction(detail.id)
      .then((answer) => {
        const { revision, save, document } = store.getState();
        const untouched =
          save.kind === 'saved' &&
          store.temporal.getState().pastStates.length === 0 &&
          document.graph === detail.document.graph;
        if (live && answer.ok && answer.value.revision > revision && untouched) onNewer(answer.value);
      })
      .catch(() => undefined);
    return () => {
      live = false;
    };
  }, [fromServer, store, detail, onNewer]);
  return (
    <EditorProvider store={store}>
      <ReactFlowProvider>
        <Crumbs items={[{ label: 'Workflows', href: '/workflows' }, { label: <EditorTitle store={store} /> }]} />
        <Workbench startedJob={jobId ?? null} />
      </ReactFlowProvider>
    </EditorProvider>
  );
}

const never = () => () => undefined;
/** Whether this is drawn for the first time after the page was loaded from the server as a whole. */
const useFromServer = (): boolean =>
  useSyncExternalStore(
    never,
    () => false,
    () => true,
  );

const SIDE =
  'flex min-h-0 shrink-0 flex-col border-border max-lg:absolute max-lg:inset-y-0 max-lg:z-20 max-lg:shadow-3';

/** The list of changes stands beside the canvas that shows them; on a narrow window below it. */
const REVIEW =
  'flex min-h-0 shrink-0 flex-col border-border bg-surface max-lg:absolute max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-30 max-lg:h-[46%] max-lg:border-t max-lg:shadow-3';

// The same objects each time: what reads its own values from the store is not drawn again with what is around it.
const CANVAS = <Canvas />;
const PALETTE = (
  <Suspense>
    <StepPalette />
  </Suspense>
);
const INSPECTOR = (
  <Suspense>
    <Inspector />
  </Suspense>
);
const STATUS = <StatusBar />;
const ASIDE = (
  <>
    <InsertMenu />
    <RemoveDialog />
  </>
);

/** ms after which a panel that was opened has its size, and what changes it then is a person */
const SETTLED = 1000;

function Workbench({ startedJob }: { startedJob: string | null }) {
  const store = useEditorStore();
  const router = useRouter();
  const search = useSearchParams();
  const { fitView, zoomIn, zoomOut, zoomTo } = useReactFlow();
  const root = useRef<HTMLDivElement>(null);
  const saver = useRef<Autosave | null>(null);
  const [asking, setAsking] = useState(false);
  const [run, setRun] = useState<{ jobId: string | null; runId: string | null } | null>(() => {
    // `?look=`: come here from the page of a run, to do something about it.
    const looked = search.get('look');
    return startedJob || looked ? { jobId: startedJob, runId: looked } : null;
  });
  const [kept, setKept] = useState<Kept | null>(null);
  const [versions, setVersions] = useState(false);
  const [differs, setDiffers] = useState(false);
  const [draft, setDraft] = useState(search.get('draft') === '1');
  const view = useEditor((state) => state.view);
  const showPalette = useEditor((state) => state.showPalette);
  const showInspector = useEditor((state) => state.showInspector);
  const showProblems = useEditor((state) => state.showProblems);
  const wide = useWide(store);
  const saveKind = useEditor((state) => state.save.kind);
  const { open: online, epoch } = useConnection();
  useLeaveGuard(store);
  useLaterParts();

  // ------------------------------------------------------------------ saving and checking

  useEffect(() => {
    const stopChecking = watchProblems(store);
    const drawer = drawerOf('localStorage');
    const found = keptIn(drawer, store.getState().id);
    const started = autosave(store, saveWorkflowAction, drawer, { current: getWorkflowAction });
    saver.current = started;
    if (found) restore(found);
    const history = keepHistory(store, drawerOf('sessionStorage'));
    return () => {
      stopChecking();
      history.stop();
      void started.flush();
      started.stop();
    };

    /** What was typed and not saved comes back, if nobody saved in between. */
    function restore(found: Kept): void {
      const read = WorkflowDocument.safeParse(found.document);
      const { revision, id, document, name } = store.getState();
      if (!read.success) forget(drawerOf('localStorage'), id);
      else if (found.revision !== revision) setKept({ ...found, document: read.data });
      else if (JSON.stringify(read.data) !== JSON.stringify(document) || found.name !== name) {
        store.getState().replace(read.data, found.name);
        toast('Unsaved changes are back', {
          description: 'They were kept in this browser.',
          action: { label: 'Undo', onClick: store.getState().undo },
        });
      } else forget(drawerOf('localStorage'), id);
    }
  }, [store]);
  // When the server is back, at once; a save that fails while it is there is tried again ever less often.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only its coming back counts
  useEffect(() => {
    if (online && saveKind === 'failed') void saver.current?.flush();
  }, [online, epoch]);
  // Text that was typed and could not be taken is in sight at once: the canvas does not show it.
  useEffect(() => {
    const { id, setView } = store.getState();
    if (readTyped(drawerOf('localStorage'), id)) setView('code');
  }, [store]);
  useEffect(() => {
    if (window.matchMedia('(max-width: 1023px)').matches) {
      store.getState().toggle('showPalette', false);
      store.getState().toggle('showInspector', false);
    }
  }, [store]);

  const copyOf = useCallback(
    async (name: string, document: WorkflowDocument) => {
      const answer = await createWorkflowAction({ name: `${name} (copy)`, document }).catch(() => null);
      if (answer?.ok) {
        forget(drawerOf('localStorage'), store.getState().id);
        router.push(`/workflows/${answer.value.id}`);
      } else
        toast.error(answer ? answer.problem.message : 'The server did not answer.', {
          description: answer?.problem.hint ?? 'Your changes stay in this browser.',
        });
    },
    [router, store],
  );

  // ------------------------------------------------------------------ running

  const askToRun = useCallback(() => {
    const { problems, toggle, goTo } = store.getState();
    const first = problems.find(({ severity }) => severity === 'error');
    if (first) {
      toggle('showProblems', true);
      setRun(null);
      goTo(first.at.node, first.at.path);
      toast.error('This workflow cannot run yet.', { description: `${first.message} ${first.hint}` });
      return;
    }
    setAsking(true);
  }, [store]);
  // `?run=1`: come here to run it.
  const wantsRun = search.get('run') === '1';
  useEffect(() => {
    if (!wantsRun) return;
    askToRun();
    router.replace(`/workflows/${store.getState().id}`);
  }, [wantsRun, askToRun, router, store]);
  /** The server runs what it has: so it gets what is on the screen first. */
  const saveFirst = useCallback(async (): Promise<ProblemView | null> => {
    if (await saver.current?.flush()) return null;
    const { save } = store.getState();
    return save.kind === 'failed' || save.kind === 'conflict' ? save.problem : null;
  }, [store]);
  const onTrial = useCallback((jobId: string) => setRun({ jobId, runId: null }), []);
  useKeptRun(
    run !== null,
    useCallback((runId: string) => setRun({ jobId: null, runId }), []),
  );
  const showAll = useCallback(() => void fitView(FIT_OPTIONS), [fitView]);
  const hasRun = run !== null;
  const fitted = useRef(false);
  useEffect(() => {
    // It begins as large as it can be.
    if (!fitted.current && !hasRun && !showProblems) {
      fitted.current = true;
      return;
    }
    fitted.current = true;
    // Once the canvas has the room that it keeps: a busy page gives it late, and in more than one step.
    const fit = () =>
      requestAnimationFrame(() => {
        // Who has just been led to a step is left with it.
        const { focus } = store.getState();
        if (!focus || Date.now() - focus.at > SETTLED) showAll();
      });
    const canvas = root.current?.querySelector('.react-flow');
    const sized = new ResizeObserver(fit);
    if (canvas) sized.observe(canvas);
    const timer = setTimeout(fit, 80);
    const settled = setTimeout(() => sized.disconnect(), SETTLED);
    return () => {
      sized.disconnect();
      clearTimeout(timer);
      clearTimeout(settled);
    };
  }, [hasRun, showProblems, showAll, store]);

  // ------------------------------------------------------------------ asking

  const thread = useThread();
  const ask = useAsk(thread);
  const review = useReview(ask.edits);
  const focusAsk = () => document.getElementById(ASK_ID)?.focus();
  const discard = () => {
    thread.end((was) => (was.kind === 'proposed' ? { ...was, kind: 'discarded' } : was));
    ask.clear();
    requestAnimationFrame(focusAsk);
  };
  /** One step of the history, whatever is in it. */
  const keep = () => {
    if (!review || review.pending || !review.view.edits.some(({ status }) => status === 'done')) return;
    const { document: changed, edits } = review.view;
    checkpoint(store.getState().id, review.edits.wish, store.getState().document);
    store.getState().edit(() => ({ document: changed }));
    ask.clear();
    const { undo } = store.getState();
    const count = edits.filter(({ status }) => status === 'done').length;
    thread.end((was) => (was.kind === 'proposed' ? { ...was, kind: 'kept', kept: count } : was));
    toast.success(count === 1 ? 'The change is kept' : `${count} changes are kept`, {
      action: { label: 'Undo', onClick: undo },
    });
    requestAnimationFrame(showAll);
  };
  /** A change that is looked at, or that is being written: the canvas shows it, and cannot be edited. */
  const ghosts = review?.view ?? ask.ghosts;
  const fix = (faults: Faults) => void ask.ask('', faults);

  // ------------------------------------------------------------------ keys

  // Text alone has keys of its own; a picture, a tree of steps and text beside a picture have the same.
  const design = view !== 'code' || wide;
  const keepDraft = () => {
    setDraft(false);
    // At once, without asking the server: who reloads in the next moment has kept it all the same.
    window.history.replaceState(null, '', `/workflows/${store.getState().id}`);
  };
  /** Saving is automatic: who asks for it wants a state to come back to. */
  const saveNow = async () => {
    if (await saver.current?.flush())
      toast.success('Saved', {
        id: 'saved',
        action: { label: 'Name this version…', onClick: () => setVersions(true) },
      });
  };
  const rename = () => {
    const { selected, goTo } = store.getState();
    if (selected.length !== 1) return false;
    // At once: letters typed in the same breath belong into the field.
    flushSync(() => goTo(selected[0], ['name']));
    const field = document.getElementById(NAME_ID);
    field?.focus();
    if (field instanceof HTMLInputElement) field.select();
  };
  const remove = () => {
    removeSelection(store);
    const [heir] = store.getState().selected;
    if (heir) requestAnimationFrame(() => focusStep(root.current, heir));
  };
  const fold = (folded: boolean) => {
    const { selected, document, setCollapsed } = store.getState();
    for (const id of selected) {
      if (isContainer(nodeOf(document.graph, id)) && document.layout.collapsed.includes(id) !== folded)
        setCollapsed(id);
    }
  };
  const nextProblem = () => stepThroughProblems(store, 1);
  const addMenu = () => {
    flushSync(() => store.getState().toggle('showPalette', true));
    document.getElementById(SEARCH_ID)?.focus();
  };
  const runOrStop = () => {
    const { run: shown } = store.getState();
    if (shown && !isOver(shown.status)) void stopRun(shown.id);
    else askToRun();
  };
  const otherView = () => store.getState().setView(view === 'code' ? 'design' : 'code');
  const deselect = () => store.getState().select([]);
  useKeys({
    run: runOrStop,
    save: () => void saveNow(),
    nextProblem,
    problemBefore: () => stepThroughProblems(store, -1),
    code: otherView,
    outline: () => store.getState().setView(view === 'outline' ? 'design' : 'outline'),
    undo: () => store.getState().undo(),
    redo: () => store.getState().redo(),
    ask: focusAsk,
    ...(review && {
      nextChange: () => review.go(1),
      changeBefore: () => review.go(-1),
      accept: () => review.decide(true),
      reject: () => review.decide(false),
      keep,
      discard,
    }),
    ...(draft && !ghosts && { keep: keepDraft }),
    ...(design &&
      !ghosts && {
        addStep: addMenu,
        rename,
        remove,
        duplicate: () => duplicateSelection(store),
        selectAll: () => store.getState().select(store.getState().document.graph.nodes.map(({ id }) => id)),
        deselect,
        fold: () => fold(true),
        unfold: () => fold(false),
        fit: showAll,
        fullSize: () => void zoomTo(1, { duration: 150 }),
        zoomIn: () => void zoomIn(),
        zoomOut: () => void zoomOut(),
      }),
  });
  useClipboard(design && !ghosts);
  const tools = useCanvasTools(view === 'design' && !ghosts, showAll);
  const tryCommands = useTryCommands(onTrial);
  const commands = useMemo<PaletteCommand[]>(
    () => [
      { id: 'run', label: 'Run this workflow', icon: <Play />, keys: 'run', run: askToRun },
      {
        id: 'ask',
        label: 'Ask or change this workflow',
        icon: <Sparkles />,
        keys: 'ask',
        run: () => document.getElementById(ASK_ID)?.focus(),
      },
      {
        id: 'outline',
        label: 'Show the outline',
        icon: <ListTree />,
        keys: 'outline',
        run: () => store.getState().setView('outline'),
      },
      {
        id: 'versions',
        label: 'Versions of this workflow',
        icon: <History />,
        run: () => setVersions(true),
      },
      {
        id: 'problems',
        label: 'Show the problems',
        icon: <ListChecks />,
        run: () => store.getState().toggle('showProblems', true),
      },
      ...tools,
      ...tryCommands,
    ],
    [askToRun, store, tools, tryCommands],
  );
  usePaletteCommands(commands);

  // ------------------------------------------------------------------ picture

  const choices = {
    onMerge: async () => {
      if (!saver.current) return;
      const merged = await mergeBoth(store, saver.current.base());
      if ('problem' in merged) return void toast.error(merged.problem.message, { description: merged.problem.hint });
      setDiffers(false);
      tellMerged(merged.overlaps, store.getState().undo);
      await saver.current.flush();
    },
    onReload: () => {
      forget(drawerOf('localStorage'), store.getState().id);
      window.location.reload();
    },
    onKeep: async () => {
      const problem = await keepMine(store);
      if (problem) toast.error(problem.message, { description: problem.hint });
      else await saver.current?.flush();
    },
    onCopy: () => copyOf(store.getState().name, store.getState().document),
  };
  return (
    <div ref={root} className="flex h-full min-h-0 flex-col">
      <Heading />
      {/* What stands around the canvas comes alive after it: React takes up the parts of a page one by one. */}
      <Suspense>
        <EditorBar onRun={askToRun} onVersions={() => setVersions(true)} />
      </Suspense>
      <WithheldBanner />
      <NewerBanner />
      {saveKind === 'conflict' ? (
        <ConflictBanner onSee={() => setDiffers(true)} {...choices} />
      ) : kept ? (
        <KeptBanner
          kept={kept}
          onCopy={() => copyOf(kept.name, kept.document)}
          onForget={() => {
            forget(drawerOf('localStorage'), store.getState().id);
            setKept(null);
          }}
        />
      ) : null}
      {draft && !ghosts ? (
        <DraftBanner
          onKeep={keepDraft}
          onDiscard={async () => {
            const { id, detail } = store.getState();
            const answer = await deleteWorkflowAction(id).catch(() => null);
            if (!answer?.ok) {
              toast.error(answer ? answer.problem.message : 'The server did not answer.', {
                description: answer?.problem.hint ?? 'Try again.',
              });
              return;
            }
            saver.current?.stop();
            forget(drawerOf('localStorage'), id);
            // The words stand in the box again, to be said better.
            if (detail.prompt) keepPrompt({ prompt: detail.prompt, files: [] });
            router.push('/');
          }}
        />
      ) : null}
      <div className="relative flex min-h-0 flex-1">
        {showPalette && view !== 'code' ? (
          <aside aria-label="Steps to add" className={`${SIDE} w-[260px] border-r max-lg:left-0`}>
            <SheetHead title="Steps to add" onClose={() => store.getState().toggle('showPalette', false)} />
            {PALETTE}
          </aside>
        ) : null}
        <Group orientation="vertical" className="min-w-0 flex-1">
          <Panel id="main" minSize="20%">
            {ghosts ? (
              <ReviewGraph ghosts={ghosts} review={review} outline={view === 'outline'} />
            ) : view === 'design' ? (
              CANVAS
            ) : view === 'outline' ? (
              <Outline />
            ) : wide ? (
              <CodeBeside onNextProblem={nextProblem} />
            ) : (
              <CodeView onNextProblem={nextProblem} />
            )}
          </Panel>
          {run || showProblems ? (
            <>
              <Separator className="h-px bg-border outline-none hover:bg-accent focus-visible:bg-accent" />
              <Panel id="bottom" defaultSize={run ? '42%' : '26%'} minSize="15%">
                {run ? (
                  <RunPanel
                    key={run.jobId ?? run.runId}
                    jobId={run.jobId}
                    runId={run.runId}
                    onClose={() => setRun(null)}
                    onAgain={askToRun}
                    onBegun={(runId) => setRun({ jobId: null, runId })}
                    onFix={(failure) => fix({ problems: [], failure })}
                  />
                ) : (
                  <ProblemsPanel onFix={(problems) => fix({ problems, failure: null })} />
                )}
              </Panel>
            </>
          ) : null}
        </Group>
        {review ? (
          <aside aria-label="Review" className={`${REVIEW} w-[360px] border-l max-lg:w-full`}>
            <ReviewPanel review={review} onKeep={keep} onDiscard={discard} />
          </aside>
        ) : showInspector && design ? (
          <aside aria-label="Settings" className={`${SIDE} w-[360px] max-w-full border-l max-lg:right-0`}>
            <SheetHead title="Settings" onClose={() => store.getState().toggle('showInspector', false)} />
            {INSPECTOR}
          </aside>
        ) : null}
      </div>
      <Suspense>
        <AskBar ask={ask} thread={thread} />
        {STATUS}
      </Suspense>
      {ASIDE}
      <VersionsDialog open={versions} onOpenChange={setVersions} />
      <ConflictDialog
        open={differs && saveKind === 'conflict'}
        onOpenChange={setDiffers}
        footer={<ConflictChoices {...choices} />}
      />
      <TryHost active={design && !ghosts} onStarted={onTrial} />
      <RunDialog
        open={asking}
        onOpenChange={setAsking}
        beforeStart={saveFirst}
        onStarted={(jobId) => {
          setAsking(false);
          setRun({ jobId, runId: null });
        }}
      />
    </div>
  );
}

/** On a narrow window the sides lie over the canvas, and can be put away. */
function SheetHead({ title, onClose }: { title: string; onClose: () => void }) {
  return (
    <div className="flex h-9 shrink-0 items-center justify-between border-b bg-surface pr-2 pl-4 text-xs font-medium text-muted lg:hidden">
      {title}
      <IconButton label={`Close: ${title}`} size="sm" onClick={onClose}>
        <X className="size-3.5" />
      </IconButton>
    </div>
  );
}

/** The page's heading for those who go by headings; it is seen in the breadcrumb. */
const Heading = () => <h1 className="sr-only">{useEditor((state) => state.name)}</h1>;
