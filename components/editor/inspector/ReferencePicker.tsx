'use client';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { JsonSchema } from '@/lib/functions/manifest';
import { DataList } from './DataList';
import type { Pick } from './data';
import type { Phase } from './useLive';

/** Choose a value that exists: an input of the workflow, a result of an earlier step. */
export function ReferencePicker({
  target,
  wanted,
  phase,
  onPick,
  children,
}: {
  /** the step that will read it */
  target: string;
  /** for marking what fits */
  wanted?: JsonSchema;
  /** `after`: the step's own result is there too */
  phase?: Phase;
  onPick: (pick: Pick) => void;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={12}
          aria-label="Available data"
          className="z-50 flex w-96 max-w-[calc(100vw-24px)] animate-rise flex-col overflow-hidden rounded-xl border border-border-strong bg-overlay shadow-3 outline-none"
        >
          {open ? (
            <DataList
              target={target}
              wanted={wanted}
              phase={phase}
              autoFocus
              onPick={(pick) => {
                setOpen(false);
                onPick(pick);
              }}
            />
          ) : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
