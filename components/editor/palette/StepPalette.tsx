'use client';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useKeysOf } from '../../shell';
import { cn } from '../../ui/cn';
import { Keys } from '../../ui/Kbd';
import { Segmented } from '../../ui/Tabs';
import { DRAG_TYPE } from '../canvas/Canvas';
import { KindTile } from '../canvas/icons';
import { useEditor, useEditorStore } from '../state/context';
import { insertStep } from '../state/insert';
import { itemIcon } from './itemIcon';
import { flowItems, functionItems, groupItems, type PaletteItem, patternItems, searchItems } from './search';

export const SEARCH_ID = 'palette-search';

/** Steps to add: drag one to the canvas, or press it to insert it after the selection. */
export function StepPalette() {
  const store = useEditorStore();
  const functions = useEditor((state) => state.functions);
  const [tab, setTab] = useState<'functions' | 'flow' | 'patterns'>('functions');
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const items = useMemo(() => functionItems(functions.values()), [functions]);
  const patterns = useMemo(() => patternItems(functions), [functions]);
  const search = useKeysOf()('addStep');
  const searching = query.trim() !== '';
  const groups = searching
    ? [{ group: 'Found', items: searchItems([...items, ...flowItems, ...patterns], query) }]
    : tab === 'functions'
      ? groupItems(items)
      : [{ group: tab, items: tab === 'flow' ? flowItems : patterns }];

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('button[data-step]') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
    if (next < 0) document.getElementById(SEARCH_ID)?.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go through the buttons inside
    <div className="flex min-h-0 flex-1 flex-col bg-surface" onKeyDown={onKeyDown}>
      <div className="flex flex-col gap-2 border-b p-2.5">
        <div className="relative">
          <Search className="pointer-events-none absolute top-2 left-2 size-4 text-muted" aria-hidden />
          <input
            id={SEARCH_ID}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              const first = groups[0]?.items[0];
              if (event.key === 'Enter' && searching && first) insertStep(store, first.choice);
              if (event.key === 'Escape') setQuery('');
            }}
            placeholder="Search steps"
            aria-label="Search steps"
            className="h-8 w-full rounded-md border border-border-input bg-surface pr-8 pl-8 text-sm dark:bg-sunken"
          />
          <span className="pointer-events-none absolute top-[7px] right-2">{query ? null : <Keys>{search}</Keys>}</span>
        </div>
        {searching ? null : (
          <Segmented
            label="Kinds of steps"
            size="sm"
            value={tab}
            onChange={setTab}
            options={[
              { value: 'functions', label: 'Functions' },
              { value: 'flow', label: 'Flow' },
              { value: 'patterns', label: 'Patterns' },
            ]}
          />
        )}
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {groups.map(({ group, items: inGroup }) => (
          <section key={group} className="mb-1">
            {tab !== 'functions' && !searching ? null : (
              <h2 className="px-2 pt-2 pb-1 text-xs font-medium text-muted capitalize">{group}</h2>
            )}
            {inGroup.map((item) => (
              <PaletteRow key={item.id} item={item} onPick={() => insertStep(store, item.choice)} />
            ))}
            {inGroup.length === 0 ? (
              <p className="px-2 py-6 text-center text-sm text-muted">
                {searching
                  ? `No step has “${query.trim()}” in it.`
                  : 'No functions yet. Add one on the Functions page.'}
              </p>
            ) : null}
          </section>
        ))}
        {groups.length === 0 ? <p className="px-2 py-6 text-center text-sm text-muted">No functions yet.</p> : null}
      </div>
    </div>
  );
}

function PaletteRow({ item, onPick }: { item: PaletteItem; onPick: () => void }) {
  const Icon = itemIcon(item);
  return (
    <button
      type="button"
      data-step
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(item.choice));
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={onPick}
      title={item.about}
      className={cn(
        'flex w-full items-center gap-2.5 rounded-lg px-2 py-1.5 text-left hover:bg-hover focus-visible:outline-offset-[-2px]',
      )}
    >
      <KindTile kind={item.kind} icon={Icon} className="size-8" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{item.title}</span>
        <span className={cn('text-xs text-muted', item.pattern ? 'line-clamp-2' : 'block truncate')}>{item.about}</span>
      </span>
    </button>
  );
}
