'use client';
/**
 * What a screen reader says of a step on the canvas: "Resize image, Task, Succeeded, 2 of 7, next: Upload".
 *
 * React Flow owns the element around a step; told through its nodes, each status would draw all of them again. So a step
 * says of itself what only it knows, and where it stands is added beside the drawing: a step that is put in front of a
 * thousand others changes what is said of all of them, and none is drawn again for it.
 * @module
 */
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Severity } from '@/lib/base/problem';
import { edgesFrom, isContainer, mayGoOn, nodeOf, scopesOf, type Workflow, type WorkflowNode } from '@/lib/graph';
import { MARKS, useMark } from '../../ask/marks';
import { countText } from '../../ui/format';
import { STATUSES } from '../../ui/status';
import { inOrder } from '../outline/rows';
import { useEditorStore } from '../state/context';
import type { StepRun } from '../state/types';
import { KIND_NAMES } from './summary';

/** A step that is passed by, in words. */
export const OFF_WORDS = { itself: 'switched off', with: 'not run: a step before it is off' };

type Known = { run: StepRun | undefined; off: 'itself' | 'with' | null; worst: Severity | undefined };

/** Keeps the name of a step's element. @returns for the step's own root */
export function useSpokenName(node: WorkflowNode, { run, off, worst }: Known) {
  const store = useEditorStore();
  const root = useRef<HTMLDivElement>(null);
  const mark = useMark(node.id); // of a change that is looked at
  const went = run ? [STATUSES[run.status].word, run.detail].filter(Boolean).join(' ') : null;
  const said = [
    node.name,
    KIND_NAMES[node.kind],
    mark ? MARKS[mark].word : (went ?? (off && OFF_WORDS[off])),
    worst === 'error' ? 'has a problem' : worst && 'has a warning',
  ]
    .filter(Boolean)
    .join(', ');
  useEffect(() => {
    const around = root.current?.closest<HTMLElement>('.react-flow__node');
    if (!around) return;
    saidOf.set(around, said);
    // Of a graph that was edited just now, a moment later.
    name(around, said, known.get(store.getState().document.graph)?.get(node.id));
  }, [said, store, node.id]);
  return root;
}

/** ms after an edit: nobody listens to a graph while it is being changed */
const REST = 150;

/** Keeps what is said of the steps' places in step with the graph. */
export function useSpokenPlaces(canvas: RefObject<HTMLElement | null>): void {
  const store = useEditorStore();
  // Before the steps are drawn that ask for them.
  useState(() => placesIn(store.getState().document.graph));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe((now, before) => {
      if (now.document.graph === before.document.graph) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const places = placesIn(store.getState().document.graph);
        for (const around of canvas.current?.querySelectorAll<HTMLElement>('.react-flow__node') ?? []) {
          const said = saidOf.get(around);
          if (said !== undefined) name(around, said, places.get(around.dataset.id ?? ''));
        }
      }, REST);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, canvas]);
}

/** What a step says of itself, by its element. */
const saidOf = new WeakMap<Element, string>();
function name(around: Element, said: string, place: string | undefined): void {
  const words = place ? `${said}, ${place}` : said;
  if (around.getAttribute('aria-label') !== words) around.setAttribute('aria-label', words);
}

const known = new WeakMap<Workflow, ReadonlyMap<string, string>>();

/** By step: `2 of 7, next: Upload`. Made once per graph. */
export function placesIn(graph: Workflow): ReadonlyMap<string, string> {
  const made = known.get(graph);
  if (made) return made;
  const places = new Map<string, string>();
  const walk = (steps: WorkflowNode[], holder: WorkflowNode | null, branch: number | null) => {
    for (const [i, node] of steps.entries()) {
      const scopes = scopesOf(node).map(({ parent }) => inOrder(graph, parent));
      const inside = scopes.reduce((sum, { length }) => sum + length, 0);
      const within = holder ? ` in ${holder.name}${branch === null ? '' : `, branch ${branch}`}` : '';
      const words = [`${i + 1} of ${steps.length}${within}`];
      if (isContainer(node)) words.push(`${countText(inside, 'step')} inside`);
      const next = nextOf(graph, node);
      if (next) words.push(next);
      places.set(node.id, words.join(', '));
      for (const [at, inner] of scopes.entries()) walk(inner, node, scopes.length > 1 ? at + 1 : null);
    }
  };
  walk(inOrder(graph, null), null, null);
  known.set(graph, places);
  return places;
}

/** Ways that are named; of more, how many. */
const NAMED = 3;

function nextOf(graph: Workflow, node: WorkflowNode): string | null {
  const edges = edgesFrom(graph, node.id);
  const names = (which: (kind: string) => boolean) => [
    ...new Set(edges.filter(({ kind }) => which(kind)).flatMap(({ to }) => nodeOf(graph, to)?.name ?? [])),
  ];
  const ways = names((kind) => kind !== 'catch');
  const errors = names((kind) => kind === 'catch');
  const list = (all: string[]) =>
    all.length > NAMED ? `${all.slice(0, NAMED - 1).join(', ')} or ${all.length - NAMED + 1} more` : all.join(' or ');
  const next = ways.length > 0 ? `next: ${list(ways)}` : mayGoOn(node) ? 'then the end' : null;
  return [next, errors.length > 0 && `on an error: ${list(errors)}`].filter(Boolean).join(', ') || null;
}
