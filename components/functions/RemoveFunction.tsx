'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button, ConfirmDialog, ErrorNote } from '@/components/ui';
import { removeFunctionAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';

/** Takes a function of the owner's out of the catalogue; workflows that use it say so. */
export function RemoveFunction({ name, title, usedBy }: { name: string; title: string; usedBy: number }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  async function remove() {
    const answer = await removeFunctionAction(name).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    if (!answer.ok) return setProblem(answer.problem);
    router.push('/functions');
    router.refresh();
  }

  return (
    <>
      <Button size="sm" variant="ghost" onClick={() => setOpen(true)}>
        Remove
      </Button>
      {problem ? <ErrorNote problem={problem} /> : null}
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Remove “${title}”?`}
        confirm="Remove"
        onConfirm={() => void remove()}
      >
        {usedBy > 0
          ? `Its folder is deleted. ${usedBy === 1 ? 'A workflow uses' : `${usedBy} workflows use`} it and cannot run then.`
          : 'Its folder is deleted.'}
      </ConfirmDialog>
    </>
  );
}
