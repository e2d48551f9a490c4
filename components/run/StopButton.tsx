'use client';
import { Square } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { stopRunAction } from '@/lib/actions/runs';
import type { RunSummary } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { isOver } from '../ui/status';

/** Says so where it cannot be stopped. */
export async function stopRun(id: string): Promise<void> {
  const answer = await stopRunAction(id).catch(() => null);
  if (!answer) toast.error('The server did not answer.', { description: 'The run goes on. Try again.' });
  else if (!answer.ok) toast.error(answer.problem.message, { description: answer.problem.hint });
}

/** Stops a run that goes on. */
export function StopButton({ run, size = 'sm' }: { run: Pick<RunSummary, 'id' | 'status'>; size?: 'sm' | 'md' }) {
  const [busy, setBusy] = useState(false);
  if (isOver(run.status)) return null;
  return (
    <Button
      size={size}
      variant="danger"
      busy={busy}
      onClick={async () => {
        setBusy(true);
        await stopRun(run.id);
        setBusy(false);
      }}
    >
      <Square className="size-3 fill-current" aria-hidden /> Stop
    </Button>
  );
}
