import { describe, expect, test } from 'vitest';
import { escapeXml, listOf, readXml, textOf, writeXml } from './xml';

const KEYS = [' a ', '<a>&amp;', 'a\r\nb', '0012', '"\'', 'ü😀', ']]>', '\t', 'x\u0085'];

test('what is written is read again, to the blank', () => {
  const tree = readXml(writeXml('Delete', { Object: KEYS.map((Key) => ({ Key })), Quiet: true }), 'Delete')!;
  expect(listOf(tree, 'Object').map((object) => textOf(object, 'Key'))).toEqual(KEYS);
  expect([textOf(tree, 'Quiet'), textOf(tree, 'Object'), textOf(tree, 'absent'), textOf(tree, '__proto__')]).toEqual([
    'true',
    undefined,
    undefined,
    undefined,
  ]);
});

test('reads what clients add: declaration, comments, namespaces, CDATA, character numbers', () => {
  const tree = readXml(
    `\ufeff<?xml version="1.0"?>\n<!-- c --><s3:D xmlns:s3="http://s3" a='b'>` +
      '<s3:K><![CDATA[<a>&amp;]]>&#65;&#x42;</s3:K ><E a="1"/></s3:D>\n',
    'D',
  )!;
  expect([textOf(tree, 'K'), textOf(tree, 'E')]).toEqual(['<a>&amp;AB', '']);
});

describe('refuses', () => {
  test.each([
    '',
    'text',
    '<D>',
    '</D>',
    '<D></E>',
    '<D></D></D>',
    '<D/><D/>',
    '<D/>text',
    '<D>&</D>',
    '<D>&nbsp;</D>',
    '<D>&#0;</D>',
    '<D>&#xD800;</D>',
    '<D>&#x110000;</D>',
    '<!DOCTYPE D [<!ENTITY x "y">]><D>&x;</D>',
    '<D a=b/>',
    '<D><!-- </D>',
    '<D><![CDATA[</D>',
    '<1/>',
    '<D\u0001/>',
    '<E/>',
    '<D><',
    '<D><>',
  ])('%j', (text) => expect(readXml(text, 'D')).toBeNull());

  test('megabytes of nonsense, at once', () => {
    const began = Date.now();
    for (const piece of ['<a>', '<a/>', '&amp;', '<', '<!--', '<![CDATA[', '&', 'a="b" ', '<?', '</a>']) {
      expect(readXml(`<D>${piece.repeat(4_000_000 / piece.length)}`, 'D')).toBeNull();
    }
    expect(Date.now() - began).toBeLessThan(5000);
  });
});

test('control characters are written as references', () => {
  expect(escapeXml('a\u0000\r\u0085<')).toBe('a&#x0;&#xD;&#x85;&lt;');
});
