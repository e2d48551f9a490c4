/** The command line of the battery, and what follows from it. */
import { parseArgs } from 'node:util';

export type Mode = 'short' | 'smoke' | 'full';
export type Settings = { mode: Mode; seed: number; only: Set<string> | null };

export const USAGE = 'node bench/run.mjs battery [--short | --smoke | --full] [--only A1,C7] [--seed N]';

/** @throws Error with what is wrong and the usage */
export function readSettings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      short: { type: 'boolean' },
      smoke: { type: 'boolean' },
      full: { type: 'boolean' },
      only: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const modes = (['short', 'smoke', 'full'] as const).filter((mode) => values[mode]);
  if (modes.length > 1) throw new Error(`Choose one of --short, --smoke and --full. Usage: ${USAGE}`);
  const seed = values.seed === undefined ? (Date.now() ^ process.pid) >>> 0 : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`--seed is "${values.seed}"; it must be a whole number.`);
  return {
    mode: modes[0] ?? 'smoke',
    seed,
    only: values.only === undefined ? null : new Set(values.only.split(',').map((id) => id.trim().toUpperCase())),
  };
}

/** mulberry32: small, and the same everywhere */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
