'use client';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { Button, IconButton } from './Button';
import { cn } from './cn';
import { rememberFocus } from './return-focus';

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** buttons, at the right of the bottom; the primary one last */
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg' | 'xl';
  /** `right` is a sheet along the window's edge */
  side?: 'center' | 'right';
  /** holds nothing to press: what is longer than the window is scrolled by the arrow keys */
  reading?: boolean;
  /** Ctrl+Enter presses the last button of the footer, wherever the focus is; not where that cannot be undone */
  quick?: boolean;
  children?: ReactNode;
};

const WIDTH = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl', xl: 'max-w-6xl' };

/** Asks for one thing. Esc and the cross close it; focus goes back to where it came from. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'md',
  side = 'center',
  reading,
  quick = true,
  children,
}: DialogProps) {
  const giveBack = useRef<(() => void) | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-black/35 dark:bg-black/60" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            giveBack.current = rememberFocus();
            focusFirst(event);
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            giveBack.current?.();
          }}
          onKeyDown={(event) => {
            if (!quick || event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
            const main = event.currentTarget.querySelector<HTMLElement>('[data-footer] > button:last-child');
            if (!main) return;
            event.preventDefault();
            main.click();
          }}
          className={cn(
            'fixed z-40 flex flex-col border border-border-strong bg-overlay shadow-3 outline-none',
            side === 'center'
              ? cn(
                  'top-[8vh] left-1/2 max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 rounded-xl animate-fade',
                  WIDTH[size],
                )
              : 'inset-y-0 right-0 w-[min(26rem,100vw)] animate-fade',
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" keys="Esc" className="-mr-2">
                <X className="size-4" />
              </IconButton>
            </Radix.Close>
          </div>
          <div
            // What scrolls is to be reached.
            tabIndex={reading ? 0 : undefined}
            className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 focus-visible:outline-offset-[-2px]"
          >
            {children}
          </div>
          {footer ? (
            <div data-footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
              {footer}
            </div>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first field, else the main button: never the cross, which would hide what the dialog asks. */
function focusFirst(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const field = event.currentTarget.querySelector<HTMLElement>(
    '[data-autofocus], form input:not([type="file"]), form textarea, form [role="combobox"], form .cm-content',
  );
  const target = field ?? event.currentTarget.querySelector<HTMLElement>('[data-footer] button:last-child');
  event.preventDefault();
  (target ?? event.currentTarget).focus();
}

/** A question with a yes that cannot be undone. */
export function ConfirmDialog({
  confirm,
  onConfirm,
  danger,
  busy,
  ...dialog
}: Omit<DialogProps, 'footer'> & { confirm: string; onConfirm: () => void; danger?: boolean; busy?: boolean }) {
  return (
    <Dialog
      size="sm"
      quick={!danger}
      {...dialog}
      footer={
        <>
          <Button data-autofocus={danger || undefined} onClick={() => dialog.onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    />
  );
}
