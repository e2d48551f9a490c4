/**
 * Regular expressions that take a time proportional to pattern × text, for patterns that come from a workflow.
 *
 * The engine behind JavaScript's RegExp may try for years; this one follows all ways through the pattern at once. It knows
 * literals, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ? {n,m}` (lazy or not), `^` and `$`, and the
 * flags i, s, m. It has no back-references and no look-around, which cannot be had in that time.
 * @module
 */
type Test = (code: number) => boolean;
/** One step of the pattern: eat a character, go on to other steps, check a position, or be done. */
type Step = { eat: Test; next: number } | { split: number[] } | { at: 'start' | 'end'; next: number } | { done: true };
export type Pattern = { steps: Step[]; start: number; lines: boolean };

export class PatternError extends Error {}

const MAX_STEPS = 2000;
const MAX_REPEAT = 200;

const range =
  (from: string, to: string): Test =>
  (code) =>
    code >= from.charCodeAt(0) && code <= to.charCodeAt(0);
const any =
  (...tests: Test[]): Test =>
  (code) =>
    tests.some((test) => test(code));
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const among =
  (characters: string): Test =>
  (code) =>
    characters.includes(String.fromCharCode(code));

const digit = range('0', '9');
const word = any(digit, range('a', 'z'), range('A', 'Z'), among('_'));
const space = among(' \t\n\r\f\v\u00a0\ufeff\u2028\u2029');
const newline = among('\n\r\u2028\u2029');
const SETS: Record<string, Test> = { d: digit, D: not(digit), w: word, W: not(word), s: space, S: not(space) };
const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' };

