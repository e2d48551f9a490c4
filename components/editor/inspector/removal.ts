'use client';
/** A deletion that waits for an answer: steps whose results others use. */
import { create } from 'zustand';

export const useRemoval = create<{
  /** somebody is there to ask */
  listening: boolean;
  /** ids of the steps, or nothing asked */
  asked: string[] | null;
  ask: (ids: string[] | null) => void;
}>()((set) => ({
  listening: false,
  asked: null,
  ask: (asked) => set({ asked }),
}));
