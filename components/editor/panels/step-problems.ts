/** From problem to problem: each is selected, and its field opened, in the order of the list. */
import type { Diagnostic } from '@/lib/base/problem';
import type { EditorStore } from '../state/store';

export const problemKey = ({ code, at, message }: Diagnostic): string =>
  `${code}:${at.node ?? ''}:${at.path?.join('.') ?? ''}:${message}`;

/** The problem that was gone to last, of each editor that is open. */
const visited = new WeakMap<EditorStore, string>();

/** @returns false where there is none: the key is free for the browser */
export function stepThroughProblems(store: EditorStore, by: 1 | -1): boolean {
  const { problems, toggle } = store.getState();
  if (problems.length === 0) return false;
  const at = problems.findIndex((problem) => problemKey(problem) === visited.get(store));
  const next = problems[at < 0 ? (by > 0 ? 0 : problems.length - 1) : (at + by + problems.length) % problems.length]!;
  toggle('showProblems', true);
  goToProblem(store, next);
  return true;
}

export function goToProblem(store: EditorStore, problem: Diagnostic): void {
  visited.set(store, problemKey(problem));
  store.getState().goTo(problem.at.node, problem.at.path);
}

/** For the list: which one is being looked at. */
export const isVisited = (store: EditorStore, problem: Diagnostic): boolean =>
  visited.get(store) === problemKey(problem);
