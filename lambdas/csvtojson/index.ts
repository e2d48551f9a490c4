import Papa from 'papaparse';
import { FunctionError } from '../shared/errors';
import { readStored } from '../shared/files';
import { optionalText, text } from '../shared/input';
import { decodeText } from '../shared/text';

type Cell = string | number | boolean | null;
type Output = { rows: Record<string, Cell>[]; columns: string[]; count: number };

/** Lambda answers at most 6 MB: rows of a larger file would be lost on the way. */
const FILE_LIMIT = 4 * 1024 * 1024;

export const handler = async (event: unknown): Promise<Output> => {
  const source = text(event, 'file');
  const delimiter = optionalText(event, 'delimiter', 1);
  const stored = await readStored(source, 'file', FILE_LIMIT);
  const parsed = Papa.parse<Record<string, Cell>>(decodeText(stored), {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: 'greedy',
    delimiter: delimiter ?? '',
  });
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
  return { rows: parsed.data, columns, count: parsed.data.length };
};
