'use client';
import { useEffect, useRef } from 'react';
import { isOver } from '../../ui/status';
import { useEditor, useEditorStore } from '../state/context';
import { drawerOf } from '../state/drawer';

const key = (workflow: string) => `action-engine:run-open:${workflow}`;

/**
 * A run that goes on below the canvas is there again after the tab was reloaded in its midst.
 * @param shown a run is open now
 */
export function useKeptRun(shown: boolean, show: (runId: string) => void): void {
  const store = useEditorStore();
  const going = useEditor(({ run }) => (run && !isOver(run.status) ? run.id : null));
  const over = useEditor(({ run }) => run !== null && isOver(run.status));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    const kept = read(key(store.getState().id));
    if (kept && !shown) show(kept);
  }, []);
  useEffect(() => {
    if (going) write(key(store.getState().id), going);
    else if (over) write(key(store.getState().id), null);
  }, [store, going, over]);
  const was = useRef(shown);
  useEffect(() => {
    if (was.current && !shown) write(key(store.getState().id), null);
    was.current = shown;
  }, [store, shown]);
}

function read(name: string): string | null {
  try {
    return drawerOf('sessionStorage').getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string | null): void {
  try {
    if (value === null) drawerOf('sessionStorage').removeItem(name);
    else drawerOf('sessionStorage').setItem(name, value);
  } catch {
    // Full or withheld: the run is found among the runs.
  }
}
