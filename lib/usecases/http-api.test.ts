import { expect, test } from 'vitest';
import { findRoute, openApi, routes, statusOf } from './http-api';

type Operation = {
  summary: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content?: Record<string, object> }>;
};
const { paths, openapi } = openApi('1.2.3') as { openapi: string; paths: Record<string, Record<string, Operation>> };
const rows = routes.map((route) => ({ name: `${route.method} ${route.path}`, route }));

test.each(rows)('$name is found by its method and path, and described', ({ route }) => {
  expect(route.summary).toMatch(/^[A-Z].{4,}/);
  expect(route.answers).toMatch(/\.$/);
  const id = route.path.includes('{id}') ? 'a b/c' : '';
  expect(findRoute(route.method, route.path.replace('{id}', encodeURIComponent(id)))).toEqual({ route, id });
  const operation = paths[`/api/v1${route.path}`]?.[route.method.toLowerCase()];
  expect(operation?.summary).toBe(route.summary);
  expect((operation?.parameters ?? []).filter((one) => one.in === 'path').length).toBe(id ? 1 : 0);
  expect((operation?.parameters ?? []).flatMap((one) => (one.in === 'query' ? [one.name] : []))).toEqual(
    Object.keys(route.query ?? {}),
  );
  expect(Boolean(operation?.requestBody)).toBe(route.body !== undefined);
});

test('no two rows answer the same request', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});

test.each([
  '/',
  '/workflow',
  '/workflows/',
  '/workflows/1/2/3',
  '/workflows/1/export/2',
  '/runs/1/restart',
  '',
  '/constructor',
  '/runs/%E0%A4%A',
])('there is nothing at %j', (path) => expect(findRoute('GET', path)).toBeNull());

test.each([
  ['PATCH', '/workflows'],
  ['POST', '/workflows/1'],
  ['GET', '/workflows/1/invoke'],
  ['get', '/runs'],
])('%s is not for %s', (method, path) => expect(findRoute(method, path)).toBe('method'));

test('the description is OpenAPI 3.1, says that the export is JSON or YAML, and how a body looks', () => {
  expect(openapi).toBe('3.1.0');
  const exported = paths['/api/v1/workflows/{id}/export']!.get!;
  expect(exported.parameters).toMatchObject([
    { name: 'id', in: 'path', required: true },
    { name: 'format', in: 'query' },
  ]);
  expect(exported.responses.default!.content).toEqual({ 'application/json': {}, 'text/yaml': {} });
  expect(paths['/api/v1/runs']!.get!.responses.default!.content).toEqual({ 'application/json': {} });
  const { schema } = paths['/api/v1/files']!.post!.requestBody!.content['application/json']!;
  expect(schema).toMatchObject({ type: 'object', properties: { name: { type: 'string' }, bytes: {} } });
  expect(JSON.parse(JSON.stringify(paths))).toEqual(paths);
});

test('a problem has its status; an unknown one is the request’s fault', () => {
  expect(
    ['RUN_UNKNOWN', 'REVISION_CONFLICT', 'CLOUD_UNREACHABLE', 'UNEXPECTED', 'REQUEST_INVALID'].map(statusOf),
  ).toEqual([404, 409, 503, 500, 400]);
});
