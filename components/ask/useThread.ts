'use client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useEditorStore } from '../editor/state/context';
import { drawerOf } from '../editor/state/drawer';
import { begun, ended, type Outcome, read, type Turn, write } from './thread';

export type Thread = {
  turns: readonly Turn[];
  open: boolean;
  setOpen: (open: boolean) => void;
  /** @param wish '' where a fault is to be mended */
  begin: (wish: string) => void;
  /** of what was asked last */
  end: (how: Outcome | ((now: Outcome) => Outcome)) => void;
  /** which turn's changes are the last that were made: undo takes those back */
  undoable: (id: string) => boolean;
  forget: () => void;
};

/** What was asked about the workflow on the screen. */
export function useThread(): Thread {
  const store = useEditorStore();
  const workflow = store.getState().id;
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [open, setOpen] = useState(false);
  const last = useRef<string | null>(null);
  /** how many changes the history held behind a turn's */
  const behind = useRef(new Map<string, number>());
  useEffect(() => setTurns(read(drawerOf('localStorage'), workflow)), [workflow]);

  const change = useCallback(
    (make: (now: readonly Turn[]) => readonly Turn[]) =>
      setTurns((now) => {
        const next = make(now);
        if (next !== now) write(drawerOf('localStorage'), workflow, next);
        return next;
      }),
    [workflow],
  );
  const begin = useCallback(
    (wish: string) => {
      const id = crypto.randomUUID();
      last.current = id;
      change((now) => begun(now, { id, at: Date.now(), wish }));
    },
    [change],
  );
  const end = useCallback(
    (how: Outcome | ((now: Outcome) => Outcome)) => {
      const id = last.current;
      if (id === null) return;
      change((now) => {
        const next = ended(now, id, how);
        if (next.find((turn) => turn.id === id)?.outcome.kind === 'kept')
          behind.current.set(id, store.temporal.getState().pastStates.length);
        return next;
      });
    },
    [change, store],
  );
  const undoable = useCallback(
    (id: string) => behind.current.get(id) === store.temporal.getState().pastStates.length,
    [store],
  );
  const forget = useCallback(() => change(() => []), [change]);
  return useMemo(
    () => ({ turns, open, setOpen, begin, end, undoable, forget }),
    [turns, open, begin, end, undoable, forget],
  );
}
