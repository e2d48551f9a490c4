'use client';
import { Command } from 'cmdk';
import { Popover } from 'radix-ui';
import { useMemo, useState } from 'react';
import { KindTile } from '../canvas/icons';
import { useEditor, useEditorStore } from '../state/context';
import { insertStep } from '../state/insert';
import type { EditorState } from '../state/types';
import { itemIcon } from './itemIcon';
import { flowItems, functionItems, groupItems, type PaletteItem, patternItems, searchItems } from './search';

/** The menu behind every +: type a few letters, Enter. Finds what the palette finds, in its order. */
export function InsertMenu() {
  const insertAt = useEditor((state) => state.insertAt);
  return insertAt ? <OpenMenu key={`${insertAt.x} ${insertAt.y}`} insertAt={insertAt} /> : null;
}

function OpenMenu({ insertAt }: { insertAt: NonNullable<EditorState['insertAt']> }) {
  const [query, setQuery] = useState('');
  const store = useEditorStore();
  const functions = useEditor((state) => state.functions);
  const groups = useMemo(
    () => [
      ...groupItems(functionItems(functions.values())),
      { group: 'flow', items: flowItems },
      { group: 'patterns', items: patternItems(functions) },
    ],
    [functions],
  );
  const shown = useMemo(
    () =>
      query.trim() === ''
        ? groups
        : [
            {
              group: 'found',
              items: searchItems(
                groups.flatMap(({ items }) => items),
                query,
              ),
            },
          ],
    [groups, query],
  );
  const pick = (item: PaletteItem) => insertStep(store, item.choice, insertAt.spot);
  return (
    <Popover.Root open onOpenChange={(open) => !open && store.getState().openInsert(null)}>
      <Popover.Anchor asChild>
        <span className="fixed size-0" style={{ left: insertAt.x, top: insertAt.y }} />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="start"
          collisionPadding={12}
          className="z-50 w-80 animate-rise overflow-hidden rounded-xl border border-border-strong bg-overlay shadow-3 outline-none"
        >
          <Command label="Add a step" loop shouldFilter={false}>
            <Command.Input
              placeholder="Add a step…"
              autoFocus
              value={query}
              onValueChange={setQuery}
              className="h-10 w-full border-b border-border bg-transparent px-3 text-sm outline-none"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
                No step has that in it.
              </Command.Empty>
              {shown.map(({ group, items }) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-0.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:capitalize"
                >
                  {items.map((item) => (
                    <Command.Item
                      key={item.id}
                      value={item.id}
                      onSelect={() => pick(item)}
                      className="flex items-center gap-2.5 rounded-md px-2 py-1 data-[selected=true]:bg-hover"
                    >
                      <KindTile kind={item.kind} icon={itemIcon(item)} className="size-7" />
                      <span className="min-w-0">
                        <span className="block truncate text-sm font-medium">{item.title}</span>
                        <span className="block truncate text-xs text-muted">{item.about}</span>
                      </span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
