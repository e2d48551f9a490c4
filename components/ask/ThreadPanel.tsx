'use client';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  type LucideIcon,
  RotateCcw,
  Undo2,
  X,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useEditor, useEditorStore } from '../editor/state/context';
import { Button, IconButton, Spinner } from '../ui/Button';
import { cn } from '../ui/cn';
import { countText } from '../ui/format';
import { Ago } from '../ui/Time';
import type { Outcome, Turn } from './thread';
import type { Ask } from './useAsk';
import type { Thread } from './useThread';

/** What was asked about this workflow and what came of it, over the canvas; the newest stands last. */
export function ThreadPanel({ thread, ask }: { thread: Thread; ask: Ask }) {
  const end = useRef<HTMLDivElement>(null);
  const count = thread.turns.length;
  const { busy, coming } = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is shown
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [count, busy, coming.length]);
  return (
    <section
      aria-label="What was asked"
      className="absolute left-3 bottom-full z-30 mb-2 flex max-h-[min(62vh,34rem)] w-[26rem] max-w-[calc(100%-1.5rem)] flex-col overflow-hidden rounded-xl border border-border-strong bg-raised shadow-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        thread.setOpen(false);
      }}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b pr-2 pl-4">
        <h2 className="flex-1 text-sm font-semibold">What was asked</h2>
        {count > 0 ? (
          <Button size="sm" variant="ghost" disabled={busy} onClick={thread.forget}>
            Forget all
          </Button>
        ) : null}
        <IconButton label="Close: what was asked" size="sm" onClick={() => thread.setOpen(false)}>
          <X className="size-3.5" />
        </IconButton>
      </header>
      {count === 0 ? (
        <p className="p-4 text-sm text-muted">
          Nothing yet. Ask for a change, such as “also make a share link”, or for an answer: “explain”.
        </p>
      ) : (
        <ol className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
          {thread.turns.map((turn) => (
            <TurnRow key={turn.id} turn={turn} ask={ask} undoable={thread.undoable(turn.id)} />
          ))}
          <div ref={end} />
        </ol>
      )}
    </section>
  );
}

function TurnRow({ turn: { at, wish, outcome }, ask, undoable }: { turn: Turn; ask: Ask; undoable: boolean }) {
  const store = useEditorStore();
  const busy = ask.busy || ask.edits !== null;
  // A kept change can be taken back as long as nothing was changed after it.
  useEditor((state) => state.document);
  return (
    <li className="flex flex-col gap-1.5 text-sm">
      <p className="max-w-[85%] self-end rounded-2xl rounded-br-md bg-accent-soft px-3 py-1.5 break-words whitespace-pre-wrap">
        {wish || 'Fix what is wrong'}
      </p>
      <div className="max-w-[92%] break-words whitespace-pre-wrap">
        <Said outcome={outcome} coming={outcome.kind === 'asked' ? ask.coming : []} />
      </div>
      <div className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Ago at={at} />
        {wish && outcome.kind !== 'asked' && outcome.kind !== 'proposed' ? (
          <Button size="sm" variant="ghost" disabled={busy} onClick={() => void ask.ask(wish)}>
            <RotateCcw className="size-3" aria-hidden /> Ask again
          </Button>
        ) : null}
        {outcome.kind === 'kept' && undoable ? (
          <Button size="sm" variant="ghost" disabled={busy} onClick={() => store.getState().undo()}>
            <Undo2 className="size-3" aria-hidden /> Undo
          </Button>
        ) : null}
      </div>
    </li>
  );
}

const OUTCOMES: Record<'proposed' | 'kept' | 'discarded' | 'failed' | 'cancelled' | 'undone', [LucideIcon, string]> = {
  proposed: [CircleDashed, 'text-muted'],
  kept: [CircleCheck, 'text-success'],
  discarded: [CircleSlash, 'text-muted'],
  failed: [CircleAlert, 'text-danger'],
  cancelled: [CircleSlash, 'text-muted'],
  undone: [Undo2, 'text-muted'],
};

function Said({ outcome, coming }: { outcome: Outcome; coming: readonly string[] }) {
  if (outcome.kind === 'asked')
    return (
      <>
        <span className="flex items-center gap-2 text-muted">
          <Spinner /> Planning…
        </span>
        <Words words={coming} />
      </>
    );
  if (outcome.kind === 'answer') return outcome.text;
  const [Icon, tone] = OUTCOMES[outcome.kind];
  return (
    <>
      <span className={cn('flex items-start gap-1.5 font-medium', tone)}>
        <Icon className="mt-0.5 size-3.5 shrink-0" aria-hidden />
        <span>{verdictOf(outcome)}</span>
      </span>
      {'words' in outcome ? <Words words={outcome.words} /> : null}
      {outcome.kind === 'failed' && outcome.hint ? <p className="text-muted">{outcome.hint}</p> : null}
    </>
  );
}

function verdictOf(outcome: Exclude<Outcome, { kind: 'asked' | 'answer' }>): string {
  switch (outcome.kind) {
    case 'proposed':
      return `${countText(outcome.words.length, 'change')} to review`;
    case 'kept':
      return outcome.kept === outcome.words.length
        ? `Kept: ${countText(outcome.kept, 'change')}`
        : `Kept: ${outcome.kept} of ${countText(outcome.words.length, 'change')}`;
    case 'discarded':
      return 'Discarded';
    case 'failed':
      return outcome.message;
    case 'cancelled':
      return 'Cancelled';
    case 'undone':
      return 'The last change was undone';
  }
}

function Words({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <ul className="mt-0.5 list-disc pl-8 text-muted">
      {words.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what is written stays where it is
        <li key={i}>{one}</li>
      ))}
    </ul>
  );
}
