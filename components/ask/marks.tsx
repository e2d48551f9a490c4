'use client';
import { createContext, type ReactNode, useContext } from 'react';
import type { Mark } from '@/lib/usecases/types';
import { cn } from '../ui/cn';

const MarksContext = createContext<Record<string, Mark>>({});

/** What a proposal does to each step, for the steps drawn below it. */
export const MarksProvider = ({ marks, children }: { marks: Record<string, Mark>; children: ReactNode }) => (
  <MarksContext value={marks}>{children}</MarksContext>
);

/** Colour, sign and word: none of them alone. */
export const MARKS: Record<Mark, { sign: string; word: string; text: string; frame: string; solid: string }> = {
  added: {
    sign: '+',
    word: 'Added',
    text: 'text-success',
    frame: 'border-success border-solid',
    solid: 'bg-success',
  },
  removed: {
    sign: '−',
    word: 'Removed',
    text: 'text-danger',
    frame: 'border-danger border-dashed',
    solid: 'bg-danger',
  },
  changed: {
    sign: '~',
    word: 'Changed',
    text: 'text-warning',
    frame: 'border-warning border-dotted',
    solid: 'bg-warning',
  },
};

/** Drawn over a step on the canvas; nothing where no proposal is looked at. */
export function StepMark({ id }: { id: string }) {
  const mark = useContext(MarksContext)[id];
  if (!mark) return null;
  const { sign, word, frame, solid } = MARKS[mark];
  return (
    <>
      <span aria-hidden className={cn('pointer-events-none absolute -inset-1 rounded-2xl border-2', frame)} />
      {mark === 'removed' ? (
        <span aria-hidden className="pointer-events-none absolute inset-x-3 top-1/2 border-t-2 border-danger" />
      ) : null}
      <span
        data-mark={mark}
        className={cn(
          'pointer-events-none absolute -top-3.5 left-2 rounded-full border-2 border-canvas px-1.5 text-[11px] leading-4 font-semibold text-on-ink dark:text-black',
          solid,
        )}
      >
        {sign} {word}
      </span>
    </>
  );
}
