import { expect, test } from 'vitest';
import { readPlace, withPlace } from './place';

const PAGE = 'http://localhost:3000/runs/abc';

test('a place is read back from the address it was put into', () => {
  const place = { tab: 'timeline', step: 'Größe & mehr #1?#2', at: 57 };
  const address = withPlace(`${PAGE}?other=1`, place);
  expect(new URL(address).searchParams.get('other')).toBe('1');
  expect(readPlace(new URL(address).searchParams)).toEqual(place);
});

test('what is not looked at in particular leaves the address as it was', () => {
  expect(withPlace(`${PAGE}?tab=logs&at=3`, { tab: null, step: null, at: null })).toBe(PAGE);
});

test('a moment that is none is now', () => {
  for (const at of ['0', '-3', '1.5', 'x', '']) expect(readPlace(new URLSearchParams({ at })).at).toBeNull();
});
