import { expect, test } from 'vitest';
import { FunctionManifest } from './manifest';
import { createIndex, search } from './search';
import { stem } from './stem';
import { compatible, nameFit } from './types';
import { splitName, term } from './words';

const manifest = (name: string, title: string, description: string, input: string[] = [], more: object = {}) =>
  FunctionManifest.parse({
    name,
    title,
    description,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', properties: Object.fromEntries(input.map((field) => [field, { type: 'string' }])) },
    output: { type: 'object', properties: {} },
    ...more,
  });

test.each([
  ['getUserId', ['get', 'user', 'id']],
  ['HTTPServerStatus', ['http', 'server', 'status']],
  ['send_e-mail.now', ['send', 'e', 'mail', 'now']],
  ['username2id', ['username', 'to', 'id']],
])('cuts the name %s at its seams', (name, words) => expect(splitName(name)).toEqual(words));

test('cuts a run-together name by the words of a lexicon, in the fewest pieces', () => {
  const lexicon = new Set(['parcel', 'track', 'tracker', 'city', 'by', 'par']);
  expect(splitName('trackparcelbycity', lexicon)).toEqual(['track', 'parcel', 'by', 'city']);
  expect(splitName('unknownthing', lexicon)).toEqual(['unknownthing']);
});

test.each([
  ['resizing', 'resized'],
  ['recommendation', 'recommends'],
  ['analysis', 'analyzing'],
  ['cities', 'city'],
  ['translation', 'translate'],
])('%s and %s have one stem', (a, b) => expect(stem(a)).toBe(stem(b)));

test('a photo is a picture; a file is not', () => {
  expect(term('photos')).toBe(term('image'));
  expect(term('file')).not.toBe(term('image'));
});

const shelf = [
  manifest('resizeparcel', 'Resize parcel', 'Makes a parcel smaller.'),
  manifest('trackparcel', 'Track parcel', 'Tells where a parcel is.', ['tracking_number']),
  manifest('bakeCake', 'Bake cake', 'Bakes a cake with the wished filling.', ['filling'], {
    keywords: ['dessert', 'birthday'],
  }),
  manifest('x17', 'Print label', 'Prints the label of a box.'),
];
const index = createIndex(shelf);
const best = (text: string) => search(index, text, 3)[0]?.manifest.name;

test.each([
  ['where is my parcel, track it please', 'trackparcel'],
  ['shrink the parcel', 'resizeparcel'],
  ['something for a birthday', 'bakeCake'],
  ['printing labels', 'x17'],
  ['by tracking number', 'trackparcel'],
])('finds for “%s” the function %s', (text, name) => expect(best(text)).toBe(name));

test('finds nothing for stop words and strangers', () => {
  expect(search(index, 'the and of it please', 5)).toEqual([]);
  expect(search(index, 'quantum chromodynamics', 5)).toEqual([]);
  expect(search(createIndex([]), 'parcel', 5)).toEqual([]);
});

test('finds the ones that speak of all that was asked among 4,000', () => {
  const words = [
    'order',
    'city',
    'music',
    'weather',
    'price',
    'report',
    'ticket',
    'camera',
    'garden',
    'budget',
    'lesson',
    'engine',
  ];
  const many = Array.from({ length: 4000 }, (_, i) =>
    manifest(
      `fn${i}_${words[i % 12]}_${words[(i * 7) % 11]}`,
      `Function ${i}`,
      `Handles the ${words[i % 12]} of a ${words[(i * 5) % 12]} number ${i}.`,
      ['alpha', words[i % 12]!],
    ),
  );
  const large = createIndex(many);
  const found = search(large, 'the weather of a city', 10);
  expect(found).toHaveLength(10);
  for (const { manifest: hit } of found) expect(`${hit.name} ${hit.description}`).toMatch(/weather|city/);
});

test('types fit softly', () => {
  const image = { type: 'string', format: 's3-uri', contentMediaType: 'image/*' };
  const png = { ...image, contentMediaType: 'image/png' };
  const audio = { ...image, contentMediaType: 'audio/mpeg' };
  expect(compatible(png, image)).toBe(1);
  expect(compatible(image, png)).toBeLessThan(1);
  expect(compatible(audio, image)).toBeLessThan(0.1);
  expect(compatible({ type: 'integer' }, { type: 'number' })).toBe(1);
  expect(compatible({ type: 'object' }, { type: 'number' })).toBe(0);
  expect(compatible({ type: 'string', format: 'uri' }, { type: 'string', format: 'email' })).toBeLessThan(0.1);
  expect(compatible({}, { type: 'string' })).toBeGreaterThan(0.4);
  expect(compatible({ type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['c'] })).toBe(0);
});

test('names fit by what they speak of, not by how it is held', () => {
  expect(nameFit('user_id', 'userId')).toBe(1);
  expect(nameFit('photo', 'image')).toBe(1);
  expect(nameFit('resized_image', 'image')).toBeGreaterThan(0.7);
  expect(nameFit('user_id', 'order_id')).toBeLessThan(0.3);
  expect(nameFit('user_id', 'user_name')).toBeLessThan(0.6);
  expect(nameFit('mood', 'price')).toBe(0);
});
