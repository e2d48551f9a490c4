/**
 * Which words ask for something to be done: common English verbs of doing, and the first words of the catalogue's own
 * descriptions and names. From the grammar of requests, not from any prompt.
 * @module
 */
import type { FunctionIndex } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { splitName, wordsOf } from '@/lib/functions/words';

export const COMMON_VERBS: readonly string[] =
  `add adjust alert allow analyze annotate announce answer append apply approve archive arrange ask assess assign attach
  authenticate authorize award back backup balance block blur book borrow brew broadcast build buy calculate call cancel capture
  categorize change charge chart check choose clean clear clone close collect colorize combine compare compile complete compose
  compress compute configure confirm connect consult contact convert cook copy correct count create crop cut deactivate decide
  decode decrypt define delete deliver deploy describe design detect determine develop diagnose disable discover display
  distribute divide do donate download draft draw edit email e-mail enable encode encrypt enhance enroll ensure enter erase estimate
  evaluate examine execute expand explain explore export extract fetch file fill filter find fix flag flip follow forecast format
  forward gather generate get give grant greet group guess handle hash help highlight identify import improve include increase
  index inform initiate insert inspect install invert invite invoke join keep label launch learn lend list listen load locate lock
  log look lookup mail make manage map mark match measure merge message modify monitor move multiply name notify obtain open
  optimize order organize outline overlay paint parse paste pause pay perform pick place plan play plot post predict prepare
  present preview print process produce proofread protect provide publish pull purchase push put query queue quote rank rate read
  recognize recommend record recover redact redeem reduce refund register remind remove rename render rent repair repeat replace
  reply report request reschedule research reserve reset resize resolve restart restore retrieve return reverse review rewrite rotate
  round run sanitize save scale scan schedule score scrape search segment select sell send separate set share sharpen ship show sign
  simplify simulate shrink slice solve sort speak specify spell split stabilize stack start stop store stream stitch submit subscribe subtract
  suggest sum summarize switch synchronize synthesize tag take teach tell test text tidy trace track train transcribe transfer
  transform translate transpose trim turn tweet unlock unsubscribe unzip update upgrade upload use validate verify view visit
  average drop exclude discard omit ignore grab glue stick stamp pack unpack bundle swap attach slack ping thank total tally
  speed slow drive inquire enquire invest apply reschedule visualize wait warn wash watch watermark withdraw work wrap write zip zoom investigate study understand know hear see`
    .split(/\s+/)
    .filter(Boolean);

/** Verbs that say who wants, not what: what follows is asked for. */
export const WANTING = new Set(
  `want need like love wish hope help let try going able have be plan intend prefer ask ready assist
    require please`
    .split(/\s+/)
    .map(stem),
);

/** Verbs that ask for whatever their object is: they tell no function from another. */
export const PLAIN_VERBS = new Set(
  `get find provide give show retrieve fetch obtain tell make do use help know see perform take have return
    list put add look display search create run learn understand check determine set`
    .split(/\s+/)
    .map(stem),
);

export type Verbs = { has(word: string): boolean };

export function verbsOf(index: FunctionIndex): Verbs {
  const known = new Set(COMMON_VERBS.map(stem));
  for (const { manifest } of index.entries) {
    const first = wordsOf(manifest.description)[0];
    // "Resizes an image": a verb's third person, or the bare form that the name begins with as well.
    const named = splitName(manifest.name, index.lexicon)[0];
    if (first && first.length > 2 && (/[^s]s$/.test(first) || (named && stem(named) === stem(first))))
      known.add(stem(first));
  }
  for (const word of [
    'the',
    'this',
    'an',
    'a',
    'it',
    'sms',
    'news',
    'data',
    'information',
    'image',
    'video',
    'audio',
    'tool',
    'service',
    'user',
  ])
    known.delete(stem(word));
  return { has: (word) => known.has(stem(word)) };
}
