import { expect, test } from 'vitest';
import type { Status } from '../ui/status';
import { bandOf, countsOf, itemCellsOf, listed, moved } from './heat';

const cells: Status[] = ['succeeded', 'failed', 'succeeded', 'running', 'timedout', 'notrun'];

test('the failed are those that failed or ran out of time', () => {
  expect(listed(cells, true)).toEqual([1, 4]);
  expect(listed(cells, false)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('each kind is counted, the worst first', () => {
  expect(countsOf(cells)).toEqual([
    { status: 'failed', count: 1 },
    { status: 'timedout', count: 1 },
    { status: 'running', count: 1 },
    { status: 'succeeded', count: 2 },
    { status: 'notrun', count: 1 },
  ]);
});

test('the children of a distributed Map are told as they were at a time', () => {
  const view = {
    total: 3,
    items: [
      { executionArn: 'a', status: 'SUCCEEDED' as const, startedAt: 10, stoppedAt: 20 },
      { executionArn: 'b', status: 'FAILED' as const, startedAt: 15, stoppedAt: 30 },
    ],
  };
  expect(itemCellsOf(view, null)).toEqual(['succeeded', 'failed', 'notrun']);
  expect(itemCellsOf(view, 20)).toEqual(['succeeded', 'running', 'notrun']);
  expect(itemCellsOf(view, 12)).toEqual(['running', 'notrun', 'notrun']);
});

test('one that failed is seen among ten thousand', () => {
  const many = new Array<Status>(10_000).fill('succeeded');
  many[9_999] = 'failed';
  expect(bandOf(many, 100)).toEqual([
    { from: 0, to: 0.99, status: 'succeeded' },
    { from: 0.99, to: 1, status: 'failed' },
  ]);
  expect(bandOf(cells.slice(0, 2), 100)).toEqual([
    { from: 0, to: 0.5, status: 'succeeded' },
    { from: 0.5, to: 1, status: 'failed' },
  ]);
  expect(bandOf([], 100)).toEqual([]);
});

test('keys go by a cell, a row, a page, and to the ends, and stay inside', () => {
  const go = (key: string, at: number) => moved(key, at, 25, 10, 2);
  expect([go('ArrowRight', 3), go('ArrowLeft', 0), go('ArrowDown', 3), go('ArrowUp', 13)]).toEqual([4, 0, 13, 3]);
  expect([go('ArrowUp', 4), go('ArrowDown', 18), go('PageDown', 2), go('End', 0), go('Home', 20)]).toEqual([
    4, 24, 22, 24, 0,
  ]);
  expect(go('a', 3)).toBeNull();
  expect(moved('End', 0, 0, 10, 2)).toBeNull();
});
