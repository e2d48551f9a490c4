/** What JSON.parse does not say: where a text stops being JSON, and which names an object has twice. */

/** 1-based. */
type Spot = { line: number; column: number };

function spotOf(text: string, offset: number): Spot {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** @param text what JSON.parse has refused */
export function jsonProblem(text: string): { message: string; hint: string } {
  if (text.trim() === '')
    return { message: 'The definition is empty', hint: 'Begin with { "StartAt": …, "States": { … } }.' };
  const at = firstFault(text);
  const { line, column } = spotOf(text, at);
  const found =
    at >= text.length
      ? 'the text ends too early'
      : `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) as number))}`;
  return {
    message: `Invalid JSON description: ${found} at line ${line}, column ${column}`,
    hint: `Correct the JSON at line ${line}, column ${column}; often a comma, a quote or a brace is missing before it.`,
  };
}

const SPACE = /[ \t\n\r]*/y;
// JSON allows no control character inside a string.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** Where a text stops being JSON: JSON.parse does not always say. Without recursion, so that depth does no harm. */
function firstFault(text: string): number {
  let i = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = i;
    if (!pattern.test(text)) return false;
    i = pattern.lastIndex;
    return true;
  };
  const open: string[] = [];
  let expected: 'value' | 'value or ]' | 'name' | 'name or }' | 'comma' = 'value';
  for (;;) {
    take(SPACE);
    const c = text[i];
    if (expected === 'comma') {
      const inside = open.at(-1);
      if (inside === undefined || c === undefined) return i;
      if (c === ',') expected = inside === '{' ? 'name' : 'value';
      else if (c === (inside === '{' ? '}' : ']')) open.pop();
      else return i;
      i++;
    } else if (expected === 'name' || expected === 'name or }') {
      if (c === '}' && expected === 'name or }') {
        open.pop();
        i++;
        expected = 'comma';
        continue;
      }
      if (!take(STRING)) return i;
      take(SPACE);
      if (text[i] !== ':') return i;
      i++;
      expected = 'value';
    } else if (c === ']' && expected === 'value or ]') {
      open.pop();
      i++;
      expected = 'comma';
    } else if (c === '{' || c === '[') {
      open.push(c);
      i++;
      expected = c === '{' ? 'name or }' : 'value or ]';
    } else if (take(STRING) || take(SCALAR)) expected = 'comma';
    else return i;
  }
}

/** @param text valid JSON. Names are compared as JSON means them: `"a"` and `"\u0061"` are the same. */
export function duplicateFields(text: string): ({ name: string } & Spot)[] {
  const found: ({ name: string } & Spot)[] = [];
  const open: (Set<string> | null)[] = [];
  let expectName = false;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '{':
        open.push(new Set());
        expectName = true;
        break;
      case '[':
        open.push(null);
        expectName = false;
        break;
      case '}':
      case ']':
        open.pop();
        expectName = false;
        break;
      case ',':
        expectName = open.at(-1) !== null;
        break;
      case '"': {
        const from = i;
        for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
        const names = open.at(-1);
        if (!expectName || !names) break;
        const name = JSON.parse(text.slice(from, i + 1)) as string;
        if (names.has(name)) found.push({ name, ...spotOf(text, from) });
        names.add(name);
        expectName = false;
        break;
      }
    }
  }
  return found;
}
