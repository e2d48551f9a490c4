'use client';
import { Wand2 } from 'lucide-react';
import { useMemo } from 'react';
import type { Diagnostic } from '@/lib/base/problem';
import { fixesFor } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { useEditor, useEditorStore } from '../state/context';
import { manifestsOf } from './data';

/** What one press can do about a problem, where the problem is read. Nothing where only a person can know. */
export function FieldFixes({ problem }: { problem: Diagnostic }) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const functions = useEditor((state) => state.functions);
  const readOnly = useEditor((state) => state.readOnly);
  const fixes = useMemo(
    () => (readOnly ? [] : fixesFor(document, problem, manifestsOf(functions))),
    [document, problem, functions, readOnly],
  );
  if (fixes.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1.5">
      {fixes.map(({ label, apply }) => (
        <Button key={label} size="sm" className="max-w-full" onClick={() => store.getState().edit((now) => apply(now))}>
          <Wand2 className="size-3.5 shrink-0" aria-hidden /> <span className="truncate">{label}</span>
        </Button>
      ))}
    </div>
  );
}
