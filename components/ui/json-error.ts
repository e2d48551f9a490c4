/**
 * Where a JSON text breaks. Engines tell it differently, some not at all; a person wants the line.
 * Pure; reads the text once, without recursion.
 * @module
 */
export type JsonError = { at: number; line: number; column: number; message: string };

const VALUE =
  /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/** @returns `null` for a text that is JSON */
export function jsonError(text: string): JsonError | null {
  const open: ('{' | '[')[] = [];
  /** what may come next */
  let want: 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or end' = 'value';
  let at = 0;
  const fail = (message: string): JsonError => {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    return { at, line, column: at - before.lastIndexOf('\n'), message };
  };
  for (;;) {
    while (' \n\r\t'.includes(text[at] ?? 'x')) at++;
    const c = text[at];
    const inside = open.at(-1);
    if (c === undefined) {
      if (want === ', or end' && !inside) return null;
      return fail(inside ? `the text ends before its ${inside === '{' ? '}' : ']'}` : 'the text is empty');
    }
    if (want === ', or end') {
      if (!inside) return fail('something stands after the end');
      if (c === (inside === '{' ? '}' : ']')) open.pop();
      else if (c === ',') want = inside === '{' ? 'name' : 'value';
      else return fail(`a comma or ${inside === '{' ? '}' : ']'} is missing`);
      at++;
      continue;
    }
    if (want === ':') {
      if (c !== ':') return fail('a colon is missing after the name');
      want = 'value';
      at++;
      continue;
    }
    if ((want === 'name or }' && c === '}') || (want === 'value or ]' && c === ']')) {
      open.pop();
      want = ', or end';
      at++;
      continue;
    }
    if ((want === 'value' || want === 'value or ]') && (c === '{' || c === '[')) {
      open.push(c);
      want = c === '{' ? 'name or }' : 'value or ]';
      at++;
      continue;
    }
    VALUE.lastIndex = at;
    const match = VALUE.exec(text);
    const isName: boolean = want === 'name' || want === 'name or }';
    if (!match || (isName && c !== '"')) {
      if (c === '}' || c === ']') return fail('a comma stands before the end');
      return fail(
        isName
          ? 'a name in double quotes is missing'
          : c === '"'
            ? 'a text in quotes is not closed'
            : 'a value is missing, or is no JSON',
      );
    }
    const control = controlIn(match[0]);
    if (control >= 0) {
      at += control;
      return fail('a line break or another control character stands in a text');
    }
    at += match[0].length;
    want = isName ? ':' : ', or end';
  }
}

/** Where a character stands that JSON allows only escaped; -1 for none. */
function controlIn(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return i;
  return -1;
}
