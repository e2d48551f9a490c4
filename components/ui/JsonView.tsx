'use client';
import { Check, ChevronRight, Copy } from 'lucide-react';
import { memo, useState } from 'react';
import { isObject, type Json } from '@/lib/base/json';
import { IconButton } from './Button';
import { cn } from './cn';

/** Children shown at first; the rest come on demand, so that a list of thousands does not stop the page. */
const PAGE = 100;
/** JSON as a tree that opens and closes. Copies as text. */
export function JsonView({
  value,
  className,
  copy = true,
  label,
  open = 2,
}: {
  value: Json;
  className?: string;
  copy?: boolean;
  label?: string;
  /** levels that are open at first */
  open?: number;
}) {
  return (
    <div className={cn('group relative rounded-md border bg-sunken', className)}>
      {copy ? (
        <div className="absolute top-1 right-1 z-10">
          <CopyButton text={JSON.stringify(value, null, 2)} label="Copy JSON" />
        </div>
      ) : null}
      <div className="overflow-x-auto p-2 pr-9 font-mono text-xs leading-5" role="tree" aria-label={label ?? 'JSON'}>
        <Branch value={value} depth={0} openTo={open} />
      </div>
    </div>
  );
}

const Branch = memo(function Branch({
  name,
  value,
  depth,
  openTo,
}: {
  name?: string;
  value: Json;
  depth: number;
  openTo: number;
}) {
  const isList = Array.isArray(value);
  const [open, setOpen] = useState(depth < openTo);
  const [shown, setShown] = useState(PAGE);
  if (!isList && !isObject(value)) {
    return (
      <div role="treeitem" tabIndex={-1} className="pl-4 break-words">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const entries: [string, Json][] = isList ? value.map((item, i) => [String(i), item]) : Object.entries(value);
  const [left, right] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div role="treeitem" tabIndex={-1} className="pl-4">
        <Name name={name} />
        <span className="text-muted">
          {left}
          {right}
        </span>
      </div>
    );
  }
  return (
    <div role="treeitem" tabIndex={-1} aria-expanded={open}>
      <button
        type="button"
        onClick={() => setOpen(!open)}
        className="flex min-h-6 w-full items-center rounded-sm text-left hover:bg-hover"
        aria-label={`${open ? 'Close' : 'Open'} ${name ?? 'value'}`}
      >
        <ChevronRight
          className={cn('size-3.5 shrink-0 text-muted transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        <span className="ml-0.5 truncate">
          <Name name={name} />
          <span className="text-muted">
            {open ? left : `${left} ${entries.length} ${isList ? 'items' : 'fields'} ${right}`}
          </span>
        </span>
      </button>
      {open ? (
        // biome-ignore lint/a11y/useSemanticElements: a tree's group is not a form's fieldset
        <div role="group" className="ml-[7px] border-l pl-2">
          {entries.slice(0, shown).map(([key, item]) => (
            <Branch key={key} name={key} value={item} depth={depth + 1} openTo={openTo} />
          ))}
          {entries.length > shown ? (
            <button
              type="button"
              className="ml-4 rounded-sm px-1 text-accent hover:underline"
              onClick={() => setShown(shown + PAGE * 5)}
            >
              {entries.length - shown} more…
            </button>
          ) : null}
        </div>
      ) : null}
      {open ? <span className="ml-4 text-muted">{right}</span> : null}
    </div>
  );
});

const Name = ({ name }: { name?: string }) =>
  name === undefined ? null : (
    <>
      <span className="text-text">{name}</span>
      <span className="text-muted">: </span>
    </>
  );

function Leaf({ value }: { value: null | boolean | number | string }) {
  const [all, setAll] = useState(false);
  if (typeof value === 'string') {
    const long = value.length > 400 && !all;
    return (
      <span className="text-json-string">
        "{long ? value.slice(0, 400) : value}"
        {long ? (
          <button type="button" className="ml-1 text-accent hover:underline" onClick={() => setAll(true)}>
            {value.length.toLocaleString('en')} characters: show all
          </button>
        ) : null}
      </span>
    );
  }
  return <span className={typeof value === 'number' ? 'text-json-number' : 'text-json-word'}>{String(value)}</span>;
}

/** Copies a text and says so with a tick. */
export function CopyButton({
  text,
  label = 'Copy',
  size = 'sm',
}: {
  text: string;
  label?: string;
  size?: 'sm' | 'md';
}) {
  const [done, setDone] = useState(false);
  return (
    <IconButton
      label={done ? 'Copied' : label}
      size={size}
      onClick={async () => {
        await copyText(text);
        setDone(true);
        setTimeout(() => setDone(false), 1200);
      }}
    >
      {done ? <Check className="size-3.5 text-success" /> : <Copy className="size-3.5" />}
    </IconButton>
  );
}

/** The clipboard, or a hidden field where the browser withholds it (a page that is not served from a safe origin). */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
