import Papa from 'papaparse';
import { FunctionError } from '../shared/errors';
import { readStored } from '../shared/files';
import { optionalText, text } from '../shared/input';
import { put, type Row } from '../shared/rows';
import { decodeText } from '../shared/text';

type Cell = string | number | boolean | null;
type Output = { rows: Row[]; columns: string[]; count: number };

/** Lambda answers at most 6 MB: rows of a larger file would be lost on the way. */
const FILE_LIMIT = 4 * 1024 * 1024;

export const handler = async (event: unknown): Promise<Output> => {
  const source = text(event, 'file');
  const delimiter = optionalText(event, 'delimiter', 1);
  const stored = await readStored(source, 'file', FILE_LIMIT);
  const parsed = Papa.parse<Record<string, string>>(decodeText(stored), {
    header: true,
    skipEmptyLines: 'greedy',
    delimiter: delimiter ?? '',
  });
  const comma = parsed.meta.delimiter === ';';
  const columns = parsed.meta.fields ?? [];
  // A file of one column has no delimiter to be found: that is no fault.
  const fault = parsed.errors.find(({ code }) => code !== 'UndetectableDelimiter');
  if (fault) {
    const row = fault.row === undefined ? '' : ` in row ${fault.row + 1}`;
    throw new FunctionError(
      'NotCsv',
      `${stored.uri} cannot be read as CSV: ${fault.message}${row}. Mend that row, or name the delimiter.`,
    );
  }
  const rows = parsed.data.map((row) => {
    const typed: Row = {};
    for (const [column, value] of Object.entries(row)) put(typed, column, cellOf(value, comma));
    return typed;
  });
  return { rows, columns, count: rows.length };
};

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;

/**
 * What a cell means. A postcode such as 01234 and a number of more than 15 digits would lose digits as numbers: they stay
 * texts.
 * @param comma where cells are parted by semicolons, numbers have a decimal comma: 1.234,50
 */
function cellOf(cell: string, comma: boolean): Cell {
  const text = cell.trim();
  if (text === '') return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const number = comma && COMMA_NUMBER.test(text) ? text.replaceAll('.', '').replace(',', '.') : text;
  const keeps = NUMBER.test(number) && !/^-?0\d/.test(number) && number.replace(/\D/g, '').length <= 15;
  return keeps ? Number(number) : cell;
}
