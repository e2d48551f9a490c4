import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import { flowItems, functionItems, patternItems, searchItems } from './search';

const manifests = readdirSync('lambdas')
  .filter((name) => name !== 'shared')
  .map((name) => FunctionManifest.parse(JSON.parse(readFileSync(path.join('lambdas', name, 'function.json'), 'utf8'))));
const items = [
  ...functionItems(manifests),
  ...flowItems,
  ...patternItems(new Map(manifests.map((manifest) => [manifest.name, manifest]))),
];
const first = (query: string) => searchItems(items, query)[0]?.title;

test.each([
  ['if', 'Choice'],
  ['loop', 'Loop over a list'],
  ['for each', 'Map'],
  ['at the same time', 'Parallel'],
  ['delay', 'Wait'],
  ['stop', 'Succeed'],
  ['abort', 'Fail'],
  ['get image', 'Get image from S3'],
  ['resize', 'Resize image'],
  ['mail', 'Send e-mail'],
  ['qr', 'Make QR code'],
])('%s finds %s first', (query, title) => expect(first(query)).toBe(title));

test('a short word is one that begins so, not any letters', () => {
  const found = searchItems(items, 'if').map(({ title }) => title);
  expect(found).not.toContain('Hash file'); // "checksum … differs", "verify"
  expect(searchItems(items, 'zzz')).toEqual([]);
  expect(searchItems(items, ' ')).toHaveLength(items.length);
});
