/** What JSON.parse does not say: where a text stops being JSON, and which names an object has twice. */

/** 1-based. */
type Spot = { line: number; column: number };

function spotOf(text: string, offset: number): Spot {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

export function jsonProblem(text: string, error: unknown): { message: string; hint: string } {
  if (text.trim() === '') return { message: 'The definition is empty', hint: 'Begin with { "StartAt": …, "States": { … } }.' };
  const said = error instanceof Error ? error.message : String(error);
  const offset = /position (\d+)/.exec(said)?.[1];
  const at = offset === undefined ? text.length : Number(offset);
  const { line, column } = spotOf(text, at);
  const found = at >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(text[at])}`;
  return { message: `Invalid JSON description: ${found} at line ${line}, column ${column}`, hint: `Correct the JSON at line ${line}, column ${column}; often a comma, a quote or a brace is missing before it.` };
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
