'use client';
import { Pin, Plus, RotateCw } from 'lucide-react';
import { memo } from 'react';
import { Handle, type Node, type NodeProps, Position } from 'reactflow';
import { isContainer, mayCatch, type NodeKind, type WorkflowNode } from '@/lib/graph';
import { StepMark } from '../../ask/marks';
import { cn } from '../../ui/cn';
import { StatusBadge } from '../../ui/StatusBadge';
import { OffBadge } from '../off/OffBadge';
import { manifestOf, offOf, stepRunOf, useEditor, useEditorStore, worstOf } from '../state/context';
import { CollapseButton } from './ContainerNode';
import type { StepNodeData } from './flow';
import { iconOf, isMissing, KindTile } from './icons';
import { drawsTheSame, useLod } from './lod';
import { PlainPort } from './PlainPort';
import { useSpokenName } from './spoken';
import { summaryOf } from './summary';

/** A step: what it is, what it is called, how it goes. Reads its own problems and its own status, so that one repaints. */
type Props = NodeProps<Node<StepNodeData, 'step'>>;

export const StepNode = memo(function StepNode(props: Props) {
  return useLod() === 'dot' ? <FarStep {...props} /> : <NearStep {...props} />;
}, drawsTheSame);

/** As its tile is seen from close by: a choice stands on its corner, a wait and an end are round. */
const FAR_SHAPE: Partial<Record<NodeKind, string>> = {
  choice: 'size-7 rotate-45 rounded-md',
  wait: 'rounded-full',
  succeed: 'rounded-full',
  fail: 'rounded-full',
};

/**
 * From afar: a box with the shape of its kind, in the colour of how it went. Without ports: they would be smaller than a pixel, and a
 * thousand steps have four thousand of them. Lines find their ends by what `flow` says.
 */
function FarStep({ id, data: { node }, selected }: Props) {
  const run = useEditor(stepRunOf(id));
  const worst = useEditor(worstOf(id));
  const off = useEditor(offOf(id));
  const root = useSpokenName(node, { run, off, worst });
  const end = node.kind === 'succeed' || node.kind === 'fail';
  return (
    <div
      ref={root}
      data-status={run?.status}
      className={cn(
        'step flex h-16 w-[220px] [contain:layout_style] items-center justify-center border-2 bg-raised',
        end ? 'rounded-full' : 'rounded-xl',
        run
          ? 'border-(--s) bg-[color-mix(in_oklab,var(--s)_18%,var(--raised))]'
          : selected
            ? 'border-accent'
            : 'border-border-strong',
        selected && 'ring-8 ring-accent/45',
        (off || run?.status === 'skipped') && 'border-dashed opacity-60',
      )}
    >
      <span
        data-kind={node.kind}
        aria-hidden
        className={cn('size-9', FAR_SHAPE[node.kind] ?? 'rounded-lg', 'bg-(--k)')}
      />
      {worst ? (
        <span
          className={cn('absolute -top-3 -left-3 size-8 rounded-full', worst === 'error' ? 'bg-danger' : 'bg-warning')}
        >
          <span className="sr-only">{worst === 'error' ? 'Has a problem' : 'Has a warning'}</span>
        </span>
      ) : null}
      <StepMark id={id} />
    </div>
  );
}

