import { FunctionError } from '../shared/errors';
import { oneOf, optionalText, text } from '../shared/input';
import { cellOf, checkColumn, numberOf, put, type Row, rowsOf } from '../shared/rows';

const OPERATIONS = ['sum', 'average', 'count', 'min', 'max', 'median'] as const;
type Operation = (typeof OPERATIONS)[number];

/** Cells without a value are left out; a cell that is no number is told, not skipped. */
export const handler = async (event: unknown): Promise<{ rows: Row[]; result: number; count: number }> => {
  const rows = rowsOf(event);
  const operation = oneOf(event, 'operation', OPERATIONS);
  const column = operation === 'count' ? optionalText(event, 'column', 200) : text(event, 'column', { limit: 200 });
  const groupBy = optionalText(event, 'group_by', 200);
  for (const name of [column, groupBy]) if (name !== undefined) checkColumn(rows, name);

  const groups = new Map<string, { label: unknown; values: number[] }>();
  const all: number[] = [];
  for (const [i, row] of rows.entries()) {
    const label = groupBy === undefined ? null : (cellOf(row, groupBy) ?? null);
    const key = JSON.stringify(label);
    const group = groups.get(key) ?? { label, values: [] };
    groups.set(key, group);
    const cell = column === undefined ? 1 : cellOf(row, column);
    if (cell === undefined || cell === null || cell === '') continue;
    const value = operation === 'count' ? 1 : numberOf(cell);
    if (Number.isNaN(value)) {
      throw new FunctionError(
        'InvalidInput',
        `Row ${i + 1} has ${JSON.stringify(cell).slice(0, 100)} in the column "${column}", which is no number. Mend it, or filter such rows out.`,
      );
    }
    group.values.push(value);
    all.push(value);
  }
  const made = [...groups.values()].map(({ label, values }) => {
    const row: Row = {};
    if (groupBy !== undefined) put(row, groupBy, label);
    put(row, operation, figure(values, operation));
    return row;
  });
  return { rows: made, result: figure(all, operation), count: made.length };
};

/** 0 where there is nothing. */
function figure(values: number[], operation: Operation): number {
  const sum = () => tidy(values.reduce((total, value) => total + value, 0));
  if (values.length === 0 || operation === 'count') return values.length;
  if (operation === 'sum') return sum();
  if (operation === 'average') return tidy(sum() / values.length);
  if (operation === 'min') return values.reduce((a, b) => Math.min(a, b));
  if (operation === 'max') return values.reduce((a, b) => Math.max(a, b));
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)]! : tidy((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/** 0.1 + 0.2 is 0.3: what binary fractions leave over is rounded away. */
const tidy = (value: number): number => Number(value.toPrecision(15));
