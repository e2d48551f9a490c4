import { expect, test } from 'vitest';
import { handler as read } from '../readexcel/index';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('what is written can be read again; a formula stays a text', async () => {
  const rows = [
    { city: 'Oslo', visits: 3, open: true },
    { city: '=1+1', visits: 4.5, open: null },
  ];
  const { file } = await handler({ rows, file_name: 'visits', sheet: 'Visits' });
  expect(file).toMatch(/visits\.xlsx$/);
  expect(await read({ file, sheet: 'visits' })).toEqual({ rows, columns: ['city', 'visits', 'open'], count: 2 });
  expect((await cloud.get(file)).mediaType).toContain('spreadsheetml');
});

test('a bad sheet name is told', async () => {
  await expect(handler({ rows: [], sheet: 'a/b' })).rejects.toThrow('"sheet" is "a/b"');
});