function NearStep({ id, data, selected }: Props) {
  const { node, open, pinned } = data;
  const manifest = useEditor(manifestOf(node));
  const run = useEditor(stepRunOf(id));
  const worst = useEditor(worstOf(id));
  const { readOnly } = useEditorStore().getState(); // one that is looked at is never edited
  const off = useEditor(offOf(id));
  const root = useSpokenName(node, { run, off, worst });
  const shows = run !== undefined && run.status !== 'notrun' && run.status !== 'skipped';
  const faint = off !== null || run?.status === 'skipped';
  const round = node.kind === 'succeed' || node.kind === 'fail';
  return (
    <div
      ref={root}
      data-status={run?.status}
      className={cn(
        'step group relative flex h-16 w-[220px] items-center gap-2.5 border bg-raised px-3 text-left shadow-1 transition-[border-color,box-shadow] duration-100',
        round ? 'rounded-full' : 'rounded-xl',
        node.kind === 'pass' && 'border-dashed',
        isMissing(node) && 'border-dashed',
        off && 'border-dashed',
        selected && 'ring-2 ring-accent/45',
        shows
          ? 'border-(--s)'
          : selected
            ? 'border-accent'
            : isMissing(node)
              ? 'border-warning'
              : 'border-border-strong hover:border-muted',
        run?.status === 'running' && !selected && 'ring-3 ring-(--s)/25',
      )}
    >
      <KindTile kind={node.kind} icon={iconOf(node, manifest)} className={cn('step-tile', faint && 'opacity-45')} />
      <span className={cn('min-w-0 flex-1', faint && 'text-muted')}>
        <span className="step-name line-clamp-2 text-sm leading-4.5 font-medium break-words">{node.name}</span>
        <span className="step-words block truncate text-xs leading-4.5 text-muted">{summaryOf(node, manifest)}</span>
      </span>
      <Marks node={node} pinned={pinned} />
      {isContainer(node) ? <CollapseButton id={id} name={node.name} /> : null}
      {worst ? (
        <span
          title={worst === 'error' ? 'Has a problem' : 'Has a warning'}
          className={cn(
            'absolute -top-1.5 -left-1.5 flex size-[18px] items-center justify-center rounded-full border-2 border-canvas text-[11px] leading-none font-bold text-on-ink',
            worst === 'error' ? 'bg-danger dark:text-black' : 'bg-warning dark:text-black',
          )}
        >
          <span aria-hidden>!</span>
          <span className="sr-only">{worst === 'error' ? 'Has a problem' : 'Has a warning'}</span>
        </span>
      ) : null}
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
      <Handle type="target" id="in" position={Position.Top} isConnectable={!readOnly} className="port" />
      {round ? null : (
        <Handle type="source" id="out" position={Position.Bottom} isConnectable={!readOnly} className="port" />
      )}
      {mayCatch(node) ? (
        <>
          <Handle
            type="source"
            id="catch"
            position={Position.Right}
            isConnectable={!readOnly}
            className="port port-catch"
            title="On an error"
          />
          <PlainPort node={id} id="catch-left" type="source" side={Position.Left} />
        </>
      ) : null}
      <StepMark id={id} />
      {open && node.parent && !readOnly ? <AppendButton id={id} name={node.name} /> : null}
    </div>
  );
}

/** Small signs of what a step also does: try again, stand where it was put. */
function Marks({ node, pinned }: { node: WorkflowNode; pinned: boolean }) {
  const retries =
    'retry' in node && node.retry ? Math.max(0, ...node.retry.map((retrier) => retrier.maxAttempts ?? 3)) : 0;
  if (!retries && !pinned) return null;
  return (
    <span className="step-words flex flex-col items-end gap-1 self-start pt-2 text-[10px] leading-none text-muted">
      {retries ? (
        <span className="flex items-center gap-0.5" title={`Tries again up to ${retries} times`}>
          <RotateCw className="size-2.5" aria-hidden />
          {retries}
        </span>
      ) : null}
      {pinned ? (
        <span title="Placed by hand: tidying leaves it here">
          <Pin className="size-2.5" aria-hidden />
        </span>
      ) : null}
    </span>
  );
}

/** The way on from the last step of a container. */
function AppendButton({ id, name }: { id: string; name: string }) {
  const store = useEditorStore();
  return (
    <button
      type="button"
      aria-label={`Add a step after ${name}`}
      onClick={(event) => {
        event.stopPropagation();
        const { left, bottom } = event.currentTarget.getBoundingClientRect();
        store.getState().openInsert({ spot: { after: id }, x: left, y: bottom + 4 });
      }}
      className="nodrag absolute -bottom-7 left-1/2 z-10 flex size-6 -translate-x-1/2 items-center justify-center rounded-full border border-border-strong bg-raised text-muted opacity-0 shadow-1 transition-opacity group-hover:opacity-100 hover:border-accent hover:text-accent focus-visible:opacity-100"
    >
      <Plus className="size-3.5" aria-hidden />
    </button>
  );
}
