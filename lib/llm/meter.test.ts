import { expect, test } from 'vitest';
import { createMeter } from './meter';

test('calls and tokens of a day; the next one begins at nothing', () => {
  let now = new Date(2030, 0, 1, 23, 59).getTime();
  const meter = createMeter(() => now);
  meter.sent(400);
  meter.got(41);
  meter.sent(0);
  expect(meter.today()).toEqual({ calls: 2, tokens: 111 });
  now += 120_000;
  expect(meter.today()).toEqual({ calls: 0, tokens: 0 });
  meter.got(4);
  expect(meter.today()).toEqual({ calls: 0, tokens: 1 });
});
