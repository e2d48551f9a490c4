'use client';
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  LayoutGrid,
  type LucideIcon,
} from 'lucide-react';
import { Panel } from 'reactflow';
import { moveTo, nodeOf } from '@/lib/graph';
import { useKeysOf } from '../../shell';
import { IconButton } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';
import { ALIGNMENTS, type Alignment, alignable, aligned } from './align';
import { tidy } from './tidy';

const ICONS: Record<Alignment, LucideIcon> = {
  left: AlignStartVertical,
  centre: AlignCenterVertical,
  right: AlignEndVertical,
  top: AlignStartHorizontal,
  middle: AlignCenterHorizontal,
  bottom: AlignEndHorizontal,
  across: AlignHorizontalDistributeCenter,
  down: AlignVerticalDistributeCenter,
};

/** One step of undo; the steps count as placed by hand. */
export function alignSelection(store: EditorStore, how: Alignment): void {
  store.getState().edit((now) => {
    const moved = aligned(now, store.getState().selected, how);
    return Object.keys(moved).length > 0 ? moveTo(now, moved) : { document: now };
  });
}

/** What can be done with several steps at once on the canvas. */
export function SelectionBar() {
  const store = useEditorStore();
  const count = useEditor((state) =>
    state.readOnly || state.selected.length < 2
      ? 0
      : alignable(
          state.document,
          state.selected.filter((id) => nodeOf(state.document.graph, id)),
        ).length,
  );
  const keysOf = useKeysOf();
  if (count < 2) return null;
  return (
    <Panel
      position="top-center"
      role="toolbar"
      aria-label="Align the selected steps"
      className="!m-3 flex items-center gap-0.5 rounded-lg border border-border bg-raised p-0.5 shadow-2"
    >
      {ALIGNMENTS.map(({ id, label, atLeast }) => {
        const Icon = ICONS[id];
        return (
          <span key={id} className="contents">
            {id === 'top' || id === 'across' ? <Rule /> : null}
            <IconButton
              label={label}
              side="bottom"
              size="sm"
              disabled={count < atLeast}
              onClick={() => alignSelection(store, id)}
            >
              <Icon className="size-3.5" />
            </IconButton>
          </span>
        );
      })}
      <Rule />
      <IconButton
        label="Tidy the selected steps"
        keys={keysOf('tidy')}
        side="bottom"
        size="sm"
        onClick={() => tidy(store)}
      >
        <LayoutGrid className="size-3.5" />
      </IconButton>
    </Panel>
  );
}

const Rule = () => <span aria-hidden className="mx-0.5 h-4 w-px bg-border" />;
