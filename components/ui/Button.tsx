'use client';
import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';
import { Tooltip } from './Tooltip';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'accent';
export type ButtonSize = 'sm' | 'md' | 'lg';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-ink text-on-ink hover:bg-ink-hover shadow-1',
  accent: 'bg-accent text-on-accent hover:bg-accent-hover shadow-1',
  secondary: 'bg-raised text-text border border-border-strong hover:bg-hover shadow-1',
  ghost: 'text-text hover:bg-hover',
  danger: 'bg-raised text-danger border border-border-strong hover:border-danger hover:bg-hover',
};
const SIZES: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 gap-1.5 text-xs rounded-md',
  md: 'h-8 px-3 gap-2 text-sm rounded-md',
  lg: 'h-10 px-4 gap-2 text-base rounded-lg',
};
const BASE =
  'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:opacity-50 disabled:pointer-events-none [&_svg]:shrink-0';

export type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** draws its only child (a link) with the button's looks */
  asChild?: boolean;
  /** shows a turning ring and refuses clicks */
  busy?: boolean;
};

/** A button. `primary` is the one thing to do on a screen; there is at most one of it in sight. */
export function Button({
  variant = 'secondary',
  size = 'md',
  asChild,
  busy,
  className,
  children,
  ...rest
}: ButtonProps) {
  const look = cn(BASE, VARIANTS[variant], SIZES[size], className);
  if (asChild) {
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={look} {...rest} disabled={rest.disabled || busy} aria-busy={busy || undefined}>
      {busy ? <Spinner /> : null}
      {children}
    </button>
  );
}

/** A ring that turns. Beside words, never alone: the words say what is awaited. */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn(
        'inline-block size-3.5 shrink-0 animate-turn rounded-full border-2 border-current border-r-transparent opacity-80',
        className,
      )}
    />
  );
}

export type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** what it does: the tooltip and the accessible name */
  label: string;
  /** shown after the label in the tooltip, e.g. `⌘Z` */
  keys?: string;
  variant?: ButtonVariant;
  size?: 'sm' | 'md';
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** pressed state of a toggle */
  pressed?: boolean;
  children: ReactNode;
};

/** A square button with an icon, a name and a tooltip. */
export function IconButton({
  label,
  keys,
  variant = 'ghost',
  size = 'md',
  side = 'bottom',
  pressed,
  className,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cn(
          BASE,
          VARIANTS[variant],
          size === 'sm' ? 'size-6 rounded-sm' : 'size-8 rounded-md',
          pressed && 'bg-accent-soft text-accent',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  );
}
