import { expect, test } from 'vitest';
import { namesInZip } from './files';

test('files of one name are kept apart, and no name leads out of the folder or breaks it', () => {
  expect(namesInZip(['a.png', 'A.png', 'a.png', '../../etc/passwd', '..', 'x:y?.txt', 'plain', 'plain'])).toEqual([
    'a.png',
    'A (2).png',
    'a (3).png',
    '.._.._etc_passwd',
    '_',
    'x_y_.txt',
    'plain',
    'plain (2)',
  ]);
});
