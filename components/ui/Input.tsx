'use client';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn';

export const FIELD =
  'rounded-md border border-border-input bg-surface text-sm text-text transition-colors hover:border-muted focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent/40 disabled:opacity-60 disabled:bg-sunken aria-invalid:border-danger dark:bg-sunken';

/** As wide as there is room, unless a width is asked for: of two in one list the style sheet's order would decide. */
export const widthOf = (className: string | undefined): string =>
  /(?:^|\s)w-\S/.test(className ?? '') ? '' : 'w-full';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input autoComplete="off" {...rest} className={cn(FIELD, widthOf(className), 'h-8 px-2.5', className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={cn(FIELD, widthOf(className), 'min-h-16 resize-y px-2.5 py-1.5', className)} />;
}

/** A checkbox drawn by the browser in the accent colour, with its label beside it. */
export function Checkbox({ label, className, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode }) {
  return (
    <label className={cn('inline-flex min-h-6 items-start gap-2 py-0.5 text-sm', className)}>
      <input type="checkbox" {...rest} className="mt-0.5 size-4 shrink-0 rounded-sm accent-accent" />
      {label}
    </label>
  );
}

export type FieldProps = {
  label: ReactNode;
  required?: boolean;
  hint?: ReactNode;
  error?: string | null;
  /** stands at the right end of the label's line: a toggle, a type */
  aside?: ReactNode;
  className?: string;
  /** receives the ids that tie the control to its label, description and error */
  children: (control: {
    id: string;
    'aria-describedby'?: string;
    'aria-invalid'?: boolean;
    'aria-required'?: boolean;
  }) => ReactNode;
};

/** A label, its control, what it means and what is wrong with it. */
export function Field({ label, required, hint, error, aside, className, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <div className="flex min-h-6 items-center justify-between gap-2">
        <label htmlFor={id} className="truncate text-xs font-medium text-text">
          {label}
          {required ? (
            <span className="ml-0.5 text-danger" title="Required">
              *
            </span>
          ) : null}
        </label>
        {aside}
      </div>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
        'aria-required': required || undefined,
      })}
      {error ? (
        <p id={`${id}-error`} className="text-xs text-danger">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
