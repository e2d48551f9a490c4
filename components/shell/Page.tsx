import type { ReactNode } from 'react';
import { cn } from '../ui/cn';

/** A screen that is a document: a heading, a line about it, its main action, then its content. */
export function Page({
  title,
  about,
  actions,
  children,
  width = 'wide',
}: {
  title: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  width?: 'narrow' | 'wide';
}) {
  return (
    <div className={cn('mx-auto w-full px-4 py-6 sm:px-8', width === 'wide' ? 'max-w-6xl' : 'max-w-3xl')}>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {about ? <p className="mt-0.5 text-sm text-muted">{about}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
