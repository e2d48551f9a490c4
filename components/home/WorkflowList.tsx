'use client';
import { MoreHorizontal, Pencil, Play, Plus, Trash2, Upload, Workflow } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import {
  Ago,
  Button,
  ConfirmDialog,
  countText,
  Dialog,
  EmptyState,
  ErrorNote,
  Field,
  IconButton,
  Input,
  Menu,
  StatusBadge,
  Textarea,
} from '@/components/ui';
import { createWorkflowAction, deleteWorkflowAction, importDefinitionAction } from '@/lib/actions/workflows';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import { emptyDocument } from '@/lib/graph/schema';
import type { WorkflowSummary } from '@/lib/usecases/types';
import { keepTyped } from '../editor/code/typed';
import { drawerOf } from '../editor/state/drawer';
import { Sketch } from './Sketch';

/** Workflows as cards: their shape, how they last ended, and what can be done with them. */
export function WorkflowList({
  workflows: shown,
  inSection = false,
}: {
  workflows: WorkflowSummary[];
  /** stands within a frame already */
  inSection?: boolean;
}) {
  const router = useRouter();
  const [deleting, setDeleting] = useState<WorkflowSummary | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  async function remove() {
    const answer = await deleteWorkflowAction(deleting!.id);
    setDeleting(null);
    if (!answer.ok) return setProblem(answer.problem);
    router.refresh();
  }

  if (shown.length === 0) {
    return (
      <EmptyState framed={!inSection} icon={<Workflow />} title="No workflows yet" action={<NewWorkflowButtons />}>
        Describe what should happen on the{' '}
        <Link href="/" className="rounded-sm text-accent underline underline-offset-2">
          first page
        </Link>
        , or begin with one of these.
      </EmptyState>
    );
  }
  return (
    <>
      {problem ? <ErrorNote problem={problem} className="mb-3" /> : null}
      <ul className="grid gap-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))]">
        {shown.map((workflow) => (
          <li
            key={workflow.id}
            className="group relative flex flex-col overflow-hidden rounded-lg border bg-surface shadow-1 transition-shadow hover:shadow-2"
          >
            <div className="h-28 border-b bg-canvas p-3">
              <Sketch sketch={workflow.sketch} />
            </div>
            <div className="flex min-w-0 flex-1 flex-col gap-1 p-3">
              <Link
                href={`/workflows/${workflow.id}`}
                className="truncate text-sm font-medium after:absolute after:inset-0 after:content-['']"
              >
                {workflow.name}
              </Link>
              <p className="text-xs text-muted">
                {countText(workflow.steps, 'step')} · <Ago at={workflow.updatedAt} />
              </p>
              <div className="mt-1 flex h-6 items-center justify-between">
                {workflow.lastRun ? (
                  <StatusBadge status={workflow.lastRun.status} />
                ) : (
                  <span className="text-xs text-muted">Not run yet</span>
                )}
                <div className="relative z-10 flex gap-0.5">
                  <IconButton
                    size="sm"
                    label={`Run ${workflow.name}`}
                    onClick={() => router.push(`/workflows/${workflow.id}?run=1`)}
                  >
                    <Play className="size-3.5" />
                  </IconButton>
                  <Menu
                    trigger={
                      <button
                        type="button"
                        aria-label={`More for ${workflow.name}`}
                        className="flex size-6 items-center justify-center rounded-sm hover:bg-hover"
                      >
                        <MoreHorizontal className="size-4" />
                      </button>
                    }
                    items={[
                      { label: 'Open', icon: <Pencil />, onSelect: () => router.push(`/workflows/${workflow.id}`) },
                      ...(workflow.lastRun
                        ? [
                            {
                              label: 'Last run',
                              icon: <Play />,
                              onSelect: () => router.push(`/runs/${workflow.lastRun!.id}`),
                            },
                          ]
                        : []),
                      { separator: true as const },
                      { label: 'Delete…', icon: <Trash2 />, danger: true, onSelect: () => setDeleting(workflow) },
                    ]}
                  />
                </div>
              </div>
            </div>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={(open) => !open && setDeleting(null)}
        title={`Delete “${deleting?.name}”?`}
        description="The workflow and its state machine are removed. Its runs stay in the list of runs."
        confirm="Delete"
        danger
        onConfirm={() => void remove()}
      />
    </>
  );
}

/** Makes a workflow of no steps and opens it; a refusal is told. */
export function useNewWorkflow(): { create: () => void; creating: boolean } {
  const router = useRouter();
  const [creating, setCreating] = useState(false);
  const create = async () => {
    setCreating(true);
    const answer = await createWorkflowAction({ name: 'Untitled workflow', document: emptyDocument() }).catch(
      () => null,
    );
    if (answer?.ok) return router.push(`/workflows/${answer.value.id}`);
    setCreating(false);
    toast.error(answer ? answer.problem.message : 'The server did not answer.', {
      description: answer?.problem.hint ?? 'Try again.',
    });
  };
  return { create: () => void create(), creating };
}

/** Begin with an empty canvas, or with a definition that exists. */
export function NewWorkflowButtons() {
  const [importing, setImporting] = useState(false);
  const { create, creating } = useNewWorkflow();
  return (
    <>
      <Button size="sm" busy={creating} onClick={create}>
        <Plus className="size-3.5" aria-hidden /> New workflow
      </Button>
      <Button size="sm" onClick={() => setImporting(true)}>
        <Upload className="size-3.5" aria-hidden /> Import ASL
      </Button>
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </>
  );
}

const UNNAMED = 'Imported workflow';

export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter();
  const [name, setName] = useState(UNNAMED);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  async function read(file: File | undefined) {
    if (!file) return;
    setText(await file.text());
    setProblem(null);
    if (name === UNNAMED) setName(file.name.replace(/(\.asl)?\.(json|ya?ml|asl)$/i, '') || UNNAMED);
  }
  /** The text waits in the editor's code, with the place that is wrong, until it is right; the canvas is empty till then. */
  async function openAsItIs() {
    setOpening(true);
    const answer = await createWorkflowAction({ name: name.trim() || UNNAMED, document: emptyDocument() }).catch(
      (error) => ({ ok: false as const, problem: viewOf(error) }),
    );
    setOpening(false);
    if (!answer.ok) return setProblem(answer.problem);
    const format = text.trimStart().startsWith('{') ? 'json' : 'yaml';
    keepTyped(drawerOf('localStorage'), answer.value.id, { text, format, base: null });
    router.push(`/workflows/${answer.value.id}`);
  }
  async function submit() {
    setBusy(true);
    setProblem(null);
    const answer = await importDefinitionAction({ name, text }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    router.push(`/workflows/${answer.value.id}`);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Import a definition"
      description="Amazon States Language as JSON or YAML, from AWS or a file. Nothing is run."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={text.trim() === ''} onClick={() => void submit()}>
            Import
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label="Name">
          {(control) => <Input {...control} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field
          label="Definition"
          aside={
            <label className="cursor-pointer text-xs text-accent underline-offset-2 hover:underline">
              From a file
              <input
                type="file"
                accept=".json,.asl,.yaml,.yml,application/json,application/yaml"
                className="sr-only"
                onChange={(event) => void read(event.target.files?.[0])}
              />
            </label>
          }
        >
          {(control) => (
            <Textarea
              {...control}
              rows={12}
              spellCheck={false}
              className="font-mono text-xs"
              placeholder='{ "StartAt": "…", "States": { … } }'
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {problem ? (
          <ErrorNote
            problem={problem}
            actions={
              text.trim() === '' ? null : (
                <Button size="sm" busy={opening} onClick={() => void openAsItIs()}>
                  Open it in the editor as it is
                </Button>
              )
            }
          />
        ) : null}
      </div>
    </Dialog>
  );
}
