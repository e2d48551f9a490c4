/**
 * The HTTP API as one table: what answers a request and what describes it (OpenAPI) are the same rows.
 * @module
 */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { compile, definitionText, toArgo } from '@/lib/compile';
import { WorkflowDocument } from '@/lib/graph/schema';
import type { Deps } from './deps';
import { CreateUpload, createUpload, deleteFile, listFiles } from './files';
import { invokeWorkflow } from './invoke-workflow';
import { getRun, getWorkflow, listRuns, listWorkflows } from './read';
import { redriveRun } from './runs-redrive';
import { startRunOnce } from './start-once';
import { RunKey } from './start-run';
import { stopRun } from './stop-run';
import {
  CreateWorkflow,
  createWorkflow,
  deleteWorkflow,
  importDefinition,
  SaveWorkflow,
  saveWorkflow,
} from './workflows';

/** `key`: of the header Idempotency-Key */
type Call = { id: string; query: URLSearchParams; body: unknown; key?: string | null };
/** `type`: the body is a text of this media type, sent as it stands; without it, the body is sent as JSON. */
export type ApiAnswer = { status: number; body: unknown; headers?: Record<string, string>; type?: string };
type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** below /api/v1; `{id}` stands for one part */
  path: string;
  summary: string;
  description?: string;
  query?: Record<string, string>;
  body?: z.ZodType;
  /** what it answers, in words */
  answers: string;
  /** media types that it may answer in besides JSON */
  types?: string[];
  call(deps: Deps, request: Call): Promise<ApiAnswer>;
};

const ok = (body: unknown, status = 200): ApiAnswer => ({ status, body });
const Imported = z.object({ name: z.string(), definition: z.record(z.string(), z.json()) });
const ExportQuery = z.object({ format: z.enum(['asl', 'argo']).default('asl') });
const keyed = (key: string | null | undefined) => (key == null ? {} : { key: check(RunKey, key) });
const SaveBody = SaveWorkflow.omit({ id: true });

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/workflows',
    summary: 'List workflows',
    answers: 'Summaries, the last changed first.',
    call: async (deps) => ok(await listWorkflows(deps)),
  },
  {
    method: 'POST',
    path: '/workflows',
    summary: 'Save a new workflow',
    description: 'Takes a workflow document as document, or an Amazon States Language definition as definition.',
    body: z.union([z.object({ name: z.string(), document: WorkflowDocument }), Imported]),
    answers: 'Its id.',
    call: async (deps, { body }) => {
      if (typeof body === 'object' && body !== null && 'definition' in body) {
        const { name, definition } = check(Imported, body);
        return ok(await importDefinition(deps, { name, text: JSON.stringify(definition) }), 201);
      }
      return ok(await createWorkflow(deps, check(CreateWorkflow, body)), 201);
    },
  },
  {
    method: 'GET',
    path: '/workflows/{id}',
    summary: 'Get a workflow',
    answers: 'The workflow with its document.',
    call: async (deps, { id }) => ok(await getWorkflow(deps, id)),
  },
  {
    method: 'PUT',
    path: '/workflows/{id}',
    summary: 'Save a workflow',
    description: 'The revision is the one that the edit began from; 409 if it was changed since.',
    body: SaveBody,
    answers: 'The new revision.',
    call: async (deps, { id, body }) => ok(await saveWorkflow(deps, { id, ...check(SaveBody, body) })),
  },
  {
    method: 'DELETE',
    path: '/workflows/{id}',
    summary: 'Delete a workflow',
    answers: 'Nothing; its runs stay.',
    call: async (deps, { id }) => {
      await getWorkflow(deps, id);
      await deleteWorkflow(deps, id);
      return ok(null, 204);
    },
  },
  {
    method: 'GET',
    path: '/workflows/{id}/export',
    summary: 'Export as Amazon States Language or for Argo Workflows',
    description: 'In YAML for Argo, comments say what Argo cannot do.',
    query: { format: 'asl (JSON, the default) or argo (YAML)' },
    answers: 'The definition.',
    types: ['text/yaml'],
    call: async (deps, { id, query }) => {
      const { format } = check(ExportQuery, { format: query.get('format') ?? undefined });
      const { document, name } = await getWorkflow(deps, id);
      if (format === 'asl') return ok(JSON.parse(definitionText(compile(document.graph).definition)));
      const { yaml, diagnostics } = toArgo(document.graph, { name });
      const broken = diagnostics.find(({ severity }) => severity === 'error');
      if (broken) throw new Problem(broken.code, broken.message, broken.hint, broken.at);
      return { ...ok(yaml), type: 'text/yaml' };
    },
  },
  {
    method: 'POST',
    path: '/workflows/{id}/runs',
    summary: 'Start a run',
    description:
      'The body is the input of the workflow. With a header Idempotency-Key, a request that is sent again starts nothing: it answers the run that the first one started.',
    body: z.json(),
    answers: 'The run, just begun.',
    call: async (deps, { id, body, key }) => {
      const request = { workflowId: id, input: check(z.json(), body ?? {}), ...keyed(key) };
      const run = await startRunOnce(deps, request, {}, 'api');
      return {
        status: 201,
        body: { id: run.id, executionArn: run.executionArn, status: run.status },
        headers: { location: `/api/v1/runs/${run.id}` },
      };
    },
  },
  {
    method: 'POST',
    path: '/workflows/{id}/invoke',
    summary: 'Run and wait for the output',
    description:
      'The body is the input. Answers the output with 200; after wait seconds (25, at most 300) 202 and the address of the run, which goes on; 500 with error and cause when the run failed.',
    query: { wait: 'seconds to wait' },
    body: z.json(),
    answers: 'The output of the workflow.',
    call: (deps, { id, query, body, key }) =>
      invokeWorkflow(deps, {
        workflowId: id,
        ...keyed(key),
        input: check(z.json(), body ?? {}),
        waitSeconds: Number(query.get('wait') ?? 25),
      }),
  },
  {
    method: 'GET',
    path: '/runs',
    summary: 'List runs',
    query: { workflowId: 'only of this workflow' },
    answers: 'Summaries, the newest first.',
    call: async (deps, { query }) => ok(await listRuns(deps, { workflowId: query.get('workflowId') ?? undefined })),
  },
  {
    method: 'GET',
    path: '/runs/{id}',
    summary: 'Get a run',
    answers: 'The run with input, output and history.',
    call: async (deps, { id }) => ok(await getRun(deps, id)),
  },
  {
    method: 'POST',
    path: '/runs/{id}/stop',
    summary: 'Stop a run',
    answers: 'Nothing.',
    call: async (deps, { id }) => {
      await stopRun(deps, id);
      return ok(null, 204);
    },
  },
  {
    method: 'POST',
    path: '/runs/{id}/redrive',
    summary: 'Redrive a run',
    description:
      'A run that ended badly goes on from where it failed, with the definition and the input that it began with; 409 with the reason where Step Functions refuses.',
    answers: 'The run, going on.',
    call: async (deps, { id }) => ok(await redriveRun(deps, { id, seen: 0 })),
  },
  {
    method: 'GET',
    path: '/files',
    summary: 'List files',
    answers: 'Files with links that live for an hour.',
    call: async (deps) => ok(await listFiles(deps)),
  },
  {
    method: 'POST',
    path: '/files',
    summary: 'Upload a file',
    description: 'Answers where to PUT the bytes, and the address to use in an input.',
    body: CreateUpload,
    answers: 'url, headers, and the file with its uri.',
    call: async (deps, { body }) => ok(await createUpload(deps, check(CreateUpload, body)), 201),
  },
  {
    method: 'DELETE',
    path: '/files',
    summary: 'Delete a file',
    query: { key: 'the key of the file' },
    answers: 'Nothing.',
    call: async (deps, { query }) => {
      const key = query.get('key');
      if (!key) throw new Problem('REQUEST_INVALID', 'No key is named.', 'Add ?key=… as the list of files shows it.');
      await deleteFile(deps, key);
      return ok(null, 204);
    },
  },
];

