'use client';
/**
 * Files on their way into the bucket: two at a time, each with its progress, each to be cancelled or tried again.
 * What failed stays until a person tries it again or puts it away.
 * @module
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { uploadFile } from '@/components/ui';
import { type ProblemView, viewOf } from '@/lib/base/problem';

export type Sending = {
  id: number;
  file: File;
  /** fraction sent; `null`: it waits for its turn */
  share: number | null;
  problem: ProblemView | null;
};

const AT_ONCE = 2;

/** @param onDone called after each file that arrived */
export function useUploads(onDone: () => void) {
  const [sending, setSending] = useState<Sending[]>([]);
  const counter = useRef(0);
  /** begun, by id; stays when it ended: an effect of an older state would begin it once more */
  const begun = useRef(new Map<number, { abort: AbortController; over: boolean }>());
  const done = useRef(onDone);
  done.current = onDone;

  const change = useCallback(
    (id: number, patch: Partial<Sending>) =>
      setSending((all) => all.map((one) => (one.id === id ? { ...one, ...patch } : one))),
    [],
  );
  const remove = useCallback((id: number) => {
    begun.current.get(id)?.abort.abort();
    setSending((all) => all.filter((one) => one.id !== id));
  }, []);

  useEffect(() => {
    for (const { id, file } of sending) {
      const busy = [...begun.current.values()].filter(({ over }) => !over).length;
      if (begun.current.has(id) || busy >= AT_ONCE) continue;
      const one = { abort: new AbortController(), over: false };
      begun.current.set(id, one);
      uploadFile(file, { signal: one.abort.signal, onProgress: (share) => change(id, { share }) }).then(
        () => {
          one.over = true;
          setSending((all) => all.filter((other) => other.id !== id));
          done.current();
        },
        (error) => {
          one.over = true;
          // A new array also where it was put away: the next one's turn has come.
          setSending((all) => all.map((other) => (other.id === id ? { ...other, problem: viewOf(error) } : other)));
        },
      );
    }
  }, [sending, change]);

  useEffect(() => {
    const all = begun.current;
    return () => {
      for (const { abort } of all.values()) abort.abort();
    };
  }, []);

  return {
    sending,
    send: (files: File[]) =>
      setSending((all) => [
        ...all,
        ...files.map((file) => ({ id: ++counter.current, file, share: null, problem: null })),
      ]),
    retry: (id: number) => {
      begun.current.delete(id);
      change(id, { problem: null, share: null });
    },
    remove,
  };
}
