import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serverNow, setServerTime } from './clock';

const NOW = 1_700_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  setServerTime(Date.now());
  vi.useRealTimers();
});

test('a clock that is a day ahead or behind counts by the server’s', () => {
  for (const day of [86_400_000, -86_400_000]) {
    expect(setServerTime(NOW - day)).toBe(day);
    expect(serverNow()).toBe(NOW - day);
    vi.advanceTimersByTime(1000);
    expect(serverNow()).toBe(NOW - day + 1000);
    vi.setSystemTime(NOW);
  }
});

test('an answer that took a second does not make a clock wrong', () => {
  expect(setServerTime(NOW - 1000)).toBe(0);
  expect(serverNow()).toBe(NOW);
});
