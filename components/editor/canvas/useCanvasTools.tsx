'use client';
/**
 * What the canvas can do, by key and from the command palette.
 * @module
 */
import {
  AlignCenterVertical,
  FoldVertical,
  LayoutGrid,
  Maximize,
  Replace,
  Search,
  Spline,
  StickyNote,
  UnfoldVertical,
} from 'lucide-react';
import { useMemo } from 'react';
import { useReactFlow } from 'reactflow';
import { toast } from 'sonner';
import { isContainer, layoutAtOnce, layoutNear, nodeOf } from '@/lib/graph';
import { type PaletteCommand, useKeys } from '../../shell';
import { useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';
import { ALIGNMENTS } from './align';
import { targetsOf } from './ConnectMode';
import { FIND_ID } from './FindBar';
import { addNote } from './notes';
import { alignSelection } from './SelectionBar';
import { tidy, tidyAll } from './tidy';

/** @param active whether the canvas is on the screen and may be changed; @returns entries of the command palette */
export function useCanvasTools(active: boolean, showAll: () => void): PaletteCommand[] {
  const store = useEditorStore();
  const { screenToFlowPosition } = useReactFlow();
  const note = () => {
    const room = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (room) addNote(store, screenToFlowPosition({ x: room.x + room.width / 2, y: room.y + room.height / 3 }));
  };
  useKeys(
    active
      ? {
          note,
          connect: () => connectFrom(store),
          tidy: () => tidy(store),
          find: () => find(store, 'find'),
          replace: () => find(store, 'replace'),
        }
      : {},
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they do is looked up when they are called
  return useMemo(() => {
    if (!active) return [];
    return [
      { id: 'find', label: 'Find in this workflow', icon: <Search />, keys: 'find', run: () => find(store, 'find') },
      {
        id: 'replace',
        label: 'Find and replace in this workflow',
        icon: <Replace />,
        keys: 'replace',
        run: () => find(store, 'replace'),
      },
      {
        id: 'connect',
        label: 'Connect the selected step to another',
        icon: <Spline />,
        keys: 'connect',
        run: () => connectFrom(store),
      },
      { id: 'note', label: 'Add a note', icon: <StickyNote />, keys: 'note', run: note },
      { id: 'tidy', label: 'Tidy the layout', icon: <LayoutGrid />, keys: 'tidy', run: () => void tidyAll(store) },
      { id: 'fit', label: 'Show the whole workflow', icon: <Maximize />, keys: 'fit', run: showAll },
      { id: 'fold-all', label: 'Fold all containers', icon: <FoldVertical />, run: () => foldAll(store, true) },
      { id: 'unfold-all', label: 'Unfold all containers', icon: <UnfoldVertical />, run: () => foldAll(store, false) },
      ...ALIGNMENTS.map(({ id, label }) => ({
        id: `align-${id}`,
        label: `${label} of the selected steps`,
        icon: <AlignCenterVertical />,
        run: () => alignSelection(store, id),
      })),
    ];
  }, [active, store, showAll]);
}

function find(store: EditorStore, how: 'find' | 'replace'): void {
  const open = store.getState().finding === how;
  store.getState().setFinding(how);
  if (!open) return;
  const field = document.getElementById(FIND_ID);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

function connectFrom(store: EditorStore): void {
  const { selected, document, setConnecting } = store.getState();
  const [id] = selected;
  const node = id === undefined ? undefined : nodeOf(document.graph, id);
  if (selected.length !== 1 || !node) {
    toast('Choose the step from which the connection goes.', { description: 'Select one step, then connect it.' });
    return;
  }
  if (targetsOf(document, node.id, false).length === 0 && targetsOf(document, node.id, true).length === 0) {
    const ends = node.kind === 'succeed' || node.kind === 'fail';
    toast(ends ? `“${node.name}” ends the run: nothing comes after it.` : `No other step can follow “${node.name}”.`, {
      description: ends ? 'Choose another step.' : 'Add a step in the same container first.',
    });
    return;
  }
  setConnecting(node.id);
}

function foldAll(store: EditorStore, folded: boolean): void {
  store.getState().edit((now) => {
    const collapsed = folded ? now.graph.nodes.filter(isContainer).map(({ id }) => id) : [];
    const made = { ...now, layout: { ...now.layout, collapsed } };
    return { document: { ...made, layout: layoutAtOnce(made) ?? layoutNear(made) } };
  });
}
