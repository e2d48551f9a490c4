/**
 * The canvas that the editor is measured against: React Flow with plain nodes and nothing of ours. `?steps=N`.
 * Bundled for the browser by main.ts.
 */
import { createElement, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import {
  Background,
  type Edge,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useEdgesState,
  useNodesState,
} from 'reactflow';
import 'reactflow/dist/style.css';

const COLUMNS = 20;
const count = Number(new URLSearchParams(location.search).get('steps') ?? 100);
const SIZE = { width: 220, height: 64 };

const place = (i: number, shift = 0) => ({ x: (i % COLUMNS) * 260 + shift, y: Math.floor(i / COLUMNS) * 120 });
const firstNodes: Node[] = Array.from({ length: count }, (_, i) => ({
  id: `n${i}`,
  position: place(i),
  data: { label: `Step ${i + 1}` },
  ...SIZE,
}));
const firstEdges: Edge[] = firstNodes
  .slice(COLUMNS)
  .map((node, i) => ({ id: `e${i}`, source: `n${i}`, target: node.id }));

type Bare = { count(): number; edit(): void; undo(): void; tidy(): void; wave(): void };
declare global {
  interface Window {
    bare: Bare;
  }
}

function Canvas() {
  const [nodes, setNodes, onNodesChange] = useNodesState(firstNodes);
  const [edges, , onEdgesChange] = useEdgesState(firstEdges);
  const [turn, setTurn] = useState(0);
  /** Drawn before it returns, as what a key does is. */
  const at = (change: (old: Node[]) => Node[]) => flushSync(() => setNodes(change));
  const aside = (node: Node, i: number, by: number): Node =>
    i % COLUMNS > COLUMNS / 2 ? { ...node, position: { ...node.position, x: node.position.x + by } } : node;
  window.bare = {
    count: () => nodes.length,
    // A step comes, and the columns behind it make room, as in the editor.
    edit: () =>
      at((old) => [
        ...old.map((node, i) => aside(node, i, SIZE.width)),
        { id: `more${old.length}`, position: { x: 40, y: 40 }, data: { label: 'More' }, ...SIZE },
      ]),
    undo: () => at((old) => old.slice(0, -1).map((node, i) => aside(node, i, -SIZE.width))),
    tidy: () => {
      setTurn(turn + 1);
      at((old) => old.map((node, i) => ({ ...node, position: place(i, turn % 2 ? 0 : 30) })));
    },
    wave: () => at((old) => old.map((node) => ({ ...node, data: { label: `${String(node.data.label)} done` } }))),
  };
  const props = {
    nodes,
    edges,
    onNodesChange,
    onEdgesChange,
    onlyRenderVisibleElements: count > 300,
    minZoom: 0.1,
    fitView: true,
    fitViewOptions: { minZoom: 0.2, maxZoom: 1 },
    panOnScroll: true,
  };
  return createElement(ReactFlow, props, createElement(Background));
}

const root = document.getElementById('root');
if (root) createRoot(root).render(createElement(ReactFlowProvider, null, createElement(Canvas)));
