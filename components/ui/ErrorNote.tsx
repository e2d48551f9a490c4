'use client';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ProblemView } from '@/lib/base/problem';
import { cn } from './cn';

/** What went wrong and what to do next, at the place where the person is looking. */
export function ErrorNote({
  problem,
  actions,
  tone = 'error',
  className,
}: {
  problem: Pick<ProblemView, 'message' | 'hint'> & { code?: string };
  actions?: ReactNode;
  tone?: 'error' | 'warning';
  className?: string;
}) {
  const Icon = tone === 'error' ? OctagonAlert : TriangleAlert;
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={cn(
        'flex items-start gap-3 rounded-lg border px-3 py-2.5 text-sm',
        tone === 'error' ? 'border-danger/40 bg-danger/6' : 'border-warning/40 bg-warning/6',
        className,
      )}
    >
      <Icon className={cn('mt-0.5 size-4 shrink-0', tone === 'error' ? 'text-danger' : 'text-warning')} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{problem.message}</p>
        {problem.hint ? <p className="mt-0.5 break-words text-muted">{problem.hint}</p> : null}
        {actions ? <div className="mt-2 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
      {problem.code && problem.code !== 'UNEXPECTED' ? <CodeOf code={problem.code} /> : null}
    </div>
  );
}

/** A code of ours leads to its page; one of AWS or of a function is only shown. */
function CodeOf({ code }: { code: string }) {
  const text = <code className="text-[11px]">{code}</code>;
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code))
    return <span className="hidden shrink-0 text-muted sm:block">{text}</span>;
  return (
    <Link
      href={`/docs/errors/${code}`}
      target="_blank"
      title="What this means"
      className="hidden shrink-0 rounded-sm text-muted underline decoration-dotted underline-offset-2 hover:text-text sm:block"
    >
      {text}
    </Link>
  );
}
