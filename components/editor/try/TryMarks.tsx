'use client';
import { CircleCheck, CircleDashed, FlaskConical, Pin, X } from 'lucide-react';
import { useMemo } from 'react';
import { Panel, useInternalNode, ViewportPortal } from 'reactflow';
import { nodeOf } from '@/lib/graph';
import type { CoverageView } from '@/lib/usecases/types';
import { IconButton, Spinner } from '../../ui/Button';
import { countText } from '../../ui/format';
import { useEditor, useEditorStore } from '../state/context';
import { openTry, tryStoreOf, useTry } from './state';

/** What is mocked and pinned, and which ways a dry run took, drawn on the canvas. */
export function TryMarks() {
  const store = useEditorStore();
  const trial = useEditor((state) => state.document.trial);
  const graph = useEditor((state) => state.document.graph);
  const coverage = useTry((state) => state.coverage);
  const busy = useTry((state) => state.busy);
  const marked = useMemo(() => {
    const ids = new Set([...Object.keys(trial?.mocks ?? {}), ...Object.keys(trial?.pins ?? {})]);
    if (coverage) for (const { id } of graph.nodes) ids.add(id);
    return [...ids].filter((id) => nodeOf(graph, id));
  }, [trial, coverage, graph]);
  return (
    <>
      {marked.length > 0 ? (
        <ViewportPortal>
          {marked.map((id) => (
            <Marks
              key={id}
              id={id}
              mocked={trial?.mocks[id] !== undefined}
              pinned={trial?.pins[id] !== undefined}
              tried={coverage ? coverage.nodes.includes(id) : null}
            />
          ))}
        </ViewportPortal>
      ) : null}
      {busy ? (
        <Panel position="top-center" className="!mt-3">
          <div
            role="status"
            className="flex h-9 items-center gap-2 rounded-lg border border-border-strong bg-raised px-3 text-sm shadow-2"
          >
            <Spinner /> Dry run: trying every branch…
          </div>
        </Panel>
      ) : null}
      {coverage && !busy ? (
        <>
          <Lines coverage={coverage} />
          <Panel position="top-center" className="!mt-3">
            <div
              role="status"
              className="flex max-w-lg items-start gap-2 rounded-lg border border-border-strong bg-raised py-1 pr-1 pl-3 text-sm shadow-2 [&>svg]:mt-1"
            >
              {coverage.branches.ran === coverage.branches.total ? (
                <CircleCheck className="size-4 shrink-0 text-success" aria-hidden />
              ) : (
                <CircleDashed className="size-4 shrink-0 text-warning" aria-hidden />
              )}
              <div className="flex min-w-0 flex-col py-0.5">
                <p>
                  Dry run: {coverage.branches.ran} of {countText(coverage.branches.total, 'branch', 'branches')} tried
                  {coverage.notTried ? <span className="text-muted"> · {coverage.notTried}</span> : null}
                  {coverage.problems.length > 0 ? (
                    <span className="text-danger"> · {countText(coverage.problems.length, 'problem')}</span>
                  ) : null}
                </p>
                {coverage.problems.slice(0, SHOWN).map(({ message, hint, at }) => (
                  <button
                    key={message}
                    type="button"
                    title={`${message}\n${hint}`}
                    className="line-clamp-2 min-h-6 rounded text-left text-xs text-danger underline-offset-2 hover:underline"
                    onClick={() => store.getState().goTo(at.node, at.path)}
                  >
                    {message}
                  </button>
                ))}
              </div>
              <IconButton
                label="Take the marks away"
                size="sm"
                onClick={() => tryStoreOf(store).setState({ coverage: null })}
              >
                <X className="size-3.5" />
              </IconButton>
            </div>
          </Panel>
        </>
      ) : null}
    </>
  );
}

/** Problems of a dry run above the canvas; they cover it, and the first is mended first. */
const SHOWN = 2;

const BADGE =
  'pointer-events-auto inline-flex h-6 items-center gap-1 rounded-full border bg-raised px-2 text-[11px] leading-none font-medium shadow-1';

function Marks({ id, mocked, pinned, tried }: { id: string; mocked: boolean; pinned: boolean; tried: boolean | null }) {
  const store = useEditorStore();
  const node = useInternalNode(id);
  if (!node) return null;
  const { x, y } = node.internals.positionAbsolute;
  const height = node.measured.height ?? 64;
  return (
    <div
      className="pointer-events-none absolute flex gap-1"
      // Above a step that is selected, which React Flow lifts.
      style={{ transform: `translate(${x + 12}px, ${y + height - 12}px)`, zIndex: 2000 }}
    >
      {mocked ? (
        <button
          type="button"
          className={`${BADGE} nodrag border-warning text-warning hover:bg-hover`}
          onClick={() => openTry(store, { kind: 'mock', node: id })}
        >
          <FlaskConical className="size-3" aria-hidden /> Mocked
        </button>
      ) : null}
      {pinned ? (
        <span className={`${BADGE} border-border-strong text-muted`}>
          <Pin className="size-3" aria-hidden /> Sample
        </span>
      ) : null}
      {tried === null ? null : tried ? (
        <span className={`${BADGE} border-success text-success`}>
          <CircleCheck className="size-3" aria-hidden /> Tried
        </span>
      ) : (
        <span className={`${BADGE} border-border-strong text-muted`}>
          <CircleDashed className="size-3" aria-hidden /> Not tried
        </span>
      )}
    </div>
  );
}

/** Connections that were taken, in the colour of success; those that were not, dashed. */
function Lines({ coverage }: { coverage: CoverageView }) {
  const { edges, nodes, startAt } = useEditor((state) => state.document.graph);
  const css = useMemo(() => {
    const taken = new Set(coverage.edges);
    // Where it begins and where it ends are lines as well.
    const tried = new Set(coverage.nodes);
    const caps = nodes.flatMap(({ id }) => (tried.has(id) ? [`@end:${id}`] : []));
    if (startAt && tried.has(startAt)) caps.push('@start-edge');
    for (const id of caps) taken.add(id);
    const path = (id: string) => `.react-flow__edge[data-id="${CSS.escape(id)}"] .react-flow__edge-path`;
    return [...edges.map(({ id }) => id), ...caps]
      .map((id) =>
        taken.has(id)
          ? `${path(id)}{stroke:var(--status-succeeded)!important;stroke-width:2.5px!important}`
          : `${path(id)}{stroke-dasharray:5 5!important;opacity:.55}`,
      )
      .join('\n');
  }, [coverage, edges, nodes, startAt]);
  return <style>{css}</style>;
}
