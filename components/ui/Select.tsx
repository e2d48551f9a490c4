'use client';
import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn';
import { FIELD, widthOf } from './Input';

export type Option = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean };
export type SelectProps = {
  value: string | undefined;
  onChange: (value: string) => void;
  options: Option[] | { group: string; options: Option[] }[];
  placeholder?: string;
  disabled?: boolean;
  className?: string;
  size?: 'sm' | 'md';
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
};

const isGrouped = (options: SelectProps['options']): options is { group: string; options: Option[] }[] =>
  options.length > 0 && 'group' in (options[0] as object);

/** One of a list. An option's value is never the empty string: a headless kit's rule. */
export function Select({
  value,
  onChange,
  options,
  placeholder = 'Choose…',
  className,
  size = 'md',
  disabled,
  ...aria
}: SelectProps) {
  return (
    <Radix.Root value={value ?? ''} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        {...aria}
        className={cn(
          FIELD,
          widthOf(className),
          'flex min-w-0 items-center justify-between gap-2 text-left data-placeholder:text-muted',
          size === 'sm' ? 'h-7 px-2 text-xs' : 'h-8 px-2.5',
          className,
        )}
      >
        <span className="min-w-0 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown className="size-3.5 shrink-0 text-muted" aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[min(22rem,var(--radix-select-content-available-height))] min-w-[max(9rem,var(--radix-select-trigger-width))] animate-rise overflow-hidden rounded-lg border border-border-strong bg-overlay shadow-3"
        >
          <Radix.Viewport className="p-1">
            {isGrouped(options)
              ? options.map((group) => (
                  <Radix.Group key={group.group}>
                    <Radix.Label className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{group.group}</Radix.Label>
                    {group.options.map((option) => (
                      <Item key={option.value} option={option} />
                    ))}
                  </Radix.Group>
                ))
              : options.map((option) => <Item key={option.value} option={option} />)}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ option }: { option: Option }) {
  return (
    <Radix.Item
      value={option.value}
      disabled={option.disabled}
      className="relative flex min-h-7 items-center gap-2 rounded-md py-1 pr-2 pl-7 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover"
    >
      <Radix.ItemIndicator className="absolute left-2">
        <Check className="size-3.5 text-accent" aria-hidden />
      </Radix.ItemIndicator>
      <Radix.ItemText>{option.label}</Radix.ItemText>
      {option.hint ? <span className="ml-auto text-xs text-muted">{option.hint}</span> : null}
    </Radix.Item>
  );
}
