'use client';
import { FlaskConical, GitFork, Pencil, Play, Sparkles } from 'lucide-react';
import Link from 'next/link';
import type { StateVisit } from '@/lib/history/timeline';
import { Button } from '../ui/Button';
import { isOver } from '../ui/status';
import { endedBadly, forkableVisits } from './again';
import { RedriveButton } from './RedriveButton';
import { useRunDoors } from './RunDoors';
import type { Travel } from './travel';

/** What can be done about a step that failed; of any other, a new run can begin with it. */
export function StepActions({ visit }: { visit: StateVisit }) {
  const doors = useRunDoors();
  if (!doors || visit.input === null) return null;
  const { run, fork, fix, again, mock, editor } = doors;
  const failed = endedBadly(visit) && isOver(run.status) && run.status !== 'SUCCEEDED';
  if (!failed)
    return fork ? (
      <div className="mb-4">
        <Button size="sm" onClick={() => fork(visit)}>
          <GitFork className="size-3.5" aria-hidden /> Fork from here…
        </Button>
      </div>
    ) : null;
  const say = mock?.(visit) ?? null;
  return (
    <fieldset className="mb-4 flex min-w-0 flex-wrap gap-1.5">
      <legend className="sr-only">What to do about it</legend>
      {fix ? (
        <Button size="sm" onClick={() => fix(visit)}>
          <Sparkles className="size-3.5" aria-hidden /> Propose a fix
        </Button>
      ) : null}
      {fork ? (
        <Button size="sm" onClick={() => fork(visit)}>
          <GitFork className="size-3.5" aria-hidden /> Edit input &amp; retry from here…
        </Button>
      ) : null}
      <RedriveButton run={run} />
      {again ? (
        <Button size="sm" onClick={again}>
          <Play className="size-3.5" aria-hidden /> Run from the start
        </Button>
      ) : null}
      {say ? (
        <Button size="sm" onClick={say}>
          <FlaskConical className="size-3.5" aria-hidden /> Mock this step
        </Button>
      ) : null}
      {editor ? (
        <Button size="sm" asChild>
          <Link href={editor}>
            <Pencil className="size-3.5" aria-hidden /> Fix or mock it in the editor
          </Link>
        </Button>
      ) : null}
    </fieldset>
  );
}

/** Of the moment that is looked at: a new run from the step that was being done then. */
export function ForkHere({ travel }: { travel: Travel }) {
  const fork = useRunDoors()?.fork;
  const visit = travel.moment === null ? undefined : forkableVisits(travel.shown).at(-1);
  if (!fork || !visit) return null;
  return (
    // A narrow window has no room for it: the step itself offers the same.
    <Button size="sm" className="max-sm:hidden" onClick={() => fork(visit)}>
      <GitFork className="size-3.5" aria-hidden /> Fork here…
    </Button>
  );
}
