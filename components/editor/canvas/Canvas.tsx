'use client';
/**
 * The graph on React Flow: its gestures and keys in, edits of the document out. Long, because each gesture is a few lines
 * that need the same store and the same React Flow instance.
 * @module
 */
import { Plus } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  getViewportForBounds,
  type IsValidConnection,
  type NodeChange,
  type OnConnectEnd,
  Panel,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  type Viewport,
} from 'reactflow';
import 'reactflow/dist/style.css';
import { CONTAINER, canConnect, connect, moveTo, nodeOf, type Parent, reconnect, type Spot } from '@/lib/graph';
import { useEdgeMarks } from '../../ask/marks';
import { Button } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import { insertStep, type StepChoice } from '../state/insert';
import { useTry } from '../try/state';
import { TryMarks } from '../try/TryMarks';
import { ConnectMode } from './ConnectMode';
import { FarLines } from './FarLines';
import { FindBar } from './FindBar';
import { FollowRun } from './FollowRun';
import { createFlow, type FlowEdge, type FlowNode, isCap } from './flow';
import { Guides } from './Guides';
import { InSight } from './InSight';
import { KeepPorts } from './KeepPorts';
import { type Lod, LodContext } from './lod';
import { type Direction, neighbourOf } from './navigate';
import { edgeTypes, nodeTypes } from './nodeTypes';
import { SelectionBar } from './SelectionBar';
import { Skeleton } from './Skeleton';
import { SmallMap } from './SmallMap';
import { useSpokenPlaces } from './spoken';
import { markTarget, useDrag } from './useDrag';
import { ZoomBar } from './ZoomBar';

export const DRAG_TYPE = 'application/x-action-engine-step';
const FIT = { padding: 0.18, maxZoom: 1, minZoom: 0.2 };
/** Zoom below which a step shows less of itself: its name, then its picture. */
const FAR = 0.6;
const DOT = 0.28;
const MAP_FROM = 24;
/** Drawing only what is in sight pays from some hundreds of steps on. */
const CULL_FROM = 300;
/** From afar so many lines are one picture: none of them can be hit, and each would be a stop of the Tab key. */
const PICTURE_FROM = 60;
const ARROWS: Record<string, Direction> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const NUDGE = 8;
const ARIA = {
  'node.a11yDescription.default':
    'Press Enter to open its settings, arrow keys to go to its neighbours, Delete to remove it.',
  'node.a11yDescription.keyboardDisabled': 'Press Enter to open its settings.',
  'edge.a11yDescription.default': 'A connection. Press Delete to remove it.',
};

