import { Button } from './Button';
import { cn } from './cn';
import { countText } from './format';

/** Under a list of which only a part is here: how much that is, and the way to the next of it. */
export function ShowMore({
  shown,
  of,
  one,
  order,
  busy,
  onMore,
  className,
}: {
  shown: number;
  of: number;
  /** what each is called: `file` */
  one: string;
  /** in which order they come; absent: as a person chose */
  order?: string;
  busy?: boolean;
  onMore: () => void;
  className?: string;
}) {
  return (
    <div className={cn('flex flex-wrap items-center justify-center gap-3', className)}>
      <p role="status" className="text-sm text-muted tabular-nums">
        {shown.toLocaleString('en')} of {countText(of, one)}
        {order ? `, ${order}` : null}
      </p>
      <Button size="sm" busy={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  );
}
