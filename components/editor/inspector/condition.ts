/**
 * A choice's condition as three fields, and back: what the builder can show, and what stays an expression.
 *
 *   ` $total > 100 ` ⇄ { left: `$total`, operator: '>', right: `100` }
 *
 * Pure. Anything that is not one comparison at the top is left to the expression field.
 * @module
 */
export const OPERATORS = [
  { value: '=', label: 'is' },
  { value: '!=', label: 'is not' },
  { value: '>', label: 'is more than' },
  { value: '>=', label: 'is at least' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: 'contains', label: 'contains' },
  { value: 'in', label: 'is one of' },
  { value: 'exists', label: 'exists' },
  { value: 'is true', label: 'is true' },
] as const;
export type Operator = (typeof OPERATORS)[number]['value'];
export type Condition = { left: string; operator: Operator; right: string };

export const needsRight = (operator: Operator): boolean => operator !== 'exists' && operator !== 'is true';

/** @returns `null` where the expression is more than one comparison */
export function parseCondition(expression: string): Condition | null {
  const text = expression.trim();
  if (text === '' || text === 'false') return { left: '', operator: '=', right: '' };
  const call = /^\$(contains|exists)\(([\s\S]*)\)$/.exec(text);
  if (call?.[2] !== undefined && closesAtEnd(text)) {
    const parts = splitAt(call[2], [',']);
    if (!parts) return null;
    if (call[1] === 'exists')
      return parts.length === 1 ? { left: parts[0]!.text, operator: 'exists', right: '' } : null;
    return parts.length === 2 ? { left: parts[0]!.text, operator: 'contains', right: parts[1]!.text } : null;
  }
  const parts = splitAt(text, ['!=', '>=', '<=', '=', '>', '<', ' in ', ' and ', ' or ', '?', ';', ':=', '~>']);
  if (!parts) return null;
  if (parts.length === 1) return { left: text, operator: 'is true', right: '' };
  const sign = parts[0]!.sign?.trim();
  const known = OPERATORS.find(({ value }) => value === sign);
  if (parts.length !== 2 || !known || !parts[0]!.text || !parts[1]!.text) return null;
  return { left: parts[0]!.text, operator: known.value, right: parts[1]!.text };
}

/** A condition that is not filled in is never true. */
export function conditionText({ left, operator, right }: Condition): string {
  if (left.trim() === '') return 'false';
  switch (operator) {
    case 'exists':
      return `$exists(${left})`;
    case 'is true':
      return left;
    case 'contains':
      return `$contains(${left}, ${right || '""'})`;
    default:
      return `${left} ${operator} ${right || '""'}`;
  }
}

/** What a person types as a value: JSON as it stands, a reference or an expression as it stands, words in quotes. */
export function valueText(typed: string): string {
  const text = typed.trim();
  if (text === '') return '""';
  if (text.startsWith('$') || text.startsWith('"') || text.startsWith('[') || text.startsWith('(')) return text;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

/** The other way: a quoted text without its quotes. */
export function shownValue(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    // A text that reads as a number or a reference keeps its quotes.
    return typeof value === 'string' && value !== '' && valueText(value) === text ? value : text;
  } catch {
    return text;
  }
}

/** Parts between signs that stand outside of quotes and brackets; `null` where quotes or brackets do not close. */
export function splitAt(text: string, signs: string[]): { text: string; sign?: string }[] | null {
  const parts: { text: string; sign?: string }[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === '"' || c === "'" || c === '`') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (depth === 0) {
      const sign = signs.find((one) => text.startsWith(one, i));
      if (sign) {
        parts.push({ text: text.slice(start, i).trim(), sign });
        i += sign.length - 1;
        start = i + 1;
      }
    }
    if (depth < 0) return null;
  }
  if (quote || depth !== 0) return null;
  parts.push({ text: text.slice(start).trim() });
  return parts;
}

/** Whether the bracket that opens first closes with the last character: `f(a) + g(b)` does not. */
export function closesAtEnd(text: string): boolean {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'" || c === '`') quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}