/** The graph, drawn. Reports gestures to the store; holds nothing but what is being dragged. */
export function Canvas() {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const selected = useEditor((state) => state.selected);
  const selectedEdge = useEditor((state) => state.selectedEdge);
  const readOnly = useEditor((state) => state.readOnly);
  const [flow] = useState(createFlow);
  const wrapper = useRef<HTMLDivElement>(null);
  const { dragged, guides, onMoves, onNodeDragStart, onNodeDrag, onNodeDragStop } = useDrag(wrapper);
  const mark = useCallback((id: string | null) => markTarget(wrapper.current, id), []);
  const focus = useCallback((id: string) => requestAnimationFrame(() => focusStep(wrapper.current, id)), []);
  // React Flow takes up the first view a moment after it is told of it; what is seen from afar is not drawn from close by before.
  const [first, setFirst] = useState<Viewport | 'fit' | null>(null);
  const begins = first && first !== 'fit' ? first.zoom : 1;
  const lod = useStore((state) => lodOf(state.panZoom ? state.transform[2] : begins));
  const { screenToFlowPosition, getInternalNode } = useReactFlow();
  const selection = useMemo(() => new Set(selected), [selected]);
  const { nodes, edges } = useMemo(
    () => flow(document, selection, selectedEdge, dragged, readOnly),
    [flow, document, selection, selectedEdge, dragged, readOnly],
  );
  // Lines with marks of their own, of a change that is looked at or of a dry run, are drawn one by one.
  const marked = useEdgeMarks() !== undefined;
  const tried = useTry((state) => state.coverage !== null);
  const asPicture = lod === 'dot' && edges.length > PICTURE_FROM && !marked && !tried;
  const singly = useMemo(() => (asPicture ? edges.filter(({ selected }) => selected) : edges), [asPicture, edges]);

  // The room is known once the page stands; then each step is drawn once, as large as it will be. On a page that comes from
  // the server React Flow would draw all of them as if seen from close by, fit them, and draw them again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: where the picture begins is decided once
  useLayoutEffect(() => {
    const view = fitted(nodes, wrapper.current);
    setFirst(view);
    if (view !== 'fit') store.getState().setZoom(view.zoom);
  }, []);

  useSpokenPlaces(wrapper);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      onMoves(changes);
      const picks = changes.filter((change) => change.type === 'select');
      if (picks.length > 0) {
        const next = new Set(store.getState().selected);
        for (const pick of picks) {
          if (pick.type !== 'select') continue;
          if (pick.selected) next.add(pick.id);
          else next.delete(pick.id);
        }
        store.getState().select([...next]);
      }
    },
    [store, onMoves],
  );

  /** The keyboard selects a connection this way. */
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const pick = changes.find((change) => change.type === 'select' && change.selected);
      if (pick?.type === 'select' && !pick.id.startsWith('@')) store.getState().selectEdge(pick.id);
    },
    [store],
  );

  // The same functions each time: else every node and every line is drawn again whenever something moves.
  const clicks = useMemo(
    () => ({
      onNodeDoubleClick: (_event: unknown, node: FlowNode) =>
        void (!isCap(node.id) && node.type !== 'note' && store.getState().goTo(node.id)),
      // Where the settings lie over the canvas, a tap on a step shows them.
      onNodeClick: (_event: unknown, { id }: FlowNode) =>
        void (
          !isCap(id) &&
          window.matchMedia('(max-width: 1023px)').matches &&
          store.getState().toggle('showInspector', true)
        ),
      onEdgeClick: (_event: unknown, { id }: FlowEdge) => void (!id.startsWith('@') && store.getState().selectEdge(id)),
      onPaneClick: () => store.getState().select([]),
      onMoveEnd: (_event: unknown, { zoom }: { zoom: number }) => store.getState().setZoom(zoom),
    }),
    [store],
  );

  const isValidConnection = useCallback<IsValidConnection<FlowEdge>>(
    ({ source, target, sourceHandle }) =>
      !isCap(source) &&
      !isCap(target) &&
      canConnect(store.getState().document, source, target, sourceHandle?.startsWith('catch') ? 'catch' : undefined) ===
        null,
    [store],
  );
  const onConnect = useCallback(
    ({ source, target, sourceHandle }: Connection) => {
      const { edit } = store.getState();
      edit((now) => (sourceHandle === 'catch' ? connect(now, source, target, 'catch') : connect(now, source, target)));
    },
    [store],
  );
  const onReconnect = useCallback(
    (old: FlowEdge, { source, target }: Connection) => {
      store.getState().edit((now) => reconnect(now, old.id, { from: source, to: target }));
    },
    [store],
  );
  // A line dropped on nothing asks what should stand there.
  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, { fromNode, fromHandle, toNode, isValid }) => {
      if (isValid || toNode || !fromNode || fromHandle?.id !== 'out' || isCap(fromNode.id)) return;
      const point = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (point) store.getState().openInsert({ spot: { after: fromNode.id }, x: point.clientX, y: point.clientY });
    },
    [store],
  );

  const onDrop = (event: DragEvent) => {
    const text = event.dataTransfer.getData(DRAG_TYPE);
    if (!text) return;
    event.preventDefault();
    const choice = JSON.parse(text) as StepChoice;
    const { spot, position } = placeAt(event.clientX, event.clientY);
    insertStep(store, choice, spot, position);
  };

  /** What lies under a point of the screen: a connection, a container, or nothing. */
  function placeAt(x: number, y: number): { spot: Spot; position?: { x: number; y: number } } {
    const { graph } = store.getState().document;
    if (graph.nodes.length === 0) return { spot: { into: null } };
    const under = window.document.elementsFromPoint(x, y);
    for (const element of under) {
      const edge = element.closest('.react-flow__edge')?.getAttribute('data-id');
      if (edge && graph.edges.some(({ id }) => id === edge)) return { spot: { edge } };
      if (edge === '@start-edge') return { spot: { start: null } };
      if (edge?.startsWith('@end:')) return { spot: { after: edge.slice(5) } };
      const id = element.closest('.react-flow__node')?.getAttribute('data-id');
      const node = id ? nodeOf(graph, id) : undefined;
      if (node && (node.kind === 'map' || node.kind === 'parallel')) {
        const branch = branchAt(node.id, screenToFlowPosition({ x, y }));
        return { spot: { into: branch } };
      }
      if (node) return { spot: { after: node.id } };
    }
    const at = screenToFlowPosition({ x, y });
    return { spot: { loose: null }, position: { x: Math.round(at.x - 110), y: Math.round(at.y - 32) } };
  }

  function branchAt(id: string, point: { x: number; y: number }): Parent {
    const internal = getInternalNode(id);
    const data = internal?.internals.userNode as FlowNode | undefined;
    const origin = internal?.internals.positionAbsolute ?? { x: 0, y: 0 };
    const branches = data?.type === 'container' ? data.data.branches : [];
    const found = branches.findIndex((box) => point.x < origin.x + box.x + box.width + CONTAINER.branchGap / 2);
    return { id, branch: found < 0 ? Math.max(0, branches.length - 1) : found };
  }

  /** Before React Flow sees them: its own arrow keys move steps past every handler. */
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey) return; // chords belong to the editor
    const direction = ARROWS[event.key];
    const focused = (event.target as HTMLElement).closest?.('.react-flow__node')?.getAttribute('data-id');
    if ((event.target as HTMLElement).closest('textarea, input')) return;
    if (!direction) {
      // With Shift or Alt it tries the step.
      if (event.key === 'Enter' && !event.shiftKey && !event.altKey && focused && !isCap(focused)) {
        event.stopPropagation();
        event.preventDefault();
        store.getState().goTo(focused);
      }
      return;
    }
    event.stopPropagation();
    event.preventDefault();
    const state = store.getState();
    const from = focused && !isCap(focused) ? focused : state.selected.at(-1);
    if (event.altKey) {
      if (from && !readOnly) nudge(state.selected.length > 0 ? state.selected : [from], direction);
      return;
    }
    const to = from ? neighbourOf(state.document, from, direction) : (state.document.graph.startAt ?? null);
    if (!to) return;
    state.select(event.shiftKey ? [...new Set([...state.selected, to])] : [to]);
    requestAnimationFrame(() => focusStep(wrapper.current, to));
  };

  function nudge(ids: string[], direction: Direction): void {
    const dx = direction === 'left' ? -NUDGE : direction === 'right' ? NUDGE : 0;
    const dy = direction === 'up' ? -NUDGE : direction === 'down' ? NUDGE : 0;
    store.getState().edit(
      (now) =>
        moveTo(
          now,
          Object.fromEntries(
            ids.flatMap((id) => {
              const at = now.layout.positions[id];
              return at ? [[id, { x: at.x + dx, y: at.y + dy }]] : [];
            }),
          ),
        ),
      { merge: `nudge:${ids.join()}` },
    );
  }

  const empty = document.graph.nodes.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the steps inside, which are focusable
    <div
      ref={wrapper}
      data-lod={lod}
      className={empty ? 'show-plus relative size-full' : 'relative size-full'}
      onKeyDownCapture={onKeyDownCapture}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={onDrop}
    >
      {first ? (
        <LodContext value={lod}>
          <ReactFlow
            nodes={nodes}
            edges={singly}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStart={onNodeDragStart}
            onNodeDrag={onNodeDrag}
            onNodeDragStop={onNodeDragStop}
            {...clicks}
            onConnect={onConnect}
            onConnectEnd={onConnectEnd}
            onReconnect={onReconnect}
            isValidConnection={isValidConnection}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            edgesReconnectable={!readOnly}
            elevateNodesOnSelect={false}
            selectionMode={SelectionMode.Partial}
            deleteKeyCode={null}
            panOnScroll
            zoomOnDoubleClick={false}
            minZoom={0.1}
            maxZoom={2}
            {...(first === 'fit' ? { fitView: true, fitViewOptions: FIT } : { defaultViewport: first })}
            ariaLabelConfig={ARIA}
            onlyRenderVisibleElements={nodes.length > CULL_FROM}
            nodeDragThreshold={3}
            aria-label="Workflow graph"
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
            {nodes.length > MAP_FROM ? <SmallMap /> : null}
            <ZoomBar />
            <TryMarks />
            <Guides guides={guides} />
            <KeepPorts lod={lod} />
            <FollowRun />
            {asPicture ? <FarLines nodes={nodes} edges={edges} /> : null}
            {readOnly ? null : <SelectionBar />}
            <ConnectMode mark={mark} focus={focus} />
            <InSight />
            {empty && !readOnly ? (
              <Panel
                position="top-center"
                className="!mt-6 flex w-max max-w-[92%] flex-wrap items-center justify-center gap-x-3 gap-y-1.5 rounded-xl border border-border bg-raised py-2 pr-4 pl-2 text-sm text-muted shadow-1"
              >
                <Button
                  size="sm"
                  variant="accent"
                  onClick={(event) => {
                    const { left, bottom } = event.currentTarget.getBoundingClientRect();
                    store.getState().openInsert({ spot: { into: null }, x: left, y: bottom + 4 });
                  }}
                >
                  <Plus className="size-3.5" aria-hidden /> Add the first step
                </Button>
                <span>
                  <span className="max-sm:hidden">or drag one here, </span>or say below what should happen
                </span>
              </Panel>
            ) : null}
          </ReactFlow>
        </LodContext>
      ) : (
        <Skeleton nodes={nodes} edges={edges} fit={FIT} />
      )}
      <Arrows />
      <FindBar />
    </div>
  );
}

