import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClock, isLimit, isWait, Timers } from './clock';

test('timers fire in the order of their times, never early', async () => {
  const timers = new Timers();
  const begun = Date.now();
  const fired: [number, number][] = [];
  const delays = [90, 10, 50, 50, 0, -1000, 70, 20];
  delays.forEach((delay, i) => {
    timers.set(String(i), begun + delay, () => fired.push([delay, Date.now() - begun]));
  });
  expect(fired).toEqual([]); // not within the call, even when the time is gone by
  await sleep(150);
  expect(fired.map(([delay]) => delay)).toEqual(delays.toSorted((a, b) => a - b));
  for (const [delay, after] of fired) expect(after).toBeGreaterThanOrEqual(delay);
});

test('a timer set again moves, one cleared stays silent', async () => {
  const timers = new Timers();
  const fired: string[] = [];
  const soon = (ms: number) => Date.now() + ms;
  timers.set('moved', soon(10), () => fired.push('too soon'));
  timers.set('moved', soon(60), () => fired.push('moved'));
  timers.set('cleared', soon(20), () => fired.push('cleared'));
  timers.clear('cleared');
  await sleep(40);
  expect(fired).toEqual([]);
  await sleep(60);
  expect(fired).toEqual(['moved']);
});

test('a wait of a year neither fires at once nor holds up nearer ones', async () => {
  const timers = new Timers();
  const fired: string[] = [];
  timers.set('year', Date.now() + 366 * 86_400_000, () => fired.push('year'));
  timers.set('soon', Date.now() + 20, () => fired.push('soon'));
  await sleep(60);
  expect(fired).toEqual(['soon']);
  expect(timers.size).toBe(1);
  timers.stop();
});

test('whatever is set and cleared, what is left fires in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -50, max: 0 }), fc.boolean()), {
        maxLength: 60,
      }),
      async (steps) => {
        const timers = new Timers();
        const fired: number[] = [];
        const left = new Map<number, number>();
        const base = Date.now();
        for (const [key, offset, clear] of steps) {
          if (clear) {
            timers.clear(String(key));
            left.delete(key);
          } else {
            timers.set(String(key), base + offset, () => fired.push(offset));
            left.set(key, offset);
          }
        }
        await sleep(3);
        expect(fired).toEqual([...left.values()].sort((a, b) => a - b));
      },
    ),
    { numRuns: 40 },
  );
});

test('timers of one moment fire in the order that they stand for, then as they were set', async () => {
  const timers = new Timers();
  const now = Date.now();
  const fired: string[] = [];
  for (const [name, standsFor] of Object.entries({ late: 9, a: 5, b: 5, early: 1, c: 5 }))
    timers.set(name, now, () => fired.push(name), standsFor);
  await sleep(20);
  expect(fired).toEqual(['early', 'a', 'b', 'c', 'late']);
});

test('a scale is 0 or more, and shortens waits alone', () => {
  expect(createClock(0).scale).toBe(0);
  expect(() => createClock(-1)).toThrow(RangeError);
  expect(() => createClock(Number.NaN)).toThrow(RangeError);
  expect(['thread:1:wake:2:0', 'task:4:timeout', 'task:4:heartbeat', 'execution:timeout'].filter(isWait)).toEqual([
    'thread:1:wake:2:0',
  ]);
  expect(['thread:1:wake:2:0', 'task:4:timeout', 'execution:timeout', 'longest run'].filter(isLimit)).toEqual([
    'execution:timeout',
    'longest run',
  ]);
});
