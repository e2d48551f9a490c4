import {
  Download,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  Link2,
  Trash2,
} from 'lucide-react';
import { Ago, bytesText, cn, IconButton } from '@/components/ui';
import type { FileView } from '@/lib/usecases/types';

const ICONS: [RegExp, typeof FileText][] = [
  [/^image\//, FileImage],
  [/^audio\//, FileAudio],
  [/^video\//, FileVideo],
  [/csv|tab-separated|excel|spreadsheet/, FileSpreadsheet],
  [/json|xml|html|yaml/, FileCode],
  [/zip/, FileArchive],
];
const iconOf = (mediaType: string) => ICONS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? FileText;

type ItemProps = {
  file: FileView;
  chosen: boolean;
  onChoose: (chosen: boolean, range: boolean) => void;
  onOpen: () => void;
  onDownload: () => void;
  onCopy: () => void;
  onDelete: () => void;
};

/** One file as a card: what it looks like, its name, what can be done with it. */
export function FileCard(props: ItemProps) {
  const { file, chosen, onOpen } = props;
  return (
    <li
      className={cn(
        'group relative flex flex-col overflow-hidden rounded-lg border bg-surface shadow-1 transition-shadow hover:shadow-2',
        chosen && 'border-accent outline-2 outline-accent',
      )}
    >
      <button
        type="button"
        onClick={onOpen}
        aria-label={`Look into ${file.name}`}
        className="flex h-32 items-center justify-center border-b bg-canvas focus-visible:outline-offset-[-2px]"
      >
        <Thumb file={file} className="size-full object-contain p-2" icon="size-8" />
      </button>
      <span className="absolute top-1 left-1 flex size-8 items-center justify-center rounded-md bg-surface/80">
        <Choose {...props} />
      </span>
      <div className="flex min-w-0 flex-col gap-0.5 p-3">
        <p className="truncate text-sm font-medium" title={file.key}>
          {file.name}
        </p>
        <p className="text-xs text-muted">
          {bytesText(file.bytes)} · <Ago at={file.modifiedAt} />
        </p>
        <div className="mt-1 -ml-1.5 flex">
          <Actions {...props} />
        </div>
      </div>
    </li>
  );
}

/** One file as a line of a list. */
export function FileRow(props: ItemProps) {
  const { file, chosen, onOpen } = props;
  return (
    <li className={cn('flex items-center gap-3 px-3 py-1.5 text-sm hover:bg-hover', chosen && 'bg-accent-soft')}>
      <Choose {...props} />
      <span className="flex size-8 shrink-0 items-center justify-center overflow-hidden rounded bg-canvas">
        <Thumb file={file} className="size-full object-cover" icon="size-4" />
      </span>
      <button
        type="button"
        onClick={onOpen}
        title={file.key}
        aria-label={`Look into ${file.name}`}
        className="min-h-6 min-w-0 flex-1 truncate rounded-sm text-left font-medium hover:underline"
      >
        {file.name}
      </button>
      <span className="w-20 text-right text-xs text-muted tabular-nums max-sm:hidden">{bytesText(file.bytes)}</span>
      <span className="w-28 text-xs text-muted max-sm:hidden">
        <Ago at={file.modifiedAt} />
      </span>
      <span className="flex">
        <Actions {...props} />
      </span>
    </li>
  );
}

function Choose({ file, chosen, onChoose }: ItemProps) {
  return (
    <input
      type="checkbox"
      aria-label={`Choose ${file.name}`}
      title="Shift chooses all up to here"
      className="size-6 scale-[.67] accent-accent"
      checked={chosen}
      onChange={(event) => onChoose(event.target.checked, (event.nativeEvent as MouseEvent).shiftKey === true)}
    />
  );
}

function Thumb({ file, className, icon }: { file: FileView; className: string; icon: string }) {
  const Icon = iconOf(file.mediaType);
  return file.mediaType.startsWith('image/') && file.mediaType !== 'image/svg+xml' ? (
    // biome-ignore lint/performance/noImgElement: a presigned link is not for an image optimizer
    <img src={file.url} alt="" loading="lazy" className={className} />
  ) : (
    <Icon className={cn(icon, 'text-muted')} aria-hidden />
  );
}

function Actions({ file, onDownload, onCopy, onDelete }: ItemProps) {
  return (
    <>
      <IconButton size="sm" label={`Download ${file.name}`} onClick={onDownload}>
        <Download className="size-3.5" />
      </IconButton>
      <IconButton size="sm" label={`Copy the address of ${file.name}`} onClick={onCopy}>
        <Link2 className="size-3.5" />
      </IconButton>
      <IconButton size="sm" label={`Delete ${file.name}`} className="ml-auto" onClick={onDelete}>
        <Trash2 className="size-3.5" />
      </IconButton>
    </>
  );
}
