import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const rows = [
  { city: 'Oslo', visits: 3 },
  { city: 'Rome', visits: '12' },
  { city: 'Bern', visits: -2 },
];
const blue = async (uri: string) => {
  const data = await sharp((await cloud.get(uri)).bytes)
    .removeAlpha()
    .raw()
    .toBuffer();
  let count = 0;
  for (let i = 0; i < data.length; i += 3) if (data[i] === 0 && data[i + 1] === 0x72 && data[i + 2] === 0xb2) count++;
  return count;
};

test('bars have areas as the numbers say', async () => {
  const one = await handler({ rows: rows.slice(0, 2), label_column: 'city', value_column: 'visits' });
  const { width, height, format } = await sharp((await cloud.get(one.image)).bytes).metadata();
  expect([width, height, format]).toEqual([960, 600, 'png']);
  const single = [
    { city: 'a', visits: 15 },
    { city: 'b', visits: 0 },
  ];
  const full = await handler({ rows: single, label_column: 'city', value_column: 'visits' });
  const equal = await handler({
    rows: [
      { city: 'a', visits: 15 },
      { city: 'b', visits: 15 },
    ],
    label_column: 'city',
    value_column: 'visits',
  });
  const ratio = (await blue(equal.image)) / (await blue(full.image));
  expect(ratio).toBeGreaterThan(1.9);
  expect(ratio).toBeLessThan(2.1);
});

test.each(['line', 'pie'])('a %s is drawn', async (chart_type) => {
  const points = rows.slice(0, 2);
  const { image } = await handler({
    rows: points,
    label_column: 'city',
    value_column: 'visits',
    chart_type,
    title: 'Visits <b>',
  });
  expect(await blue(image)).toBeGreaterThan(500);
});

test('rows in which nothing stands are left out', async () => {
  const columns = { label_column: 'city', value_column: 'visits' };
  const full = { city: 'a', visits: 2 };
  const [gap, none] = await Promise.all([
    handler({ rows: [full, { city: 'b', visits: null }], ...columns }),
    handler({ rows: [full], ...columns }),
  ]);
  expect(gap.image).toBe(none.image);
  await expect(handler({ rows: [{ city: 'b', visits: '' }], ...columns })).rejects.toThrow('nothing to draw');
});

test('what cannot be drawn is named', async () => {
  const columns = { label_column: 'city', value_column: 'visits' };
  await expect(handler({ rows, ...columns, chart_type: 'pie' })).rejects.toThrow('Row 3 has -2');
  await expect(handler({ rows: [{ city: 'a', visits: 'x' }], ...columns })).rejects.toThrow('Row 1 has "x"');
  await expect(handler({ rows, label_column: 'city', value_column: 'sales' })).rejects.toThrow(
    'The columns are: city, visits',
  );
});
