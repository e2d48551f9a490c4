'use client';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { cn } from './cn';

export type Tab = { id: string; label: ReactNode; badge?: ReactNode; content?: ReactNode };
export type TabsProps = {
  tabs: Tab[];
  value?: string;
  defaultValue?: string;
  onChange?: (id: string) => void;
  label: string;
  /** what the tabs tell of: another one begins at its top, with fields of its own */
  of?: string;
  /** stands at the right end of the row of tabs */
  aside?: ReactNode;
  className?: string;
  contentClassName?: string;
};

/** To which tab a key goes from the one that has the focus; round at the ends. */
const GO: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

/**
 * Several views of one thing. Without `content`, only the row: the owner draws the panel. The keyboard reaches the chosen tab;
 * arrow keys, Home and End choose another. Our own, because the kit's asks the browser for a style as a panel comes, which
 * makes it work out those of the whole page in the middle of an edit.
 */
export function Tabs({
  tabs,
  value,
  defaultValue,
  onChange,
  label,
  of,
  aside,
  className,
  contentClassName,
}: TabsProps) {
  const base = useId();
  const row = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState(defaultValue ?? tabs[0]?.id);
  const chosen = value ?? own;
  const shown = tabs.find(({ id }) => id === chosen);
  const choose = (id: string) => {
    if (id === chosen) return;
    setOwn(id);
    onChange?.(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(row.current?.querySelectorAll<HTMLElement>('[role="tab"]') ?? [])];
    const at = all.indexOf(event.target as HTMLElement);
    const next = tabs[GO[event.key]?.(at, tabs.length) ?? -1];
    if (!next || at < 0 || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    all[tabs.indexOf(next)]?.focus();
    choose(next.id);
  };
  return (
    <div className={cn('flex min-h-0 flex-col', className)}>
      <div className="flex shrink-0 items-center justify-between gap-2 border-b pr-3 pl-4">
        <div
          ref={row}
          role="tablist"
          aria-label={label}
          onKeyDown={onKeyDown}
          className="fade-x -mb-px -ml-2 flex min-w-0 overflow-x-auto [scrollbar-width:none]"
        >
          {tabs.map((tab, i) => {
            const active = tab === shown;
            return (
              <button
                key={tab.id}
                type="button"
                role="tab"
                id={`${base}-tab-${tab.id}`}
                aria-selected={active}
                aria-controls={active && tab.content !== undefined ? `${base}-panel-${tab.id}` : undefined}
                tabIndex={active || (!shown && i === 0) ? 0 : -1}
                onClick={() => choose(tab.id)}
                className={cn(
                  'inline-flex h-9 scroll-mx-8 shrink-0 items-center gap-1.5 rounded-t-md border-b-2 px-2 text-sm font-medium whitespace-nowrap transition-colors hover:text-text focus-visible:outline-offset-[-2px]',
                  active ? 'border-accent text-text' : 'border-transparent text-muted',
                )}
              >
                {tab.label}
                {tab.badge}
              </button>
            );
          })}
        </div>
        {aside}
      </div>
      {shown?.content === undefined ? null : (
        <div
          key={of === undefined ? shown.id : `${of} ${shown.id}`}
          role="tabpanel"
          id={`${base}-panel-${shown.id}`}
          aria-labelledby={`${base}-tab-${shown.id}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its room is scrolled by keys
          tabIndex={0}
          className={cn('min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]', contentClassName)}
        >
          {shown.content}
        </div>
      )}
    </div>
  );
}

/** A few exclusive choices in one row: `abc | ƒx`. */
export function Segmented<T extends string>({
  value,
  onChange,
  options,
  label,
  size = 'md',
}: {
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: ReactNode; title?: string; disabled?: boolean; className?: string }[];
  label: string;
  size?: 'sm' | 'md';
}) {
  return (
    <fieldset className="inline-flex shrink-0 rounded-md border border-border bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.title}
          aria-pressed={option.value === value}
          aria-label={option.title}
          disabled={option.disabled}
          onClick={() => onChange(option.value)}
          className={cn(
            'inline-flex items-center justify-center gap-1.5 rounded-sm font-medium text-muted transition-colors hover:text-text disabled:opacity-40',
            size === 'sm' ? 'h-6 min-w-6 px-1.5 text-xs' : 'h-7 px-2.5 text-sm',
            option.value === value && 'bg-raised text-text shadow-1',
            option.className,
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