/** @throws PatternError */
export function compilePattern(source: string, flags: string): Pattern {
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw new PatternError('The pattern is too large');
    return steps.push(step) - 1;
  };
  if (/[^ismu]/.test(flags)) throw new PatternError(`The flags "${flags}" are not supported`);
  const fold = flags.includes('i');
  let i = 0;
  const fail = (message: string): never => {
    throw new PatternError(`${message} at position ${i} of /${source}/`);
  };
  const same = (test: Test): Test =>
    fold
      ? (code) =>
          test(code) ||
          test(String.fromCharCode(code).toLowerCase().charCodeAt(0)) ||
          test(String.fromCharCode(code).toUpperCase().charCodeAt(0))
      : test;

  /** A piece is built back to front: given where to go afterwards, it says where it begins. */
  type Piece = (next: number) => number;

  function alternatives(depth: number): Piece {
    if (depth > 50) fail('The pattern nests too deeply');
    const options = [sequence(depth)];
    while (source[i] === '|') {
      i++;
      options.push(sequence(depth));
    }
    return options.length === 1
      ? (options[0] as Piece)
      : (next) => add({ split: options.map((option) => option(next)) });
  }

  function sequence(depth: number): Piece {
    const pieces: Piece[] = [];
    while (i < source.length && source[i] !== '|' && source[i] !== ')') pieces.push(repeated(atom(depth)));
    return (next) => pieces.reduceRight((after, piece) => piece(after), next);
  }

  function atom(depth: number): Piece {
    const c = source[i++] as string;
    if (c === '(') {
      if (source.startsWith('?:', i)) i += 2;
      else if (source[i] === '?') fail('Only plain groups are supported');
      const inner = alternatives(depth + 1);
      if (source[i++] !== ')') fail("')' is missing");
      return inner;
    }
    if (c === '^') return (next) => add({ at: 'start', next });
    if (c === '$') return (next) => add({ at: 'end', next });
    if ('*+?{'.includes(c)) fail('There is nothing to repeat');
    const test =
      c === '['
        ? set()
        : c === '.'
          ? flags.includes('s')
            ? () => true
            : not(newline)
          : c === '\\'
            ? escaped()
            : among(c);
    return (next) => add({ eat: same(test), next });
  }

  function escaped(): Test {
    const c = source[i++] ?? fail('A character is missing');
    if (Object.hasOwn(SETS, c)) return SETS[c] as Test;
    if (c === 'u' || c === 'x') {
      const digits = source.slice(i, i + (c === 'u' ? 4 : 2));
      if (!/^[\da-f]+$/i.test(digits)) fail('A character code is expected');
      i += digits.length;
      return among(String.fromCharCode(Number.parseInt(digits, 16)));
    }
    if (/[1-9bBkpP]/.test(c)) fail(`\\${c} is not supported`);
    return among(CONTROLS[c] ?? c);
  }

  function set(): Test {
    const negated = source[i] === '^';
    if (negated) i++;
    const tests: Test[] = [];
    while (source[i] !== ']') {
      if (i >= source.length) fail("']' is missing");
      const from = source[i++] as string;
      if (from === '\\') tests.push(escaped());
      else if (source[i] === '-' && source[i + 1] !== ']' && i + 1 < source.length) {
        const to = source[i + 1] as string;
        if (to === '\\' || to < from) fail('A range is wrong');
        i += 2;
        tests.push(range(from, to));
      } else tests.push(among(from));
    }
    i++;
    return negated ? not(same(any(...tests))) : any(...tests);
  }

  function repeated(piece: Piece): Piece {
    let [least, most] = [1, 1];
    const c = source[i];
    const counted = c === '{' ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(i, i + 16)) : null;
    if (c === '*') [least, most] = [0, Number.POSITIVE_INFINITY];
    else if (c === '+') [least, most] = [1, Number.POSITIVE_INFINITY];
    else if (c === '?') [least, most] = [0, 1];
    else if (counted) {
      least = Number(counted[1]);
      most = counted[2] ? (counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY) : least;
      if (most < least || least > MAX_REPEAT || (most !== Number.POSITIVE_INFINITY && most > MAX_REPEAT))
        fail('The repetition is wrong or too large');
    } else return piece;
    i += counted ? counted[0].length : 1;
    // Whether a way is tried first or last does not change whether there is one.
    if (source[i] === '?' || source[i] === '+') i++;
    return (next) => {
      let at = next;
      if (most === Number.POSITIVE_INFINITY) {
        const loop = add({ split: [next] });
        (steps[loop] as { split: number[] }).split.unshift(piece(loop));
        at = loop;
      } else for (let n = least; n < most; n++) at = add({ split: [piece(at), next] });
      for (let n = 0; n < least; n++) at = piece(at);
      return at;
    };
  }

  const whole = alternatives(0);
  if (i < source.length) fail(`Unexpected '${source[i]}'`);
  const start = whole(add({ done: true }));
  return { steps, start, lines: flags.includes('m') };
}

/** Does the whole text match? (As Java's `matches`, which AWS's filters use.) @param spend is told how much work is done */
export function matchesWhole({ steps, start, lines }: Pattern, text: string, spend: (amount: number) => void): boolean {
  const follow = (from: number[], position: number): { eaters: number[]; done: boolean } => {
    const seen = new Set<number>();
    const eaters: number[] = [];
    const todo = [...from];
    let done = false;
    while (todo.length > 0) {
      const at = todo.pop() as number;
      if (seen.has(at)) continue;
      seen.add(at);
      const step = steps[at] as Step;
      if ('eat' in step) eaters.push(at);
      else if ('split' in step) todo.push(...step.split);
      else if ('done' in step) done = true;
      else {
        const edge = step.at === 'start' ? position === 0 : position === text.length;
        const line = lines && newline(text.charCodeAt(step.at === 'start' ? position - 1 : position));
        if (edge || line) todo.push(step.next);
      }
    }
    spend(seen.size);
    return { eaters, done };
  };
  let now = follow([start], 0);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const next: number[] = [];
    for (const at of now.eaters) {
      const step = steps[at] as { eat: Test; next: number };
      if (step.eat(code)) next.push(step.next);
    }
    if (next.length === 0) return false;
    now = follow(next, i + 1);
  }
  return now.done;
}
