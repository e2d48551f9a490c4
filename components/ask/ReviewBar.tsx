'use client';
import { Check, ChevronLeft, ChevronRight, X } from 'lucide-react';
import type { Ghosts } from '@/lib/usecases/types';
import { useKeysOf } from '../shell';
import { Button, IconButton } from '../ui/Button';
import { cn } from '../ui/cn';
import { Keys } from '../ui/Kbd';
import { MARKS } from './marks';
import type { Review } from './useReview';

const VERDICTS = { accepted: 'Accepted', rejected: 'Rejected' };

/** Over the canvas: the change that is looked at, the way to the others, and yes or no to it. */
export function ReviewBar({ review, marks }: { review: Review; marks: Ghosts['marks'] }) {
  const keysOf = useKeysOf();
  const { edits } = review.view;
  const at = edits.findIndex(({ id }) => id === review.current);
  const edit = edits[at];
  if (!edit) return null;
  const verdict = review.verdictOn(edit.id);
  const node = edit.steps.find(({ node }) => marks[node]);
  const look = MARKS[node?.mark ?? 'changed'];
  const many = edits.length > 1;
  return (
    <section
      aria-label="The change that is looked at"
      className="pointer-events-none absolute inset-x-0 top-3 z-10 flex justify-center px-3"
    >
      <div className="pointer-events-auto flex max-w-full min-w-0 animate-rise flex-wrap items-center justify-center gap-x-3 gap-y-1.5 rounded-xl border border-border-strong bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-2">
        <p role="status" className="min-w-0 flex-1 truncate max-sm:basis-full" title={edit.words}>
          <span aria-hidden className={cn('mr-1.5 font-bold', look.text)}>
            {look.sign}
          </span>
          <span className="sr-only">
            Change {at + 1} of {edits.length}:{' '}
          </span>
          <span className="font-medium">{edit.words}</span>
          {verdict ? <span className="sr-only">. {VERDICTS[verdict]}.</span> : null}
        </p>
        <span className="flex shrink-0 items-center gap-1">
          {many ? (
            <>
              <IconButton label="Previous change" keys={keysOf('changeBefore')} size="sm" onClick={() => review.go(-1)}>
                <ChevronLeft className="size-4" />
              </IconButton>
              <span aria-hidden className="px-0.5 text-xs whitespace-nowrap text-muted tabular-nums">
                {at + 1} of {edits.length}
              </span>
              <IconButton label="Next change" keys={keysOf('nextChange')} size="sm" onClick={() => review.go(1)}>
                <ChevronRight className="size-4" />
              </IconButton>
            </>
          ) : null}
          <Button
            size="sm"
            aria-pressed={verdict === 'rejected'}
            className={cn('ml-1', verdict === 'rejected' && 'border-danger bg-danger/10 text-danger')}
            onClick={() => review.decide(false)}
          >
            <X className="size-3.5" aria-hidden /> {verdict === 'rejected' ? 'Rejected' : 'Reject'}{' '}
            <Key of={keysOf('reject')} />
          </Button>
          <Button
            size="sm"
            aria-pressed={verdict === 'accepted'}
            className={cn(verdict === 'accepted' && 'border-success bg-success/10 text-success')}
            onClick={() => review.decide(true)}
          >
            <Check className="size-3.5" aria-hidden /> {verdict === 'accepted' ? 'Accepted' : 'Accept'}{' '}
            <Key of={keysOf('accept')} />
          </Button>
        </span>
      </div>
    </section>
  );
}

const Key = ({ of }: { of: string | undefined }) => (
  <span aria-hidden className="max-lg:hidden">
    <Keys>{of}</Keys>
  </span>
);
