import { FunctionError } from '../shared/errors';
import { oneOf, text } from '../shared/input';
import { cellOf, checkColumn, put, type Row, rowsOf } from '../shared/rows';

const ROW_LIMIT = 500_000;

/** A column that both have, but for the one that joins, keeps the first table's value. */
export const handler = async (event: unknown): Promise<{ rows: Row[]; count: number }> => {
  const rows = rowsOf(event);
  const others = rowsOf(event, 'other_rows');
  const column = text(event, 'column', { limit: 200 });
  const keep = oneOf(event, 'keep', ['matching', 'all'] as const, 'matching');
  checkColumn(rows, column);
  checkColumn(others, column);
  const known = new Map<string, Row[]>();
  for (const other of others) {
    const key = keyOf(cellOf(other, column));
    if (key === null) continue;
    const same = known.get(key);
    if (same) same.push(other);
    else known.set(key, [other]);
  }
  const joined: Row[] = [];
  for (const row of rows) {
    const key = keyOf(cellOf(row, column));
    const matches = (key === null ? undefined : known.get(key)) ?? (keep === 'all' ? [{}] : []);
    for (const match of matches) {
      const both: Row = {};
      for (const source of [match, row]) for (const [name, value] of Object.entries(source)) put(both, name, value);
      joined.push(both);
    }
    if (joined.length > ROW_LIMIT)
      throw new FunctionError(
        'InvalidInput',
        `Joined, they have more than ${ROW_LIMIT} rows. Join by a column whose values are distinct.`,
      );
  }
  return { rows: joined.map((row) => ordered(row, rows[0] ?? {})), count: joined.length };
};

/** 7 and "7" are the same, and so are "Oslo" and "oslo "; nothing matches nothing. */
const keyOf = (value: unknown): string | null =>
  value === null || value === undefined || value === ''
    ? null
    : String(typeof value === 'object' ? JSON.stringify(value) : value)
        .trim()
        .toLowerCase();

/** The first table's columns stand first. */
function ordered(row: Row, first: Row): Row {
  const names = [...new Set([...Object.keys(first).filter((name) => Object.hasOwn(row, name)), ...Object.keys(row)])];
  const made: Row = {};
  for (const name of names) put(made, name, row[name]);
  return made;
}
