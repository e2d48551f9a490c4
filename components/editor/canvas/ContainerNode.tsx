'use client';
import { ChevronDown, Plus } from 'lucide-react';
import { memo } from 'react';
import { Handle, type Node, type NodeProps, Position } from 'reactflow';
import { StepMark } from '../../ask/marks';
import { cn } from '../../ui/cn';
import { StatusBadge } from '../../ui/StatusBadge';
import { OffBadge } from '../off/OffBadge';
import { offOf, stepRunOf, useEditor, useEditorStore, worstOf } from '../state/context';
import type { ContainerData } from './flow';
import { KindTile, kindIcon } from './icons';
import { drawsTheSame } from './lod';
import { PlainPort } from './PlainPort';
import { useSpokenName } from './spoken';
import { summaryOf } from './summary';

/** A Parallel or a Map: a frame with a title around what it holds. */
export const ContainerNode = memo(function ContainerNode({
  id,
  data,
  selected,
}: NodeProps<Node<ContainerData, 'container'>>) {
  const { node, branches, empty } = data;
  const run = useEditor(stepRunOf(id));
  const worst = useEditor(worstOf(id));
  const { readOnly } = useEditorStore().getState(); // one that is looked at is never edited
  const off = useEditor(offOf(id));
  const root = useSpokenName(node, { run, off, worst });
  return (
    <div
      ref={root}
      data-status={run?.status}
      data-kind={node.kind}
      className={cn(
        'group size-full rounded-2xl border bg-[color-mix(in_oklab,var(--k)_4%,var(--surface))] transition-colors',
        selected ? 'border-accent ring-2 ring-accent/35' : 'border-border-strong',
        run && !selected && 'border-(--s)',
        off && 'border-dashed',
      )}
    >
      <div className="container-head flex h-10 cursor-grab items-center gap-2 rounded-t-2xl border-b border-border px-2.5">
        <KindTile kind={node.kind} icon={kindIcon(node.kind)} className="size-6" />
        <span className="step-name min-w-0 shrink truncate text-sm font-semibold">{node.name}</span>
        {run ? null : (
          <span className="step-words min-w-0 shrink-[3] truncate text-xs text-muted">
            {summaryOf(node, undefined)}
          </span>
        )}
        <span className="flex-1" />
        {worst ? (
          <span className={cn('text-xs font-semibold', worst === 'error' ? 'text-danger' : 'text-warning')}>
            <span aria-hidden>!</span>
            <span className="sr-only">{worst === 'error' ? 'Has a problem' : 'Has a warning'}</span>
          </span>
        ) : null}
        <CollapseButton id={id} name={node.name} />
      </div>
      {branches.map((box, branch) => (
        <BranchSlot
          // biome-ignore lint/suspicious/noArrayIndexKey: a branch is its place
          key={branch}
          box={box}
          title={node.kind === 'parallel' ? `Branch ${branch + 1}` : 'Each item'}
          empty={empty[branch] ?? false}
          onAdd={readOnly ? null : { id, branch }}
        />
      ))}
      {/* At its corner, as a step has it: its name keeps the room. */}
      {run ? (
        <StatusBadge
          status={run.status}
          compact={!run.detail}
          brief
          detail={run.detail}
          solid={run.status !== 'skipped'}
          className="absolute -top-3 -right-2.5 border-2 border-canvas"
        />
      ) : off === 'itself' ? (
        <OffBadge className="absolute -top-3 -right-2.5" />
      ) : null}
      <StepMark id={id} />
      <Handle type="target" id="in" position={Position.Top} isConnectable={!readOnly} className="port" />
      <Handle type="source" id="out" position={Position.Bottom} isConnectable={!readOnly} className="port" />
      <Handle
        type="source"
        id="catch"
        position={Position.Right}
        isConnectable={!readOnly}
        className="port port-catch"
        title="On an error"
      />
      <PlainPort node={id} id="catch-left" type="source" side={Position.Left} />
    </div>
  );
}, drawsTheSame);

function BranchSlot({
  box,
  title,
  empty,
  onAdd,
}: {
  box: ContainerData['branches'][number];
  title: string;
  empty: boolean;
  onAdd: { id: string; branch: number } | null;
}) {
  const store = useEditorStore();
  if (!empty) return null;
  return (
    <button
      type="button"
      disabled={!onAdd}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onClick={(event) => {
        event.stopPropagation();
        const rect = event.currentTarget.getBoundingClientRect();
        if (onAdd) store.getState().openInsert({ spot: { into: onAdd }, x: rect.left, y: rect.bottom + 4 });
      }}
      className="nodrag absolute flex flex-col items-center justify-center gap-0.5 rounded-xl border border-dashed border-border-input text-xs text-muted hover:border-accent hover:text-accent"
    >
      <span className="flex items-center gap-1 font-medium">
        <Plus className="size-3.5" aria-hidden /> Add a step
      </span>
      <span>{title}</span>
    </button>
  );
}

/** Folds a container to the size of a step and back. */
export function CollapseButton({ id, name }: { id: string; name: string }) {
  const store = useEditorStore();
  const collapsed = useEditor((state) => state.document.layout.collapsed.includes(id));
  return (
    <button
      type="button"
      aria-label={`${collapsed ? 'Unfold' : 'Fold'} ${name}`}
      aria-expanded={!collapsed}
      onClick={(event) => {
        event.stopPropagation();
        toggleCollapsed(store, id);
      }}
      className="nodrag flex size-6 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
    >
      <ChevronDown className={cn('size-4 transition-transform', collapsed && '-rotate-90')} aria-hidden />
    </button>
  );
}

function toggleCollapsed(store: ReturnType<typeof useEditorStore>, id: string): void {
  store.getState().setCollapsed(id);
}
