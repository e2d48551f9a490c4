import { FunctionError } from '../shared/errors';
import { fieldsOf, list, oneOf, text } from '../shared/input';

type Row = Record<string, unknown>;
const OPERATORS = ['equals', 'not equals', 'contains', 'greater than', 'less than'] as const;

/** Numbers compare as numbers, also where one of them is written as a text; everything else as text, whatever its case. */
export const handler = async (event: unknown): Promise<{ rows: Row[]; count: number }> => {
  const rows = list(event, 'rows', 500_000) as Row[];
  const column = text(event, 'column', { limit: 200 });
  const operator = oneOf(event, 'operator', OPERATORS);
  const { value } = fieldsOf(event);
  if (!['string', 'number', 'boolean'].includes(typeof value))
    throw new FunctionError('InvalidInput', '"value" must be a text, a number, true or false.');
  if (rows.length > 0 && !rows.some((row) => typeof row === 'object' && row !== null && Object.hasOwn(row, column))) {
    throw new FunctionError(
      'InvalidInput',
      `No row has a column "${column}". The columns are: ${Object.keys(rows[0] ?? {})
        .join(', ')
        .slice(0, 300)}.`,
    );
  }
  const kept = rows.filter((row) => fits(Object.hasOwn(row, column) ? row[column] : undefined, operator, value));
  return { rows: kept, count: kept.length };
};

const words = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value).trim().toLowerCase();
const number = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;

function fits(cell: unknown, operator: (typeof OPERATORS)[number], value: unknown): boolean {
  const [a, b] = [number(cell), number(value)];
  const numeric = !Number.isNaN(a) && !Number.isNaN(b);
  const equal = numeric ? a === b : words(cell) === words(value);
  if (operator === 'equals') return equal;
  if (operator === 'not equals') return !equal;
  if (operator === 'contains') return words(cell).includes(words(value));
  if (cell === null || cell === undefined || cell === '') return false;
  const order = numeric ? a - b : words(cell).localeCompare(words(value));
  return operator === 'greater than' ? order > 0 : order < 0;
}
