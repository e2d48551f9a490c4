'use client';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { IconButton } from '../../ui/Button';
import { Choosing, type Need } from './choosing';
import { DataList, SEARCH_LABEL } from './DataList';
import { SampleBar } from './SampleBar';

/**
 * Mapping with room: what is available on one side, what the step needs on the other. Data is dragged onto a field; or
 * Enter on a field leads to the data, Enter on a value takes it and leads back.
 */
export function MappingSheet({
  node,
  title,
  open,
  onOpenChange,
  children,
}: {
  /** the step's id */
  node: string;
  title: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}) {
  const [need, setNeed] = useState<Need | null>(null);
  const content = useRef<HTMLDivElement>(null);
  const want = (next: Need, now: boolean) => {
    // The same field may have a newer way to apply: what is chosen is applied by the newest.
    setNeed(next);
    if (now) content.current?.querySelector<HTMLElement>(`[aria-label="${SEARCH_LABEL}"]`)?.focus();
  };
  const backTo = (id: string) =>
    requestAnimationFrame(() => {
      const path = id.slice(id.indexOf(':') + 1);
      const field = content.current?.querySelector(`[data-path="${CSS.escape(path)}"]`);
      field?.querySelector<HTMLElement>('button[data-chip], input, textarea, [contenteditable]')?.focus();
    });
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        setNeed(null);
        onOpenChange(next);
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-black/35 dark:bg-black/60" />
        <Radix.Content
          ref={content}
          // No transform: the lists that open inside are placed by the window.
          className="fixed inset-3 z-40 mx-auto flex max-w-6xl flex-col rounded-xl border border-border-strong bg-overlay shadow-3 outline-none sm:inset-y-[5vh]"
          onEscapeKeyDown={(event) => {
            // Esc first puts the completions of an expression away.
            if (content.current?.querySelector('.cm-tooltip-autocomplete')) event.preventDefault();
          }}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            content.current?.querySelector<HTMLElement>('[data-needs] button[data-chip], [data-needs] input')?.focus();
          }}
        >
          <header className="flex items-start gap-4 border-b px-5 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="truncate text-base font-semibold">{title}</Radix.Title>
              <Radix.Description className="text-xs text-muted">
                Drag a value onto a field. By keyboard: Enter on a field, then choose with the arrow keys and Enter.
              </Radix.Description>
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" keys="Esc">
                <X className="size-4" />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-[minmax(0,2fr)_minmax(0,3fr)] md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] md:grid-rows-1">
            <section
              aria-label="Available"
              className="flex min-h-0 flex-col border-b bg-sunken/50 md:border-r md:border-b-0"
            >
              <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
                <h3 className="text-xs font-semibold">Available</h3>
                <div className="min-w-40 flex-1">
                  <SampleBar node={node} />
                </div>
              </div>
              <p role="status" className="min-h-7 shrink-0 px-4 pt-1.5 text-xs text-muted">
                {need ? (
                  <>
                    For <span className="font-medium text-accent">{need.label}</span>
                  </>
                ) : (
                  'Choose a field on the other side.'
                )}
              </p>
              <DataList
                tall
                target={node}
                wanted={need?.schema}
                onPick={(pick) => {
                  if (!need) return;
                  need.apply(pick);
                  backTo(need.id);
                }}
              />
            </section>
            <section aria-label="Needs" data-needs className="min-h-0 overflow-y-auto p-5">
              <h3 className="mb-3 text-xs font-semibold">Needs</h3>
              <Choosing value={{ need, want }}>{children}</Choosing>
            </section>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
