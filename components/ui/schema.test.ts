import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '@/lib/functions/manifest';
import { controlOf, defaultsOf, typeText, validateValue } from './schema';

const resize: JsonSchema = {
  type: 'object',
  required: ['image', 'width'],
  properties: {
    image: { type: 'string', format: 's3-uri', contentMediaType: 'image/*', title: 'Image' },
    width: { type: 'integer', minimum: 1, maximum: 4000 },
    fit: { type: 'string', enum: ['contain', 'cover'], default: 'contain' },
    tags: { type: 'array', items: { type: 'string', minLength: 1 } },
  },
};

test.each<[JsonSchema, string]>([
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string'],
  [{ type: 'string', format: 's3-uri' }, 'file'],
  [{ enum: [1, 2] }, 'enum'],
  [{ type: 'array', items: { type: 'string' } }, 'array'],
  [{ type: 'array' }, 'json'],
  [{ type: 'object' }, 'json'],
  [{}, 'json'],
])('%j is filled in by a control for %s', (schema, kind) => {
  expect(controlOf(schema)).toBe(kind);
});

test('a form begins with the defaults, and invents nothing', () => {
  expect(defaultsOf(resize)).toEqual({ fit: 'contain' });
  expect(defaultsOf({ type: 'string' })).toBeUndefined();
});

test('types are said in words', () => {
  expect(typeText(resize.properties?.image)).toBe('image file');
  expect(typeText(resize.properties?.tags)).toBe('list of text');
});

describe('validateValue', () => {
  test('names each field that is wrong, by pointer', () => {
    expect(validateValue(resize, { width: 0.5, fit: 'stretch', tags: ['a', ''] })).toEqual({
      '/image': 'Image is needed.',
      '/width': 'Must be a whole number.',
      '/fit': 'Choose one of the list.',
      '/tags/1': 'Must not be empty.',
    });
  });
  test('a file is an S3 address', () => {
    expect(validateValue(resize, { image: 'cat.png', width: 1 })).toHaveProperty('/image');
    expect(validateValue(resize, { image: 's3://bucket/cat.png', width: 1 })).toEqual({});
  });
  test('names such as __proto__ are ordinary', () => {
    const schema: JsonSchema = JSON.parse('{"type":"object","required":["__proto__"]}');
    expect(Object.keys(validateValue(schema, {}))).toEqual(['/__proto__']);
  });
  test('a pattern that is no regular expression rejects nothing', () => {
    expect(validateValue({ type: 'string', pattern: '(' }, 'x')).toEqual({});
  });
});
