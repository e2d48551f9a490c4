/** How the groups of files look and are called; rows of a table in text. Pure. @module */
import type { FileKind } from '@/lib/base/media';

export const KINDS: Record<FileKind, { label: string; colour: string }> = {
  pictures: { label: 'Pictures', colour: 'bg-accent' },
  documents: { label: 'Documents', colour: 'bg-warning' },
  data: { label: 'Data', colour: 'bg-success' },
  sound: { label: 'Sound and video', colour: 'bg-json-number' },
  others: { label: 'Others', colour: 'bg-muted' },
};

const MOST_ROWS = 50;

/**
 * The first rows of a CSV text, cells unquoted; a row that the text's end cut off is left out unless `whole`.
 * The separator is the one of comma, semicolon and tab that the first line has most of.
 */
export function csvRows(text: string, whole: boolean): string[][] {
  const line = text.slice(0, text.search(/\r?\n|$/));
  const count = (mark: string) => line.split(mark).length;
  const mark = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < text.length && rows.length < MOST_ROWS; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[i++];
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === mark) {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')]);
      [row, cell] = [[], ''];
    } else cell += c;
  }
  if (whole && rows.length < MOST_ROWS && (row.length > 0 || cell !== '')) rows.push([...row, cell]);
  return rows;
}
