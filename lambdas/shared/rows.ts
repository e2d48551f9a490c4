/** Tables as functions see them: rows with their values by column name. */
import { FunctionError } from './errors';
import { list } from './input';

export type Row = Record<string, unknown>;

/** @throws FunctionError InvalidInput */
export function rowsOf(event: unknown, field = 'rows'): Row[] {
  const rows = list(event, field, 500_000);
  const wrong = rows.find((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (wrong !== undefined) {
    throw new FunctionError(
      'InvalidInput',
      `"${field}" must be a list of objects with the values by column; got ${JSON.stringify(wrong)?.slice(0, 100)}.`,
    );
  }
  return rows as Row[];
}

/** @throws FunctionError InvalidInput naming the columns that there are, where no row has this one */
export function checkColumn(rows: readonly Row[], column: string): void {
  if (rows.length === 0 || rows.some((row) => Object.hasOwn(row, column))) return;
  const known = Object.keys(rows[0] ?? {})
    .join(', ')
    .slice(0, 300);
  throw new FunctionError('InvalidInput', `No row has a column "${column}". The columns are: ${known}.`);
}

export const cellOf = (row: Row, column: string): unknown => (Object.hasOwn(row, column) ? row[column] : undefined);

/** A number, also where it is written as a text; NaN for everything else. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;

/** Sets a column also where it is called `__proto__`. */
export function put(row: Row, column: string, value: unknown): void {
  Object.defineProperty(row, column, { value, enumerable: true, configurable: true, writable: true });
}
