'use client';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn';
import { Kbd } from './Kbd';

export type MenuItem =
  | { label: string; icon?: ReactNode; keys?: string; danger?: boolean; disabled?: boolean; onSelect: () => void }
  | { separator: true }
  | { heading: string };

/** A button's list of things to do. `trigger` is the button. */
export function Menu({
  trigger,
  items,
  align = 'end',
}: {
  trigger: ReactNode;
  items: MenuItem[];
  align?: 'start' | 'center' | 'end';
}) {
  return (
    // Not modal: what is hidden from a screen reader and can still be focused is worse than what can be left by Tab.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 animate-rise rounded-lg border border-border-strong bg-overlay p-1 shadow-3"
        >
          {items.map((item, i) => {
            if ('separator' in item)
              return <Radix.Separator key={`s${i.toString()}`} className="my-1 h-px bg-border" />;
            if ('heading' in item) {
              return (
                <Radix.Label key={item.heading} className="px-2 pt-1.5 pb-1 text-xs font-medium text-muted">
                  {item.heading}
                </Radix.Label>
              );
            }
            return (
              <Radix.Item
                key={item.label}
                disabled={item.disabled}
                onSelect={item.onSelect}
                className={cn(
                  'flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm outline-none select-none data-disabled:opacity-45 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-muted',
                  item.danger && 'text-danger [&_svg]:text-danger',
                )}
              >
                {item.icon}
                <span className="flex-1">{item.label}</span>
                {item.keys ? <Kbd>{item.keys}</Kbd> : null}
              </Radix.Item>
            );
          })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
