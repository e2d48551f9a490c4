'use client';
import {
  Copy,
  Download,
  Ellipsis,
  History,
  Link2,
  ListTree,
  PanelLeft,
  PanelRight,
  Play,
  Redo2,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { createWorkflowAction, deleteWorkflowAction } from '@/lib/actions/workflows';
import { sourceText } from '@/lib/compile';
import { TopActions, useKeysOf } from '../shell';
import { Button, IconButton } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { copyText } from '../ui/JsonView';
import { Menu } from '../ui/Menu';
import { Segmented } from '../ui/Tabs';
import { Tooltip } from '../ui/Tooltip';
import { download, fileName } from './panels/CodeView';
import { forget } from './state/autosave';
import { useEditor, useEditorStore, useHistory } from './state/context';
import { drawerOf } from './state/drawer';

/** The editor's part of the top bar. */
export function EditorBar({ onRun, onVersions }: { onRun: () => void; onVersions: () => void }) {
  const store = useEditorStore();
  const keysOf = useKeysOf();
  const router = useRouter();
  const { canUndo, canRedo } = useHistory();
  const view = useEditor((state) => state.view);
  const showPalette = useEditor((state) => state.showPalette);
  const showInspector = useEditor((state) => state.showInspector);
  const { undo, redo, setView, toggle } = store.getState();
  const [deleting, setDeleting] = useState(false);
  const [busy, setBusy] = useState(false);

  const remove = async () => {
    setBusy(true);
    const { id } = store.getState();
    const answer = await deleteWorkflowAction(id).catch(() => null);
    setBusy(false);
    if (answer?.ok) {
      forget(drawerOf('localStorage'), id);
      router.push('/workflows');
    } else
      toast.error(answer ? answer.problem.message : 'The server did not answer.', {
        description: answer?.problem.hint ?? 'Try again.',
      });
  };
  const duplicate = async () => {
    const { name, document } = store.getState();
    const answer = await createWorkflowAction({ name: `${name} (copy)`, document }).catch(() => null);
    if (answer?.ok) router.push(`/workflows/${answer.value.id}`);
    else
      toast.error(answer ? answer.problem.message : 'The server did not answer.', {
        description: answer?.problem.hint ?? 'Try again.',
      });
  };

  return (
    <TopActions>
      <IconButton label="Undo" keys={keysOf('undo')} disabled={!canUndo} onClick={undo} className="max-sm:hidden">
        <Undo2 className="size-4" />
      </IconButton>
      <IconButton label="Redo" keys={keysOf('redo')} disabled={!canRedo} onClick={redo} className="max-sm:hidden">
        <Redo2 className="size-4" />
      </IconButton>
      <Segmented
        label="View"
        size="sm"
        value={view}
        onChange={setView}
        options={[
          { value: 'design', label: 'Design' },
          { value: 'outline', label: 'Outline', className: 'max-sm:hidden' },
          { value: 'code', label: 'Code' },
        ]}
      />
      <IconButton
        label="Steps to add"
        pressed={showPalette && view !== 'code'}
        onClick={() => {
          // Beside the text there is no room for it.
          if (view === 'code') setView('design');
          toggle('showPalette', view === 'code' ? true : undefined);
        }}
        className="max-sm:hidden"
      >
        <PanelLeft className="size-4" />
      </IconButton>
      <IconButton
        label="Settings of the selection"
        pressed={showInspector}
        onClick={() => toggle('showInspector')}
        className="max-sm:hidden"
      >
        <PanelRight className="size-4" />
      </IconButton>
      <Menu
        trigger={
          <IconButton label="More">
            <Ellipsis className="size-4" />
          </IconButton>
        }
        items={[
          { label: 'Undo', icon: <Undo2 />, keys: keysOf('undo'), disabled: !canUndo, onSelect: undo },
          { label: 'Redo', icon: <Redo2 />, keys: keysOf('redo'), disabled: !canRedo, onSelect: redo },
          { separator: true },
          { label: 'Outline', icon: <ListTree />, keys: keysOf('outline'), onSelect: () => setView('outline') },
          { label: 'Steps to add', icon: <PanelLeft />, onSelect: () => toggle('showPalette') },
          { label: 'Settings', icon: <PanelRight />, onSelect: () => toggle('showInspector') },
          { separator: true },
          { label: 'Versions…', icon: <History />, onSelect: onVersions },
          { label: 'Duplicate the workflow', icon: <Copy />, onSelect: () => void duplicate() },
          {
            label: 'Export as .asl.json',
            icon: <Download />,
            onSelect: () =>
              download(`${fileName(store.getState().name)}.asl.json`, sourceText(store.getState().document, 'json')),
          },
          {
            label: 'Export as .asl.yaml',
            icon: <Download />,
            onSelect: () =>
              download(
                `${fileName(store.getState().name)}.asl.yaml`,
                sourceText(store.getState().document, 'yaml'),
                'application/yaml',
              ),
          },
          {
            label: 'Copy the invoke URL',
            icon: <Link2 />,
            onSelect: async () => {
              await copyText(`${location.origin}${store.getState().detail.invokePath}`);
              toast.success('Invoke URL copied', {
                description: 'The home page shows it with its token and a curl line.',
              });
            },
          },
          { separator: true },
          { label: 'Delete the workflow', icon: <Trash2 />, danger: true, onSelect: () => setDeleting(true) },
        ]}
      />
      <Tooltip label="Run what is on the screen" keys={keysOf('run')}>
        <Button variant="primary" onClick={onRun} className="mr-1">
          <Play className="size-3.5 fill-current" aria-hidden /> <span className="max-[379px]:sr-only">Run</span>
        </Button>
      </Tooltip>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this workflow?"
        description="Its versions go with it. Runs that were made stay in the list of runs."
        confirm="Delete"
        danger
        busy={busy}
        onConfirm={() => void remove()}
      />
    </TopActions>
  );
}
