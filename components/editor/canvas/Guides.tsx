'use client';
import { ViewportPortal } from 'reactflow';
import type { Guide } from './snap';

/** The lines on which a step that is dragged stands with others. */
export function Guides({ guides }: { guides: readonly Guide[] }) {
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={`${axis}${at}`}
          data-guide={axis}
          aria-hidden
          className="pointer-events-none absolute z-10 bg-accent"
          style={
            axis === 'x'
              ? { left: at - 0.5, top: from - 12, width: 1, height: to - from + 24 }
              : { top: at - 0.5, left: from - 12, height: 1, width: to - from + 24 }
          }
        />
      ))}
    </ViewportPortal>
  );
}
