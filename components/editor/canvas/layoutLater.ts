/**
 * Lays a workflow out in a thread of its own, so that the page stays quick.
 *
 *   document ──layoutLater()──▶ (layout.worker) ──▶ layout, some tenths of a second later
 *
 * One thread for the page, started when it is first needed.
 * @module
 */
import type { Layout, WorkflowDocument } from '@/lib/graph';
import type { Answer, Question } from './layout.worker';

export type LayoutLater = (document: WorkflowDocument, all?: boolean) => Promise<Layout | null>;

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (made: Layout | null) => void>();

/** @returns `null` where no layout could be made: then what stands stays */
export const layoutLater: LayoutLater = (document, all = false) =>
  new Promise((resolve) => {
    const thread = start();
    if (!thread) return resolve(null);
    const id = ++last;
    waiting.set(id, resolve);
    thread.postMessage({ id, document, all } satisfies Question);
  });

function start(): Worker | null {
  if (worker || typeof Worker === 'undefined') return worker;
  worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data: { id, made } }: MessageEvent<Answer>) => {
    waiting.get(id)?.(made);
    waiting.delete(id);
  };
  worker.onerror = () => {
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
    worker = null;
  };
  return worker;
}
