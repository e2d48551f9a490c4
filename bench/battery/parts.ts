/** Every part of the battery, in the order in which they are tried. */
import { hosts, keys, origins, outward, secrets, sockets } from './doors';
import { asleep, clockSteps, damagedFiles, flips, fullDisk, lostFolder, twoServers } from './environment';
import { bombs, escapes, manyBombs, paths, requests } from './expressions';
import { environment, network, reading, waste } from './isolation';
import { kills, startOnce } from './kills';
import { broken, random } from './language';
import { badChildren, orphans, poisoned, sigterm } from './life';
import { dueWhileAway, farTimers, retries, tokens } from './timers';
import type { Part } from './types';

export const PARTS: readonly Part[] = [
  ...[kills, startOnce, dueWhileAway, farTimers, tokens, retries],
  ...[poisoned, sigterm, badChildren, orphans],
  ...[random, broken, requests, escapes, paths, bombs, manyBombs],
  ...[origins, hosts, outward, keys, secrets, sockets],
  ...[fullDisk, lostFolder, damagedFiles, flips, twoServers, clockSteps, asleep],
  ...[environment, reading, waste, network],
];
