'use client';
import { Copy, Power, Repeat, Split, Trash2 } from 'lucide-react';
import { nodeOf, wrapNodes } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { switchSteps } from '../off/commands';
import { duplicateSelection, removeSelection } from '../state/commands';
import { useEditor, useEditorStore } from '../state/context';

/** Several steps at once. */
export function ManyPane({ ids }: { ids: string[] }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const goTo = useEditor((state) => state.goTo);
  const wrap = (kind: 'parallel' | 'map') => {
    const steps = ids.filter((id) => nodeOf(graph, id));
    const answer = store.getState().edit((now) => wrapNodes(now, steps, kind));
    if (answer) goTo(answer.id);
  };
  return (
    <div className="flex min-h-0 flex-col gap-4 p-4">
      <h2 className="text-sm font-semibold">{ids.length} selected</h2>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => duplicateSelection(store)}>
          <Copy className="size-3.5" aria-hidden /> Duplicate
        </Button>
        <Button size="sm" variant="danger" onClick={() => removeSelection(store)}>
          <Trash2 className="size-3.5" aria-hidden /> Delete
        </Button>
        <Button size="sm" onClick={() => switchSteps(store, ids)}>
          <Power className="size-3.5" aria-hidden />
          {ids.every((id) => nodeOf(graph, id)?.off ?? true) ? 'Switch on' : 'Switch off'}
        </Button>
        <Button size="sm" onClick={() => wrap('parallel')}>
          <Split className="size-3.5" aria-hidden /> Put into a Parallel
        </Button>
        <Button size="sm" onClick={() => wrap('map')}>
          <Repeat className="size-3.5" aria-hidden /> Put into a Map
        </Button>
      </div>
      <ul className="min-h-0 overflow-y-auto">
        {ids.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => goTo(id)}
              className="w-full truncate rounded-md px-2 py-1 text-left text-sm hover:bg-hover"
            >
              {nodeOf(graph, id)?.name ?? 'Note'}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
