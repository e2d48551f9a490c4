import { expect, test } from 'vitest';
import type { RunSummary } from '@/lib/usecases/types';
import { matches, readFilter, writeFilter } from './filter';

const run = (more: Partial<RunSummary>): RunSummary => ({
  id: 'run-1',
  executionArn: 'arn',
  workflowId: 'w1',
  workflowName: 'Small photos',
  revision: 1,
  status: 'SUCCEEDED',
  startedAt: 0,
  stoppedAt: 1,
  ...more,
});
const all = { status: '', workflow: '', text: '' };

test('a filter stands in the address and is read back', () => {
  const filter = { status: 'failed', workflow: 'w/1', text: 'a & b' };
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
  expect(writeFilter(all)).toBe('');
  expect(readFilter(new URLSearchParams('status=constructor'))).toEqual(all);
});

test('status, workflow and every word of the text narrow the list', () => {
  expect(matches(all, run({}))).toBe(true);
  expect(matches({ ...all, status: 'failed' }, run({ status: 'TIMED_OUT' }))).toBe(true);
  expect(matches({ ...all, status: 'failed' }, run({}))).toBe(false);
  expect(matches({ ...all, workflow: 'w2' }, run({}))).toBe(false);
  expect(matches({ ...all, text: ' PHOTOS small' }, run({}))).toBe(true);
  expect(matches({ ...all, text: 'photos large' }, run({}))).toBe(false);
  expect(matches({ ...all, text: 'run-1' }, run({}))).toBe(true);
});
