'use client';
import { useCallback, useEffect, useState } from 'react';

export type Window = {
  /** given to what scrolls, which may come later and go */
  ref: (element: HTMLElement | null) => void;
  element: HTMLElement | null;
  /** the rows to draw: from the first that is seen to the last, and some around them */
  from: number;
  to: number;
  /** size of what scrolls, px */
  width: number;
  /** scrolls as little as needed to show a row */
  reveal: (row: number) => void;
};

/**
 * Of a list too long to draw, the rows that are in sight.
 * @param size a row's height, px
 * @param above px at the top that rows lie under: a head that stays
 */
export function useWindow(count: number, size: number, above = 0, around = 8): Window {
  const [element, ref] = useState<HTMLElement | null>(null);
  const [seen, setSeen] = useState({ first: 0, last: 0, width: 0 });
  useEffect(() => {
    if (!element) return;
    const look = () =>
      setSeen((old) => {
        const first = Math.floor(Math.max(0, element.scrollTop - above) / size);
        const last = Math.ceil((element.scrollTop + element.clientHeight) / size);
        const width = element.clientWidth;
        return old.first === first && old.last === last && old.width === width ? old : { first, last, width };
      });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [element, size, above]);
  const reveal = useCallback(
    (row: number) => {
      if (!element) return;
      const top = row * size;
      const room = element.clientHeight - above;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + size > element.scrollTop + room) element.scrollTop = top + size - room;
    },
    [element, size, above],
  );
  const from = Math.max(0, Math.min(seen.first, count) - around);
  return { ref, element, from, to: Math.min(count, seen.last + around), width: seen.width, reveal };
}
