/**
 * The last day at a glance: how many runs, how they ended, how long they took, what they would cost on AWS.
 * @module
 */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn, countText, durationText } from '@/components/ui';
import { usdText } from '@/lib/cost/estimate';
import type { OverviewView } from '@/lib/usecases/types';

export function Dashboard({ overview }: { overview: OverviewView }) {
  const { runs, running, succeeded, failed, medianMs, p95Ms, spend } = overview;
  const over = succeeded + failed;
  return (
    <section
      aria-label="The last 24 hours"
      className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5 [&>:last-child]:max-sm:col-span-2"
    >
      <Figure
        label="Runs today"
        value={runs.toLocaleString('en')}
        about={running > 0 ? `${countText(running, 'is', 'are')} running now` : 'in the last 24 hours'}
      >
        <Hours hours={overview.hours} />
      </Figure>
      <Figure
        label="Success rate"
        value={over === 0 ? '–' : `${Math.floor((100 * succeeded) / over)} %`}
        about={over === 0 ? 'nothing has ended yet' : `${succeeded} of ${over} that ended`}
      >
        {over > 0 ? <Share succeeded={succeeded} failed={failed} /> : null}
      </Figure>
      <Figure
        label="Duration, p95"
        value={p95Ms === null ? '–' : durationText(p95Ms)}
        about={
          medianMs === null
            ? '19 of 20 runs take no longer'
            : `half within ${medianMs < 1 ? '1 ms' : durationText(medianMs)}`
        }
      />
      <Figure
        label="Failed"
        value={failed.toLocaleString('en')}
        about={
          failed === 0 ? (
            'nothing to look at'
          ) : (
            <Link href="/runs?status=failed" className="rounded-sm text-accent underline-offset-2 hover:underline">
              Look at the runs
            </Link>
          )
        }
      />
      <Figure
        label={spend.free ? 'On AWS it would cost' : 'Est. spend'}
        value={usdText(spend.usd)}
        about={spend.free ? 'estimated; here it is free' : 'estimated, at list prices'}
      />
    </section>
  );
}

function Figure({
  label,
  value,
  about,
  children,
}: {
  label: string;
  value: string;
  about?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="flex min-h-24 min-w-0 flex-col rounded-lg border bg-surface px-4 py-3 shadow-1">
      <p className="text-xs text-muted">{label}</p>
      <div className="flex min-w-0 items-end justify-between gap-3">
        <p className="text-2xl font-semibold tracking-tight tabular-nums">{value}</p>
        {children}
      </div>
      {about ? <p className="mt-auto truncate text-xs text-muted">{about}</p> : null}
    </div>
  );
}

const PLOT = { width: 96, height: 28, gap: 1 };

/** One bar an hour, the newest at the right; what failed stands on what went well. A picture of the number beside it. */
function Hours({ hours }: { hours: OverviewView['hours'] }) {
  const most = Math.max(1, ...hours.map(({ succeeded, failed, other }) => succeeded + failed + other));
  const step = PLOT.width / hours.length;
  const high = (n: number) => (n / most) * PLOT.height;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${PLOT.width} ${PLOT.height}`}
      className="mb-1 h-7 w-24 shrink-0 overflow-visible max-sm:hidden"
    >
      <line x1="0" x2={PLOT.width} y1={PLOT.height} y2={PLOT.height} stroke="var(--border-strong)" strokeWidth="1" />
      {hours.map(({ at, succeeded, failed, other }, i) => {
        const bars = [
          { colour: 'var(--status-succeeded)', n: succeeded },
          { colour: 'var(--status-skipped)', n: other },
          { colour: 'var(--status-failed)', n: failed },
        ];
        let y = PLOT.height;
        return bars.map(({ colour, n }) => {
          y -= high(n);
          return n === 0 ? null : (
            <rect key={`${at}${colour}`} x={i * step} y={y} width={step - PLOT.gap} height={high(n)} fill={colour} />
          );
        });
      })}
    </svg>
  );
}

/** What went well, and what did not, as two parts of one bar. */
function Share({ succeeded, failed }: { succeeded: number; failed: number }) {
  return (
    <span aria-hidden className="mb-2.5 flex h-1.5 w-20 shrink-0 gap-0.5 max-sm:hidden">
      {[
        { n: succeeded, look: 'bg-success' },
        { n: failed, look: 'bg-danger hatched' },
      ].map(({ n, look }) =>
        n > 0 ? <span key={look} className={cn('rounded-full', look)} style={{ flexGrow: n }} /> : null,
      )}
    </span>
  );
}
