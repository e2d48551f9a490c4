import { afterEach, expect, test } from 'vitest';
import { type ApiOperation, callApi } from './call-api';
import { testWeb } from './testing-web';

const web = testWeb((seen, response) => {
  if (seen.url.startsWith('/v1/none')) return response.writeHead(404).end('{"error":"no pet"}');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      url: seen.url,
      body: seen.body,
      auth: seen.headers.authorization ?? null,
      mark: seen.headers['x-mark'] ?? null,
    }),
  );
});
const operation = (more: Partial<ApiOperation> = {}): ApiOperation => ({
  server: web.url('/v1'),
  method: 'get',
  path: '/pets/{petId}',
  parameters: [
    { field: 'petId', name: 'petId', in: 'path' },
    { field: 'tags', name: 'tag', in: 'query' },
    { field: 'mark', name: 'X-Mark', in: 'header' },
  ],
  auth: [],
  ...more,
});
afterEach(() => {
  delete process.env.PETS_KEY;
});

test('what is given becomes path, query and headers', async () => {
  expect(await callApi(operation(), { petId: 'a/b?', tags: ['x', 'y z'], mark: 7 })).toEqual({
    status: 200,
    data: { url: '/v1/pets/a%2Fb%3F?tag=x&tag=y+z', body: '', auth: null, mark: '7' },
  });
});

test('fields become the body, and a secret the proof', async () => {
  const create = operation({
    method: 'post',
    path: '/pets',
    parameters: [],
    body: { fields: ['name', 'age'] },
    auth: [{ secret: 'PETS_KEY', in: 'header', name: 'Authorization', prefix: 'Bearer ' }],
  });
  await expect(callApi(create, { name: 'Rex' })).rejects.toMatchObject({
    name: 'NotConfigured',
    message: expect.stringContaining('PETS_KEY'),
  });
  process.env.PETS_KEY = 'k1';
  expect((await callApi(create, { name: 'Rex', other: 1 })).data).toMatchObject({
    url: '/v1/pets',
    body: '{"name":"Rex"}',
    auth: 'Bearer k1',
  });
});

test('a part of the address cannot lead elsewhere, a refusal is told, and inner hosts are closed', async () => {
  await expect(callApi(operation(), { petId: '..' })).rejects.toMatchObject({ name: 'InvalidInput' });
  await expect(callApi(operation(), {})).rejects.toThrow('"petId" is missing');
  await expect(callApi(operation({ path: '/none' }), { petId: 1 })).rejects.toThrow('answered 404: {"error":"no pet"}');
  await expect(callApi(operation({ server: 'http://10.0.0.1' }), { petId: 1 })).rejects.toMatchObject({
    name: 'AddressNotAllowed',
  });
});
