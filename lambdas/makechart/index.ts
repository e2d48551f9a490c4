import sharp from 'sharp';
import { FunctionError } from '../shared/errors';
import { writeResult } from '../shared/files';
import { oneOf, optionalText, text } from '../shared/input';
import { cellOf, checkColumn, numberOf, rowsOf } from '../shared/rows';
import { drawChart, type Point } from './draw';

const POINT_LIMIT = 500;

const isEmpty = (cell: unknown) => cell === null || cell === undefined || cell === '';

export const handler = async (event: unknown): Promise<{ image: string }> => {
  const rows = rowsOf(event);
  const labels = text(event, 'label_column', { limit: 200 });
  const values = text(event, 'value_column', { limit: 200 });
  const kind = oneOf(event, 'chart_type', ['bar', 'line', 'pie'] as const, 'bar');
  const title = optionalText(event, 'title', 200) ?? '';
  if (rows.length === 0) throw new FunctionError('InvalidInput', '"rows" is empty: there is nothing to draw.');
  if (rows.length > POINT_LIMIT)
    throw new FunctionError(
      'InvalidInput',
      `${rows.length} rows are too many for a chart; at most ${POINT_LIMIT}. Group or filter them first.`,
    );
  for (const column of [labels, values]) checkColumn(rows, column);
  // Where nothing stands there is nothing to draw; the number of the row is that of the table.
  const filled = rows.map((row, i) => ({ row, i })).filter(({ row }) => !isEmpty(cellOf(row, values)));
  if (filled.length === 0)
    throw new FunctionError('InvalidInput', `The column "${values}" is empty: there is nothing to draw.`);
  const points = filled.map(({ row, i }): Point => {
    const value = numberOf(cellOf(row, values));
    if (!Number.isFinite(value) || (kind === 'pie' && value < 0)) {
      throw new FunctionError(
        'InvalidInput',
        `Row ${i + 1} has ${JSON.stringify(cellOf(row, values))?.slice(0, 100)} in the column "${values}"; a ${kind} chart needs ${kind === 'pie' ? 'numbers that are not below zero' : 'numbers'}.`,
      );
    }
    return { label: String(cellOf(row, labels) ?? ''), value };
  });
  if (kind === 'pie' && points.every(({ value }) => value === 0))
    throw new FunctionError(
      'InvalidInput',
      `The numbers in the column "${values}" are all 0: a pie needs something to divide.`,
    );
  const bytes = await sharp(Buffer.from(drawChart(points, kind, title)))
    .png()
    .toBuffer();
  return {
    image: await writeResult({
      folder: 'charts',
      name: 'chart.png',
      bytes,
      mediaType: 'image/png',
      from: [points, kind, title],
    }),
  };
};
