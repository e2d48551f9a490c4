import readXlsx, { type Sheet } from 'read-excel-file/node';
import { FunctionError } from '../shared/errors';
import { readStored } from '../shared/files';
import { optionalText, text } from '../shared/input';
import { put, type Row } from '../shared/rows';
import { openZip } from '../shared/zip';

/** bytes; and of what is unpacked from them */
const FILE_LIMIT = 10 * 1024 * 1024;
const SHEET_LIMIT = 100 * 1024 * 1024;

export const handler = async (event: unknown): Promise<{ rows: Row[]; columns: string[]; count: number }> => {
  const source = text(event, 'file');
  const sheet = optionalText(event, 'sheet', 100);
  const stored = await readStored(source, 'file', FILE_LIMIT);
  const bad = (cause?: unknown) =>
    new FunctionError(
      'NotExcel',
      `${stored.uri} is not an Excel workbook (.xlsx) that can be read (its type is ${stored.mediaType}). Save it as .xlsx, or use a CSV file.`,
      { cause },
    );
  const file = Buffer.from(stored.bytes);
  let sheets: Sheet[];
  try {
    openZip(file, stored.uri, SHEET_LIMIT);
    sheets = await readXlsx(file);
  } catch (error) {
    throw bad(error);
  }
  const chosen =
    sheet === undefined ? sheets[0] : sheets.find((one) => one.sheet.toLowerCase() === sheet.toLowerCase());
  if (!chosen) {
    const names = sheets.map((one) => one.sheet).join(', ');
    throw new FunctionError(
      'InvalidInput',
      `There is no sheet "${sheet}" in ${stored.uri}. Its sheets are: ${names.slice(0, 300)}.`,
    );
  }
  const [head = [], ...lines] = chosen.data;
  const columns = head.map((cell, i) => (cell === null ? `column ${i + 1}` : String(cell).trim()));
  const rows = lines.map((line) => {
    const row: Row = {};
    for (const [i, column] of columns.entries()) {
      const cell = line[i] ?? null;
      put(row, column, cell instanceof Date ? cell.toISOString().replace(/T00:00:00\.000Z$/, '') : cell);
    }
    return row;
  });
  return { rows, columns, count: rows.length };
};
