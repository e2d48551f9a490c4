/**
 * Words of names and sentences, made comparable.
 *
 *   wordsOf('Resizes the getimagefroms3 …') ──▶ ['resizes', 'the', 'getimagefroms3', …]
 *   splitName('getUserID_byName2')          ──▶ ['get', 'user', 'id', 'by', 'name', '2']
 *   terms('the resized pictures')           ──▶ ['resiz', 'imag']      stop words gone, stems, one word for synonyms
 *
 * Pure and general: nothing here knows a catalogue's words, except the lexicon that a caller hands in.
 * @module
 */
import { stem } from './stem';

const STOP = new Set(
  `a an the and or but nor so yet if of at by for with about against between into through during before after above below to from up
  down in out on off over under again further then once here there when where why how all any both each few more most other some
  such no not only own same than too very can will just should now i me my mine myself we us our ours you your yours he him his she
  her hers it its they them their theirs this that these those am is are was were be been being have has had having do does did
  doing would could may might must shall as while because until what which who whom whose also please want need like help let lets us
  using use used uses via per etc e.g i.e eg ie given provided based specific specified certain one ones able able’s new every
  everything anything something within upon onto around along across well kindly first second third finally lastly next
  additionally furthermore moreover afterwards able currently current whether itself themselves there's i'm i'd i've i'll it's
  that's can't don't isn't hello hi thanks thank dear okay ok great nice wish hope would-be s t d ll re ve m`
    .split(/\s+/)
    .filter(Boolean),
);

export const isStopWord = (word: string): boolean => STOP.has(word);

/**
 * Words that people use for one another. The first of a group stands for all, at no loss: only true synonyms of everyday
 * computing belong here; what is merely near is left to descriptions and keywords.
 */
const SAME = [
  'image picture photo photograph pic snapshot jpeg jpg',
  'url link hyperlink href',
  'email mail e-mail',
  'sms texting',
  'remove delete erase',
  'buy purchase',
  'song track tune',
  'movie film',
  'phone telephone cellphone',
  'resize rescale shrink enlarge downscale upscale',
  'location place',
  'doc document',
  'id identifier ids',
  'tv television',
  'car automobile',
  'cost price pricing',
  'company firm',
  'customer client',
  'cancel revoke cancellation cancelation',
  'fix repair',
  'hire rent rental',
  'reserve book reservation booking',
  'job vacancy',
  'quiz trivia',
  'speech spoken voice',
  'compute calculate',
  'alter modify change edit',
  'simple simplify simpler simplified',
  'short shorten shorter',
  'brief summarize summarise summary concise',
];
const CANON = new Map<string, string>();
for (const group of SAME) {
  const [first, ...rest] = group.split(' ');
  for (const word of rest) CANON.set(stem(word), stem(first!));
}

/** Verbs that are near to one another: who asks to find may be served by a search. Weaker than synonyms. */
const NEAR = [
  'find search lookup locate discover',
  'get retrieve fetch obtain read load',
  'create generate make produce build compose',
  'change modify adjust edit update alter',
  'check verify validate test confirm',
  'convert transform turn',
  'calculate estimate determine evaluate',
  'show display present visualize',
  'send deliver notify',
  'buy order',
  'join merge combine concatenate',
  'analyze examine inspect detect identify',
  'shorten summarize condense',
  'rewrite rephrase paraphrase reword',
  'save write store',
  'start begin launch run',
  'stop end terminate',
  'choose select pick recommend suggest',
  'transcribe dictate',
  'arrange schedule plan organize',
];
const near = new Map<string, string[]>();

/** The terms of verbs near to this one; empty for any other word. */
export function nearTerms(word: string): readonly string[] {
  if (near.size === 0) {
    for (const group of NEAR) {
      const all = group.split(' ').map((w) => term(w));
      for (const t of all) near.set(t, [...(near.get(t) ?? []), ...all.filter((other) => other !== t)]);
    }
  }
  return near.get(term(word)) ?? [];
}

/** What search and matching compare: the stem, or that of the word that stands for its synonyms. */
export const term = (word: string): string => {
  const found = stem(word);
  return CANON.get(found) ?? found;
};

/** In reading order, lower case; numbers are words. Apostrophes and dots within a word stay. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];

/** The terms of a text without stop words, each as often as it stands there. */
export const terms = (text: string): string[] => wordsOf(text).flatMap((word) => (STOP.has(word) ? [] : [term(word)]));

/**
 * The words of an identifier: `camelCase`, `snake_case`, `kebab-case`, `HTTPServer`, `username2id`.
 *
 * @param lexicon words by which run-together names are cut (`getimagefroms3` → get image from s3); without it they stay whole
 */
export function splitName(name: string, lexicon?: ReadonlySet<string>): string[] {
  const pieces = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((piece) => piece.toLowerCase());
  return pieces.flatMap((piece) =>
    lexicon ? (cutByLexicon(piece, lexicon) ?? digitsApart(piece)) : digitsApart(piece),
  );
}

/** `username2id` says "to", `mp3` is a word. */
const digitsApart = (piece: string): string[] => {
  const between = /^(\p{L}{2,})([24])(\p{L}{2,})$/u.exec(piece);
  return between ? [between[1]!, between[2] === '2' ? 'to' : 'for', between[3]!] : [piece];
};

/** The fewest known words that make up a piece; `null` where no cut does, or where the piece is itself a word. */
function cutByLexicon(piece: string, lexicon: ReadonlySet<string>): string[] | null {
  if (piece.length < 4 || piece.length > 60 || lexicon.has(piece)) return null;
  const best: (string[] | null)[] = [[]];
  for (let end = 1; end <= piece.length; end++) {
    best[end] = null;
    for (let start = Math.max(0, end - 20); start < end; start++) {
      const before = best[start];
      if (!before || (best[end] && best[end]!.length <= before.length + 1)) continue;
      const part = piece.slice(start, end);
      if (part === '2' && start > 0 && end < piece.length) best[end] = [...before, 'to'];
      else if (
        SHORT.has(part) ||
        (part.length > 2 && lexicon.has(part)) ||
        (/\d/.test(part) && part.length > 1 && lexicon.has(part))
      )
        best[end] = [...before, part];
    }
  }
  const found = best[piece.length];
  return found && found.length > 1 ? found : null;
}
/** Short words that names are made of; a lexicon's own words of one or two letters cut too much. */
const SHORT = new Set(`to by of in on id s3 ip qr is my tv ai db os ui`.split(/\s+/));
