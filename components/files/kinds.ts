/** What a file is, for people: which group it belongs to, by its media type. Pure. @module */
import type { FileView } from '@/lib/usecases/types';

export type FileKind = 'pictures' | 'sound' | 'documents' | 'data' | 'others';
export const KINDS: { kind: FileKind; label: string; colour: string }[] = [
  { kind: 'pictures', label: 'Pictures', colour: 'bg-accent' },
  { kind: 'documents', label: 'Documents', colour: 'bg-warning' },
  { kind: 'data', label: 'Data', colour: 'bg-success' },
  { kind: 'sound', label: 'Sound and video', colour: 'bg-json-number' },
  { kind: 'others', label: 'Others', colour: 'bg-muted' },
];

export function kindOf({ mediaType }: Pick<FileView, 'mediaType'>): FileKind {
  if (mediaType.startsWith('image/')) return 'pictures';
  if (/^(audio|video)\//.test(mediaType)) return 'sound';
  if (/csv|tab-separated|excel|spreadsheet|json|xml|yaml/.test(mediaType)) return 'data';
  if (/pdf|^text\/|word|presentation/.test(mediaType)) return 'documents';
  return 'others';
}

/** The files that a search and a kind leave. Each word has to stand in the name or the key. */
export function filesLike(files: FileView[], query: string, kind: FileKind | 'all'): FileView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return files.filter(
    (file) => (kind === 'all' || kindOf(file) === kind) && words.every((word) => file.key.toLowerCase().includes(word)),
  );
}

/** How many there are and how much they hold, by kind; kinds of which there are none are left out. */
export function byKind(
  files: FileView[],
): { kind: FileKind; label: string; colour: string; n: number; bytes: number }[] {
  return KINDS.map((one) => {
    const some = files.filter((file) => kindOf(file) === one.kind);
    return { ...one, n: some.length, bytes: some.reduce((sum, { bytes }) => sum + bytes, 0) };
  }).filter(({ n }) => n > 0);
}

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
