/**
 * The time by the server's clock: a run's beginning is told by it, and this computer's own may be wrong by hours.
 * @module
 */

/** Differences below this are a slow answer, not a wrong clock; ms. */
const TOLERANCE = 2000;
let skew = 0;

/** @param server the server's clock, ms since 1970, as it was told just now @returns how far this one is ahead, ms */
export function setServerTime(server: number): number {
  const ahead = Date.now() - server;
  skew = Math.abs(ahead) < TOLERANCE ? 0 : ahead;
  return skew;
}

/** ms since 1970, by the server's clock as far as it is known */
export const serverNow = (): number => Date.now() - skew;
