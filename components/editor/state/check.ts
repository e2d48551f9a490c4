/**
 * Looks the document over a moment after each edit: what is wrong with it, and its fingerprint.
 *
 *   store ──(120 ms of rest)──▶ look, here or in a thread ──▶ store
 *
 * @module
 */
import type { Answer, Question } from './check.worker';
import { lookOver } from './look';
import type { EditorStore } from './store';

const REST = 120;
/** steps from which on it is done in a thread of its own: the page stays quick meanwhile */
const LARGE = 60;

/** @returns stops looking */
export function watchProblems(store: EditorStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let idle: number | undefined;
  let thread: Worker | null = null;
  let broken = false;
  let asked = 0;
  let told: unknown = null;

  const here = () => {
    const { document, functions, setProblems } = store.getState();
    const { problems, hash } = lookOver(document, [...functions.values()]);
    setProblems(problems, hash);
  };
  const there = () => {
    thread ??= start();
    const { document, functions } = store.getState();
    const question: Question = {
      id: ++asked,
      document,
      functions: told === functions ? null : [...functions.values()],
    };
    told = functions;
    thread.postMessage(question);
  };
  function start(): Worker {
    const made = new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module' });
    made.onmessage = ({ data: { id, looked } }: MessageEvent<Answer>) => {
      // What was asked since is answered soon.
      if (id === asked) store.getState().setProblems(looked.problems, looked.hash);
    };
    made.onerror = () => {
      broken = true;
      thread = null;
      made.terminate();
      here();
    };
    return made;
  }

  const stop = () => {
    clearTimeout(timer);
    if (idle !== undefined) cancelIdleCallback(idle);
    asked++;
  };
  const look = () => {
    const large = store.getState().document.graph.nodes.length > LARGE;
    if (!large || broken || typeof Worker === 'undefined') here();
    else if (typeof requestIdleCallback === 'function') idle = requestIdleCallback(there, { timeout: 1000 });
    else there();
  };
  look();
  const unsubscribe = store.subscribe((now, before) => {
    // Where steps stand, and notes beside them, make nothing right or wrong; a step that is mocked needs less.
    const [a, b] = [now.document, before.document];
    if (a.graph === b.graph && a.input === b.input && a.trial === b.trial) return;
    stop();
    timer = setTimeout(look, REST);
  });
  return () => {
    stop();
    unsubscribe();
    thread?.terminate();
  };
}