function check<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body);
  if (!result.success)
    throw new Problem('REQUEST_INVALID', z.prettifyError(result.error), 'The shape is described at /docs.');
  return result.data;
}

/** `null` where a percent sign does not begin a character. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The row for a method and path, `null` where there is none. `path` is below /api/v1. */
export function findRoute(method: string, path: string): { route: Route; id: string } | 'method' | null {
  let known = false;
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace('{id}', '([^/]+)')}$`);
    const match = pattern.exec(path);
    if (!match) continue;
    known = true;
    const id = decoded(match[1] ?? '');
    if (id === null) return null;
    if (route.method === method) return { route, id };
  }
  return known ? 'method' : null;
}

const STATUS: Record<string, number> = {
  WORKFLOW_UNKNOWN: 404,
  RUN_UNKNOWN: 404,
  FILE_UNKNOWN: 404,
  FUNCTION_UNKNOWN: 404,
  REVISION_CONFLICT: 409,
  RUN_KEY_REUSED: 409,
  RUN_NOT_REDRIVABLE: 409,
  FILE_TOO_LARGE: 413,
  INPUT_TOO_LARGE: 413,
  CLOUD_UNREACHABLE: 503,
  UNEXPECTED: 500,
};
export const statusOf = (code: string): number => STATUS[code] ?? 400;

/** The same rows as an OpenAPI 3.1 description. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const parameters = [
      ...(route.path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
      ...Object.entries(route.query ?? {}).map(([name, description]) => ({
        name,
        in: 'query',
        description,
        schema: { type: 'string' },
      })),
    ];
    paths[`/api/v1${route.path}`] ??= {};
    paths[`/api/v1${route.path}`]![route.method.toLowerCase()] = {
      summary: route.summary,
      ...(route.description ? { description: route.description } : {}),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(route.body ? { requestBody: { content: { 'application/json': { schema: jsonSchemaOf(route.body) } } } } : {}),
      responses: {
        default: {
          description: route.answers,
          content: Object.fromEntries(['application/json', ...(route.types ?? [])].map((type) => [type, {}])),
        },
        '401': { description: 'The token is missing or wrong.' },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Action Engine',
      version,
      description:
        'Workflows, runs and files. Every call carries `Authorization: Bearer <token>`; the token is shown on the page.',
    },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

const jsonSchemaOf = (schema: z.ZodType): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Record<
    string,
    unknown
  >;
  return rest;
};
