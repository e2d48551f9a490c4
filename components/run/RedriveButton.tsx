'use client';
import { StepForward } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { redriveRunAction } from '@/lib/actions/runs';
import type { RunDetail } from '@/lib/usecases/types';
import { useTell } from '../shell';
import { Button, type ButtonProps } from '../ui/Button';
import { isOver } from '../ui/status';
import { useNow } from '../ui/Time';
import { Tooltip } from '../ui/Tooltip';
import { redriveRefusal } from './again';
import { UNREACHABLE } from './useBegin';

/** Lets a run that ended badly go on from where it failed; says why where Step Functions would refuse. */
export function RedriveButton({ run, variant }: { run: RunDetail; variant?: ButtonProps['variant'] }) {
  const [busy, setBusy] = useState(false);
  const tell = useTell();
  const now = useNow(false);
  if (!isOver(run.status)) return null;
  const refusal = redriveRefusal(run, now);
  const redrive = async () => {
    setBusy(true);
    const seen = run.events.at(-1)?.id ?? 0;
    const answer = await redriveRunAction({ id: run.id, seen }).catch(() => null);
    setBusy(false);
    if (answer?.ok) tell({ kind: 'run', run: { ...answer.value, output: null, error: null, cause: null }, events: [] });
    else {
      const { message, hint } = answer?.problem ?? UNREACHABLE;
      toast.error(message, { description: hint });
    }
  };
  return (
    <Tooltip
      label={
        refusal
          ? `Cannot be redriven. ${refusal}`
          : 'Goes on in this same run from where it failed, with the definition and the input that it began with.'
      }
    >
      {/* It stays in reach of the keyboard where it is refused: the reason is to be read. */}
      <Button
        size="sm"
        variant={variant}
        busy={busy}
        aria-disabled={refusal !== null || undefined}
        aria-description={refusal ?? undefined}
        className="aria-disabled:cursor-not-allowed aria-disabled:opacity-55"
        onClick={() => {
          if (!refusal) void redrive();
        }}
      >
        {busy ? null : <StepForward className="size-3.5" aria-hidden />} Redrive
      </Button>
    </Tooltip>
  );
}
