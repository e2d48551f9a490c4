import Papa from 'papaparse';
import { FunctionError } from '../shared/errors';
import { writeResult } from '../shared/files';
import { list, optionalText } from '../shared/input';

export const handler = async (event: unknown): Promise<{ file: string }> => {
  const rows = list(event, 'rows', 500_000);
  const name = optionalText(event, 'file_name', 120) ?? 'table.csv';
  const columns = new Set<string>();
  for (const row of rows) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new FunctionError(
        'InvalidInput',
        `"rows" must be a list of objects with the values by column; got ${JSON.stringify(row)?.slice(0, 100)}.`,
      );
    }
    for (const column of Object.keys(row)) columns.add(column);
  }
  const flat = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row as object).map(([column, value]) => [
        column,
        typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
      ]),
    ),
  );
  // Spreadsheets run what begins with = + - @ as a formula: such texts get an apostrophe before them.
  // Of no rows there are no columns: an empty file, not a fault, because a filter may leave none.
  const csv =
    columns.size === 0 ? '' : `${Papa.unparse(flat, { columns: [...columns], escapeFormulae: true, newline: '\n' })}\n`;
  const file = name.toLowerCase().endsWith('.csv') ? name : `${name}.csv`;
  return {
    file: await writeResult({
      folder: 'csv',
      name: file,
      bytes: csv,
      mediaType: 'text/csv; charset=utf-8',
      from: [csv, name],
    }),
  };
};
