'use client';
import { createContext } from 'react';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { Pick } from './data';

/** A field that data is being chosen for. */
export type Need = { id: string; label: string; schema: JsonSchema; apply: (pick: Pick) => void };

/** In the wide sheet the data stands beside the fields: a field tells that it wants some. Elsewhere it opens a list. */
export const Choosing = createContext<{
  need: Need | null;
  /** `now`: go to the data and choose; else the field is only the one in hand */
  want: (need: Need, now: boolean) => void;
} | null>(null);
