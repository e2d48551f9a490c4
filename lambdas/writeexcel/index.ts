import writeXlsx from 'write-excel-file/node';
import { FunctionError } from '../shared/errors';
import { writeResult } from '../shared/files';
import { optionalText } from '../shared/input';
import { cellOf, rowsOf } from '../shared/rows';

/** Excel's own limits */
const ROW_LIMIT = 1_048_575;
const TEXT_LIMIT = 32_767;

/** Texts stay texts: none becomes a formula. */
export const handler = async (event: unknown): Promise<{ file: string }> => {
  const rows = rowsOf(event);
  const name = optionalText(event, 'file_name', 120) ?? 'table.xlsx';
  const sheet = optionalText(event, 'sheet', 31) ?? 'Sheet1';
  if (/[[\]:*?/\\]/.test(sheet))
    throw new FunctionError(
      'InvalidInput',
      `"sheet" is "${sheet}"; a sheet's name may not have any of [ ] : * ? / \\.`,
    );
  if (rows.length > ROW_LIMIT) throw new FunctionError('InvalidInput', `A sheet holds ${ROW_LIMIT} rows.`);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'number' && Number.isFinite(value)) return { value, type: Number };
    if (typeof value === 'boolean') return { value, type: Boolean };
    const words = typeof value === 'string' ? value : JSON.stringify(value);
    return { value: words.slice(0, TEXT_LIMIT), type: String };
  };
  const table = [
    columns.map((column) => ({ value: column, type: String, fontWeight: 'bold' as const })),
    ...rows.map((row) => columns.map((column) => cell(cellOf(row, column)))),
  ];
  const bytes = await writeXlsx(table, { sheet }).toBuffer();
  return {
    file: await writeResult({
      folder: 'excel',
      name: /\.xlsx$/i.test(name) ? name : `${name}.xlsx`,
      bytes,
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      from: [rows, sheet, name],
    }),
  };
};
