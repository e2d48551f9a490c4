'use client';
import { useEffect, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Canvas } from '../canvas/Canvas';
import { CodeView } from '../parts';
import { useEditor } from '../state/context';
import type { EditorStore } from '../state/store';

const KEY = 'action-engine:code-split';
const WIDE = '(min-width: 1024px)';

/** Picture and text side by side; how wide each is, is remembered. */
export function CodeBeside({ onNextProblem }: { onNextProblem: () => void }) {
  const [share] = useState(readShare);
  return (
    <Group
      orientation="horizontal"
      className="h-full"
      onLayoutChanged={(layout) => {
        const now = layout.text;
        if (typeof now === 'number') keepShare(now);
      }}
    >
      <Panel id="picture" minSize="25%">
        <Canvas />
      </Panel>
      <Separator
        aria-label="Width of the text"
        className="w-px bg-border outline-none hover:bg-accent focus-visible:bg-accent"
      />
      <Panel id="text" defaultSize={`${share}%`} minSize="25%">
        <CodeView onNextProblem={onNextProblem} />
      </Panel>
    </Group>
  );
}

/** Whether there is room for both; kept in the store, which decides where a problem is shown. */
export function useWide(store: EditorStore): boolean {
  useEffect(() => {
    const media = window.matchMedia(WIDE);
    const tell = () => store.setState({ wide: media.matches });
    tell();
    media.addEventListener('change', tell);
    return () => media.removeEventListener('change', tell);
  }, [store]);
  return useEditor((state) => state.wide);
}

function readShare(): number {
  try {
    const kept = Number(localStorage.getItem(KEY));
    return kept >= 25 && kept <= 75 ? kept : 46;
  } catch {
    return 46;
  }
}

function keepShare(percent: number): void {
  try {
    localStorage.setItem(KEY, String(Math.round(percent)));
  } catch {
    // The next visit begins in the middle.
  }
}
