'use client';
import { CircleHelp, GitCompareArrows, Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { getWorkflowAction } from '@/lib/actions/workflows';
import type { Overlap } from '@/lib/graph';
import { DraftQuestions, DraftWhy, LedToNothing } from '../../ask/DraftWhy';
import { ProofLine } from '../../ask/ProofLine';
import { useKeysOf } from '../../shell';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { countText } from '../../ui/format';
import { Ago } from '../../ui/Time';
import { isMissing } from '../canvas/icons';
import type { Kept } from '../state/autosave';
import { useEditor } from '../state/context';

export function Bar({
  tone,
  icon,
  children,
  actions,
  tall,
}: {
  /** it may hold more than a line: what stands beside it stays at its top */
  tall?: boolean;
  tone: 'accent' | 'warning';
  icon: React.ReactNode;
  children: React.ReactNode;
  actions: React.ReactNode;
}) {
  return (
    <div
      role="status"
      className={cn(
        'flex shrink-0 flex-wrap gap-x-3 gap-y-2 border-b px-4 py-2 text-sm [&>svg]:size-4 [&>svg]:shrink-0',
        tall ? 'items-start [&>svg]:mt-1' : 'items-center',
        tone === 'accent'
          ? 'border-accent/30 bg-accent-soft [&>svg]:text-accent'
          : 'border-warning/40 bg-warning/10 [&>svg]:text-warning',
      )}
    >
      {icon}
      <div className={cn('min-w-0 flex-1', tall && 'basis-60 pt-0.5')}>{children}</div>
      <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:justify-end">{actions}</div>
    </div>
  );
}

/** A draft that was just made: by whom, what is unsure, keep it or not. */
export function DraftBanner({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => Promise<void> }) {
  const planner = useEditor((state) => state.detail.planner);
  const plan = useEditor((state) => state.detail.plan);
  const document = useEditor((state) => state.document);
  const { nodes } = document.graph;
  const goTo = useEditor((state) => state.goTo);
  const [busy, setBusy] = useState(false);
  const [more, setMore] = useState(false);
  const keysOf = useKeysOf();
  const missing = nodes.filter(isMissing);
  const by = planner?.by === 'model' ? (planner.model ?? 'the model') : 'the offline planner';
  const notes = plan?.notes ?? [];
  const functions = useEditor((state) => state.functions);
  const explanation = plan?.explanation;
  // What has no chips, because its options are no functions, is told.
  const asked = new Set(explanation?.questions.map(({ id }) => id.replace(/^which_/, '')));
  const questions = (plan?.questions ?? []).filter(
    ({ step, options }) => !asked.has(step) && !options.some((name) => functions.has(name)),
  );
  const extra = notes.length + questions.length;
  const prompt = useEditor((state) => state.detail.prompt);
  const [why, setWhy] = useState(false);
  return (
    <Bar
      tall
      tone="accent"
      icon={<Sparkles aria-hidden />}
      actions={
        <>
          <Button
            size="sm"
            variant="ghost"
            busy={busy}
            onClick={async () => {
              setBusy(true);
              await onDiscard();
              setBusy(false);
            }}
          >
            Discard
          </Button>
          <Button size="sm" variant="accent" onClick={onKeep} title={keysOf('keep')}>
            Keep
          </Button>
        </>
      }
    >
      <p>
        <span className="font-medium">Draft by {by}:</span>{' '}
        <ProofLine document={document} waiting={`${countText(nodes.length, 'step')}.`} />{' '}
        {planner?.fallback ? <span className="text-muted">{planner.fallback} </span> : null}
        {extra > 0 ? (
          <button
            type="button"
            onClick={() => setMore(!more)}
            aria-expanded={more}
            className="rounded-sm text-accent underline-offset-2 hover:underline"
          >
            {countText(extra, 'note')}
          </button>
        ) : null}{' '}
        {explanation && prompt ? (
          <button
            type="button"
            onClick={() => setWhy(!why)}
            onKeyDown={(event) => event.key === 'Escape' && setWhy(false)}
            aria-expanded={why}
            className="min-h-6 rounded-sm font-medium text-accent underline-offset-2 hover:underline"
          >
            Why?
          </button>
        ) : null}
      </p>
      {explanation ? <DraftQuestions questions={explanation.questions} /> : null}
      {explanation ? <LedToNothing unplaced={explanation.unplaced} /> : null}
      {missing.length > 0 ? (
        <p className="mt-0.5">
          No function exists for{' '}
          {missing.map((node, i) => (
            <span key={node.id}>
              {i > 0 ? ', ' : ''}
              <button
                type="button"
                onClick={() => goTo(node.id)}
                className="rounded-sm font-medium text-warning hover:underline"
              >
                {node.name}
              </button>
            </span>
          ))}
          . Choose one for it, or remove it.
        </p>
      ) : null}
      {more ? (
        <ul className="mt-1 list-disc pl-5 text-muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {questions.map((question) => (
            <li key={question.id}>
              {question.text} <span className="text-text">Taken: {question.default}.</span>
            </li>
          ))}
        </ul>
      ) : null}
      {why && explanation && prompt ? <DraftWhy prompt={prompt} explanation={explanation} /> : null}
    </Bar>
  );
}

