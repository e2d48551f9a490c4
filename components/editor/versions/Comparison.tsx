'use client';
import { useEffect, useRef, useState } from 'react';
import type { ComparisonView } from '@/lib/usecases/types';
import { MARKS, MarksProvider } from '../../ask/marks';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { countText } from '../../ui/format';
import { ReadOnlyGraph } from '../ReadOnlyGraph';
import { useEditor } from '../state/context';

/** What changed from another state of the workflow to the one on the screen: as a picture, and step by step in words. */
export function Comparison({
  view,
  onRestore,
  same = 'The workflow on the screen is the same as this one.',
}: {
  view: ComparisonView;
  onRestore?: (step: string) => void;
  /** said where nothing differs */
  same?: string;
}) {
  const functions = useEditor((state) => state.functions);
  const [selected, setSelected] = useState<string | null>(null);
  const turn = useTurn(view);
  const nothing = view.steps.length + view.edges.length + view.inputs.length === 0;
  if (nothing) return <p className="text-sm text-muted">{same}</p>;
  return (
    <div className="flex flex-col gap-3">
      <div className="h-[38vh] min-h-56 overflow-hidden rounded-lg border bg-canvas">
        <MarksProvider marks={view.marks} edgeMarks={view.edgeMarks}>
          <ReadOnlyGraph
            key={turn}
            document={view.preview}
            name={view.name}
            functions={[...functions.values()]}
            selected={selected}
            onSelect={setSelected}
          />
        </MarksProvider>
      </div>
      <ul aria-label="What changed" className="divide-y divide-border rounded-lg border">
        {view.steps.map((step) => {
          const { sign, word, text } = MARKS[step.mark];
          return (
            <li key={step.node} className={cn('px-3 py-2', selected === step.node && 'bg-hover')}>
              <div className="flex flex-wrap items-center gap-2">
                <span className={cn('text-xs font-semibold', text)}>
                  {sign} {word}
                </span>
                <button
                  type="button"
                  onClick={() => setSelected(step.node)}
                  className="min-h-6 rounded-sm text-sm font-medium hover:underline"
                >
                  {step.name}
                </button>
                {onRestore && step.mark !== 'added' ? (
                  <Button size="sm" className="ml-auto" onClick={() => onRestore(step.node)}>
                    Restore this step
                  </Button>
                ) : null}
              </div>
              <Fields of={step.fields} />
            </li>
          );
        })}
        {view.inputs.length > 0 ? (
          <li className="px-3 py-2 text-sm">
            <span className="font-medium">Input of the workflow</span>
            <Fields of={view.inputs} />
          </li>
        ) : null}
        {view.edges.length > 0 ? (
          <li className="px-3 py-2 text-xs">
            <span className="text-sm font-medium">{countText(view.edges.length, 'connection')}</span>
            <ul className="mt-1 text-muted">
              {view.edges.map((edge) => (
                <li key={`${edge.mark}${edge.from}${edge.to}`}>
                  <span className={MARKS[edge.mark].text}>
                    {MARKS[edge.mark].sign} {MARKS[edge.mark].word}
                  </span>{' '}
                  {edge.from} → {edge.to}
                </li>
              ))}
            </ul>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

const Fields = ({ of }: { of: { field: string; from: string | null; to: string | null }[] }) => (
  <>
    {of.map(({ field, from, to }) => (
      <p key={field} className="mt-1 text-xs break-words text-muted">
        {field}:{' '}
        {from === null ? null : (
          <>
            <span className="sr-only">was </span>
            <del className="text-danger">{from}</del>{' '}
          </>
        )}
        {to === null ? null : (
          <>
            <span className="sr-only">is </span>
            <ins className="text-success no-underline">{to}</ins>
          </>
        )}
      </p>
    ))}
  </>
);

/** A graph to look at is made once: another one is another picture. */
function useTurn(view: ComparisonView): number {
  const [turn, setTurn] = useState(0);
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    setTurn((old) => old + 1);
  }, [view]);
  return turn;
}
