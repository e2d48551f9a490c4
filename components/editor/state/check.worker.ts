/** A thread beside the page: looks a large workflow over, which takes as long as several frames. `check` speaks to it. */
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph';
import { type Looked, lookOver } from './look';

/** `functions`: only where they are others than in the question before */
export type Question = { id: number; document: WorkflowDocument; functions: FunctionManifest[] | null };
export type Answer = { id: number; looked: Looked };

let functions: FunctionManifest[] = [];

// What fails is told by the thread's own error: the page looks for itself then.
self.onmessage = ({ data }: MessageEvent<Question>) => {
  functions = data.functions ?? functions;
  self.postMessage({ id: data.id, looked: lookOver(data.document, functions) } satisfies Answer);
};
