/** The forms that follow-ups take, as patterns of English; none knows a function. */

/** Words around a wish that say nothing about it. */
export function plain(text: string): string {
  let said = text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/’/g, "'")
    .replace(/\b(do|does|wo|ca)nt\b/gi, "$1n't");
  for (let before = ''; before !== said; ) {
    before = said;
    said = said
      .replace(
        /^(?:please|ok(?:ay)?|so|now|well|hey|and|but|can you|could you|would you|i want you to|i(?:'d| would) like (?:you )?to|let'?s|just)[,\s]+/i,
        '',
      )
      .replace(/[,\s]+(?:please|thanks|thank you|now)$/i, '')
      .replace(/[.!]+$/, '');
  }
  return said;
}

const VERBS =
  'remove|delete|drop|skip|rename|call|replace|swap|add|insert|append|set|change|use|make|also|retry|repeat|undo|wait|leave out|tell|notify|send|e-?mail|post';

/** "remove X and make it 512 wide" is two wishes; what stands in quotes is never cut. */
export function clauses(text: string): string[] {
  const quotes: string[] = [];
  const kept = text.replace(/[“"][^”"]*[”"]/g, (quote) => `⟦${quotes.push(quote) - 1}⟧`);
  const parts = kept.split(
    new RegExp(
      `\\s*;\\s*|\\.\\s+(?=\\p{Lu})|,?\\s+and then\\s+|,\\s*then\\s+|(?:,\\s*(?:and\\s+)?|\\s+and\\s+)(?=(?:${VERBS})\\b)`,
      'iu',
    ),
  );
  const wishes: string[] = [];
  for (const part of parts) {
    const before = wishes.at(-1);
    // What is done where something fails is one wish with it.
    if (before !== undefined && (IF_FAILS.test(before) || IF_ALONE.test(before)))
      wishes[wishes.length - 1] = `${before}, ${part}`;
    else wishes.push(part);
  }
  return wishes
    .map((part) => plain(part.replace(/⟦(\d+)⟧/g, (_, at: string) => quotes[Number(at)]!)))
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}

export const UNDO = /^(?:undo|revert|take (?:that|it) back|go back|roll back)\b/i;
export const EXPLAIN =
  /^(?:explain|describe|summari[sz]e (?:this|the) workflow|what (?:does|do|is|are|happens)|how (?:does|do)|why|say what|tell me (?:what|how|why|about)|walk me through)\b/i;
export const REMOVE =
  /^(?:remove|delete|drop|skip|omit|get rid of|take (?:out|away)|leave out|leave away|throw out|throw away|i don'?t (?:need|want)|we don'?t need|without|don'?t|do not|no more|stop|no)\s+(.+?)(?:\s+(?:any ?more|again))?$/i;
export const RENAME: RegExp[] = [
  /^rename\s+(.+?)\s+(?:to|as|into|->|→)\s+(.+)$/i,
  /^(?:call|name)\s+(.+?)\s+(?:as\s+)?([“"].+[”"])$/i,
  /^(?:change|set)\s+the (?:name|title) of\s+(.+?)\s+(?:to|into)\s+(.+)$/i,
  // A name is written large where it has no quotes.
  /^(?:[Cc]all|[Nn]ame)\s+(.+?)\s+(\p{Lu}.*)$/u,
];
/** The old one first, then the new one. */
export const REPLACE: { pattern: RegExp; old: 1 | 2 }[] = [
  { pattern: /^(?:replace|swap(?: out)?|exchange|substitute|switch)\s+(.+?)\s+(?:with|by|for|to)\s+(.+)$/i, old: 1 },
  { pattern: /^instead of\s+(.+?)(?:,\s*(?:use\s+|do\s+|take\s+)?|\s+(?:use|do|take)\s+)(.+)$/i, old: 1 },
  { pattern: /^(?:use\s+|do\s+|take\s+)?(.+?)\s+(?:instead of|rather than|in place of)\s+(.+)$/i, old: 2 },
];
export const REPEAT =
  /^(?:(?:do|run|apply|make|repeat|loop|perform)\s+)?(?:(?:the )?same(?: thing)?|(.+?))?\s*(?:for|over|on|to|with)\s+(?:each|every|all|any|many|several|multiple)(?:\s+(?:one\s+)?of)?(?:\s+(?:the|my|these|those))?\s+(.+)$/i;
export const REPEAT_VERB =
  /^(?:do|run|apply|repeat|loop|perform|make it work|make this work|same|the same|it|this|everything|all of (?:it|this))\b/i;
export const RETRY = /\b(?:retry|retries|re-try|try (?:[\w'-]+ ){0,3}again|try up to)\b/i;
export const WAIT =
  /\b(?:wait|pause|sleep|delay)\s+(?:(?:it|this|that|everything)\s+)?(?:for\s+|by\s+|another\s+)?(\d+(?:\.\d+)?|half an?|a quarter of an|a couple of|an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty|sixty)\s*(s|secs?|seconds?|m|mins?|minutes?|h|hours?|days?)\b/i;
export const SET =
  /^(?:make|set|change|turn|put|let|increase|decrease|raise|lower|reduce|limit|use|double|halve|give|twice|half|only)\b/i;
/** "delete everything after the resize" */
export const REMOVE_REST =
  /^(?:remove|delete|drop|skip|omit|get rid of|cut|throw (?:out|away)|leave out|stop)\s+(?:(?:everything|all(?: (?:the )?(?:other )?steps?)?|(?:the )?rest|the steps|whatever|what)\s+)?(?:that\s+)?(?:comes?\s+)?(after|before|behind|following)\s+(.+)$/i;
/** "for each picture", "for every one" */
export const REPEATED = /\b(?:for|to|on|with|over) (?:each|every|all)\b/i;
/** "if the resize fails, …" and the other way round */
export const FAILS: RegExp[] = [
  /^(?:if|when|whenever|in case|should)\s+(?<step>.+?)\s+(?:ever\s+)?(?:fails?|breaks?|crash(?:es)?|goes wrong|does(?:n't| not) work|(?:has|gives|throws|makes) an? error)\s*,?\s*(?:then\s+)?(?<rest>.+)$/i,
  /^(?<rest>.+?),?\s+(?:if|when|whenever|in case|should)\s+(?<step>.+?)\s+(?:ever\s+)?(?:fails?|breaks?|crash(?:es)?|goes wrong|does(?:n't| not) work)$/i,
];
/** "if it is wider than that" says nothing without what is done then. */
const IF_ALONE = /^\s*(?:if|when|whenever|unless|in case|as long as)\b[^,]*$/i;
const IF_FAILS =
  /^\s*(?:if|when|whenever|in case|should)\b.*\b(?:fails?|breaks?|crash(?:es)?|goes wrong)$|^\s*(?:if|when|in case)\b.*\bfails?,\s*(?:wait|pause)[^,]*$/i;
/** A condition on data: what is done only when it holds. */
export const CONDITION =
  /\b(?:if|when|unless|as long as)\b.*\b(?:than|above|over|below|under|at least|at most|is|are|isn't|aren't|it's|equals?|contains?|has|have)\b/i;
const WHEN = '(?:if|when|whenever|in case|as long as)';
/** What is done only where something is so (`holds`), or only where it is not. */
export const SOMETIMES: { pattern: RegExp; holds: boolean }[] = [
  {
    pattern: new RegExp(`^(?:skip|leave out|omit)\\s+(?<what>.+?)\\s+${WHEN}\\s+(?<condition>.+)$`, 'i'),
    holds: false,
  },
  { pattern: new RegExp(`^(?:don't|do not|never)\\s+(?<what>.+?)\\s+${WHEN}\\s+(?<condition>.+)$`, 'i'), holds: false },
  { pattern: /^(?<what>.+?),?\s+unless\s+(?<condition>.+)$/i, holds: false },
  { pattern: /^unless\s+(?<condition>[^,]+),\s*(?:then\s+)?(?<what>.+)$/i, holds: false },
  { pattern: new RegExp(`^(?:only|just)\\s+(?<what>.+?)\\s+${WHEN}\\s+(?<condition>.+)$`, 'i'), holds: true },
  {
    pattern: new RegExp(`^${WHEN}\\s+(?<condition>[^,]+),\\s*(?:then\\s+)?(?:only\\s+)?(?<what>.+)$`, 'i'),
    holds: true,
  },
  {
    pattern: new RegExp(`^(?<what>.+?),?\\s+(?:but\\s+)?(?:only\\s+)?${WHEN}\\s+(?<condition>.+)$`, 'i'),
    holds: true,
  },
];
/** "when it is done", "once everything is ready": at the end, and no condition. */
export const DONE =
  /,?\s*\b(?:when|once|as soon as|after)\s+(?:it|this|that|everything|all(?: of (?:it|this|that))?|the (?:workflow|run|job|whole thing))(?:\s+(?:is|was|has been|are)|'s)?\s+(?:all\s+)?(?:done|finished|finishes|ready|complete|completed|through|over)\b,?\s*/i;
/** No longer than a line has room for; says that it was cut. */
export const short = (text: string, most = 60): string =>
  text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
/** "three at a time" */
export const AT_A_TIME =
  /\b(?<count>\d+|one|two|three|four|five|six|ten|twenty)\s+(?:of them\s+|\w+\s+)?(?:at a time|at once|in parallel|at the same time|concurrently)\b|\b(?<single>one by one|one after (?:the other|another))\b/i;
/** What a condition compares with. */
export const LIMIT = /\b(?:limit|threshold|cut-?off|bound(?:ary)?|condition)\b/i;
/** Of a choice's ways: what is done where it is so, and what is done else. */
export const WAYS: { pattern: RegExp; way: 'rule' | 'default' }[] = [
  {
    pattern:
      /,?\s*\b(?:in|for) the (?:other|else|default) (?:case|branch|way)\b|,?\s*\b(?:otherwise|else|if (?:it'?s )?not)\b(?=\s*$)/i,
    way: 'default',
  },
  { pattern: /,?\s*\b(?:in (?:that|this) case|if so|if it is|when it is)\b/i, way: 'rule' },
];
/** Something is wanted beside what is there, or after all of it. */
export const APART =
  /\b(?:copy|copies|version|separate(?:ly)?|another|extra|additional(?:ly)?|at the end|in the end|finally|after everything)\b/i;
/** The same thing once more is really meant. */
export const AGAIN = /\b(?:again|once more|one more|another|second|a new|twice)\b/i;
/** "into French as well": beside what is there, if it is not the same. */
export const AS_WELL = /\b(?:as well|too)$/i;

/** "make a QR code" is a new step, "make it wider" is not. */
export const MAKE_NEW = /^(?:make|give|create|use|set up|put)\s+(?:me\s+|us\s+)?(?:an?|one|another|new|some)\s/i;
export const ADD =
  /^(?:also|then|next|after(?:wards| that)|finally|in the end|at the end|add|insert|append|plus|additionally|first|before)\b/i;
/** What points at something that is there already. */
export const POINTS =
  /\b(?:it|its|this|that|these|those|them|they|the (?:result|results|output|answer|outcome|file|image|picture|text|rest)|everything)\b/i;

/** Words of how large something is. */
export const SIZE =
  /\b(?:wide|wider|high|higher|tall|taller|large|larger|big|bigger|small|smaller|sizes?|widths?|heights?|pixels?|px|edges?)\b/i;

/** A clause that says where: "before the upload, …", "… after Resize image". */
export const PLACE: RegExp[] = [
  /^(?<where>before|after|following|behind|in front of|right after|right before)\s+(?<step>.+?),\s*(?<rest>.+)$/i,
  /^(?<rest>.+?)\s+(?<where>before|after|following|behind|in front of|right after|right before)\s+(?<step>.+)$/i,
];

const NUMBERS: Record<string, number> = {
  ...{
    'half a': 0.5,
    'half an': 0.5,
    'a quarter of an': 0.25,
    'a couple of': 2,
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
  },
  ...{ four: 4, five: 5, six: 6, ten: 10, fifteen: 15, twenty: 20, thirty: 30, sixty: 60 },
};
const UNITS: [RegExp, number][] = [
  [/^s/i, 1],
  [/^m/i, 60],
  [/^h/i, 3600],
  [/^d/i, 86_400],
];
export function secondsIn(text: string): number | null {
  const found = WAIT.exec(text);
  if (!found) return null;
  const amount = NUMBERS[found[1]!.toLowerCase()] ?? Number(found[1]);
  return amount * (UNITS.find(([unit]) => unit.test(found[2]!))?.[1] ?? 1);
}

/** "three" or "3"; null for what counts nothing */
export const countOf = (word: string): number | null =>
  NUMBERS[word.toLowerCase()] ?? COUNTS[word.toLowerCase()] ?? (/^\d+$/.test(word) ? Number(word) : null);

const COUNTS: Record<string, number> = { once: 1, twice: 2, two: 2, three: 3, four: 4, five: 5, six: 6, ten: 10 };
/** "up to 5 times", "three times", "twice" */
export function timesIn(text: string): number | null {
  const found = /\b(?:(\d+|two|three|four|five|six|ten)\s+(?:more\s+)?times|(once|twice))\b/i.exec(text);
  const said = (found?.[1] ?? found?.[2])?.toLowerCase();
  return said === undefined ? null : (COUNTS[said] ?? Number(said));
}
export const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^[“"'«](.+)[”"'»]$/, '$1')
    .trim();
