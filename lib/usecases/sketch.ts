/** The shape of a workflow for a small picture: what is outside of all containers, and the containers as boxes. */
import { layout, sizeOf } from '@/lib/graph';
import type { WorkflowDocument } from '@/lib/graph/schema';
import type { WorkflowSketch } from './types';

export function sketchOf(document: WorkflowDocument): WorkflowSketch {
  const { graph } = document;
  const placed = graph.nodes.every((node) => document.layout.positions[node.id]) ? document.layout : layout(document);
  const found = new Map(
    graph.nodes
      .filter((node) => node.parent === null)
      .map((node) => {
        const { x, y } = placed.positions[node.id] ?? { x: 0, y: 0 };
        const size = sizeOf(document, placed, node.id);
        return [
          node.id,
          { x, y, ...size, kind: node.kind, container: node.kind === 'map' || node.kind === 'parallel' },
        ] as const;
      }),
  );
  const boxes = [...found.values()];
  if (boxes.length === 0) return { width: 1, height: 1, boxes: [], lines: [] };
  const margin = 8;
  const left = Math.min(...boxes.map(({ x }) => x)) - margin;
  const top = Math.min(...boxes.map(({ y }) => y)) - margin;
  const lines = graph.edges.flatMap((edge): WorkflowSketch['lines'] => {
    const from = found.get(edge.from);
    const to = found.get(edge.to);
    return from && to
      ? [[from.x + from.width / 2 - left, from.y + from.height - top, to.x + to.width / 2 - left, to.y - top]]
      : [];
  });
  return {
    width: Math.max(...boxes.map(({ x, width }) => x + width)) - left + margin,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) - top + margin,
    boxes: boxes.map((box) => ({ ...box, x: box.x - left, y: box.y - top })),
    lines,
  };
}
