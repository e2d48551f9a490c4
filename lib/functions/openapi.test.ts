import { expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { FunctionManifest } from './manifest';
import { functionsOf } from './openapi';
import { stubName } from './stub';

const PETS = {
  openapi: '3.0.3',
  info: { title: 'Pet Store' },
  servers: [{ url: 'https://{host}/v1/', variables: { host: { default: 'pets.example.com' } } }],
  security: [{ api_key: [] }],
  paths: {
    '/pets/{petId}': {
      parameters: [{ $ref: '#/components/parameters/petId' }],
      get: {
        operationId: 'getPetById',
        summary: 'Get a pet',
        security: [],
        responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
      },
    },
    '/pets': {
      post: {
        operationId: 'addPet',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: { 201: { description: 'made' } },
      },
      put: { requestBody: { required: true, content: { 'text/csv': {} } }, responses: {} },
    },
  },
  components: {
    parameters: { petId: { name: 'petId', in: 'path', required: true, schema: { type: 'integer' } } },
    schemas: {
      Pet: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, mother: { $ref: '#/components/schemas/Pet' } },
      },
    },
    securitySchemes: { api_key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
  },
} as unknown as Json;

test('each operation is a function with what it takes, gives and needs', () => {
  const { title, functions, skipped } = functionsOf(PETS);
  expect(title).toBe('Pet Store');
  for (const { manifest } of functions) expect(FunctionManifest.safeParse(manifest).success).toBe(true);
  const [get, add] = functions.map(({ manifest }) => manifest);
  expect(get).toMatchObject({
    name: 'pet-store-get-pet-by-id',
    title: 'Get a pet',
    input: { required: ['petId'], properties: { petId: { type: 'integer' } } },
    output: { properties: { data: { type: 'object', properties: { name: { type: 'string' } } } } },
    effects: 'none',
  });
  expect(get!.secrets).toBeUndefined();
  expect(add).toMatchObject({ input: { required: ['name'] }, secrets: ['PET_STORE_API_KEY'], effects: 'sends' });
  expect(functions[1]!.files.find(({ file }) => file === 'index.mjs')!.content).toContain(
    '"server": "https://pets.example.com/v1"',
  );
  expect(skipped).toEqual([{ operation: 'PUT /pets', why: 'takes text/csv, and only JSON is sent' }]);
});

test.each([
  [{ swagger: '2.0' }, 'is Swagger 2.0'],
  [{ openapi: '3.0.0', info: { title: 'X' }, servers: [{ url: '/v1' }], paths: {} }, 'no full web address'],
  [{ openapi: '3.0.0', info: { title: 'X' }, paths: {} }, 'names no server'],
  [{ openapi: '3.1.0', info: { title: 'X' }, servers: [{ url: 'https://x.example' }], paths: {} }, 'no operation'],
  ['words', 'does not say'],
])('%j', (document, says) => {
  expect(() => functionsOf(document as unknown as Json)).toThrow(says);
});

test('a title becomes a name that nobody has', () => {
  expect(stubName('Send it by e-mail!', () => false)).toBe('send-it-by-e-mail');
  expect(stubName('Übersicht', (name) => name === 'u-bersicht')).toBe('u-bersicht-2');
  expect(stubName('送る', () => false)).toBe('my-function');
});
