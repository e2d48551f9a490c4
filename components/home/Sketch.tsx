import type { WorkflowSketch } from '@/lib/usecases/types';

/** px of the canvas: a workflow of one step is no larger than that of three */
const LEAST = { width: 640, height: 280 };

/** The shape of a workflow, small. */
export function Sketch({ sketch }: { sketch: WorkflowSketch }) {
  if (sketch.boxes.length === 0)
    return <p className="flex h-full items-center justify-center text-xs text-muted">Empty</p>;
  const [width, height] = [Math.max(sketch.width, LEAST.width), Math.max(sketch.height, LEAST.height)];
  return (
    <svg
      aria-hidden
      viewBox={`${(sketch.width - width) / 2} ${(sketch.height - height) / 2} ${width} ${height}`}
      className="size-full"
      preserveAspectRatio="xMidYMid meet"
    >
      {sketch.lines.map(([x1, y1, x2, y2]) => (
        <path
          key={`${x1} ${y1} ${x2} ${y2}`}
          d={`M${x1} ${y1} C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`}
          fill="none"
          stroke="var(--edge)"
          strokeWidth="4"
        />
      ))}
      {sketch.boxes.map(({ x, y, width, height, kind, container }) => (
        <g key={`${x} ${y} ${kind}`}>
          <rect
            x={x}
            y={y}
            width={width}
            height={height}
            rx="12"
            fill={container ? 'none' : 'var(--raised)'}
            stroke="var(--border-strong)"
            strokeWidth="3"
            strokeDasharray={container ? '10 6' : undefined}
          />
          {container ? null : (
            <rect x={x + 14} y={y + height / 2 - 14} width="28" height="28" rx="7" fill={`var(--kind-${kind})`} />
          )}
          {container ? null : (
            <rect x={x + 54} y={y + height / 2 - 6} width={width - 80} height="12" rx="6" fill="var(--border-strong)" />
          )}
        </g>
      ))}
    </svg>
  );
}
