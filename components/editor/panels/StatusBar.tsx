'use client';
import { CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Fingerprint } from '../../ui/Fingerprint';
import { countText } from '../../ui/format';
import { Clock } from '../../ui/Time';
import { useEditor } from '../state/context';
import type { SaveState } from '../state/types';
import { EstimateChip } from '../try/EstimateChip';

const ITEM = 'flex h-6 shrink-0 items-center gap-1.5 rounded-sm px-1.5 focus-visible:-outline-offset-2';

/** Saved? Right? How large? */
export function StatusBar() {
  const save = useEditor((state) => state.save);
  const problems = useEditor((state) => state.problems);
  const steps = useEditor((state) => state.document.graph.nodes.length);
  const zoom = useEditor((state) => state.zoom);
  const hash = useEditor((state) => state.hash);
  const revision = useEditor((state) => state.revision);
  const toggle = useEditor((state) => state.toggle);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  return (
    <footer className="flex h-6 shrink-0 items-center gap-2 overflow-hidden border-t bg-surface px-2 text-[11px] whitespace-nowrap text-muted max-sm:gap-1">
      <span className={`${ITEM} min-w-0 shrink!`} role="status" aria-live="polite" data-testid="save-state">
        <span className="truncate">{saveText(save)}</span>
      </span>
      <button type="button" onClick={() => toggle('showProblems')} className={`${ITEM} hover:bg-hover hover:text-text`}>
        {steps === 0 ? null : errors > 0 ? (
          <OctagonAlert className="size-3.5 text-danger" aria-hidden />
        ) : warnings > 0 ? (
          <TriangleAlert className="size-3.5 text-warning" aria-hidden />
        ) : (
          <CircleCheck className="size-3.5 text-success" aria-hidden />
        )}
        {steps === 0
          ? 'Nothing in it yet'
          : errors + warnings === 0
            ? 'No problems'
            : countText(errors + warnings, 'problem')}
      </button>
      <span className="flex-1" />
      <EstimateChip />
      <span className={`${ITEM} max-sm:hidden`}>{countText(steps, 'step')}</span>
      <span className={`${ITEM} tabular-nums max-sm:hidden`}>{Math.round(zoom * 100)} %</span>
      <span className={`${ITEM} max-sm:hidden`}>v{revision}</span>
      <Fingerprint hash={hash} className={`${ITEM} max-sm:hidden`} />
    </footer>
  );
}

function saveText(save: SaveState): ReactNode {
  switch (save.kind) {
    case 'saved':
      return (
        <>
          {'Saved '}
          <Clock at={save.at} className="max-[379px]:hidden" />
        </>
      );
    case 'unsaved':
      return 'Not saved yet';
    case 'saving':
      return 'Saving…';
    case 'failed':
      return `Not saved: ${save.problem.message}`;
    case 'conflict':
      return 'Changed elsewhere: not saved';
  }
}
