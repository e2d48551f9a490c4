'use client';
/**
 * What of a run is looked at, in the address of its page: a link leads to the same.
 *
 *   ?tab=timeline&step=Resize%232&at=57   the tab, the step (a later visit behind #), how many events had happened
 */
import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';

export type Place = { tab: string | null; step: string | null; at: number | null };

const KEYS = ['tab', 'step', 'at'] as const;
/** ms of rest before the address follows: a slider moves often, and browsers take few changes a second */
const REST = 200;

export function readPlace(params: Pick<URLSearchParams, 'get'>): Place {
  const at = Number(params.get('at') ?? Number.NaN);
  return { tab: params.get('tab'), step: params.get('step'), at: Number.isInteger(at) && at > 0 ? at : null };
}

/** The address with this place in it, and with whatever else it says. */
export function withPlace(address: string, place: Place): string {
  const url = new URL(address);
  for (const key of KEYS) {
    const value = place[key];
    if (value === null) url.searchParams.delete(key);
    else url.searchParams.set(key, String(value));
  }
  return url.href;
}

/** @returns the place to begin with, and what keeps the address by what is looked at now */
export function usePlace(): { first: Place; keep: (place: Place) => void } {
  const params = useSearchParams();
  const [first] = useState(() => readPlace(params));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const keep = useCallback((place: Place) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const next = withPlace(window.location.href, place);
      if (next !== window.location.href) window.history.replaceState(null, '', next);
    }, REST);
  }, []);
  return { first, keep };
}
