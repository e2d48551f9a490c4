'use client';
import { FlaskConical, Pin, PinOff, Play, SkipForward, StepForward } from 'lucide-react';
import { isContainer, type WorkflowNode } from '@/lib/graph';
import { useKeysOf } from '../../shell';
import { IconButton } from '../../ui/Button';
import { Menu } from '../../ui/Menu';
import { useEditor, useEditorStore } from '../state/context';
import { openTry, setPin } from './state';

/** What can be tried of one step; stands at its head in the inspector. */
export function StepTry({ node }: { node: WorkflowNode }) {
  const store = useEditorStore();
  const keysOf = useKeysOf();
  const readOnly = useEditor((state) => state.readOnly);
  const pinned = useEditor((state) => state.document.trial?.pins[node.id] !== undefined);
  const mocked = useEditor((state) => state.document.trial?.mocks[node.id] !== undefined);
  if (readOnly) return null;
  const { id } = node;
  return (
    <Menu
      trigger={
        <IconButton label="Try this step" size="sm">
          <Play className="size-4" />
        </IconButton>
      }
      items={[
        isContainer(node)
          ? {
              label: 'Run only this…',
              icon: <Play />,
              onSelect: () => openTry(store, { kind: 'part', from: id, until: id }),
            }
          : {
              label: 'Test it alone…',
              icon: <Play />,
              keys: keysOf('test'),
              onSelect: () => openTry(store, { kind: 'test', node: id }),
            },
        {
          label: 'Run from here…',
          icon: <StepForward />,
          keys: keysOf('runFrom'),
          onSelect: () => openTry(store, { kind: 'part', from: id, until: null }),
        },
        {
          label: 'Run until here…',
          icon: <SkipForward />,
          keys: keysOf('runUntil'),
          onSelect: () => openTry(store, { kind: 'part', from: null, until: id }),
        },
        ...(node.kind === 'task'
          ? [
              {
                label: mocked ? 'Change its mock…' : 'Mock it…',
                icon: <FlaskConical />,
                keys: keysOf('mock'),
                onSelect: () => openTry(store, { kind: 'mock', node: id }),
              },
            ]
          : []),
        ...(pinned
          ? [{ label: 'Forget its sample', icon: <PinOff />, onSelect: () => setPin(store, id, null) }]
          : [
              {
                label: 'Pin a sample…',
                icon: <Pin />,
                disabled: isContainer(node),
                onSelect: () => openTry(store, { kind: 'test', node: id }),
              },
            ]),
      ]}
    />
  );
}
