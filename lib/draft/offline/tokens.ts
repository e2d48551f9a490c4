/**
 * Cuts a prompt into tokens: words, marks, and whole values (quotes, URLs, sizes, dates, numbers with units), which no
 * later cut may split.
 * @module
 */
import type { Json } from '@/lib/base/json';

export type TokenKind =
  | 'word'
  | 'mark'
  | 'break'
  | 'quote'
  | 'url'
  | 's3'
  | 'email'
  | 'file'
  | 'size'
  | 'date'
  | 'time'
  | 'phone'
  | 'money'
  | 'percent'
  | 'number'
  | 'code'
  | 'list';

export type Token = {
  kind: TokenKind;
  text: string;
  lower: string;
  start: number;
  end: number;
  /** what it stands for: a number, an ISO date, the text between quotes */
  value: Json;
  /** of a number: what stands right behind it, in lower case (`px`, `minutes`, `usd`) */
  unit: string | null;
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const CURRENCY: Record<string, string> = { $: 'usd', '€': 'eur', '£': 'gbp', '¥': 'jpy', '₹': 'inr' };
const NUMBER_WORDS: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  twenty: 20,
  thirty: 30,
  fifty: 50,
  hundred: 100,
};

type Rule = {
  kind: TokenKind;
  pattern: RegExp;
  read?: (match: RegExpExecArray, now: Date) => { value: Json; unit?: string } | null;
};

const number = (text: string) => Number(text.replace(/,/g, ''));
const NUM = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+';

/** In this order: what comes first wins. Each is sticky, and begins where the last token ended. */
const RULES: Rule[] = [
  { kind: 'break', pattern: /\n\s*(?:[-*•–]\s+|\(?\d{1,2}[.)]\s+)?|\n+/y },
  { kind: 's3', pattern: /s3:\/\/[^\s"'<>)\]]+[^\s"'<>)\].,;:!?]/iy },
  { kind: 'url', pattern: /(?:https?:\/\/|ftp:\/\/|www\.)[^\s"'<>)\]]*[^\s"'<>)\].,;:!?]/iy },
  { kind: 'email', pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/y },
  { kind: 'list', pattern: /\[[^\][\n]{1,2000}\]/y, read: ([text]) => readList(text) },
  {
    kind: 'quote',
    pattern: /"([^"\n]{1,4000})"|“([^”]{1,4000})”|«([^»]{1,4000})»|`([^`\n]{1,2000})`/y,
    read: (m) => ({ value: m[1] ?? m[2] ?? m[3] ?? m[4]! }),
  },
  {
    kind: 'quote',
    pattern: /(?<![\p{L}\p{N}])['‘]((?:[^'’\n]|['’](?=\p{L})){1,4000}?)['’](?![\p{L}\p{N}])/uy,
    read: (m) => ({ value: m[1]! }),
  },
  {
    kind: 'file',
    pattern:
      /[\w-]+(?:\.[\w-]+)*\.(?:jpe?g|png|gif|webp|bmp|tiff?|svg|heic|avif|mp3|wav|flac|ogg|m4a|aac|mp4|mov|avi|mkv|webm|pdf|docx?|xlsx?|pptx?|csv|tsv|json|xml|ya?ml|html?|txt|md|zip|tar|gz)\b/iy,
    read: ([text]) => ({ value: text }),
  },
  {
    // "pages 2-4, 7"
    kind: 'code',
    pattern: /(?<=\bpages?\s{1,3})\d{1,5}\s?[-–]\s?\d{1,5}(?:,\s?\d{1,5}(?:\s?[-–]\s?\d{1,5})?)*(?!\w)/iy,
    read: ([text]) => ({ value: text.replace(/\s/g, '').replace(/–/g, '-').replace(/,/g, ', ') }),
  },
  {
    kind: 'size',
    pattern: /(\d{1,5})\s*(?:px|pixels?)?\s*(?:x|×|\*|by)\s*(\d{1,5})(?:\s*(?:px|pixels?)\b)?(?!\w|\.\d)/iy,
    read: (m) => ({ value: [Number(m[1]), Number(m[2])] }),
  },
  {
    kind: 'date',
    pattern: /(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?))?/y,
    read: (m) => iso(m[1]!, m[2]!, m[3]!, m[4]),
  },
  {
    kind: 'date',
    pattern: new RegExp(`${MONTH}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?(?![\\d:])`, 'iy'),
    read: (m, now) => iso(yearOf(m[3], now), monthOf(m[1]!), m[2]!),
  },
  {
    kind: 'date',
    pattern: new RegExp(`(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?${MONTH}(?:,?\\s+(\\d{4}))?(?![\\w])`, 'iy'),
    read: (m, now) => iso(yearOf(m[3], now), monthOf(m[2]!), m[1]!),
  },
  {
    kind: 'date',
    pattern: /(\d{1,2})[./](\d{1,2})[./](\d{4})/y,
    read: (m) => (Number(m[1]) > 12 ? iso(m[3]!, m[2]!, m[1]!) : iso(m[3]!, m[1]!, m[2]!)),
  },
  {
    kind: 'date',
    pattern: /(?:the\s+)?(?:(day after tomorrow)|tomorrow|today|tonight|yesterday)(?!\w)/iy,
    read: (m, now) => relative(m[0], now),
  },
  {
    kind: 'time',
    pattern: /(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])\.?\s?m\b\.?/iy,
    read: (m) => clock(m[1]!, m[2], m[3]!),
  },
  { kind: 'time', pattern: /([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?!\d)/y, read: (m) => clock(m[1]!, m[2], '') },
  {
    kind: 'money',
    pattern: new RegExp(`([$€£¥₹])\\s?(${NUM})(?:\\s?(k|m|million|billion)\\b)?`, 'iy'),
    read: (m) => ({ value: number(m[2]!) * scale(m[3]), unit: CURRENCY[m[1]!] ?? '' }),
  },
  {
    kind: 'phone',
    pattern: /\+\d[\d\s().-]{6,16}\d(?!\w)|\(?\d{3}\)?[\s.-]\d{3,4}[\s.-]\d{4}(?!\w)|\d{10,16}(?!\w)/y,
    read: ([text]) => ({ value: text }),
  },
  {
    kind: 'percent',
    pattern: new RegExp(`(-?(?:${NUM}))\\s?(?:%|percent\\b|per cent\\b)`, 'iy'),
    read: (m) => ({ value: number(m[1]!), unit: '%' }),
  },
  {
    kind: 'code',
    pattern:
      /(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])(?!\d+(?:\.\d+)?(?:x|px|pt|em|kg|g|mg|lb|lbs|oz|km|m|cm|mm|mi|ft|in|s|ms|sec|min|mins|h|hr|hrs|d|db|hz|khz|mhz|ghz|kb|mb|gb|tb|w|kw|v|kv|a|ma|l|ml|c|f|k|st|nd|rd|th|years?|am|pm|usd|eur)\b)[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*/iy,
    read: ([text]) => ({ value: text }),
  },
  {
    kind: 'number',
    pattern: new RegExp(`(?<![\\w.])(-?(?:${NUM}))(?:st|nd|rd|th\\b)?`, 'iy'),
    read: (m) => ({ value: number(m[1]!) }),
  },
  { kind: 'word', pattern: /[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*/uy },
  { kind: 'mark', pattern: /\.{3}|[^\s]/y },
];

const UNIT = /\s*-?\s*(x|°\s?[cf]?|[a-zµ]+(?:\/[a-z]+)?)\b/iy;

/** @param now today's date, for "tomorrow" and dates without a year */
export function tokenize(text: string, now: Date): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  scan: while (at < text.length) {
    if (/[ \t\r\f\v\u00a0]/.test(text[at]!)) {
      at++;
      continue;
    }
    for (const { kind, pattern, read } of RULES) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      if (
        kind !== 'mark' &&
        kind !== 'break' &&
        kind !== 'list' &&
        kind !== 'quote' &&
        kind !== 'money' &&
        joined(text, at)
      )
        continue;
      const seen = read ? read(match, now) : { value: match[0] };
      if (!seen) continue;
      const end = at + match[0].length;
      tokens.push({
        kind,
        text: match[0],
        lower: match[0].toLowerCase().trim(),
        start: at,
        end,
        value: seen.value,
        unit: ('unit' in seen ? seen.unit : null) ?? unitBehind(kind, text, end),
      });
      at = end;
      continue scan;
    }
    at++; // half of a surrogate pair or a control character
  }
  for (const token of tokens) {
    const spelled = token.kind === 'word' ? NUMBER_WORDS[token.lower] : undefined;
    if (spelled !== undefined && token.lower !== 'one')
      Object.assign(token, { kind: 'number', value: spelled, unit: unitBehind('number', text, token.end) });
  }
  return tokens;
}

