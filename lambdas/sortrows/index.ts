import { fieldsOf, integer, oneOf, text } from '../shared/input';
import { cellOf, checkColumn, numberOf, type Row, rowsOf } from '../shared/rows';

/** Numbers as numbers, also where they are written as texts; rows without a value come last, whichever way. */
export const handler = async (event: unknown): Promise<{ rows: Row[]; count: number }> => {
  const rows = rowsOf(event);
  const column = text(event, 'column', { limit: 200 });
  const order = oneOf(event, 'order', ['ascending', 'descending'] as const, 'ascending');
  const limited = fieldsOf(event).limit !== undefined && fieldsOf(event).limit !== null;
  const limit = limited ? integer(event, 'limit', 1, 500_000) : rows.length;
  checkColumn(rows, column);
  const sign = order === 'ascending' ? 1 : -1;
  const keyed = rows.map((row) => {
    const value = cellOf(row, column);
    return {
      row,
      empty: value === undefined || value === null || value === '',
      number: numberOf(value),
      text: String(value),
    };
  });
  keyed.sort((a, b) => {
    if (a.empty || b.empty) return Number(a.empty) - Number(b.empty);
    const [n, m] = [Number.isNaN(a.number), Number.isNaN(b.number)];
    if (!n && !m) return sign * (a.number - b.number);
    if (n !== m) return sign * (Number(n) - Number(m)); // numbers before words: an order that holds for any three
    return sign * a.text.localeCompare(b.text, 'en', { numeric: true, sensitivity: 'base' });
  });
  const sorted = keyed.slice(0, limit).map(({ row }) => row);
  return { rows: sorted, count: sorted.length };
};
