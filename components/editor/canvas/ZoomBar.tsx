'use client';
import { LayoutGrid, Maximize, Minus, Plus, StickyNote } from 'lucide-react';
import { Panel, useReactFlow, useStore } from 'reactflow';
import { useKeysOf } from '../../shell';
import { IconButton } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import { FIT_OPTIONS } from './Canvas';
import { addNote } from './notes';
import { tidy } from './tidy';

/** Near and far, all of it, tidy. */
export function ZoomBar() {
  const { zoomIn, zoomOut, zoomTo, fitView, screenToFlowPosition } = useReactFlow();
  const zoom = useStore((state) => state.transform[2]);
  const readOnly = useEditor((state) => state.readOnly);
  const keysOf = useKeysOf();
  const store = useEditorStore();
  return (
    <Panel
      position="bottom-left"
      className="!m-3 flex items-center gap-0.5 rounded-lg border border-border bg-raised p-0.5 shadow-1"
    >
      <IconButton label="Zoom out" keys={keysOf('zoomOut')} side="top" size="sm" onClick={() => void zoomOut()}>
        <Minus className="size-3.5" />
      </IconButton>
      <button
        type="button"
        onClick={() => void zoomTo(1, { duration: 150 })}
        className="h-6 w-11 rounded-sm text-xs text-muted tabular-nums hover:bg-hover"
        aria-label={`Zoom ${Math.round(zoom * 100)} percent. Set to 100`}
      >
        {Math.round(zoom * 100)}%
      </button>
      <IconButton label="Zoom in" keys={keysOf('zoomIn')} side="top" size="sm" onClick={() => void zoomIn()}>
        <Plus className="size-3.5" />
      </IconButton>
      <IconButton
        label="Show everything"
        keys={keysOf('fit')}
        side="top"
        size="sm"
        onClick={() => void fitView(FIT_OPTIONS)}
      >
        <Maximize className="size-3.5" />
      </IconButton>
      {readOnly ? null : (
        <>
          <IconButton label="Tidy the layout" keys={keysOf('tidy')} side="top" size="sm" onClick={() => tidy(store)}>
            <LayoutGrid className="size-3.5" />
          </IconButton>
          <IconButton
            label="Add a note"
            side="top"
            size="sm"
            keys={keysOf('note')}
            onClick={() =>
              addNote(store, screenToFlowPosition({ x: window.innerWidth / 2, y: window.innerHeight / 3 }))
            }
          >
            <StickyNote className="size-3.5" />
          </IconButton>
        </>
      )}
    </Panel>
  );
}
