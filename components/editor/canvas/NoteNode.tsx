'use client';
import { Trash2 } from 'lucide-react';
import { memo } from 'react';
import { type Node, type NodeProps, NodeResizer } from 'reactflow';
import { type Note, removeNote, setNote } from '@/lib/graph';
import { cn } from '../../ui/cn';
import { useEditor } from '../state/context';
import { drawsTheSame } from './lod';

/** A note beside the steps: for people, never part of what runs. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<Node<{ note: Note }, 'note'>>) {
  const { note } = data;
  const edit = useEditor((state) => state.edit);
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <div
      className={cn(
        'group size-full rounded-lg border bg-[color-mix(in_oklab,var(--status-retrying)_9%,var(--raised))] p-2 shadow-1',
        selected ? 'border-accent' : 'border-[color-mix(in_oklab,var(--status-retrying)_30%,var(--border))]',
      )}
    >
      <NodeResizer
        isVisible={selected && !readOnly}
        minWidth={120}
        minHeight={48}
        onResizeEnd={(_, { x, y, width, height }) =>
          edit((document) => setNote(document, { ...note, x, y, width: Math.round(width), height: Math.round(height) }))
        }
      />
      <textarea
        value={note.text}
        readOnly={readOnly}
        aria-label="Note"
        placeholder="Write a note…"
        onChange={(event) =>
          edit((document) => setNote(document, { ...note, text: event.target.value }), { merge: `note:${id}` })
        }
        onKeyDown={(event) => {
          // Out of the text, onto the note: there the keys of the canvas hold again.
          if (event.key === 'Escape') event.currentTarget.closest<HTMLElement>('.react-flow__node')?.focus();
        }}
        className="nodrag nowheel size-full resize-none bg-transparent text-sm outline-none"
      />
      {readOnly ? null : (
        <button
          type="button"
          aria-label="Delete the note"
          onClick={() => edit((document) => removeNote(document, id))}
          className="nodrag absolute -top-3 -right-3 hidden size-6 items-center justify-center rounded-full border border-border-strong bg-raised text-muted group-focus-within:flex group-hover:flex hover:text-danger"
        >
          <Trash2 className="size-3" aria-hidden />
        </button>
      )}
    </div>
  );
}, drawsTheSame);
