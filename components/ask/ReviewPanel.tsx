'use client';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { EditView, StepChange } from '@/lib/usecases/types';
import { useKeysOf } from '../shell';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { countText } from '../ui/format';
import { Keys } from '../ui/Kbd';
import { MARKS } from './marks';
import type { Review } from './useReview';

/** What is proposed, change by change: each with what it was and what it would be. Nothing is changed until Keep. */
export function ReviewPanel({
  review,
  onKeep,
  onDiscard,
}: {
  review: Review;
  onKeep: () => void;
  onDiscard: () => void;
}) {
  const keysOf = useKeysOf();
  const { edits, view, kept, pending } = review;
  const done = view.edits.filter(({ status }) => status === 'done').length;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector<HTMLInputElement>('input:not(:disabled)')?.focus();
  }, []);
  const by = edits.by === 'model' ? (edits.model ?? 'the model') : 'the offline planner';
  return (
    <section aria-label="Proposed changes" className="flex min-h-0 flex-1 flex-col">
      <header className="border-b px-4 py-3 max-lg:py-2">
        <h2 className="text-sm font-semibold">{countText(view.edits.length, 'proposed change')}</h2>
        <p className="mt-0.5 text-xs text-muted">
          By {by}. {edits.fallback} Nothing is changed until you keep it.
        </p>
        {view.edits.length > 1 ? (
          <p aria-hidden className="mt-1.5 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted max-lg:hidden">
            <span>
              <Keys>{keysOf('nextChange')}</Keys> <Keys>{keysOf('changeBefore')}</Keys> next, previous
            </span>
            <span>
              <Keys>{keysOf('accept')}</Keys> accept
            </span>
            <span>
              <Keys>{keysOf('reject')}</Keys> reject
            </span>
          </p>
        ) : null}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {view.edits.length === 0 ? (
          <p className="px-4 py-3 text-sm text-muted">No change is known that would mend this.</p>
        ) : null}
        <ol ref={list} className="divide-y divide-border">
          {view.edits.map((edit) => (
            <Change key={edit.id} edit={edit} review={review} kept={kept.has(edit.id)} />
          ))}
        </ol>
        {view.edges.length > 0 ? (
          <div className="border-t px-4 py-2.5 text-xs">
            <p className="font-medium">{countText(view.edges.length, 'connection')}</p>
            <ul className="mt-1 space-y-0.5">
              {view.edges.map(({ from, to, mark }) => (
                <li key={`${mark} ${from} ${to}`} className="break-words text-muted">
                  <span className={cn('font-semibold', MARKS[mark].text)}>
                    <span aria-hidden>{MARKS[mark].sign} </span>
                    <span className="sr-only">{mark === 'added' ? 'New: ' : 'Taken away: '}</span>
                  </span>
                  <span className={mark === 'removed' ? 'line-through' : undefined}>
                    {from} → {to}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {view.inputs.length > 0 ? (
          <div className="border-t px-4 py-2.5 text-xs">
            <p className="font-medium">Input of the workflow</p>
            {view.inputs.map(({ field, from, to }) => (
              <OldNew key={field} field={field} from={from} to={to} />
            ))}
          </div>
        ) : null}
        {edits.plan.notes.length > 0 ? (
          <ul className="list-disc border-t py-2.5 pr-4 pl-8 text-xs text-muted">
            {edits.plan.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </div>
      <footer className="border-t px-4 py-3 max-lg:flex max-lg:items-center max-lg:gap-3 max-lg:py-2">
        <p className="min-w-0 flex-1 text-xs" role="status" aria-busy={pending}>
          <span aria-hidden>{view.problems.length > 0 ? '✕ ' : '✓ '}</span>
          {view.problems.length > 0
            ? `${countText(view.problems.length, 'new problem')}: ${view.problems[0]!.message}`
            : `No new problem: ${view.proof.text}.`}
        </p>
        <div className="flex shrink-0 justify-end gap-2 lg:mt-2.5">
          <Button size="sm" variant="ghost" onClick={onDiscard} title="Esc">
            Discard
          </Button>
          <Button size="sm" variant="accent" onClick={onKeep} disabled={done === 0 || pending} title={keysOf('keep')}>
            {done === view.edits.length ? 'Keep' : `Keep ${done} of ${view.edits.length}`}
          </Button>
        </div>
      </footer>
    </section>
  );
}

function Change({ edit, review, kept }: { edit: EditView; review: Review; kept: boolean }) {
  const refused = edit.status === 'refused';
  const row = useRef<HTMLLIElement>(null);
  const current = review.current === edit.id;
  const verdict = review.verdictOn(edit.id);
  useEffect(() => {
    if (!current) return;
    row.current?.scrollIntoView({ block: 'nearest' });
    // Whoever is in the list goes along: Space means what J and K went to.
    if (row.current?.parentElement?.contains(document.activeElement)) row.current.querySelector('input')?.focus();
  }, [current]);
  return (
    <li
      ref={row}
      aria-current={current ? 'true' : undefined}
      className={cn('px-4 py-2.5', current && 'bg-accent-soft', !kept && !refused && 'text-muted')}
    >
      <label className="flex items-start gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={kept}
          onFocus={() => review.setCurrent(edit.id)}
          onChange={(event) => review.setKept(edit.id, event.target.checked)}
          className="mt-0.5 size-4 shrink-0 accent-accent"
        />
        <span className="min-w-0 flex-1 font-medium break-words">{edit.words}</span>
        {verdict ? (
          <span className={cn('shrink-0 text-xs font-semibold', kept ? 'text-success' : 'text-danger')}>
            <span aria-hidden>{kept ? '✓ ' : '✕ '}</span>
            {kept ? 'Accepted' : 'Rejected'}
          </span>
        ) : null}
      </label>
      {edit.because ? <p className="mt-0.5 pl-6.5 text-xs text-muted">{edit.because}</p> : null}
      {edit.alert ? (
        <p className="mt-1 ml-6.5 flex items-center gap-1.5 rounded-md border border-warning/40 bg-warning/10 px-2 py-1 text-xs">
          <TriangleAlert className="size-3.5 shrink-0 text-warning" aria-hidden /> {edit.alert}
        </p>
      ) : null}
      {edit.why ? <p className="mt-1 pl-6.5 text-xs text-danger">{edit.why}</p> : null}
      {edit.status === 'done' ? (
        <ul className="mt-1 space-y-1 pl-6.5">
          {edit.steps.map((step) => (
            <StepLine key={step.node} step={step} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function StepLine({ step }: { step: StepChange }) {
  const { sign, word, text } = MARKS[step.mark];
  return (
    <li className="text-xs">
      <span className={cn('font-semibold', text)}>
        <span aria-hidden>{sign} </span>
        {word}
      </span>{' '}
      <span className={step.mark === 'removed' ? 'line-through' : ''}>{step.name}</span>
      {step.fields.map(({ field, from, to }) => (
        <OldNew key={field} field={field} from={from} to={to} />
      ))}
    </li>
  );
}

const OldNew = ({ field, from, to }: { field: string; from: string | null; to: string | null }) => (
  <p className="pl-3 break-words text-muted">
    {field}: {from === null ? null : <del className="text-danger">{from}</del>}
    {from !== null && to !== null ? ' → ' : null}
    {to === null ? from === null ? null : ' (taken away)' : <ins className="text-success no-underline">{to}</ins>}
  </p>
);
