'use client';
/**
 * Parts of the editor that are closed when it opens: their scripts come when nothing else is to be done, or when they are
 * first wanted.
 *
 *   () => import('./Part') ──later()──▶ a component that draws Part as soon as it is there; at once where it is already
 *
 * Not React.lazy: that shows its fallback for a moment even where the script is there already, and never asks again for
 * one that did not come because the server was away.
 * @module
 */
import { type ComponentType, useEffect, useReducer } from 'react';

/** ms after which a script that did not come is asked for again */
const AGAIN_MS = 1000;
/** ms after which what is wanted soon no longer waits for an idle moment */
const IDLE_MS = 4000;
const loads: (() => Promise<void>)[] = [];

/** @param load the same part each time. A part with an `open` that is false is not wanted yet. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let part: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  const fetched = (): Promise<void> => {
    coming ??= load().then(
      (loaded) => {
        part = loaded;
      },
      (error: unknown) => {
        coming = null;
        throw error;
      },
    );
    return coming;
  };
  loads.push(fetched);
  return function Later(props: P) {
    const [, draw] = useReducer((count: number) => count + 1, 0);
    const wanted = !('open' in props) || props.open === true;
    useEffect(() => {
      if (part || !wanted) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let live = true;
      const ask = () => {
        fetched().then(
          () => live && draw(),
          () => {
            if (live) timer = setTimeout(ask, AGAIN_MS);
          },
        );
      };
      ask();
      return () => {
        live = false;
        clearTimeout(timer);
      };
    }, [wanted]);
    const Part = part;
    return Part ? <Part {...props} /> : null;
  };
}

/** Fetches all of them, one after the other, in idle moments, so that each opens at once, also when the server is away. */
export function useLaterParts(): void {
  useEffect(() => {
    let live = true;
    const fetchAll = async () => {
      for (const load of loads) {
        if (!live) return;
        await load().catch(() => undefined); // asked for again when it is wanted
      }
    };
    // Safari has no idle callbacks.
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(fetchAll, IDLE_MS / 4);
      return () => {
        live = false;
        clearTimeout(timer);
      };
    }
    const handle = requestIdleCallback(() => void fetchAll(), { timeout: IDLE_MS });
    return () => {
      live = false;
      cancelIdleCallback(handle);
    };
  }, []);
}
