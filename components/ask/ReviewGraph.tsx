'use client';
import { useEffect, useRef, useState } from 'react';
import { ReadOnlyGraph } from '../editor/ReadOnlyGraph';
import { useEditor } from '../editor/state/context';
import { MarksProvider } from './marks';
import type { Review } from './useReview';

/** The workflow as it would be, with what would be removed still in it, each step marked. */
export function ReviewGraph({ review }: { review: Review }) {
  const name = useEditor((state) => state.name);
  const functions = useEditor((state) => state.functions);
  const { preview, marks } = review.view;
  // A graph to look at is made once: another one is another picture.
  const [turn, setTurn] = useState(0);
  const shown = useRef(preview);
  useEffect(() => {
    if (shown.current === preview) return;
    shown.current = preview;
    setTurn((old) => old + 1);
  }, [preview]);
  const current = review.view.edits.find(({ id }) => id === review.current);
  const selected = current?.steps.find(({ node }) => preview.graph.nodes.some(({ id }) => id === node))?.node ?? null;
  return (
    <MarksProvider marks={marks}>
      <ReadOnlyGraph
        key={turn}
        document={preview}
        name={name}
        functions={[...functions.values()]}
        selected={selected}
      />
    </MarksProvider>
  );
}
