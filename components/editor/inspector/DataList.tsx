'use client';
import { Command } from 'cmdk';
import {
  ArrowLeftRight,
  Braces,
  Check,
  CircleHelp,
  FileText,
  Hash,
  List,
  type LucideIcon,
  ToggleLeft,
  TriangleAlert,
  Type,
} from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import type { JsonSchema } from '@/lib/functions/manifest';
import { languageOf, nodeOf } from '@/lib/graph';
import { cn } from '../../ui/cn';
import { useEditor } from '../state/context';
import { conversionsFor, fitOf } from './convert';
import { type DataGroup, type DataRow, dataFor, type Pick, valueText } from './data';
import { useDragged } from './drag';
import { useSample } from './sample';
import type { Phase } from './useLive';

/** Rows drawn at once; a search finds the others. */
const MAX_ROWS = 250;
export const SEARCH_LABEL = 'Search the available data';

/** What a step may use, group by group, with values: searched, gone through by arrow keys, chosen by Enter, dragged. */
export function DataList({
  target,
  wanted,
  phase,
  onPick,
  autoFocus,
  tall,
}: {
  target: string;
  /** marks what fits it */
  wanted?: JsonSchema;
  phase?: Phase;
  onPick: (pick: Pick) => void;
  autoFocus?: boolean;
  tall?: boolean;
}) {
  const document = useEditor((state) => state.document);
  const functions = useEditor((state) => state.functions);
  const sample = useSample(target);
  const [search, setSearch] = useState('');
  const groups = dataFor(document, target, functions, sample, phase);
  const { shown, more } = useMemo(() => chosen(groups, search), [groups, search]);
  const node = nodeOf(document.graph, target);
  const language = node ? languageOf(document.graph, node) : 'JSONata';
  return (
    <Command label={SEARCH_LABEL} loop shouldFilter={false} className="flex min-h-0 flex-1 flex-col">
      <Command.Input
        aria-label={SEARCH_LABEL}
        placeholder="Search data…"
        autoFocus={autoFocus}
        value={search}
        onValueChange={setSearch}
        className="h-10 w-full shrink-0 border-b border-border bg-transparent px-3 text-sm outline-none placeholder:text-muted focus-visible:border-accent"
      />
      <Command.List className={cn('overflow-y-auto p-1', tall ? 'min-h-0 flex-1' : 'max-h-80')}>
        <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
          No data has that name. Steps before this one and workflow inputs are listed here.
        </Command.Empty>
        {shown.map((group) => (
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
                wanted={wanted}
                convertible={wanted !== undefined && conversionsFor(row.schema, wanted, language).length > 0}
                onPick={onPick}
              />
            ))}
          </Command.Group>
        ))}
        {more > 0 ? <p className="px-2 py-2 text-xs text-muted">{more} more: search to find them.</p> : null}
      </Command.List>
    </Command>
  );
}

function chosen(groups: DataGroup[], search: string): { shown: DataGroup[]; more: number } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  let left = MAX_ROWS;
  let more = 0;
  const shown = groups.flatMap((group) => {
    const found = group.rows.filter((row) => {
      const text = `${group.title} ${row.id} ${row.label}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const rows = found.slice(0, left);
    left -= rows.length;
    more += found.length - rows.length;
    return rows.length > 0 ? [{ ...group, rows }] : [];
  });
  return { shown, more };
}

const Row = memo(function Row({
  row,
  wanted,
  convertible,
  onPick,
}: {
  row: DataRow;
  wanted: JsonSchema | undefined;
  convertible: boolean;
  onPick: (pick: Pick) => void;
}) {
  const fit = wanted && fitOf(row.schema, wanted);
  const Icon = iconOf(row.schema);
  return (
    <Command.Item
      value={row.id}
      onSelect={() => onPick(row.pick)}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'link';
        event.dataTransfer.setData('text/plain', row.label);
        useDragged.getState().drag(row);
      }}
      onDragEnd={() => useDragged.getState().drag(null)}
      style={{ paddingLeft: 8 + row.depth * 14 }}
      title={fit?.why ?? undefined}
      className="flex min-h-7 cursor-grab items-center gap-2 rounded-md pr-2 text-sm data-[selected=true]:bg-hover"
    >
      <Icon className="size-3.5 shrink-0 text-muted" aria-hidden />
      <span className={cn('max-w-[60%] shrink-0 truncate', row.depth === 0 && 'text-muted')}>{row.label}</span>
      <span className="sr-only">{row.type}</span>
      <span className="flex-1" />
      {row.value === undefined ? (
        <span className="shrink-0 text-[11px] text-muted">{row.type}</span>
      ) : (
        <code
          className={cn('min-w-0 truncate text-[11px]', row.origin === 'schema' && 'text-muted italic')}
          title={`${row.type}, ${row.origin === 'run' ? 'in the run' : 'example'}: ${valueText(row.value, 300)}`}
        >
          {row.origin === 'schema' ? 'e.g. ' : ''}
          {valueText(row.value, 40)}
        </code>
      )}
      {row.doubtful ? <TriangleAlert className="size-3.5 shrink-0 text-warning" aria-label="May be missing" /> : null}
      {fit?.fit === 'fits' ? (
        <Check className="size-3.5 shrink-0 text-accent" aria-label="Fits" />
      ) : fit && convertible ? (
        <ArrowLeftRight className="size-3.5 shrink-0 text-warning" aria-label="Fits when it is converted" />
      ) : null}
    </Command.Item>
  );
});

const ICONS: Record<string, LucideIcon> = {
  string: Type,
  number: Hash,
  integer: Hash,
  boolean: ToggleLeft,
  array: List,
  object: Braces,
};

function iconOf(schema: JsonSchema | null): LucideIcon {
  if (schema?.format === 's3-uri') return FileText;
  const type = schema && [schema.type].flat().find((one) => one !== 'null');
  return (type && ICONS[type]) || CircleHelp;
}
