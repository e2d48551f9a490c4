import { FunctionError } from '../shared/errors';
import { text } from '../shared/input';
import { dataOf } from '../shared/json';

export const handler = async (event: unknown): Promise<{ data: unknown; found: boolean }> => {
  let value = dataOf(event, 'data');
  for (const part of partsOf(text(event, 'path', { limit: 500 }))) {
    const at = typeof part === 'number' && part < 0 && Array.isArray(value) ? value.length + part : part;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, at)) return { data: null, found: false };
    value = (value as Record<string | number, unknown>)[at];
  }
  return { data: value ?? null, found: true };
};

/** `$.items[0]["first name"]` → items, 0, first name; a number below zero counts from the end */
function partsOf(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  const rest = path.trim().replace(/^\$/, '');
  const PART = /\.?([^.[\]]+)|\[(-?\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]/y;
  while (PART.lastIndex < rest.length) {
    const from = PART.lastIndex;
    const match = PART.exec(rest);
    if (!match)
      throw new FunctionError(
        'InvalidInput',
        `"path" cannot be read at "${rest.slice(from, from + 20)}". Write it as items[0].name.`,
      );
    const [, name, number, quoted, single] = match;
    parts.push(number === undefined ? (name?.trim() ?? quoted ?? single ?? '') : Number(number));
  }
  return parts;
}
