import { CornerUpRight } from 'lucide-react';
import { cn } from '../../ui/cn';

/** The sign of a step that is switched off, as glyph, word and dashed line. */
export function OffBadge({ className }: { className?: string }) {
  return (
    <span
      data-status="skipped"
      title="Switched off: passed by when the workflow runs"
      className={cn(
        'inline-flex h-6 shrink-0 items-center gap-1 rounded-full border border-dashed border-(--s) bg-raised px-2 text-xs font-medium whitespace-nowrap text-(--s)',
        className,
      )}
    >
      <CornerUpRight aria-hidden className="size-3" strokeWidth={2.5} /> Off
    </span>
  );
}
