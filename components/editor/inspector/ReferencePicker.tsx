'use client';
import { Command } from 'cmdk';
import { TriangleAlert } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useMemo, useState } from 'react';
import { cn } from '../../ui/cn';
import { useEditor } from '../state/context';
import { type DataRow, dataFor, type Pick } from './data';

/** Choose a value that exists: an input of the workflow, a result of an earlier step. */
export function ReferencePicker({
  target,
  wanted,
  onPick,
  children,
}: {
  /** the step that will read it */
  target: string;
  /** type wanted, for marking what fits */
  wanted?: string;
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
          className="z-50 w-80 animate-rise overflow-hidden rounded-xl border border-border-strong bg-overlay shadow-3 outline-none"
        >
          {open ? (
            <DataList
              target={target}
              wanted={wanted}
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

function DataList({ target, wanted, onPick }: { target: string; wanted?: string; onPick: (pick: Pick) => void }) {
  const document = useEditor((state) => state.document);
  const functions = useEditor((state) => state.functions);
  const groups = useMemo(() => dataFor(document, target, [...functions.values()]), [document, target, functions]);
  return (
    <Command label="Available data" loop>
      <Command.Input
        placeholder="Search data…"
        autoFocus
        className="h-10 w-full border-b border-border bg-transparent px-3 text-sm outline-none"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
          No data has that name. Steps before this one and workflow inputs are listed here.
        </Command.Empty>
        {groups.map((group) => (
          <Command.Group
            key={group.id}
            heading={
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 truncate font-semibold text-text">{group.title}</span>
                <span className="min-w-0 truncate text-[11px] font-normal">{group.hint}</span>
              </span>
            }
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
          >
            {group.rows.map((row) => (
              <Row
                key={row.id}
                row={row}
                group={group.title}
                fits={fits(row, wanted)}
                onPick={() => onPick(row.pick)}
              />
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

function Row({ row, group, fits, onPick }: { row: DataRow; group: string; fits: boolean; onPick: () => void }) {
  return (
    <Command.Item
      value={row.id}
      keywords={[row.label, group]}
      onSelect={onPick}
      style={{ paddingLeft: 8 + row.depth * 14 }}
      className="flex min-h-7 items-center gap-2 rounded-md pr-2 text-sm data-[selected=true]:bg-hover"
    >
      <span className={cn('min-w-0 flex-1 truncate', row.depth === 0 && 'text-muted')}>{row.label}</span>
      {row.doubtful ? <TriangleAlert className="size-3.5 shrink-0 text-warning" aria-label="May be missing" /> : null}
      <span className={cn('shrink-0 text-[11px]', fits ? 'text-accent' : 'text-muted')}>{row.type}</span>
    </Command.Item>
  );
}

function fits(row: DataRow, wanted: string | undefined): boolean {
  const type = row.schema?.type;
  return (
    wanted !== undefined &&
    (Array.isArray(type) ? type.includes(wanted) : type === wanted || (wanted === 'number' && type === 'integer'))
  );
}
