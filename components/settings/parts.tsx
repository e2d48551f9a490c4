'use client';
import { CheckCircle2, CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, cn } from '@/components/ui';
import { type Result, viewOf } from '@/lib/base/problem';

export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm [&_code]:break-all max-sm:grid-cols-[5rem_minmax(0,1fr)]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A button that tries something and says how it went. */
export function Test({
  label,
  action,
}: {
  label: string;
  action: () => Promise<Result<{ ok: boolean; detail: string }>>;
}) {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ ok: boolean; detail: string } | null>(null);
  async function run() {
    setBusy(true);
    setResult(null);
    const answer = await action().catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setBusy(false);
    setResult(answer.ok ? answer.value : { ok: false, detail: `${answer.problem.message} ${answer.problem.hint}` });
  }
  return (
    <div className="mt-4 flex flex-wrap items-center gap-3">
      <Button size="sm" busy={busy} onClick={() => void run()}>
        {label}
      </Button>
      <p role="status" className="flex min-w-0 items-center gap-1.5 text-sm">
        {result ? (
          result.ok ? (
            <CheckCircle2 className="size-4 shrink-0 text-success" aria-label="It works" />
          ) : (
            <CircleAlert className="size-4 shrink-0 text-danger" aria-label="It does not work" />
          )
        ) : null}
        <span className="min-w-0 break-words">{result?.detail}</span>
      </p>
    </div>
  );
}

/** A text that is taken along: longer than its box, it is scrolled, also by keyboard. */
export function Scrolled({ text, label, className }: { text: string; label: string; className?: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the box is scrolled by keyboard
      tabIndex={0}
      className={cn('overflow-auto text-xs leading-5 focus-visible:outline-offset-[-2px]', className)}
    >
      <pre>{text}</pre>
    </section>
  );
}
