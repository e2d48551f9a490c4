import { expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import { createJobs } from './jobs';
import { createStream } from './stream';
import type { JobView } from './types';

function listen() {
  const stream = createStream();
  const heard: JobView[] = [];
  stream.subscribe((message) => message.kind === 'job' && heard.push(message.job));
  let n = 0;
  return { jobs: createJobs(stream, () => `job-${++n}`), heard };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test('answers at once and tells its progress and its end', async () => {
  const { jobs, heard } = listen();
  const begun = jobs.begin('draft', async ({ update }) => {
    await settle();
    update({ phase: 'picking' });
    update({ workflowId: 'w1' });
  });
  expect(begun).toMatchObject({ id: 'job-1', status: 'working', phase: 'understanding' });
  await settle();
  await settle();
  expect(heard.map(({ status, phase, workflowId }) => [status, phase, workflowId])).toEqual([
    ['working', 'picking', null],
    ['working', 'picking', 'w1'],
    ['done', 'picking', 'w1'],
  ]);
  expect(jobs.get('job-1').status).toBe('done');
});

test('a failure keeps its code, message and hint', async () => {
  const { jobs } = listen();
  jobs.begin('run', async () => {
    throw new Problem('FUNCTION_MISSING', 'No function exists for the step "Fly".', 'Choose one.');
  });
  await settle();
  expect(jobs.get('job-1')).toMatchObject({
    status: 'failed',
    problem: { code: 'FUNCTION_MISSING', hint: 'Choose one.' },
  });
});

test('cancel ends it for good: what comes later is not heard', async () => {
  const { jobs, heard } = listen();
  jobs.begin('draft', async ({ signal, update }) => {
    await settle();
    update({ workflowId: 'late' });
    signal.throwIfAborted();
  });
  expect(jobs.cancel('job-1').status).toBe('cancelled');
  await settle();
  await settle();
  expect(jobs.get('job-1')).toMatchObject({ status: 'cancelled', workflowId: null });
  expect(heard.at(-1)?.status).toBe('cancelled');
  expect(() => jobs.get('job-9')).toThrow(/no job "job-9"/);
});