/** In the middle of a word. */
const joined = (text: string, at: number) =>
  at > 0 && /[\p{L}\p{N}_]/u.test(text[at - 1]!) && /[\p{L}\p{N}_]/u.test(text[at]!);

function unitBehind(kind: TokenKind, text: string, at: number): string | null {
  if (kind !== 'number') return null;
  UNIT.lastIndex = at;
  return UNIT.exec(text)?.[1]?.toLowerCase().replace(/\s/g, '') ?? null;
}

const scale = (word: string | undefined) =>
  ({ k: 1e3, m: 1e6, million: 1e6, billion: 1e9 })[word?.toLowerCase() ?? ''] ?? 1;
const monthOf = (word: string) => String(MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1);
const yearOf = (given: string | undefined, now: Date) => given ?? String(now.getFullYear());
function iso(year: string, month: string, day: string, time?: string) {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  return { value: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${time ? `T${time}` : ''}` };
}
function relative(words: string, now: Date) {
  const days = /after tomorrow/i.test(words) ? 2 : /tomorrow/i.test(words) ? 1 : /yesterday/i.test(words) ? -1 : 0;
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return iso(String(date.getFullYear()), String(date.getMonth() + 1), String(date.getDate()));
}
function clock(hour: string, minute: string | undefined, half: string) {
  const h = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return h > 23 ? null : { value: `${String(h).padStart(2, '0')}:${minute ?? '00'}` };
}
function readList(text: string): { value: Json } | null {
  const inner = text.slice(1, -1).trim();
  if (inner === '') return null;
  const items = inner.split(/\s*,\s*/).map((item) => item.replace(/^(['"“‘`])(.*)(['"”’`])$/, '$2'));
  return { value: items.map((item) => (item !== '' && Number.isFinite(Number(item)) ? Number(item) : item)) };
}
