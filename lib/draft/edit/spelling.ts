/**
 * Slips of the keyboard in a follow-up: letters swapped, doubled or left out in a word that asks for a change or names a step.
 *
 *   text, words of the workflow and of the functions ──mended()──▶ the text as it was meant
 *
 * Only slips, never another letter instead of one ("charge" is no "change"), only long words, and only where exactly one
 * word comes into question. A word that is known as it stands is left alone; so is what stands in quotes.
 * @module
 */

/** Words that ask for a change. */
const ASKING = [
  ...['remove', 'delete', 'rename', 'replace', 'change', 'instead', 'before', 'after', 'repeat', 'retry', 'every'],
  ...['insert', 'again', 'descending', 'ascending', 'second', 'minutes', 'seconds', 'without', 'double'],
];
const SHORTEST = 5;

/** @param names words of the steps that are there; @param known every other word that is right as it stands, in lower case */
export function mended(text: string, names: Iterable<string>, known: ReadonlySet<string>): string {
  const meant = new Set([...ASKING, ...names].filter((word) => word.length >= SHORTEST));
  const parts = text.split(/([“"][^”"]*[”"])/);
  return parts
    .map((part, at) =>
      at % 2 === 1 ? part : part.replace(/(?<![\w.@/:-])[a-z]{4,}(?![\w@/:-])/gi, (word) => mend(word)),
    )
    .join('');

  function mend(word: string): string {
    const low = word.toLowerCase();
    if (meant.has(low) || known.has(low)) return word;
    const found = [...meant].filter((other) => isSlip(low, other));
    return found.length === 1 ? found[0]! : word;
  }
}

/** One letter too many or too few, or two letters that changed places. */
function isSlip(typed: string, meant: string): boolean {
  if (typed[0] !== meant[0]) return false;
  // Another form of the same word is no slip.
  if (typed.startsWith(meant) || (meant.startsWith(typed) && /[sd]$/.test(meant))) return false;
  if (typed.length === meant.length) {
    const differs = [...typed].flatMap((letter, at) => (letter === meant[at] ? [] : [at]));
    const [a, b] = differs;
    return differs.length === 2 && b! - a! <= 2 && typed[a!] === meant[b!] && typed[b!] === meant[a!];
  }
  const [short, long] = typed.length < meant.length ? [typed, meant] : [meant, typed];
  if (long.length - short.length !== 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(at) === long.slice(at + 1);
}
