import type { Position } from 'reactflow';

/**
 * A place where lines begin or end, as React Flow's own `Handle` leaves it in the page, but nothing can be drawn from it:
 * a `Handle` listens to every move on the canvas, and a thousand steps would have four thousand of them.
 */
export function PlainPort({
  node,
  id,
  type,
  side,
}: {
  node: string;
  id: string;
  type: 'source' | 'target';
  side: Position;
}) {
  return (
    <div
      data-nodeid={node}
      data-handleid={id}
      data-handlepos={side}
      className={`react-flow__handle react-flow__handle-${side} ${type} port-hidden`}
    />
  );
}
