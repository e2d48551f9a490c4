import { RotateCw, X } from 'lucide-react';
import { bytesText, cn, IconButton } from '@/components/ui';
import type { Sending } from './useUploads';

/** What is on its way: how far each is, and a way to stop it; what failed, why, and a way to try again. */
export function UploadList({
  sending,
  onRetry,
  onRemove,
}: {
  sending: Sending[];
  onRetry: (id: number) => void;
  onRemove: (id: number) => void;
}) {
  if (sending.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="divide-y rounded-lg border bg-surface shadow-1">
      {sending.map(({ id, file, share, problem }) => (
        <li key={id} className="flex items-center gap-3 px-3 py-2 text-sm">
          <div className="min-w-0 flex-1">
            <p className="truncate">
              <span className="font-medium">{file.name}</span>{' '}
              <span className="text-xs text-muted">{bytesText(file.size)}</span>
            </p>
            {problem ? (
              <p role="alert" className="text-xs text-danger">
                {problem.message} {problem.hint}
              </p>
            ) : (
              <progress
                aria-label={`Sending ${file.name}`}
                className={cn('mt-1 block h-1.5 w-full accent-accent', share === null && 'opacity-50')}
                value={share ?? 0}
                max={1}
              />
            )}
          </div>
          {problem ? (
            <IconButton size="sm" label={`Try ${file.name} again`} onClick={() => onRetry(id)}>
              <RotateCw className="size-3.5" />
            </IconButton>
          ) : (
            <span className="w-14 text-right text-xs text-muted tabular-nums">
              {share === null ? 'waits' : `${Math.round(share * 100)} %`}
            </span>
          )}
          <IconButton
            size="sm"
            label={problem ? `Put ${file.name} away` : `Cancel ${file.name}`}
            onClick={() => onRemove(id)}
          >
            <X className="size-3.5" />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
