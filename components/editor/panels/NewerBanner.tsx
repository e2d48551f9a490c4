'use client';
import { RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { getWorkflowAction } from '@/lib/actions/workflows';
import { Button } from '../../ui/Button';
import { Ago } from '../../ui/Time';
import { useEditor, useEditorStore } from '../state/context';
import { Bar } from './Banners';

/** What windows of one browser tell each other: the workflow that was saved, and which revision it is now. */
type News = { id: string; revision: number };

/**
 * Tells a window that has nothing unsaved that the workflow was saved elsewhere since: before anything is edited on an
 * old state, which would be a conflict. Heard from this browser's other windows at once, of others when it is come back to.
 */
export function NewerBanner() {
  const store = useEditorStore();
  const revision = useEditor((state) => state.revision);
  const clean = useEditor((state) => state.save.kind === 'saved');
  const [newer, setNewer] = useState<{ revision: number; at: number } | null>(null);

  useEffect(() => {
    let live = true;
    const channel = new BroadcastChannel('action-engine:saved');
    let own = store.getState().revision;
    const stop = store.subscribe((state) => {
      if (state.revision === own) return;
      own = state.revision;
      channel.postMessage({ id: state.id, revision: own } satisfies News);
    });
    channel.onmessage = ({ data }: MessageEvent<News>) => {
      if (data.id === store.getState().id && data.revision > own) setNewer({ revision: data.revision, at: Date.now() });
    };
    const ask = () => {
      getWorkflowAction(store.getState().id)
        .then((answer) => {
          if (live && answer.ok && answer.value.revision > own)
            setNewer({ revision: answer.value.revision, at: answer.value.updatedAt });
        })
        .catch(() => undefined);
    };
    window.addEventListener('focus', ask);
    return () => {
      live = false;
      stop();
      channel.close();
      window.removeEventListener('focus', ask);
    };
  }, [store]);

  if (!newer || newer.revision <= revision || !clean) return null;
  return (
    <Bar
      tone="accent"
      icon={<RefreshCw aria-hidden />}
      actions={
        <Button size="sm" variant="accent" onClick={() => window.location.reload()}>
          Show it
        </Button>
      }
    >
      <span className="font-medium">A newer state of this workflow was saved in another window</span>{' '}
      <Ago at={newer.at} />. What is shown here is the one before.
    </Bar>
  );
}
