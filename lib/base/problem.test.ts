import { expect, test, vi } from 'vitest';
import { Problem, viewOf } from './problem';

test('a problem of another copy of this module is told as what it is', async () => {
  vi.resetModules();
  const other = await import('./problem');
  expect(other.Problem).not.toBe(Problem);
  const theirs = new other.Problem('REVISION_CONFLICT', 'Changed elsewhere.', 'Choose one.');
  expect(theirs).toBeInstanceOf(Problem);
  expect(viewOf(theirs)).toMatchObject({ code: 'REVISION_CONFLICT', hint: 'Choose one.' });
});

test('an error that is no problem is UNEXPECTED', () => {
  expect(new Error('no')).not.toBeInstanceOf(Problem);
  for (const thrown of [new Error('no'), 'no'])
    expect(viewOf(thrown)).toMatchObject({ code: 'UNEXPECTED', message: 'no' });
});
