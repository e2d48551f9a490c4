'use client';
/**
 * What can be done about a step of a run, from wherever the run is shown: its page, the editor's panel.
 *
 *   <RunDoors run timeline …>   opens the dialogs, knows what the place allows
 *   useRunDoors()               what a step, a header or a tab may offer
 */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import type { RunDetail } from '@/lib/usecases/types';
import { ForkDialog } from './ForkDialog';

type Doors = {
  run: RunDetail;
  /** `null`: the person chooses the step. Absent: there is no workflow to run. */
  fork?: (visit: StateVisit | null) => void;
  /** asks for a change that mends what failed */
  fix?: (visit: StateVisit) => void;
  /** runs the workflow as it is now, from its start */
  again?: () => void;
  /** says what the step answers from now on, where it can be said */
  mock?: (visit: StateVisit) => (() => void) | null;
  /** where all of this can be done, if not here */
  editor?: string;
};

const Context = createContext<Doors | null>(null);
export const useRunDoors = (): Doors | null => useContext(Context);

export function RunDoors({
  run,
  timeline,
  onBegun,
  fix,
  again,
  mock,
  editor,
  children,
}: Omit<Doors, 'fork'> & {
  timeline: Timeline;
  /** a new run has begun from here */
  onBegun: (runId: string) => void;
  children: ReactNode;
}) {
  const [forking, setForking] = useState<{ visit: StateVisit | null } | null>(null);
  const doors = useMemo<Doors>(
    () => ({
      run,
      ...(run.workflowId && { fork: (visit) => setForking({ visit }) }),
      ...(fix && { fix }),
      ...(again && { again }),
      ...(mock && { mock }),
      ...(editor && { editor }),
    }),
    [run, fix, again, mock, editor],
  );
  return (
    <Context value={doors}>
      {children}
      {forking ? (
        <ForkDialog
          run={run}
          timeline={timeline}
          visit={forking.visit}
          onClose={() => setForking(null)}
          onBegun={(id) => {
            setForking(null);
            onBegun(id);
          }}
        />
      ) : null}
    </Context>
  );
}
