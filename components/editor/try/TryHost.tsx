'use client';
import { FlaskConical, Play, Power, Route, SkipForward, StepForward } from 'lucide-react';
import { useMemo } from 'react';
import { type PaletteCommand, useKeys } from '../../shell';
import { switchSelected } from '../off/commands';
import { MockDialog, PartDialog, TestDialog } from '../parts';
import { useEditorStore } from '../state/context';
import { dryRunAll, mockSelected, testSelected, theStep, tryPart } from './commands';
import { useTry } from './state';

type Started = (jobId: string) => void;

function useTryActions(onStarted: Started) {
  const store = useEditorStore();
  return useMemo(() => {
    const part = (make: (id: string) => { from: string | null; until: string | null }) => () => {
      const id = theStep(store);
      if (id) void tryPart(store, make(id), onStarted);
    };
    return {
      from: part((from) => ({ from, until: null })),
      until: part((until) => ({ from: null, until })),
      test: () => testSelected(store),
      mock: () => mockSelected(store),
      off: () => switchSelected(store),
      dry: () => void dryRunAll(store),
    };
  }, [store, onStarted]);
}

/** What the command palette offers of trying. */
export function useTryCommands(onStarted: Started): PaletteCommand[] {
  const actions = useTryActions(onStarted);
  return useMemo<PaletteCommand[]>(
    () => [
      {
        id: 'try-from',
        label: 'Run from the selected step',
        icon: <StepForward />,
        keys: 'runFrom',
        run: actions.from,
      },
      {
        id: 'try-until',
        label: 'Run until the selected step',
        icon: <SkipForward />,
        keys: 'runUntil',
        run: actions.until,
      },
      { id: 'try-test', label: 'Test the selected step', icon: <Play />, keys: 'test', run: actions.test },
      { id: 'try-mock', label: 'Mock the selected step', icon: <FlaskConical />, keys: 'mock', run: actions.mock },
      {
        id: 'off',
        label: 'Switch the selected steps off, or on again',
        icon: <Power />,
        keys: 'switchOff',
        run: actions.off,
      },
      { id: 'try-dry', label: 'Dry run: try every branch without calling anything', icon: <Route />, run: actions.dry },
    ],
    [actions],
  );
}

/** Keys and dialogs of trying: from a step, until it, it alone, mocked. */
export function TryHost({ active, onStarted }: { active: boolean; onStarted: Started }) {
  const dialog = useTry((state) => state.dialog);
  const actions = useTryActions(onStarted);
  useKeys(
    active
      ? {
          runFrom: actions.from,
          runUntil: actions.until,
          test: actions.test,
          mock: actions.mock,
          switchOff: actions.off,
        }
      : {},
  );
  if (!dialog) return null;
  if (dialog.kind === 'test') return <TestDialog key={dialog.node} id={dialog.node} />;
  if (dialog.kind === 'mock') return <MockDialog key={dialog.node} id={dialog.node} />;
  return <PartDialog key={`${dialog.from} ${dialog.until}`} part={dialog} onStarted={onStarted} />;
}
