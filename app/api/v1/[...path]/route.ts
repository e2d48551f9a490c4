/** The HTTP API: checks the token, finds the row, answers. The rows are in lib/usecases/http-api. */
import { Problem, viewOf } from '@/lib/base/problem';
import { findRoute, openApi, statusOf } from '@/lib/usecases/http-api';
import { tokenMatches, wiring } from '@/lib/wiring';

export const dynamic = 'force-dynamic';

/** As much as Step Functions takes for a definition, and room for a document around it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

async function handle(request: Request): Promise<Response> {
  try {
    const url = new URL(request.url);
    const path = url.pathname.slice('/api/v1'.length);
    const deps = await wiring();
    if (path === '/openapi.json' && request.method === 'GET')
      return Response.json(openApi((await deps.settings()).version));

    const found = findRoute(request.method, path);
    if (found === null)
      return problem(404, 'ROUTE_UNKNOWN', `There is nothing at ${url.pathname}.`, 'The API is described at /docs.');
    if (found === 'method')
      return problem(
        405,
        'METHOD_UNKNOWN',
        `${request.method} is not for ${url.pathname}.`,
        'The API is described at /docs.',
      );
    const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
    if (!tokenMatches(deps.token, token)) {
      return problem(
        401,
        'TOKEN_INVALID',
        'The token is missing or wrong.',
        'Send it as "Authorization: Bearer …"; the page shows it beside the invoke URL.',
      );
    }
    const { status, body, headers, type } = await found.route.call(deps, {
      id: found.id,
      query: url.searchParams,
      body: await readBody(request),
      key: request.headers.get('idempotency-key'),
    });
    if (status === 204) return new Response(null, { status });
    if (type)
      return new Response(String(body), { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8` } });
    return Response.json(body, { status, headers });
  } catch (error) {
    const view = viewOf(error);
    return Response.json({ problem: view }, { status: statusOf(view.code) });
  }
}

async function readBody(request: Request): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'DELETE') return undefined;
  const text = await request.text();
  if (text.length > MAX_BODY_BYTES)
    throw new Problem(
      'FILE_TOO_LARGE',
      'The body is larger than 4 MB.',
      'Upload large data as a file and pass its address.',
    );
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(
      'REQUEST_INVALID',
      `The body is not JSON: ${error instanceof Error ? error.message : error}.`,
      'Send JSON, with content-type application/json.',
    );
  }
}

const problem = (status: number, code: string, message: string, hint: string) =>
  Response.json({ problem: { code, message, hint } }, { status });

export { handle as DELETE, handle as GET, handle as POST, handle as PUT };
