import { expect, test } from 'vitest';
import { checkInput } from './check-input';

const schema = {
  type: 'object',
  required: ['photo'],
  properties: {
    photo: { type: 'string', format: 's3-uri' },
    width: { type: 'integer', minimum: 1 },
    turn: { enum: [90, 180] },
    list: { type: 'array', minItems: 1 },
    text: { type: 'string', minLength: 1, maxLength: 3 },
  },
};

test.each([
  [{}, /"photo" is missing/],
  [{ photo: 'cat.jpg' }, /"photo" must be the address of an uploaded file/],
  [{ photo: 's3://b/cat.jpg', width: 0 }, /"width" must be at least 1/],
  [{ photo: 's3://b/cat.jpg', turn: 45 }, /"turn" must be one of 90, 180\./],
  [{ photo: 's3://b/cat.jpg', list: [] }, /"list" must have at least 1 item\./],
  [{ photo: 's3://b/cat.jpg', text: '' }, /"text" must not be empty/],
  [{ photo: 's3://b/cat.jpg', text: 'four' }, /"text" must have at most 3 characters/],
])('names the field in %o', (input, message) => expect(() => checkInput(schema, input)).toThrow(message));

test('takes what fits, and counts bytes as AWS does', () => {
  expect(() => checkInput(schema, { photo: 's3://b/cat.jpg', width: 256 })).not.toThrow();
  expect(() => checkInput({}, 'é'.repeat(131_071))).not.toThrow(); // 262,144 bytes with its quotes
  expect(() => checkInput({}, 'é'.repeat(131_072))).toThrow(/262,146 bytes/);
});

test('a workflow that names no input takes any JSON', () => {
  expect(() => checkInput({ type: 'object', properties: {} }, [1, 2])).not.toThrow();
});
