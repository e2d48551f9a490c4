import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonSchema } from '@/lib/functions/manifest';
import { readManifests } from './manifests';

let base: string;
beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'manifests-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const GOOD = {
  name: 'good',
  title: 'Good',
  description: 'A good one.',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: { type: 'object' },
  output: { type: 'object' },
};
let count = 0;
const folderWith = (files: Record<string, string>): string => {
  const folder = path.join(base, String(count++), 'lambdas');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
};

test('reads every function, by name, with its defaults; passes over what is none', async () => {
  const folder = folderWith({
    'zoo/function.json': JSON.stringify({ ...GOOD, name: 'zoo' }),
    'good/function.json': JSON.stringify(GOOD),
    'shared/input.ts': '',
    'notes.txt': '',
  });
  const found = await readManifests(folder);
  expect(found.map(({ manifest }) => manifest.name)).toEqual(['good', 'zoo']);
  expect(found[0]).toMatchObject({
    folder: path.join(folder, 'good'),
    manifest: { timeout: 30, memory: 256, packages: [], effects: 'none' },
  });
});

test('a folder that is not there holds no functions', async () => {
  expect(await readManifests(path.join(base, 'nowhere'))).toEqual([]);
});

test.each([
  ['no JSON', '{"name":', 'it is not JSON', []],
  ['a field is missing', JSON.stringify({ ...GOOD, title: undefined }), '"title"', ['title']],
  ['a field is wrong', JSON.stringify({ ...GOOD, timeout: 1000 }), '"timeout"', ['timeout']],
  [
    'a field deep inside',
    JSON.stringify({ ...GOOD, input: { properties: { a: { type: 7 } } } }),
    '"input.properties.a.type"',
    ['input', 'properties', 'a', 'type'],
  ],
  ['another name', JSON.stringify({ ...GOOD, name: 'other' }), '"name" is "other", but the folder is "good"', ['name']],
])('%s', async (_, text, message, fields) => {
  await expect(readManifests(folderWith({ 'good/function.json': text }))).rejects.toMatchObject({
    code: 'MANIFEST_INVALID',
    message: expect.stringMatching(
      new RegExp(`^lambdas/good/function\\.json: .*${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    ),
    at: { path: fields },
  });
});

describe('the functions that come with this', async () => {
  const all = await readManifests(path.resolve(import.meta.dirname, '../../lambdas'));
  const ajv = formats.default(new Ajv({ strict: false, allErrors: true }));
  ajv.addFormat('s3-uri', /^s3:\/\/[a-z0-9][a-z0-9.-]+\/.+/);
  const properties = (schema: JsonSchema) => Object.entries(schema.properties ?? {});

  test.each(all.map(({ manifest }) => [manifest.name, manifest] as const))('%s', (_, manifest) => {
    for (const schema of [manifest.input, manifest.output]) {
      expect(schema.type).toBe('object');
      expect(ajv.validateSchema(schema)).toBe(true);
      for (const [name, field] of properties(schema)) {
        expect(field, name).toMatchObject({ title: expect.any(String), description: expect.any(String) });
        for (const example of field.examples ?? [])
          expect(ajv.validate(field, example), `${name}: ${ajv.errorsText()}`).toBe(true);
        if ('default' in field) expect(ajv.validate(field, field.default), name).toBe(true);
      }
      for (const name of schema.required ?? []) expect(properties(schema).map(([each]) => each)).toContain(name);
    }
    expect(manifest.examples.length).toBeGreaterThan(0);
    for (const { input, output } of manifest.examples) {
      expect(ajv.validate(manifest.input, input), ajv.errorsText()).toBe(true);
      if (output !== undefined) expect(ajv.validate(manifest.output, output), ajv.errorsText()).toBe(true);
    }
    expect(manifest.keywords.length).toBeGreaterThan(2);
  });

  test('a field of the same name has the same type everywhere, so that steps fit together', () => {
    const types = new Map<string, Set<string>>();
    for (const { manifest } of all) {
      for (const [name, { type, format }] of [...properties(manifest.input), ...properties(manifest.output)]) {
        types.set(name, (types.get(name) ?? new Set()).add(JSON.stringify([type, format])));
      }
    }
    expect([...types].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
  });
});
