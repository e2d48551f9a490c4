/** In which language a text is written, as far as its letters tell. */
import { francAll } from 'franc-min';

/** ISO 639-3 of the languages that are told apart → ISO 639-1, where there is one */
const SHORT: Record<string, string> = {
  cmn: 'zh',
  spa: 'es',
  eng: 'en',
  rus: 'ru',
  arb: 'ar',
  ben: 'bn',
  hin: 'hi',
  por: 'pt',
  ind: 'id',
  jpn: 'ja',
  fra: 'fr',
  deu: 'de',
  jav: 'jv',
  kor: 'ko',
  tel: 'te',
  vie: 'vi',
  mar: 'mr',
  ita: 'it',
  tam: 'ta',
  tur: 'tr',
  urd: 'ur',
  guj: 'gu',
  pol: 'pl',
  ukr: 'uk',
  kan: 'kn',
  mal: 'ml',
  pes: 'fa',
  pan: 'pa',
  swh: 'sw',
  ron: 'ro',
  nld: 'nl',
  hau: 'ha',
  mya: 'my',
  uzn: 'uz',
  yor: 'yo',
  amh: 'am',
  ibo: 'ig',
  nep: 'ne',
  hun: 'hu',
  ces: 'cs',
  ell: 'el',
  swe: 'sv',
  bel: 'be',
  bul: 'bg',
  srp: 'sr',
  hrv: 'hr',
  dan: 'da',
  fin: 'fi',
  nob: 'no',
  slk: 'sk',
  cat: 'ca',
  heb: 'he',
  tha: 'th',
  som: 'so',
  zlm: 'ms',
  kaz: 'kk',
  zul: 'zu',
  azj: 'az',
  bos: 'bs',
  als: 'sq',
  slv: 'sl',
  lit: 'lt',
  lav: 'lv',
  est: 'et',
  isl: 'is',
  afr: 'af',
};
/** Letters that a language does not have: they tell apart what is close by its other letters. */
const LACKS: Record<string, RegExp> = {
  bul: /[ыэёіїєў]/i,
  rus: /[іїєґў]/i,
  ukr: /[ыъэёў]/i,
  bel: /[щъиїєґ]/i,
  srp: /[ыъэёіїєўйщюя]/i,
  dan: /[ößàè]/i,
  nob: /[öäß]/i,
  swe: /[øæß]/i,
};
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** `code` is of ISO 639-1 where there is one; `certain` is false for a short text, and where another is close. */
export type Language = { name: string; code: string; certain: boolean };

/** From 0 to 1, how near the text is to English, by its likeliest language: short English texts are from .8 on. */
export function nearEnglish(content: string): number {
  return francAll(content.slice(0, 20_000), { minLength: 3 }).find(([language]) => language === 'eng')?.[1] ?? 0;
}

/** @returns null where nothing can be told */
export function languageOf(content: string): Language | null {
  const [first, second] = francAll(content.slice(0, 20_000), { minLength: 3 }).filter(
    ([language]) => !LACKS[language]?.test(content),
  );
  if (!first || first[0] === 'und') return null;
  const code = SHORT[first[0]] ?? first[0];
  // A close second, or a short text, is a guess.
  const certain = content.trim().length >= 30 && (second?.[1] ?? 0) < first[1] * 0.95;
  return { name: names.of(code) ?? code, code, certain };
}
