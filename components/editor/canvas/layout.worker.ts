/** A thread beside the page: lays out what takes longer than a person should wait for. `layoutLater` speaks to it. */
import { type Layout, layout, type WorkflowDocument } from '@/lib/graph';

/** What it is asked, and answers. A layout that failed is answered by `null`: what stands stays. */
export type Question = { id: number; document: WorkflowDocument; all: boolean };
export type Answer = { id: number; made: Layout | null };

self.onmessage = ({ data }: MessageEvent<Question>) => {
  const { id, document, all } = data;
  let made: Layout | null = null;
  try {
    made = layout(document, { all });
  } catch {
    // A graph that cannot be laid out keeps the places it has.
  }
  self.postMessage({ id, made } satisfies Answer);
};
