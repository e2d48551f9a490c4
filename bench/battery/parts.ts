/**
 * Every part of the battery, in the order in which they are tried; which are too long for `--short`, which are for `--full`
 * alone, and which do little but wait and so run beside the others.
 * @module
 */
import { clockSteps } from './clock';
import { hosts, keys, origins, outward, secrets, sockets } from './doors';
import { asleep, damagedFiles, flips, fullDisk, lostFolder, twoServers } from './environment';
import { bombs, escapes, manyBombs, paths, requests } from './expressions';
import { failpoints } from './failpoints';
import { fields, inputs, requestsAtRandom, rudeFunctions } from './fuzz';
import { denied, environment, network, reading, waste } from './isolation';
import { kills, startOnce } from './kills';
import { broken, random } from './language';
import { badChildren, orphans, poisoned, sigterm } from './life';
import { longestHistory, manyActive, overload, wide } from './load';
import { manyOpen } from './many';
import { MODEL_PARTS } from './model';
import { dueWhileAway, farTimers, retries, tokens } from './timers';
import { tornLog } from './torn';
import type { Part } from './types';
import { editor, views } from './view';

const long = (part: Part): Part => ({ ...part, long: true });
const full = (part: Part): Part => ({ ...part, full: true });
const beside = (part: Part): Part => ({ ...part, beside: true });

export const PARTS: readonly Part[] = [
  ...[
    kills,
    failpoints,
    startOnce,
    beside(dueWhileAway),
    long(farTimers),
    long(tokens),
    long(retries),
    tornLog,
    manyOpen,
  ],
  ...[long(poisoned), long(beside(sigterm)), long(badChildren), orphans],
  ...[manyActive, longestHistory, wide, overload].map(full),
  ...[random, broken, requests, escapes, paths, bombs, long(manyBombs)],
  ...[inputs, requestsAtRandom, fields, rudeFunctions].map(long),
  ...[origins, hosts, outward, keys, secrets, sockets],
  ...[fullDisk, lostFolder, damagedFiles, flips, twoServers, long(beside(clockSteps)), beside(asleep)],
  ...[environment, reading, denied, long(waste), network],
  ...MODEL_PARTS,
  ...[long(views), full(editor)],
];
