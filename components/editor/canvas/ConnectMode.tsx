'use client';
/**
 * Connecting by keyboard: C on a step, arrows to the other, Enter.
 * @module
 */
import { useEffect, useMemo, useState } from 'react';
import { Panel, useReactFlow } from 'reactflow';
import { canConnect, connect, mayCatch, nodeOf, type WorkflowDocument } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { Kbd } from '../../ui/Kbd';
import { useEditor, useEditorStore } from '../state/context';
import { type Direction, neighbourOf } from './navigate';
import { boxOf, isShown } from './places';

const ARROWS: Record<string, Direction> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/** The steps to which a step may lead, in the graph's order. */
export function targetsOf(document: WorkflowDocument, from: string, onError: boolean): string[] {
  const kind = onError ? ('catch' as const) : undefined;
  return document.graph.nodes
    .map(({ id }) => id)
    .filter((id) => id !== from && isShown(document, id) && canConnect(document, from, id, kind) === null);
}

/** @param mark shows on the canvas which step is chosen; @param focus gives the focus back to a step */
export function ConnectMode({ mark, focus }: { mark: (id: string | null) => void; focus: (id: string) => void }) {
  const from = useEditor((state) => state.connecting);
  const document = useEditor((state) => state.document);
  const known = from !== null && nodeOf(document.graph, from) !== undefined;
  return from && known ? <Connecting key={from} from={from} mark={mark} focus={focus} /> : null;
}

function Connecting({
  from,
  mark,
  focus,
}: {
  from: string;
  mark: (id: string | null) => void;
  focus: (id: string) => void;
}) {
  const store = useEditorStore();
  const { setCenter, getZoom } = useReactFlow();
  const document = useEditor((state) => state.document);
  const [onError, setOnError] = useState(false);
  const targets = useMemo(() => targetsOf(document, from, onError), [document, from, onError]);
  const [chosen, setChosen] = useState<string | null>(null);
  const to =
    chosen && targets.includes(chosen)
      ? chosen
      : (neighbourOf(document, from, 'down', new Set(targets)) ?? targets[0] ?? null);
  const source = nodeOf(document.graph, from)!;
  const maySayError = mayCatch(source);

  useEffect(() => {
    mark(to);
    return () => mark(null);
  }, [to, mark]);
  useEffect(() => {
    if (!to) return;
    const { x, y, width, height } = boxOf(store.getState().document, to);
    const shown = window.document.querySelector(`.react-flow__node[data-id="${CSS.escape(to)}"]`);
    const box = shown?.getBoundingClientRect();
    const room = window.document.querySelector('.react-flow')?.getBoundingClientRect();
    const inSight =
      box &&
      room &&
      box.top >= room.top &&
      box.bottom <= room.bottom &&
      box.left >= room.left &&
      box.right <= room.right;
    if (!inSight) void setCenter(x + width / 2, y + height / 2, { zoom: getZoom(), duration: 150 });
  }, [to, store, setCenter, getZoom]);

  const finish = (done: boolean) => {
    const { edit, setConnecting, select } = store.getState();
    setConnecting(null);
    if (done && to) edit((now) => (onError ? connect(now, from, to, 'catch') : connect(now, from, to)));
    select([done && to ? to : from]);
    focus(done && to ? to : from);
  };
  // Before the canvas and the editor see the keys: while a target is chosen, they mean this.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const direction = ARROWS[event.key];
      if (direction) setChosen(neighbourOf(document, to ?? from, direction, new Set(targets)) ?? to);
      else if (event.key === 'Tab') {
        const at = targets.indexOf(to ?? '');
        setChosen(targets[(at + (event.shiftKey ? -1 : 1) + targets.length) % targets.length] ?? null);
      } else if (event.key === 'Enter') finish(true);
      else if (event.key === 'Escape') finish(false);
      else if (event.key.toLowerCase() === 'e' && maySayError && !event.metaKey && !event.ctrlKey) setOnError(!onError);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });

  return (
    <Panel
      position="top-center"
      className="!m-3 flex max-w-[calc(100%-1.5rem)] flex-wrap items-center gap-x-3 gap-y-1.5 rounded-lg border border-accent bg-raised px-3 py-2 text-sm shadow-2"
    >
      <span role="status">
        {onError ? 'On an error, lead ' : 'Lead '}
        <b className="font-semibold">{source.name}</b> to{' '}
        {to ? <b className="font-semibold">{nodeOf(document.graph, to)?.name}</b> : 'nothing: no other step can follow'}
      </span>
      <span className="flex items-center gap-1.5 text-xs text-muted">
        <Kbd>↑↓←→</Kbd> choose
        {maySayError ? (
          <>
            <Kbd>E</Kbd> {onError ? 'as the next step' : 'on an error'}
          </>
        ) : null}
      </span>
      <span className="flex gap-1.5">
        <Button size="sm" variant="primary" disabled={!to} onClick={() => finish(true)}>
          Connect
        </Button>
        <Button size="sm" onClick={() => finish(false)}>
          Cancel
        </Button>
      </span>
    </Panel>
  );
}
