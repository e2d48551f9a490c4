'use client';
import { History, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { toast } from 'sonner';
import {
  compareWorkflowAction,
  deleteVersionAction,
  listVersionsAction,
  nameVersionAction,
} from '@/lib/actions/versions';
import type { ProblemView, Result } from '@/lib/base/problem';
import { restoreStep } from '@/lib/graph';
import type { ComparisonView, VersionSummary } from '@/lib/usecases/types';
import { Button, IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/Card';
import { cn } from '../../ui/cn';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { countText } from '../../ui/format';
import { Input } from '../../ui/Input';
import { useEditor, useEditorStore } from '../state/context';
import { Comparison } from './Comparison';

const AWAY: ProblemView = {
  code: 'SERVER_UNREACHABLE',
  message: 'The server did not answer.',
  hint: 'Your changes are kept in this browser. Try again when it is back.',
};
const orAway = <T,>(call: Promise<Result<T>>): Promise<Result<T>> =>
  call.catch(() => ({ ok: false, problem: AWAY }) as const);

/** The states of this workflow that were given a name: make one, see what changed since, go back to it. */
export function VersionsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="xl"
      title="Versions"
      description="Name a state of this workflow to find it again. Going back is one step of undo."
    >
      {open ? <Versions onDone={() => onOpenChange(false)} /> : null}
    </Dialog>
  );
}

function Versions({ onDone }: { onDone: () => void }) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const [versions, setVersions] = useState<VersionSummary[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [view, setView] = useState<ComparisonView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);

  const load = useCallback(async () => {
    const answer = await orAway(listVersionsAction(store.getState().id));
    if (answer.ok) setVersions(answer.value);
    else setProblem(answer.problem);
  }, [store]);
  useEffect(() => void load(), [load]);

  useEffect(() => {
    if (!chosen) return setView(null);
    let live = true;
    const { id } = store.getState();
    void orAway(compareWorkflowAction({ workflowId: id, versionId: chosen, document })).then((answer) => {
      if (!live) return;
      setView(answer.ok ? answer.value : null);
      setProblem(answer.ok ? null : answer.problem);
    });
    return () => {
      live = false;
    };
  }, [chosen, document, store]);

  const save = async () => {
    setBusy(true);
    const { id, document: now } = store.getState();
    const given = name.trim() || `Version ${(versions?.length ?? 0) + 1}`;
    const answer = await orAway(nameVersionAction({ workflowId: id, name: given, document: now }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    setName('');
    setProblem(null);
    await load();
  };
  const remove = async (version: VersionSummary) => {
    const answer = await orAway(deleteVersionAction(version.id));
    if (!answer.ok) return setProblem(answer.problem);
    if (chosen === version.id) setChosen(null);
    await load();
  };
  const restoreAll = () => {
    if (!view) return;
    const { edit, undo } = store.getState();
    edit(() => ({ document: view.document }), { keepLayout: true });
    toast.success(`Back to “${view.name}”`, { action: { label: 'Undo', onClick: undo } });
    onDone();
  };
  const restoreOne = (step: string) => {
    if (!view) return;
    const { edit, undo } = store.getState();
    const answer = edit((now) => restoreStep(now, view.document, step));
    if (answer) toast.success('The step is back as it was', { action: { label: 'Undo', onClick: undo } });
  };

  return (
    <div className="flex flex-col gap-4 md:flex-row">
      <div className="flex shrink-0 flex-col gap-3 md:w-64">
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Input
            aria-label="Name of the version"
            placeholder="Name this state…"
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" variant="primary" busy={busy}>
            Save
          </Button>
        </form>
        <ul aria-label="Versions" className="flex flex-col gap-1">
          {versions?.map((version) => (
            <li key={version.id} className="flex items-center gap-1">
              <button
                type="button"
                aria-pressed={chosen === version.id}
                onClick={() => setChosen(version.id)}
                className={cn(
                  'min-w-0 flex-1 rounded-md px-2.5 py-1.5 text-left hover:bg-hover',
                  chosen === version.id && 'bg-accent-soft',
                )}
              >
                <span className="block truncate text-sm font-medium">{version.name}</span>
                <span className="block text-xs text-muted">
                  {new Date(version.savedAt).toLocaleString()} · {countText(version.steps, 'step')}
                </span>
              </button>
              <IconButton size="sm" label={`Delete the version ${version.name}`} onClick={() => void remove(version)}>
                <Trash2 className="size-3.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      </div>
      <div className="min-w-0 flex-1">
        {problem ? <ErrorNote problem={problem} /> : null}
        {view && chosen ? (
          <section aria-label={`Since ${view.name}`} className="flex flex-col gap-3">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h3 className="text-sm font-semibold">What changed since “{view.name}”</h3>
              <Button size="sm" onClick={restoreAll}>
                <History className="size-3.5" aria-hidden /> Go back to it
              </Button>
            </div>
            <Comparison view={view} onRestore={restoreOne} />
          </section>
        ) : versions?.length === 0 ? (
          <EmptyState framed className="!py-10" icon={<History />} title="No version has a name yet">
            Name the workflow as it is now, and come back to it from whatever you make of it: all of it, or one step.
          </EmptyState>
        ) : versions && versions.length > 0 ? (
          <p className="text-sm text-muted">Choose a version to see what changed since.</p>
        ) : null}
      </div>
    </div>
  );
}
