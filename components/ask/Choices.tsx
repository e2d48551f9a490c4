'use client';
import { Check } from 'lucide-react';
import type { FunctionChoice } from '@/lib/draft/plan';
import { functionOf } from '@/lib/graph';
import { nodeById, useEditor } from '../editor/state/context';
import { Spinner } from '../ui/Button';
import { cn } from '../ui/cn';
import { useSwap } from './useSwap';

/** Functions that could do a step, as chips; the one that does it now is marked. Pressing another one is one undo step. */
export function Choices({
  label,
  node,
  words,
  options,
  onChosen,
}: {
  label: string;
  node: string;
  words: string;
  options: readonly FunctionChoice[];
  onChosen?: () => void;
}) {
  const step = useEditor(nodeById(node));
  const now = step ? functionOf(step) : null;
  const { swap, busy } = useSwap();
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{label}</legend>
      {options.map(({ name, title, why }) => {
        const taken = now === name;
        return (
          <button
            key={name}
            type="button"
            aria-pressed={taken}
            disabled={busy !== null || !step}
            title={why}
            onClick={async () => {
              if (!taken) await swap(node, name, words);
              onChosen?.();
            }}
            className={cn(
              'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium transition-colors disabled:opacity-60',
              taken
                ? 'border-accent bg-accent-soft text-accent'
                : 'border-border-strong bg-surface text-text hover:border-accent hover:text-accent',
            )}
          >
            {busy === name ? <Spinner /> : taken ? <Check className="size-3.5" aria-hidden /> : null}
            {title}
          </button>
        );
      })}
    </fieldset>
  );
}
