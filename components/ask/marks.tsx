'use client';
/**
 * What a change does to each step and each connection, for what is drawn below: the follow-up that is reviewed or being
 * written, or the comparison of two versions. Each step and each line reads its own mark, so that one repaints; where
 * nothing is looked at, nobody listens.
 * @module
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ghosts, Mark } from '@/lib/usecases/types';
import { useLod } from '../editor/canvas/lod';
import { cn } from '../ui/cn';

type Marks = Pick<Ghosts, 'marks' | 'edgeMarks'>;
const MarksContext = createContext<StoreApi<Marks> | null>(null);

export function MarksProvider({ marks, edgeMarks, children }: Marks & { children: ReactNode }) {
  const [store] = useState(() => createStore<Marks>()(() => ({ marks, edgeMarks })));
  useLayoutEffect(() => store.setState({ marks, edgeMarks }), [store, marks, edgeMarks]);
  return <MarksContext value={store}>{children}</MarksContext>;
}

/** The lines from the start and to the end are no connections of the graph: they go as their steps go. */
export function withCaps({ preview: { graph }, marks, edgeMarks }: Ghosts): Ghosts['edgeMarks'] {
  const all = { ...edgeMarks };
  for (const { id } of graph.nodes) {
    const mark = marks[id];
    if (mark !== 'added' && mark !== 'removed') continue;
    all[`@end:${id}`] = mark;
    if (id === graph.startAt) all['@start-edge'] = mark;
  }
  return all;
}

const quiet = () => () => undefined;
function useMarks<T>(read: (marks: Marks) => T): T | undefined {
  const store = useContext(MarksContext);
  const now = () => (store ? read(store.getState()) : undefined);
  return useSyncExternalStore(store ? store.subscribe : quiet, now, now);
}
export const useMark = (id: string): Mark | undefined => useMarks(({ marks }) => marks[id]);
export const useEdgeMark = (id: string): 'added' | 'removed' | undefined => useMarks(({ edgeMarks }) => edgeMarks[id]);

/** Those of all connections, for who draws no lines. */
export const useEdgeMarks = (): Marks['edgeMarks'] | undefined => useMarks(({ edgeMarks }) => edgeMarks);

/** Colour, sign and word: none of them alone. */
export const MARKS: Record<Mark, { sign: string; word: string; text: string; solid: string }> = {
  added: { sign: '+', word: 'Added', text: 'text-success', solid: 'bg-success' },
  removed: { sign: '−', word: 'Removed', text: 'text-danger', solid: 'bg-danger' },
  changed: { sign: '~', word: 'Changed', text: 'text-warning', solid: 'bg-warning' },
};

/** Drawn on a step of the canvas: dashed what is added, struck what is taken away; nothing where nothing is looked at. */
export function StepMark({ id }: { id: string }) {
  const mark = useMark(id);
  return mark ? <Sign id={id} mark={mark} /> : null;
}

function Sign({ id, mark }: { id: string; mark: Mark }) {
  const { sign, word, solid } = MARKS[mark];
  const far = useLod() === 'dot';
  const [root, setRoot] = useState<HTMLElement | null>(null);
  // The frame of a step is its own; how it looks with a mark is said in app/globals.css.
  useEffect(() => {
    const step = root?.closest<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
    if (!step) return;
    step.dataset.stepMark = mark;
    return () => {
      delete step.dataset.stepMark;
    };
  }, [root, id, mark]);
  return (
    <span
      ref={setRoot}
      data-mark={mark}
      className={cn(
        'pointer-events-none absolute z-10 animate-fade rounded-full border-2 border-canvas font-semibold whitespace-nowrap text-on-ink dark:text-black',
        far ? '-top-7 left-1 px-3 text-[40px] leading-[44px]' : '-top-3.5 left-2 px-1.5 text-[11px] leading-4',
        solid,
      )}
    >
      <span aria-hidden={far}>{sign}</span>
      <span className={far ? 'sr-only' : undefined}> {word}</span>
    </span>
  );
}

/** How a line looks that comes or goes. */
export const LINE_MARKS = {
  added: { stroke: 'var(--status-succeeded)', dash: '7 4', head: 'url(#arrow-ran)', word: 'New connection' },
  removed: { stroke: 'var(--status-failed)', dash: '2 4', head: 'url(#arrow-removed)', word: 'Connection taken away' },
} as const;

/** The sign on a line that comes or goes, at a point of the canvas. */
export function LineSign({ mark, x, y }: { mark: 'added' | 'removed'; x: number; y: number }) {
  const { stroke, word } = LINE_MARKS[mark];
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of an SVG is a picture here
    <g role="img" aria-label={word} data-line-mark={mark} transform={`translate(${x},${y})`}>
      <circle r={8} fill="var(--raised)" stroke={stroke} strokeWidth={1.5} />
      <path
        d={mark === 'added' ? 'M-3.5 0h7M0 -3.5v7' : 'M-3.5 0h7'}
        stroke={stroke}
        strokeWidth={1.75}
        strokeLinecap="round"
      />
    </g>
  );
}
