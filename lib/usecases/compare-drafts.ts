/** Two workflows, drafted for two wishes, side by side: which steps and connections only one has, and what is set otherwise. */
import { z } from 'zod';
import { align } from '@/lib/draft/edit/align';
import { differenceOf } from '@/lib/draft/edit/difference';
import { overlay } from '@/lib/draft/edit/overlay';
import { unknownWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';
import type { DraftsComparison } from './types';

export const CompareDrafts = z.object({ before: z.string().min(1), after: z.string().min(1) });

/** @throws Problem WORKFLOW_UNKNOWN */
export async function compareDrafts(
  deps: Pick<Deps, 'store' | 'manifests'>,
  request: z.infer<typeof CompareDrafts>,
): Promise<DraftsComparison> {
  const read = async (id: string) => {
    const found = await deps.store.workflows.get(id);
    if (!found) throw unknownWorkflow(id);
    return found;
  };
  const [first, second] = [await read(request.before), await read(request.after)];
  const before = align(first.document, second.document);
  const { document: preview, marks, edgeMarks } = overlay(before, second.document);
  const difference = differenceOf(before, second.document);
  const rows = (nodes: typeof before.graph.nodes) =>
    nodes.map(({ id, name }) => ({ id, name, mark: marks[id] ?? null }));
  return {
    view: {
      name: first.name,
      revision: first.revision,
      document: before,
      preview,
      marks,
      edgeMarks,
      ...difference,
    },
    before: { id: first.id, name: first.name, steps: rows(before.graph.nodes) },
    after: { id: second.id, name: second.name, steps: rows(second.document.graph.nodes) },
    functions: await deps.manifests(),
  };
}
