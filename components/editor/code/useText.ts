'use client';
/**
 * The text of the definition while it is edited: what is typed is taken onto the canvas after a moment's rest, as one
 * undoable step; what cannot be read stays here, kept over a reload, and the canvas keeps the last graph that was
 * right.
 * @module
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { Json } from '@/lib/base/json';
import { parseText, placeInText, sourceText, type TextFormat, type TextNote, takeText } from '@/lib/compile';
import { useEditor, useEditorStore } from '../state/context';
import { drawerOf } from '../state/drawer';
import { keepFormat, keepTyped, readFormat, readTyped, type Typed } from './typed';

/** ms of rest after which a text is taken */
const REST = 300;
const NONE: TextNote[] = [];

export function useText() {
  const store = useEditorStore();
  const id = useEditor((state) => state.id);
  const document = useEditor((state) => state.document);
  const problems = useEditor((state) => state.problems);
  const [drawer] = useState(() => drawerOf('localStorage'));
  const [typed, setTyped] = useState<Typed | null>(() => readTyped(drawer, id));
  const [format, showFormat] = useState<TextFormat>(() => typed?.format ?? readFormat(drawer));
  /** what keeps the typed text from being taken */
  const [refused, setRefused] = useState<TextNote[]>(NONE);
  /** what was typed last, before it is drawn: a letter may come while the one before is on its way */
  const newest = useRef(typed);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const { graph, text: written } = document;
  const source = useMemo(() => sourceText({ graph, text: written }, format), [graph, written, format]);
  const text = typed?.text ?? source;
  const parsed = useMemo(() => parseText(text, format), [text, format]);

  const take = useCallback(
    (next: Typed) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const { document: now, edit, readOnly } = store.getState();
      if (readOnly) return;
      const taken = takeText(now, next.format, next.text, next.base);
      setRefused(taken.notes.filter(({ severity }) => severity === 'error'));
      if (!taken.document) return;
      const made = taken.document;
      // Already what the canvas shows: nothing to undo.
      if (made.text?.[next.format] !== now.text?.[next.format] || made.graph !== now.graph)
        edit(() => ({ document: made }), { merge: 'code' });
      newest.current = null;
      setTyped(null);
      keepTyped(drawer, id, null);
    },
    [store, id, drawer],
  );
  // What was left half-written in another visit is told what is wrong with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (typed)
      setRefused(takeText(store.getState().document, typed.format, typed.text, typed.base).notes.filter(isError));
  }, []);

  const latest = useRef({ source, format });
  latest.current = { source, format };
  const type = useCallback(
    (next: string) => {
      const { source: said, format: form } = latest.current;
      const before = newest.current;
      if (before === null && next === said) return;
      const base: Json | null = before ? before.base : (parseText(said, form).root?.value ?? null);
      const made: Typed = { text: next, format: form, base };
      newest.current = made;
      setTyped(made);
      keepTyped(drawer, id, made);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => take(made), REST);
    },
    [id, take, drawer],
  );
  const flush = useCallback(() => {
    if (timer.current !== undefined && newest.current) take(newest.current);
  }, [take]);
  useEffect(() => flush, [flush]);

  const forget = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    newest.current = null;
    setTyped(null);
    setRefused(NONE);
    keepTyped(drawer, id, null);
  }, [id, drawer]);

  const notes = useMemo(() => {
    if (typed) return refused.length > 0 ? refused : NONE;
    return problems.flatMap(({ severity, message, hint, at }): TextNote[] => {
      const place = placeInText(graph, parsed, at);
      return place ? [{ severity, message, hint, from: place.keyFrom, to: place.keyTo, line: 0, column: 0 }] : [];
    });
  }, [typed, refused, problems, graph, parsed]);

  return {
    text,
    format,
    parsed,
    notes,
    /** the first thing that keeps the text from being taken; `null` while it is right */
    fault: typed ? (refused[0] ?? null) : null,
    /** letters that the canvas does not show yet */
    pending: typed !== null,
    newest: useCallback(() => newest.current?.text ?? null, []),
    type,
    flush,
    forget,
    setFormat: (next: TextFormat) => {
      flush();
      if (newest.current) {
        // The other form of a text that cannot be read is not known.
        toast.error('This text cannot be read yet, so it has no other form.', {
          description: 'Mend what is named above it, or go back to the last version that was right.',
        });
        return;
      }
      keepFormat(drawer, next);
      showFormat(next);
    },
  };
}

const isError = ({ severity }: TextNote) => severity === 'error';
