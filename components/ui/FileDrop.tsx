'use client';
import { Upload } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { cn } from './cn';

/** A place to drop files on, or to click. `onFiles` gets what was chosen; the owner sends it. */
export function FileDrop({
  onFiles,
  accept,
  multiple,
  disabled,
  label = 'Drop a file here, or choose one',
  hint,
  className,
  id,
  ...aria
}: {
  onFiles: (files: File[]) => void;
  /** as in `<input accept>`: `image/*` */
  accept?: string;
  multiple?: boolean;
  disabled?: boolean;
  label?: ReactNode;
  hint?: ReactNode;
  className?: string;
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
}) {
  const own = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <label
      htmlFor={id ?? own}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0 && !disabled) onFiles(multiple ? files : files.slice(0, 1));
      }}
      className={cn(
        'flex min-h-14 cursor-pointer items-center justify-center gap-2.5 rounded-lg border border-dashed border-border-input px-4 py-3 text-sm transition-colors focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/40 hover:border-accent hover:bg-hover',
        over && 'border-accent bg-accent-soft',
        disabled && 'pointer-events-none opacity-50',
        aria['aria-invalid'] && 'border-danger',
        className,
      )}
    >
      <Upload className="size-4 shrink-0 text-muted" aria-hidden />
      <span className="min-w-0">
        {label}
        {hint ? <span className="block text-xs text-muted">{hint}</span> : null}
      </span>
      <input
        ref={input}
        id={id ?? own}
        {...aria}
        type="file"
        className="sr-only"
        accept={accept}
        multiple={multiple}
        disabled={disabled}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          if (files.length > 0) onFiles(files);
          // the same file may be chosen again
          event.target.value = '';
        }}
      />
    </label>
  );
}
