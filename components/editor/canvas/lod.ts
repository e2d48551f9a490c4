import { createContext, useContext } from 'react';

/** How much of itself a step shows: all, no small words, or a box with a picture. */
export type Lod = 'near' | 'far' | 'dot';

export const LodContext = createContext<Lod>('near');
/** Told once when it changes, not with every step of the zoom. */
export const useLod = (): Lod => useContext(LodContext);

type Drawn = { id: string; data: unknown; selected?: boolean };
/** For `memo`: React Flow tells a node each time that it moved; what it draws is the same wherever it stands. */
export const drawsTheSame = (a: Drawn, b: Drawn): boolean =>
  a.id === b.id && a.data === b.data && a.selected === b.selected;
