'use client';
/** The piece of data that is dragged just now: what a drop may read only at its end, a field must know while it is over it. */
import { create } from 'zustand';
import type { DataRow } from './data';

export const useDragged = create<{ row: DataRow | null; drag: (row: DataRow | null) => void }>()((set) => ({
  row: null,
  drag: (row) => set({ row }),
}));

/** For a drop: what is dragged, which then is dragged no more. */
export function takeDragged(): DataRow | null {
  const { row, drag } = useDragged.getState();
  drag(null);
  return row;
}
