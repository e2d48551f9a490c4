'use client';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { nodeOf } from '@/lib/graph';
import { countText } from '../../ui/format';
import { useEditor } from '../state/context';

export type MocksInUse = { names: string[]; on: boolean; setOn: (on: boolean) => void };

/** The steps that are mocked; they are unless a person says otherwise. */
export function useMocks(): MocksInUse {
  const trial = useEditor((state) => state.document.trial);
  const graph = useEditor((state) => state.document.graph);
  const [wanted, setOn] = useState(true);
  const names = Object.keys(trial?.mocks ?? {}).flatMap((id) => nodeOf(graph, id)?.name ?? []);
  return { names, on: wanted && names.length > 0, setOn };
}

/** Whether mocked steps answer what was said of them. Shown only where there are any. */
export function MockSwitch({ mocks: { names, on, setOn } }: { mocks: MocksInUse }) {
  if (names.length === 0) return null;
  return (
    <label className="flex min-h-6 items-start gap-2 rounded-md border border-border bg-sunken px-3 py-2 text-sm">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => setOn(event.target.checked)}
        className="mt-0.5 size-4 accent-(--accent)"
      />
      <span>
        <span className="flex items-center gap-1.5 font-medium">
          <FlaskConical className="size-3.5" aria-hidden /> Use {countText(names.length, 'mocked answer')}
        </span>
        <span className="text-xs text-muted">{names.join(', ')}: not really called. The run is marked as mocked.</span>
      </span>
    </label>
  );
}
