'use client';
/**
 * Words looked for in the whole workflow, and others put in their place.
 * @module
 */
import { CaseSensitive, ChevronDown, ChevronRight, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useReactFlow } from 'reactflow';
import { toast } from 'sonner';
import { ancestorsOf, nodeOf } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import { type Found, findIn, replaceIn, titleOf } from './find';
import { boxOf } from './places';

export const FIND_ID = 'canvas-find';
const FIELD = 'h-7 min-w-0 flex-1 rounded-md border border-border-input bg-surface px-2 text-sm dark:bg-sunken';

export function FindBar() {
  const finding = useEditor((state) => state.finding);
  return finding ? <Bar replacing={finding === 'replace'} /> : null;
}

function Bar({ replacing }: { replacing: boolean }) {
  const store = useEditorStore();
  const { setCenter, getZoom } = useReactFlow();
  const document = useEditor((state) => state.document);
  const readOnly = useEditor((state) => state.readOnly);
  const [text, setText] = useState('');
  const [by, setBy] = useState('');
  const [matchCase, setMatchCase] = useState(false);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const words = useDeferredValue(text);
  const found = useMemo(() => findIn(document, { text: words, matchCase }), [document, words, matchCase]);
  const current = found[Math.min(at, found.length - 1)];

  // Asked for again, it takes the cursor again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time it opens
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [replacing]);

  const close = () => {
    store.getState().setFinding(null);
    const [id] = store.getState().selected;
    if (id) window.document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
  };
  /** Selects the step, unfolds what it is in, brings it into the middle. */
  const show = (index: number, list: Found[] = found) => {
    const next = list[index];
    if (!next) return;
    setAt(index);
    const state = store.getState();
    const node = nodeOf(state.document.graph, next.node);
    for (const { container } of node ? ancestorsOf(state.document.graph, node) : [])
      if (store.getState().document.layout.collapsed.includes(container.id)) state.setCollapsed(container.id);
    store.getState().select([next.node]);
    const { document: now } = store.getState();
    const note = now.notes.find(({ id }) => id === next.node);
    const box = note ?? boxOf(now, next.node);
    void setCenter(box.x + box.width / 2, box.y + Math.min(box.height, 120) / 2, {
      zoom: Math.max(getZoom(), 0.7),
      duration: 150,
    });
  };
  const step = (by_: 1 | -1) => found.length > 0 && show((at + by_ + found.length) % found.length);
  const replace = (only?: Found) => {
    const { edit, undo } = store.getState();
    const answer = edit((now) => replaceIn(now, { text, matchCase }, by, only));
    if (!answer) return;
    const { replaced, refused } = answer;
    if (refused.length > 0) toast.warning(refused[0]!, { description: 'Choose other words, or rename the step.' });
    else if (!only) toast.success(`${places(replaced)} replaced`, { action: { label: 'Undo', onClick: undo } });
    // What was pressed may be of no use any more, and then would hear no key.
    field.current?.focus();
    if (only) {
      const left = findIn(answer.document, { text, matchCase });
      show(Math.min(at, left.length - 1), left);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'F3' || (event.key === 'Enter' && event.target === field.current)) {
      if (at === 0 && current && !store.getState().selected.includes(current.node)) show(0);
      else step(event.shiftKey ? -1 : 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search
      aria-label="Find in the workflow"
      onKeyDown={onKeyDown}
      className="absolute top-3 right-3 z-10 flex w-[min(26rem,calc(100%-1.5rem))] animate-rise flex-col gap-1.5 rounded-xl border border-border-strong bg-overlay p-2 shadow-3"
    >
      <div className="flex items-center gap-1">
        {readOnly ? null : (
          <IconButton
            label={replacing ? 'Find only' : 'Find and replace'}
            size="sm"
            aria-expanded={replacing}
            onClick={() => store.getState().setFinding(replacing ? 'find' : 'replace')}
          >
            {replacing ? <ChevronDown className="size-3.5" /> : <ChevronRight className="size-3.5" />}
          </IconButton>
        )}
        <input
          ref={field}
          id={FIND_ID}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          placeholder="Find in the workflow"
          aria-label="Find"
          className={FIELD}
        />
        <IconButton
          label="Tell capitals apart"
          size="sm"
          pressed={matchCase}
          onClick={() => {
            setMatchCase(!matchCase);
            setAt(0);
          }}
        >
          <CaseSensitive className="size-4" />
        </IconButton>
        <IconButton
          label="Previous place"
          keys="Shift Enter"
          size="sm"
          disabled={found.length === 0}
          onClick={() => step(-1)}
        >
          <ChevronUp className="size-3.5" />
        </IconButton>
        <IconButton label="Next place" keys="Enter" size="sm" disabled={found.length === 0} onClick={() => step(1)}>
          <ChevronDown className="size-3.5" />
        </IconButton>
        <IconButton label="Close" keys="Esc" size="sm" onClick={close}>
          <X className="size-3.5" />
        </IconButton>
      </div>
      {replacing && !readOnly ? (
        <div className="flex items-center gap-1 pl-7">
          <input
            value={by}
            onChange={(event) => setBy(event.target.value)}
            placeholder="Replace by"
            aria-label="Replace by"
            className={FIELD}
          />
          <Button size="sm" disabled={!current} onClick={() => replace(current)}>
            Replace
          </Button>
          <Button size="sm" disabled={!current} onClick={() => replace()}>
            All
          </Button>
        </div>
      ) : null}
      <p role="status" className="truncate px-1 text-xs text-muted">
        {words === ''
          ? 'Names, comments, functions, arguments, expressions and notes'
          : current
            ? `${Math.min(at, found.length - 1) + 1} of ${found.length} · ${titleOf(document, current)} · ${current.what}`
            : 'Nothing has these words in it'}
      </p>
    </search>
  );
}

const places = (count: number) => `${count} ${count === 1 ? 'place' : 'places'}`;
