'use client';
import { ArrowRight, Trash2 } from 'lucide-react';
import { disconnect, nodeOf } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { edgeText } from '../canvas/summary';
import { useEditor } from '../state/context';

const KINDS = { next: 'Goes on', rule: 'When a rule is true', default: 'Otherwise', catch: 'On an error' };

/** A connection: from where to where, and when. */
export function EdgePane({ id }: { id: string }) {
  const graph = useEditor((state) => state.document.graph);
  const edit = useEditor((state) => state.edit);
  const goTo = useEditor((state) => state.goTo);
  const edge = graph.edges.find((one) => one.id === id);
  if (!edge) return null;
  const from = nodeOf(graph, edge.from);
  const to = nodeOf(graph, edge.to);
  const words = edgeText(edge, from);
  return (
    <div className="flex flex-col gap-4 p-4">
      <div>
        <h2 className="text-sm font-semibold">Connection</h2>
        <p className="text-xs text-muted">{KINDS[edge.kind]}</p>
      </div>
      <div className="flex items-center gap-2 text-sm">
        <Button size="sm" onClick={() => goTo(edge.from)} className="min-w-0 shrink">
          <span className="truncate">{from?.name}</span>
        </Button>
        <ArrowRight className="size-4 shrink-0 text-muted" aria-label="to" />
        <Button size="sm" onClick={() => goTo(edge.to)} className="min-w-0 shrink">
          <span className="truncate">{to?.name}</span>
        </Button>
      </div>
      {words ? <p className="rounded-md border bg-sunken px-3 py-2 text-sm">{words}</p> : null}
      <div className="flex gap-2">
        {edge.kind === 'rule' || edge.kind === 'default' ? (
          <Button size="sm" onClick={() => goTo(edge.from, ['rules', edge.index ?? 0])}>
            Edit the rule
          </Button>
        ) : edge.kind === 'catch' ? (
          <Button size="sm" onClick={() => goTo(edge.from, ['catchers', edge.index ?? 0])}>
            Edit the catcher
          </Button>
        ) : null}
        <Button size="sm" variant="danger" onClick={() => edit((now) => disconnect(now, id))}>
          <Trash2 className="size-3.5" aria-hidden /> Disconnect
        </Button>
      </div>
    </div>
  );
}
