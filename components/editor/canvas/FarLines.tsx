'use client';
import { useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'reactflow';
import { useEditor } from '../state/context';
import { ranOver } from './FlowEdge';
import type { FlowEdge, FlowNode } from './flow';
import { type Bundle, createLines, type Look } from './lines';

const LOOKS: Record<Look, { stroke: string; strokeWidth: number }> = {
  plain: { stroke: 'var(--edge)', strokeWidth: 2.5 },
  caught: { stroke: 'var(--status-caught)', strokeWidth: 2.5 },
  ran: { stroke: 'var(--status-succeeded)', strokeWidth: 4 },
};

/** Connections seen from afar, as a picture that stands where React Flow's own lines would. */
export function FarLines({ nodes, edges }: { nodes: readonly FlowNode[]; edges: readonly FlowEdge[] }) {
  const runs = useEditor((state) => state.stepRuns);
  const root = useStore((state) => state.domNode);
  const ground = useMemo(() => root?.querySelector('.react-flow__edges') ?? null, [root]);
  const [lines] = useState(createLines);
  const bundles = useMemo(
    () => lines(nodes, edges, (source, target) => ranOver(runs, source, target)),
    [lines, nodes, edges, runs],
  );
  if (!ground) return null;
  const depths = new Map<number, Bundle[]>();
  for (const bundle of bundles) depths.set(bundle.depth, [...(depths.get(bundle.depth) ?? []), bundle]);
  return createPortal(
    [...depths].map(([depth, those]) => (
      <svg key={depth} aria-hidden="true" fill="none" style={{ zIndex: depth === 0 ? 0 : depth + 1 }}>
        {those.map(({ key, look, path }) => (
          <path key={key} d={path} style={LOOKS[look]} />
        ))}
      </svg>
    )),
    ground,
  );
}
