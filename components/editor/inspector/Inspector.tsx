'use client';
import { useEditor } from '../state/context';
import { EdgePane } from './EdgePane';
import { ManyPane } from './ManyPane';
import { StepPane } from './StepPane';
import { WorkflowPane } from './WorkflowPane';

/** What is selected, in full: a step, a connection, several steps, or else the workflow itself. */
export function Inspector() {
  const selected = useEditor((state) => state.selected);
  const selectedEdge = useEditor((state) => state.selectedEdge);
  const one = selected.length === 1 ? selected[0] : undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      {selectedEdge ? (
        <EdgePane id={selectedEdge} />
      ) : one ? (
        <StepPane id={one} />
      ) : selected.length > 1 ? (
        <ManyPane ids={selected} />
      ) : (
        <WorkflowPane />
      )}
    </div>
  );
}
