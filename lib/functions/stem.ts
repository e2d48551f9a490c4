/**
 * The stem of an English word: Porter's algorithm of 1980 (tartarus.org/martin/PorterStemmer), with the words that it
 * tears apart although people use them for one another.
 *
 *   stem('resizing') === stem('resized') === stem('resizes')
 *
 * Words go in lower case; anything but a–z comes out as it went in.
 * @module
 */

/** Irregular forms, told by their regular one. */
const IRREGULAR: Record<string, string> = {
  analysis: 'analyze',
  analyses: 'analyze',
  analyse: 'analyze',
  analysing: 'analyze',
  analysed: 'analyze',
  analyzer: 'analyze',
  sent: 'send',
  bought: 'buy',
  made: 'make',
  making: 'make',
  found: 'find',
  got: 'get',
  gotten: 'get',
  getting: 'get',
  written: 'write',
  wrote: 'write',
  spoken: 'speak',
  sold: 'sell',
  paid: 'pay',
  built: 'build',
  shown: 'show',
  took: 'take',
  taken: 'take',
  conversion: 'convert',
  converter: 'convert',
  retrieval: 'retrieve',
  removal: 'remove',
  subscription: 'subscribe',
  description: 'describe',
  prediction: 'predict',
  translation: 'translate',
  transcription: 'transcribe',
  transcript: 'transcribe',
  compression: 'compress',
  extraction: 'extract',
  detection: 'detect',
  reservation: 'reserve',
  registration: 'register',
  comparison: 'compare',
  modification: 'modify',
  notification: 'notify',
  verification: 'verify',
  classification: 'classify',
  payment: 'pay',
  delivery: 'deliver',
  summary: 'summarize',
  summaries: 'summarize',
  summarise: 'summarize',
  summarisation: 'summarize',
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  data: 'data',
  news: 'news',
  sms: 'sms',
  gps: 'gps',
  status: 'status',
  address: 'address',
  addresses: 'address',
  access: 'access',
  business: 'business',
  businesses: 'business',
};

const cache = new Map<string, string>();

export function stem(word: string): string {
  let found = cache.get(word);
  if (found === undefined) {
    found = porter(IRREGULAR[word] ?? word);
    if (cache.size > 50_000) cache.clear(); // a user's prompts must not grow it for ever
    cache.set(word, found);
  }
  return found;
}

const C = '[^aeiou][^aeiouy]*';
const V = '[aeiouy][aeiou]*';
const M_OVER_0 = new RegExp(`^(?:${C})?${V}${C}`);
const M_IS_1 = new RegExp(`^(?:${C})?${V}${C}(?:${V})?$`);
const M_OVER_1 = new RegExp(`^(?:${C})?${V}${C}${V}${C}`);
const HAS_VOWEL = new RegExp(`^(?:${C})?[aeiouy]`);
const ENDS_CVC = new RegExp(`^${C}[aeiouy][^aeiouwxy]$`);

const STEP_2: Record<string, string> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
};
const STEP_3: Record<string, string> = {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
};
const SUFFIX_2 = new RegExp(`^(.+?)(${Object.keys(STEP_2).join('|')})$`);
const SUFFIX_3 = new RegExp(`^(.+?)(${Object.keys(STEP_3).join('|')})$`);
const SUFFIX_4 = /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/;
const SUFFIX_4_ION = /^(.+?)(s|t)(ion)$/;

function porter(word: string): string {
  if (word.length < 3 || /[^a-z]/.test(word)) return word;
  let w = word.startsWith('y') ? `Y${word.slice(1)}` : word;

  w = w.replace(/^(.+?)(ss|i)es$/, '$1$2').replace(/^(.+?)([^s])s$/, '$1$2'); // 1a
  const eed = /^(.+?)eed$/.exec(w);
  const ed = /^(.+?)(ed|ing)$/.exec(w);
  if (eed) {
    if (M_OVER_0.test(eed[1]!)) w = w.slice(0, -1);
  } else if (ed && HAS_VOWEL.test(ed[1]!)) {
    w = ed[1]!;
    if (/(at|bl|iz)$/.test(w)) w += 'e';
    else if (/([^aeiouylsz])\1$/.test(w)) w = w.slice(0, -1);
    else if (ENDS_CVC.test(w)) w += 'e';
  }
  const y = /^(.+?)y$/.exec(w);
  if (y && HAS_VOWEL.test(y[1]!)) w = `${y[1]}i`;

  const two = SUFFIX_2.exec(w);
  if (two && M_OVER_0.test(two[1]!)) w = two[1]! + STEP_2[two[2]!]!;
  const three = SUFFIX_3.exec(w);
  if (three && M_OVER_0.test(three[1]!)) w = three[1]! + STEP_3[three[2]!]!;
  const four = SUFFIX_4.exec(w);
  const ion = SUFFIX_4_ION.exec(w);
  if (four) {
    if (M_OVER_1.test(four[1]!)) w = four[1]!;
  } else if (ion && M_OVER_1.test(ion[1]! + ion[2]!)) w = ion[1]! + ion[2]!;

  const e = /^(.+?)e$/.exec(w);
  if (e && (M_OVER_1.test(e[1]!) || (M_IS_1.test(e[1]!) && !ENDS_CVC.test(e[1]!)))) w = e[1]!;
  if (w.endsWith('ll') && M_OVER_1.test(w)) w = w.slice(0, -1);
  return w.toLowerCase();
}
