/** Every part of the battery, in the order in which they are tried. */
import { kills, startOnce } from './kills';
import { badChildren, orphans, poisoned, sigterm } from './life';
import { dueWhileAway, farTimers, retries, tokens } from './timers';
import type { Part } from './types';

export const PARTS: readonly Part[] = [
  ...[kills, startOnce, dueWhileAway, farTimers, tokens, retries],
  ...[poisoned, sigterm, badChildren, orphans],
];
