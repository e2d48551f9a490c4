'use client';
import { Plus, Trash2 } from 'lucide-react';
import { addBranch, childrenOf, type NodeOf, removeBranch } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { countText } from '../../ui/format';
import { useEditor } from '../state/context';

/** The branches of a Parallel. One that holds steps is emptied first, so that nothing goes by accident. */
export function ParallelFields({ node }: { node: NodeOf<'parallel'> }) {
  const edit = useEditor((state) => state.edit);
  const graph = useEditor((state) => state.document.graph);
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-xs font-medium">Branches, all at once</span>
      <ul className="flex flex-col gap-1">
        {node.branches.map((_, branch) => {
          const steps = childrenOf(graph, { id: node.id, branch }).length;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a branch is its place
            <li key={branch} className="flex min-h-8 items-center gap-2 rounded-md border px-2.5 text-sm">
              <span className="flex-1">Branch {branch + 1}</span>
              <span className="text-xs text-muted">{countText(steps, 'step')}</span>
              {steps === 0 && node.branches.length > 1 ? (
                <IconButton
                  label={`Remove branch ${branch + 1}`}
                  size="sm"
                  onClick={() => edit((now) => removeBranch(now, node.id, branch))}
                >
                  <Trash2 className="size-3.5" />
                </IconButton>
              ) : null}
            </li>
          );
        })}
      </ul>
      <Button size="sm" className="self-start" onClick={() => edit((now) => addBranch(now, node.id))}>
        <Plus className="size-3.5" aria-hidden /> Branch
      </Button>
    </div>
  );
}
