'use client';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn';

export type Tab = { id: string; label: ReactNode; badge?: ReactNode; content?: ReactNode };
export type TabsProps = {
  tabs: Tab[];
  value?: string;
  defaultValue?: string;
  onChange?: (id: string) => void;
  label: string;
  /** stands at the right end of the row of tabs */
  aside?: ReactNode;
  className?: string;
  contentClassName?: string;
};

/** Several views of one thing. Without `content`, only the row: the owner draws the panel. */
export function Tabs({ tabs, value, defaultValue, onChange, label, aside, className, contentClassName }: TabsProps) {
  return (
    <Radix.Root
      value={value}
      defaultValue={defaultValue ?? (value === undefined ? tabs[0]?.id : undefined)}
      onValueChange={onChange}
      className={cn('flex min-h-0 flex-col', className)}
    >
      <div className="flex shrink-0 items-center justify-between gap-2 border-b pr-3 pl-4">
        <Radix.List
          aria-label={label}
          className="fade-x -mb-px -ml-2 flex min-w-0 overflow-x-auto [scrollbar-width:none]"
        >
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.id}
              value={tab.id}
              // The kit focuses by script what the mouse presses, and a browser rings that.
              onPointerDown={({ currentTarget }) => currentTarget.setAttribute('data-pointed', '')}
              onKeyDown={({ currentTarget }) => currentTarget.removeAttribute('data-pointed')}
              onBlur={({ currentTarget }) => currentTarget.removeAttribute('data-pointed')}
              className="inline-flex h-9 scroll-mx-8 shrink-0 items-center gap-1.5 rounded-t-md border-b-2 border-transparent px-2 text-sm font-medium whitespace-nowrap text-muted transition-colors hover:text-text focus-visible:outline-offset-[-2px] data-pointed:outline-none data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {tab.label}
              {tab.badge}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside}
      </div>
      {tabs.map((tab) =>
        tab.content === undefined ? null : (
          <Radix.Content
            key={tab.id}
            value={tab.id}
            className={cn('min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]', contentClassName)}
          >
            {tab.content}
          </Radix.Content>
        ),
      )}
    </Radix.Root>
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
