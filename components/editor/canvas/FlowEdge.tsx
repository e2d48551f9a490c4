'use client';
import { type KeyboardEvent, type MouseEvent, memo } from 'react';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath, Position } from 'reactflow';
import { LINE_MARKS, LineSign, useEdgeMark } from '../../ask/marks';
import { cn } from '../../ui/cn';
import { useEditor, useEditorStore } from '../state/context';
import type { FlowEdge as FlowEdgeType } from './flow';
import { START } from './flow';
import { useLod } from './lod';
import { aboveOf, pathAlong, pointsAlong } from './routes';
import { edgeText } from './summary';

/** px: half the width of a few words; a lane nearer than that has them on it */
const WORDS = 64;
/** px that a plain line goes straight on before its first turn */
const OFFSET = 16;

/** A connection: its line, its words, and the + that puts a step onto it. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps<FlowEdgeType>) {
  const { id, source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } =
    props;
  const edge = data?.edge ?? null;
  const kind = edge?.kind ?? 'next';
  const text = edge ? edgeText(edge, data?.from ?? undefined) : null;
  const down = targetY > sourceY;
  const onTargetSide = text !== null && down && kind !== 'catch';
  const lane = data?.lane ?? null;
  const exit = kind !== 'catch' ? 'bottom' : sourcePosition === Position.Left ? 'left' : 'right';
  const row = data?.row ?? 0;
  const points =
    lane === null
      ? null
      : pointsAlong(
          { x: sourceX, y: sourceY },
          { x: targetX, y: targetY },
          exit,
          sourceX + lane,
          aboveOf(onTargetSide ? row : 0),
        );
  const [plain, plainX, plainY] = getSmoothStepPath({
    sourceX,
    sourceY,
    sourcePosition,
    targetX,
    targetY,
    targetPosition,
    borderRadius: 10,
    offset: OFFSET,
    // With words on it, the bend is near the step it leaves: the words stand above the step it leads to.
    stepPosition: onTargetSide ? 0.2 : 0.5,
  });
  const path = points ? pathAlong(points) : plain;
  const [middleX, middleY] = points ? [sourceX + (lane ?? 0), (sourceY + targetY) / 2] : [plainX, plainY];
  // The words of an error stand where it leaves, those of a rule above where it leads.
  const label =
    kind === 'catch'
      ? errorWords(sourceX, sourceY, targetX, sourcePosition === Position.Left ? -1 : 1, lane, row)
      : onTargetSide
        ? points && lane !== null
          ? // Where it turns off its lane there is nothing but the line: above it another step may stand.
            { x: (sourceX + lane + targetX) / 2, y: targetY - aboveOf(row) }
          : { x: targetX, y: targetY - 42 - row * 22 }
        : { x: middleX, y: middleY };
  const plus =
    onTargetSide || (kind === 'catch' && down)
      ? { x: targetX, y: targetY - 17 }
      : { x: middleX, y: text ? middleY + 22 : middleY };
  const ran = useEditor((state) => ranOver(state.stepRuns, source, target));
  const { readOnly } = useEditorStore().getState(); // one that is looked at is never edited
  const lod = useLod();
  const caught = kind === 'catch';
  const mark = useEdgeMark(id); // of a change that is looked at
  const line = mark && LINE_MARKS[mark];
  const stroke = selected
    ? 'var(--accent)'
    : line
      ? line.stroke
      : ran
        ? 'var(--status-succeeded)'
        : caught
          ? 'var(--status-caught)'
          : 'var(--edge)';
  const thick = selected || ran || mark !== undefined;
  // From afar: the line alone, wider so that it is seen; dashes and heads in number cost more than they show.
  if (lod === 'dot')
    return <BaseEdge path={path} interactionWidth={0} style={{ stroke, strokeWidth: thick ? 4 : 2.5 }} />;
  return (
    <>
      <BaseEdge
        path={path}
        markerEnd={line ? line.head : ran ? 'url(#arrow-ran)' : selected ? 'url(#arrow-selected)' : 'url(#arrow)'}
        interactionWidth={22}
        style={{
          stroke,
          strokeWidth: thick ? 2 : 1.5,
          strokeDasharray: line ? line.dash : caught ? '5 4' : undefined,
        }}
      />
      {readOnly || (edge === null && data?.after === null && source !== START) ? null : (
        <Plus id={id} x={plus.x} y={plus.y} edge={props} />
      )}
      {mark ? <LineSign mark={mark} x={plus.x} y={plus.y} /> : null}
      {text ? (
        <EdgeLabelRenderer>
          <div
            className={cn(
              'edge-words absolute max-w-44 truncate rounded-full border bg-raised px-2 py-px text-[11px] leading-4 font-medium shadow-1',
              caught
                ? 'border-dashed border-[var(--status-caught)] text-[var(--status-caught)]'
                : 'border-border-strong text-muted',
              selected && 'border-accent text-accent',
            )}
            title={text}
            // Above the ground of a container, which is a node itself.
            style={{ transform: `translate(-50%,-50%) translate(${label.x}px,${label.y}px)`, zIndex: 5 }}
          >
            {text}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

/** On the line as it leaves; on the lane where that is near, one below the other where a step has several. */
function errorWords(x: number, y: number, targetX: number, side: 1 | -1, lane: number | null, row: number) {
  // Without a lane of its own a line whose target is not beside it turns down at once.
  const near = lane ?? (side * (targetX - x) < WORDS ? side * OFFSET : null);
  if (near !== null && Math.abs(near) < WORDS) return { x: x + near, y: y + 20 + row * 24 };
  return { x: x + side * WORDS, y: y + row * 24 };
}

/** The run went from one step to the other: both were entered. The end is reached by whoever succeeded. */
export function ranOver(runs: Record<string, { status: string } | undefined>, source: string, target: string): boolean {
  const from = runs[source]?.status;
  const to = runs[target]?.status;
  if (target.startsWith('@')) return from === 'succeeded';
  if (source === START) return to !== undefined && to !== 'notrun' && to !== 'skipped';
  return (from === 'succeeded' || from === 'caught') && to !== undefined && to !== 'notrun' && to !== 'skipped';
}

function Plus({ id, x, y, edge }: { id: string; x: number; y: number; edge: EdgeProps<FlowEdgeType> }) {
  const store = useEditorStore();
  const open = (event: MouseEvent | KeyboardEvent) => {
    event.stopPropagation();
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const { after, edge: real } = edge.data ?? { after: null, edge: null };
    const spot = real ? { edge: id } : after ? { after } : { start: null };
    store.getState().openInsert({ spot, x: box.left, y: box.bottom + 4 });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: inside an SVG there is no button element
    <g
      role="button"
      tabIndex={0}
      aria-label="Add a step here"
      className="edge-plus cursor-pointer"
      transform={`translate(${x},${y})`}
      onClick={open}
      onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && open(event)}
    >
      <circle r={13} fill="transparent" />
      <circle r={9} className="edge-plus-disc" />
      <path d="M-3.5 0h7M0 -3.5v7" className="edge-plus-sign" />
    </g>
  );
}
