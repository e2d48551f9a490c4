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
  const failed = useEditor((state) => state.save.kind === 'failed' || state.save.kind === 'conflict');
  const [closed, setClosed] = useState(false);
  if (!withheld || (closed && !failed)) return null;
  return (
    <Bar
      tone="warning"
      icon={<TriangleAlert aria-hidden />}
      actions={
        <>
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
          {failed ? null : (
            <Button size="sm" variant="ghost" onClick={() => setClosed(true)}>
              I know
            </Button>
          )}
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
