'use client';
/**
 * The text of the definition while it is edited: what is typed is taken onto the canvas after a moment's rest, as one undoable
 * step; what cannot be read stays here, kept over a reload, and the canvas keeps the last graph that was right.
 * @module
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Json } from '@/lib/base/json';
import { parseText, placeInText, sourceText, type TextFormat, type TextNote, takeText } from '@/lib/compile';
import { useEditor, useEditorStore } from '../state/context';
import { keepFormat, keepTyped, readFormat, readTyped, type Typed } from './typed';

/** ms of rest after which a text is taken */
const REST = 300;
const NONE: TextNote[] = [];

export function useText() {
  const store = useEditorStore();
  const id = useEditor((state) => state.id);
  const document = useEditor((state) => state.document);
  const problems = useEditor((state) => state.problems);
  const [typed, setTyped] = useState<Typed | null>(() => readTyped(localStorage, id));
  const [format, showFormat] = useState<TextFormat>(() => typed?.format ?? readFormat(localStorage));
  /** what keeps the typed text from being taken */
  const [refused, setRefused] = useState<TextNote[]>(NONE);
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
      setTyped(null);
      keepTyped(localStorage, id, null);
    },
    [store, id],
  );
  // What was left half-written in another visit is told what is wrong with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (typed)
      setRefused(takeText(store.getState().document, typed.format, typed.text, typed.base).notes.filter(isError));
  }, []);

  const latest = useRef({ typed, source, format });
  latest.current = { typed, source, format };
  const type = useCallback(
    (next: string) => {
      const { typed: before, source: said, format: form } = latest.current;
      if (before === null && next === said) return;
      const base: Json | null = before ? before.base : (parseText(said, form).root?.value ?? null);
      const made: Typed = { text: next, format: form, base };
      latest.current.typed = made;
      setTyped(made);
      keepTyped(localStorage, id, made);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => take(made), REST);
    },
    [id, take],
  );
  const flush = useCallback(() => {
    if (timer.current !== undefined && latest.current.typed) take(latest.current.typed);
  }, [take]);
  useEffect(() => flush, [flush]);

  const forget = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setTyped(null);
    setRefused(NONE);
    keepTyped(localStorage, id, null);
  }, [id]);

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
    type,
    flush,
    forget,
    setFormat: (next: TextFormat) => {
      flush();
      keepFormat(localStorage, next);
      showFormat(next);
    },
  };
}

const isError = ({ severity }: TextNote) => severity === 'error';
