'use client';
import { ArrowUp, MessagesSquare, Sparkles, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useEditor } from '../editor/state/context';
import { useKeysOf } from '../shell';
import { Button, IconButton, Spinner } from '../ui/Button';
import { ErrorNote } from '../ui/ErrorNote';
import { Input } from '../ui/Input';
import { ThreadPanel } from './ThreadPanel';
import type { Ask } from './useAsk';
import type { Thread } from './useThread';

export const ASK_ID = 'ask-or-change';

/** One line under the canvas: a wish or a question about this workflow, and above it what was answered. */
export function AskBar({ ask, thread }: { ask: Ask; thread: Thread }) {
  const keysOf = useKeysOf();
  const [text, setText] = useState('');
  const earlier = useEarlier();
  const empty = useEditor((state) => state.document.graph.nodes.length === 0);
  const { busy, answer, problem } = ask;
  // What was not understood, or not answered, is to be said otherwise: it stands in the line again.
  useEffect(() => {
    if (problem) setText((now) => now || (earlier.last() ?? ''));
  }, [problem, earlier.last]);
  const said = !thread.open && (answer !== null || problem !== null);
  return (
    <section aria-label="Ask or change" data-bottom-bar className="relative shrink-0 border-t bg-surface">
      {/* What is to be decided stands in its place. */}
      {thread.open && !ask.edits ? <ThreadPanel thread={thread} ask={ask} /> : null}
      {said ? (
        <div className="flex max-h-56 items-start gap-2 overflow-y-auto border-b px-3 py-2.5">
          {problem ? (
            <ErrorNote problem={problem} className="flex-1" />
          ) : answer ? (
            <div role="status" className="min-w-0 flex-1 text-sm break-words whitespace-pre-wrap">
              {answer.text}
              <p className="mt-1 text-xs text-muted">
                {answer.by.by === 'model' ? `Answered by ${answer.by.model ?? 'the model'}.` : 'Read from the graph.'}{' '}
                {answer.by.fallback}
              </p>
            </div>
          ) : null}
          <IconButton label="Close the answer" size="sm" onClick={ask.clear}>
            <X className="size-3.5" />
          </IconButton>
        </div>
      ) : null}
      {ask.coming.length > 0 && !thread.open ? (
        <ol
          aria-label="Changes so far"
          aria-live="polite"
          className="max-h-40 overflow-y-auto border-b px-3 py-2 text-sm"
        >
          {ask.coming.map((words, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what is written stays where it is
            <li key={i} className="flex animate-fade items-center gap-2 py-0.5">
              <span className="text-success" aria-hidden>
                +
              </span>
              {words}
            </li>
          ))}
        </ol>
      ) : null}
      <form
        className="flex items-center gap-2 px-3 py-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (busy || text.trim() === '') return;
          void ask.ask(text);
          earlier.add(text);
          setText('');
        }}
      >
        <Sparkles className="size-4 shrink-0 text-accent" aria-hidden />
        <Input
          id={ASK_ID}
          value={text}
          maxLength={4000}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const other = event.key === 'ArrowUp' || event.key === 'ArrowDown' ? earlier.look(event.key, text) : null;
            if (other !== null) {
              event.preventDefault();
              setText(other);
            }
            if (event.key !== 'Escape') return;
            if (busy) ask.cancel();
            else if (thread.open) thread.setOpen(false);
            else if (said) ask.clear();
            else event.currentTarget.blur();
          }}
          aria-label="Ask or change this workflow"
          placeholder={`${empty ? 'Describe what should happen…  “make a QR code of hello and rotate it”' : 'Ask or change…  “also make a share link”, “make it 512 wide”, “explain”'}   ${keysOf('ask') ?? ''}`}
        />
        {busy ? (
          <>
            <span className="flex items-center gap-2 text-sm text-muted" role="status">
              <Spinner /> Planning…
            </span>
            <Button size="sm" onClick={ask.cancel}>
              Cancel
            </Button>
          </>
        ) : (
          <>
            <IconButton
              label={thread.open ? 'Close: what was asked' : 'What was asked'}
              type="button"
              aria-expanded={thread.open}
              onClick={() => thread.setOpen(!thread.open)}
            >
              <MessagesSquare className="size-4" />
            </IconButton>
            <IconButton label="Propose" type="submit" disabled={text.trim() === ''}>
              <ArrowUp className="size-4" />
            </IconButton>
          </>
        )}
      </form>
    </section>
  );
}

/** What was asked before, since the editor was opened: the arrow keys bring it back into the line, as in a shell. */
function useEarlier() {
  const all = useRef<string[]>([]);
  const at = useRef(0);
  const last = useCallback(() => all.current.at(-1), []);
  return {
    last,
    add: (text: string) => {
      if (all.current.at(-1) !== text) all.current.push(text);
      at.current = all.current.length;
    },
    /** @returns what stands in the line then; `null`: the key is not meant for this, the line holds words of its own */
    look: (key: 'ArrowUp' | 'ArrowDown', text: string): string | null => {
      const { length } = all.current;
      if (text !== '' && text !== all.current[at.current]) return null;
      const next = at.current + (key === 'ArrowUp' ? -1 : 1);
      if (next < 0 || next > length || length === 0) return null;
      at.current = next;
      return all.current[next] ?? '';
    },
  };
}
