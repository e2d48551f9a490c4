/**
 * The browser's storage, where there is one: a browser that refuses it throws as soon as it is named.
 * @module
 */
import type { Drawer } from './autosave';

/** Gives nothing and takes nothing; that it takes nothing is told to whoever tries. */
const REFUSED: Drawer = {
  getItem: () => null,
  setItem: () => {
    throw new DOMException('This browser keeps nothing for this page.', 'SecurityError');
  },
  removeItem: () => undefined,
};

export const drawerOf = (which: 'localStorage' | 'sessionStorage'): Drawer => {
  try {
    return window[which] ?? REFUSED;
  } catch {
    return REFUSED;
  }
};
