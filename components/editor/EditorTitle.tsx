'use client';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { EditorStore } from './state/store';

/** The workflow's name, in the breadcrumb: press it to change it. It is shown outside of the editor, so it is handed the store. */
export function EditorTitle({ store }: { store: EditorStore }) {
  const name = useStore(store, (state) => state.name);
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    const wish = typed?.trim();
    if (wish && wish !== name) store.getState().rename(wish);
    setTyped(null);
  };
  return (
    <input
      aria-label="Name of the workflow"
      value={typed ?? name}
      maxLength={200}
      size={Math.max(8, Math.min(42, (typed ?? name).length))}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setTyped(null);
          event.currentTarget.blur();
        }
      }}
      className="-ml-1.5 h-7 max-w-full min-w-0 truncate rounded-md border border-transparent bg-transparent px-1.5 text-sm font-semibold hover:border-border-strong focus:border-accent focus:bg-surface"
    />
  );
}
