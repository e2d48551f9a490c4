/** Figures as a table, and as JSON. */

export type Figures = Record<string, number>;
export type Column = { name: string; figures: Figures; notes: string[] };
type Row = { key: string; label: string; unit: string; better: 'more' | 'less'; aim: number | null };

export const round = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;

/** @param rows the order in which figures are shown; those that nobody has are left out */
export function table(rows: Row[], columns: Column[]): string {
  const [own, ...peers] = columns;
  if (!own) return '';
  const head = ['measure', 'aim', ...columns.map(({ name }) => name), ...peers.map(({ name }) => `times ${name}`)];
  const lines = rows
    .filter(({ key }) => columns.some(({ figures }) => figures[key] !== undefined))
    .map(({ key, label, unit, better, aim }) => {
      const mine = own.figures[key];
      const times = peers.map(({ figures }) => {
        const theirs = figures[key];
        if (!mine || !theirs) return '';
        return round(better === 'more' ? mine / theirs : theirs / mine).toString();
      });
      const values = columns.map(({ figures }) => (figures[key] === undefined ? '-' : round(figures[key]).toString()));
      const wanted = aim === null ? '' : `${better === 'more' ? '≥' : '≤'} ${aim}`;
      return [`${label}, ${unit}`, wanted, ...values, ...times];
    });
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(line)].join('\n');
}
