/**
 * What a request says of a place where things are kept: "take it from the bucket", "put it back", "upload it to S3".
 *
 *   wayOf('put the photo into the bucket') ──▶ 'into'          wayOfFunction(getfile: "Takes a file …") ──▶ 'from'
 *
 * By the verb and the preposition before a word for a store; knows no function. Pure.
 * @module
 */
import type { IndexEntry } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { splitName, wordsOf } from '@/lib/functions/words';
import type { Unit } from './clauses';

export type Way = 'from' | 'into';

/** Words for where files are kept: each may stand for the others. */
const STORES = new Set('bucket s3 storage'.split(' '));
export const isStore = (word: string): boolean => STORES.has(word.toLowerCase());

const TAKING = new Set('take get fetch load grab pull retrieve read download open pick obtain'.split(' ').map(stem));
const PUTTING = new Set('put store save upload place push write return send move bring keep drop'.split(' ').map(stem));

/** Which way a request moves something: out of a store, or into one; `null` where it speaks of none. */
export function wayOf(unit: Unit): Way | null {
  const { tokens, verb } = unit;
  if (verb < 0) return null;
  const word = stem(tokens[verb]!.lower);
  if (PUTTING.has(word) && /^(it|them|this|that)$/.test(tokens[verb + 1]?.lower ?? '') && isBack(unit)) return 'into';
  for (let i = verb + 1; i < tokens.length; i++) {
    if (!isStore(tokens[i]!.lower)) continue;
    const before = tokens.slice(Math.max(verb + 1, i - 3), i).map(({ lower }) => lower);
    if (TAKING.has(word) && before.some((w) => w === 'from' || w === 'in' || w === 'out')) return 'from';
    if (PUTTING.has(word) && before.some((w) => w === 'to' || w === 'into' || w === 'in' || w === 'onto'))
      return 'into';
  }
  return null;
}

/** "put it back": to where it was taken from. */
const isBack = ({ tokens, verb }: Unit): boolean => tokens[verb + 2]?.lower === 'back';

const ways = new WeakMap<IndexEntry, Way | null>();
/** Which way a function moves things, as the first word of its name or of its description tells. */
export function wayOfFunction(entry: IndexEntry): Way | null {
  let way = ways.get(entry);
  if (way === undefined) {
    const first = [splitName(entry.manifest.name)[0], wordsOf(entry.manifest.description)[0]].map((w) => stem(w ?? ''));
    way = first.some((w) => PUTTING.has(w)) ? 'into' : first.some((w) => TAKING.has(w)) ? 'from' : null;
    ways.set(entry, way);
  }
  return way;
}
