'use client';
import { lazy, Suspense } from 'react';
import { Skeleton } from './Card';
import { cn } from './cn';

export type CodeFieldProps = {
  value: string;
  onChange?: (text: string) => void;
  /** `json` marks syntax errors; `text` does not colour anything */
  language?: 'json' | 'javascript' | 'text';
  readOnly?: boolean;
  label: string;
  placeholder?: string;
  /** CSS lengths */
  height?: string;
  minHeight?: string;
  maxHeight?: string;
  lineNumbers?: boolean;
  invalid?: boolean;
  autoFocus?: boolean;
  onBlur?: () => void;
  /** scrolls to this character and marks its line */
  markAt?: number | null;
  className?: string;
};

const Editor = lazy(() => import('./CodeEditor'));

/** A code editor (CodeMirror), fetched when it is first shown. */
export function CodeField(props: CodeFieldProps) {
  return (
    <div
      className={cn(
        'overflow-hidden rounded-md border border-border-input bg-surface focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/40 dark:bg-sunken',
        props.invalid && 'border-danger',
        props.className,
      )}
      style={{ height: props.height }}
    >
      <Suspense fallback={<Skeleton className="m-2 h-[calc(100%-1rem)] min-h-8" />}>
        <Editor {...props} />
      </Suspense>
    </div>
  );
}
