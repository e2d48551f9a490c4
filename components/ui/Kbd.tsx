import { cn } from './cn';

/** A key or a chord, as printed on the keyboard. */
export function Kbd({ children, inverse }: { children: string; inverse?: boolean }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border px-1 font-sans text-[11px] leading-none',
        inverse ? 'border-current/30 text-current' : 'border-border-strong bg-sunken text-muted',
      )}
    >
      {children}
    </kbd>
  );
}

/** The keys of a command; nothing where the person left it without. */
export const Keys = ({ children }: { children: string | undefined }) => (children ? <Kbd>{children}</Kbd> : null);