/** Someone, or this person in another tab, saved in between. Nothing is overwritten, nothing is lost. */
export function ConflictBanner({ onSee, ...choices }: { onSee: () => void } & ConflictChoicesProps) {
  return (
    <Bar
      tone="warning"
      icon={<GitCompareArrows aria-hidden />}
      actions={
        <>
          <Button size="sm" onClick={onSee}>
            See what differs
          </Button>
          <ConflictChoices {...choices} />
        </>
      }
    >
      <span className="font-medium">This workflow was changed elsewhere.</span> <SavedThere /> Your changes are kept in
      this browser and not saved.
    </Bar>
  );
}

/** When, as soon as it is known. */
function SavedThere() {
  const id = useEditor((state) => state.id);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    let live = true;
    getWorkflowAction(id)
      .then((answer) => live && answer.ok && setAt(answer.value.updatedAt))
      .catch(() => undefined);
    return () => {
      live = false;
    };
  }, [id]);
  return at === null ? null : (
    <>
      It was saved there <Ago at={at} />.
    </>
  );
}

export type ConflictChoicesProps = {
  onMerge: () => Promise<void>;
  onReload: () => void;
  onKeep: () => Promise<void>;
  onCopy: () => Promise<void>;
};

/** Theirs, mine or both; none of them loses what the other has. */
export function ConflictChoices({ onMerge, onReload, onKeep, onCopy }: ConflictChoicesProps) {
  const [busy, setBusy] = useState<'merge' | 'keep' | 'copy' | null>(null);
  const wait = (what: 'merge' | 'keep' | 'copy', call: () => Promise<void>) => async () => {
    setBusy(what);
    await call();
    setBusy(null);
  };
  return (
    <>
      <Button size="sm" onClick={onReload}>
        Reload theirs
      </Button>
      <Button size="sm" busy={busy === 'keep'} title="Theirs stays as a named version" onClick={wait('keep', onKeep)}>
        Keep mine
      </Button>
      <Button size="sm" busy={busy === 'copy'} onClick={wait('copy', onCopy)}>
        Save mine as a copy
      </Button>
      <Button
        size="sm"
        variant="primary"
        busy={busy === 'merge'}
        title="Takes the changes of both; where both changed the same, yours stand"
        onClick={wait('merge', onMerge)}
      >
        Merge both
      </Button>
    </>
  );
}

/** Says what became of the changes of both, and what to look at. */
export function tellMerged(overlaps: Overlap[], undo: () => void): void {
  const places = [...new Set(overlaps.map(({ where, field }) => (field ? `${where} (${field})` : where)))];
  const shown = places.slice(0, 4).join(', ') + (places.length > 4 ? ` and ${places.length - 4} more` : '');
  toast.success('The changes of both are in it now.', {
    description:
      places.length > 0
        ? `Where both changed the same, yours stand: ${shown}. Theirs is among the versions.`
        : 'Nobody changed what the other did.',
    action: { label: 'Undo', onClick: undo },
    duration: places.length > 0 ? 15_000 : undefined,
  });
}

/** This browser kept changes that were made on an older version than the server now has. */
export function KeptBanner({
  kept,
  onCopy,
  onForget,
}: {
  kept: Kept;
  onCopy: () => Promise<void>;
  onForget: () => void;
}) {
  const [busy, setBusy] = useState(false);
  return (
    <Bar
      tone="warning"
      icon={<CircleHelp aria-hidden />}
      actions={
        <>
          <Button size="sm" variant="ghost" onClick={onForget}>
            Discard them
          </Button>
          <Button
            size="sm"
            variant="primary"
            busy={busy}
            onClick={async () => {
              setBusy(true);
              await onCopy();
              setBusy(false);
            }}
          >
            Open them as a copy
          </Button>
        </>
      }
    >
      <span className="font-medium">Unsaved changes of {new Date(kept.at).toLocaleString()} are in this browser.</span>{' '}
      The workflow has been saved elsewhere since.
    </Bar>
  );
}