const lodOf = (zoom: number): Lod => (zoom < DOT ? 'dot' : zoom < FAR ? 'far' : 'near');

export const FIT_OPTIONS = { ...FIT, duration: 250 };

/** Where all of it is in sight; `'fit'`: the room has no size yet, as in a panel that is not shown. */
function fitted(nodes: readonly FlowNode[], room: HTMLElement | null): Viewport | 'fit' {
  const roots = nodes.filter(({ parentId }) => !parentId);
  if (!room?.clientWidth || !room.clientHeight || roots.length === 0) return 'fit';
  const [left, top] = [
    Math.min(...roots.map((node) => node.position.x)),
    Math.min(...roots.map((node) => node.position.y)),
  ];
  const right = Math.max(...roots.map(({ position, width }) => position.x + (width ?? 0)));
  const bottom = Math.max(...roots.map(({ position, height }) => position.y + (height ?? 0)));
  const bounds = { x: left, y: top, width: right - left, height: bottom - top };
  return getViewportForBounds(bounds, room.clientWidth, room.clientHeight, FIT.minZoom, FIT.maxZoom, FIT.padding);
}

export function focusStep(root: HTMLElement | null | undefined, id: string): void {
  root?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
}

/** Arrow heads, one for each look of a line. */
function Arrows() {
  const heads = {
    arrow: 'var(--edge)',
    'arrow-selected': 'var(--accent)',
    'arrow-ran': 'var(--status-succeeded)',
    'arrow-removed': 'var(--status-failed)',
  };
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute size-0">
      <defs>
        {Object.entries(heads).map(([id, colour]) => (
          <marker
            key={id}
            id={id}
            viewBox="0 0 10 10"
            refX="8.5"
            refY="5"
            markerWidth="14"
            markerHeight="14"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M1.5 1.5 8.5 5l-7 3.5Z" fill={colour} />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
