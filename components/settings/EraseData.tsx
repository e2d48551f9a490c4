'use client';
import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { Button, countText, Dialog, ErrorNote, Field, Input, Spinner } from '@/components/ui';
import { eraseAction, getErasableAction } from '@/lib/actions/settings';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { ErasableView } from '@/lib/usecases/types';

type What = 'runs' | 'everything';
const WORDS: Record<What, string> = { runs: 'erase runs', everything: 'erase everything' };

/** Two buttons that take away for good what was made here: they say how much it is, and ask for words to be typed. */
export function EraseData({ target }: { target: 'local' | 'aws' }) {
  const [what, setWhat] = useState<What | null>(null);
  return (
    <div className="mt-4 border-t pt-4">
      <h3 className="text-sm font-medium">Erase</h3>
      <p className="mt-1 text-sm text-muted">
        Either the runs alone, with what went in and came out, or all that you made here. Neither can be undone: export
        first what you may want again.
        {target === 'aws'
          ? ' What was deployed and the files of the bucket stay on AWS until you delete them there.'
          : ''}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setWhat('runs')}>
          <Trash2 className="size-3.5" aria-hidden /> Erase runs…
        </Button>
        <Button size="sm" onClick={() => setWhat('everything')}>
          <Trash2 className="size-3.5" aria-hidden /> Erase everything…
        </Button>
      </div>
      {what ? <EraseDialog key={what} what={what} target={target} onClose={() => setWhat(null)} /> : null}
    </div>
  );
}

function EraseDialog({ what, target, onClose }: { what: What; target: 'local' | 'aws'; onClose: () => void }) {
  const [found, setFound] = useState<ErasableView | null>(null);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  const look = useCallback(async () => {
    const answer = await getErasableAction().catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    if (answer.ok) setFound(answer.value);
    else setProblem(answer.problem);
  }, []);
  useEffect(() => void look(), [look]);

  async function erase() {
    setBusy(true);
    setProblem(null);
    const answer = await eraseAction({ what, typed }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    if (answer.ok) {
      if (what === 'everything') forgetHere();
      // Every screen that is kept in memory shows what is gone: the page begins anew.
      window.location.assign(what === 'everything' ? '/' : '/runs');
      return;
    }
    setBusy(false);
    setProblem(answer.problem);
    void look();
  }

  const ready = typed.trim().toLowerCase() === WORDS[what];
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || busy ? undefined : onClose())}
      title={what === 'runs' ? 'Erase all runs?' : 'Erase everything?'}
      size="sm"
      quick={false}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={busy}
            disabled={!ready || found === null || found.running.length > 0}
            onClick={() => void erase()}
          >
            {what === 'runs' ? 'Erase all runs' : 'Erase everything'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {found ? (
          <>
            <p>For good, from this machine:</p>
            <ul className="list-disc pl-5" aria-label="What goes">
              {partsOf(found, what).map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
            <p className="text-muted">{STAYS[target][what]}</p>
            {found.running.length > 0 ? <Running running={found.running} onLook={() => void look()} /> : null}
          </>
        ) : problem ? null : (
          <p className="flex items-center gap-2 text-muted">
            <Spinner /> Counting what there is…
          </p>
        )}
        {problem ? <ErrorNote problem={problem} /> : null}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && found?.running.length === 0 && !busy) void erase();
          }}
        >
          <Field label={`Type “${WORDS[what]}” to confirm`}>
            {(control) => (
              <Input
                {...control}
                spellCheck={false}
                autoCapitalize="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        </form>
      </div>
    </Dialog>
  );
}

const STAYS: Record<'local' | 'aws', Record<What, string>> = {
  local: {
    runs: 'Workflows, files and functions stay.',
    everything: 'The functions that come with Action Engine stay. Action Engine is then as on its first day.',
  },
  aws: {
    runs: 'Workflows and functions stay. AWS keeps the executions for 90 days.',
    everything: 'Functions, state machines and files on AWS stay there.',
  },
};

/** In words, what there is none of left out. */
function partsOf(found: ErasableView, what: What): string[] {
  const runs: [number, string] = [found.runs, `${countText(found.runs, 'run')}, with inputs, results and logs`];
  const versions = found.versions > 0 ? `, with ${countText(found.versions, 'named version')}` : '';
  const all: [number, string][] = [
    [found.workflows, `${countText(found.workflows, 'workflow')}${versions}`],
    runs,
    [found.prompts, `${countText(found.prompts, 'wish', 'wishes')} typed`],
    [found.files ?? 0, countText(found.files ?? 0, 'file')],
    [found.functions, `${countText(found.functions, 'function')} of your own`],
    [found.secrets, countText(found.secrets, 'secret')],
    [found.modelKey ? 1 : 0, 'the key of the model'],
  ];
  const parts = (what === 'runs' ? [runs] : all).flatMap(([n, text]) => (n > 0 ? [text] : []));
  return parts.length > 0 ? parts : ['nothing: there is none yet'];
}

function Running({ running, onLook }: { running: ErasableView['running']; onLook: () => void }) {
  const shown = running.slice(0, 5);
  return (
    <div className="rounded-lg border border-warning/40 bg-warning/6 px-3 py-2.5" role="status">
      <p className="font-medium">
        {running.length === 1 ? 'A run still goes on.' : `${running.length} runs still go on.`} Nothing can be erased
        until it has ended or was stopped.
      </p>
      <ul className="mt-1">
        {shown.map(({ id, workflowName }) => (
          <li key={id}>
            <Link href={`/runs/${id}`} className="inline-block min-h-6 break-words text-accent hover:underline">
              {workflowName}
            </Link>
          </li>
        ))}
      </ul>
      {running.length > shown.length ? <p className="text-muted">and {running.length - shown.length} more</p> : null}
      <Button size="sm" className="mt-2" onClick={onLook}>
        Look again
      </Button>
    </div>
  );
}

/** What this browser keeps of workflows that are gone; how the page looks stays. */
function forgetHere(): void {
  const looks = /^(theme|action-engine:(rail|code-split|code-format))$/;
  for (const drawer of [window.localStorage, window.sessionStorage])
    for (const key of Object.keys(drawer)) if (!looks.test(key)) drawer.removeItem(key);
}
