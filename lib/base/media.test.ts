import { expect, test } from 'vitest';
import { kindOf } from './media';

test('a file belongs to the group that a person would look in', () => {
  const of = (mediaType: string) => kindOf({ mediaType });
  expect(
    ['image/png', 'audio/mpeg', 'application/pdf', 'text/csv', 'application/json', 'text/plain', ''].map(of),
  ).toEqual(['pictures', 'sound', 'documents', 'data', 'data', 'documents', 'others']);
});
