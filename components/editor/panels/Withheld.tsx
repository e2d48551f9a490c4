'use client';
/**
 * A browser whose storage is full or refused keeps nothing for this page: then what is not saved is in this tab alone,
 * and its person is told so before it matters.
 * @module
 */
import { HardDriveDownload, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { sourceText } from '@/lib/compile';
import { Button } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';
import { Bar } from './Banners';
import { download, fileName } from './CodeView';

export function WithheldBanner() {
  const store = useEditorStore();
  const withheld = useEditor((state) => state.withheld);
  const failed = useFailing();
  const [closed, setClosed] = useState(false);
  if (!withheld || (closed && !failed)) return null;
  return (
    <Bar
      tone="warning"
      icon={<TriangleAlert aria-hidden />}
      actions={
        <>
          {failed ? null : (
            <Button size="sm" variant="ghost" onClick={() => setClosed(true)}>
              I know
            </Button>
          )}
          {/* Last, so that it stays under the pointer when the other one goes. */}
          <Button
            size="sm"
            onClick={() => {
              const { name, document } = store.getState();
              download(`${fileName(name)}.asl.json`, sourceText(document, 'json'));
              toast.success('The definition is in your downloads.');
            }}
          >
            <HardDriveDownload className="size-3.5" aria-hidden /> Download a copy
          </Button>
        </>
      }
    >
      <span className="font-medium">This browser’s storage is full or turned off.</span>{' '}
      {failed
        ? 'Your latest changes are in this tab alone: keep it open until they are saved, or download a copy.'
        : 'Changes are saved on the server as you make them; without a connection they would be in this tab alone.'}
    </Bar>
  );
}

/**
 * Whether what is here is not on the server: from a save that failed until one that did not. Each further try is no news;
 * words and buttons that change with it would move under the hand that is about to press one.
 */
function useFailing(): boolean {
  const kind = useEditor((state) => state.save.kind);
  const [failing, setFailing] = useState(false);
  const now = kind === 'failed' || kind === 'conflict' ? true : kind === 'saved' ? false : failing;
  if (now !== failing) setFailing(now);
  return now;
}

/** Asks before a tab is closed that alone has changes. */
export function useLeaveGuard(store: EditorStore): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const { withheld, save } = store.getState();
      if (withheld && save.kind !== 'saved') event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [store]);
}
