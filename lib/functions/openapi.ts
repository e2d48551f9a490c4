/**
 * An OpenAPI 3 document becomes functions, one an operation.
 *
 *   document ──functionsOf()──▶ manifests with their files, and the operations that were left out, with the reason
 *
 * Pure: nothing is fetched, references lead within the document only. Two hundred operations at most.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from './manifest';

export type ImportedFunction = { manifest: FunctionManifest; files: { file: string; content: string }[] };
export type ImportedApi = {
  title: string;
  functions: ImportedFunction[];
  skipped: { operation: string; why: string }[];
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const LIMIT = 200;
/** Schemas may contain themselves. */
const DEPTH = 6;

type Auth = { secret: string; in: 'header' | 'query' | 'cookie'; name: string; prefix?: string; basic?: boolean };

/**
 * @param server takes the place of the document's own
 * @throws Problem OPENAPI_INVALID
 */
export function functionsOf(document: Json, server?: string): ImportedApi {
  const root = isObject(document) ? document : null;
  const version = root && own(root, 'openapi');
  if (!root || typeof version !== 'string' || !/^3\.\d/.test(version)) {
    const found =
      root && own(root, 'swagger') ? `is Swagger ${String(own(root, 'swagger'))}` : 'does not say "openapi: 3…"';
    throw invalid(`The document ${found}.`, 'Use an OpenAPI 3.0 or 3.1 document; Swagger Editor converts older ones.');
  }
  const info = objectAt(root, 'info');
  const title = textAt(info, 'title') ?? 'API';
  const base = serverOf(root, server);
  const prefix = slug(title).slice(0, 20).replace(/-+$/, '') || 'api';
  const skipped: ImportedApi['skipped'] = [];
  const functions: ImportedFunction[] = [];
  const names = new Set<string>();
  for (const [path, value] of Object.entries(objectAt(root, 'paths'))) {
    const item = resolve(root, value);
    for (const method of METHODS) {
      const operation = resolve(root, own(item, method) ?? null);
      if (Object.keys(operation).length === 0) continue;
      const label = `${method.toUpperCase()} ${path}`;
      if (functions.length === LIMIT) {
        skipped.push({ operation: label, why: `more than ${LIMIT} operations` });
        continue;
      }
      const made = functionOf({ root, base, prefix, title, path, method, item, operation, names });
      if (typeof made === 'string') skipped.push({ operation: label, why: made });
      else functions.push(made);
    }
  }
  if (functions.length === 0) {
    const why = skipped[0] ? `: ${skipped[0].operation} ${skipped[0].why}` : '';
    throw invalid(`"${title}" has no operation that can be called${why}.`, 'Check its "paths".');
  }
  return { title, functions, skipped };
}

const invalid = (message: string, hint: string) => new Problem('OPENAPI_INVALID', message, hint);

function serverOf(root: JsonObject, given?: string): string {
  const first = resolve(root, listAt(root, 'servers')[0] ?? null);
  const variables = objectAt(first, 'variables');
  const named = (textAt(first, 'url') ?? '').replace(/\{([^{}]+)\}/g, (all, name: string) => {
    return textAt(resolve(root, own(variables, name) ?? null), 'default') ?? all;
  });
  const url = given ?? named;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.includes('{')) {
    throw invalid(
      url === '' ? 'The document names no server.' : `The server "${url.slice(0, 200)}" is no full web address.`,
      'Name it in "servers", such as https://api.example.com, or give it when you import (--server URL).',
    );
  }
  return url.replace(/[?#].*$/, '').replace(/\/+$/, '');
}

type Place = {
  root: JsonObject;
  base: string;
  prefix: string;
  title: string;
  path: string;
  method: string;
  item: JsonObject;
  operation: JsonObject;
  names: Set<string>;
};

/** @returns the function, or why there is none */
function functionOf(place: Place): ImportedFunction | string {
  const { root, base, path, method, operation, title } = place;
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  const parameters: { field: string; name: string; in: string }[] = [];
  const all = [...listAt(place.item, 'parameters'), ...listAt(operation, 'parameters')].map((one) =>
    resolve(root, one),
  );
  // An operation's own parameter takes the place of its path's.
  const byKey = new Map(all.map((one) => [`${textAt(one, 'in')} ${textAt(one, 'name')}`, one]));
  for (const parameter of byKey.values()) {
    const name = textAt(parameter, 'name');
    const where = textAt(parameter, 'in');
    if (!name || !where || !['path', 'query', 'header'].includes(where)) {
      if (own(parameter, 'required') === true)
        return `needs a ${where ?? 'nameless'} parameter, which is not supported`;
      continue;
    }
    const field = Object.hasOwn(properties, name) || name === '__proto__' ? `${name}_${where}` : name;
    properties[field] = {
      ...titled(name, textAt(parameter, 'description')),
      ...schemaOf(root, own(parameter, 'schema') ?? null),
    };
    if (own(parameter, 'required') === true || where === 'path') required.push(field);
    parameters.push({ field, name, in: where });
  }
  for (const [, name] of path.matchAll(/\{([^{}]+)\}/g)) {
    if (!parameters.some((one) => one.in === 'path' && one.name === name))
      return `does not describe "${name}" of its path`;
  }
  const body = bodyOf(place, properties, required);
  if (typeof body === 'string') return body;
  const auth = authOf(place);
  if (typeof auth === 'string') return auth;

  const name = nameOf(place);
  const summary = textAt(operation, 'summary') ?? words(textAt(operation, 'operationId') ?? `${method} ${path}`);
  const description = textAt(operation, 'description') ?? summary;
  const answer = answerOf(root, operation);
  const manifest: FunctionManifest = {
    name,
    title: capital(summary).slice(0, 100),
    description: `${description.replace(/\s+/g, ' ').slice(0, 500)} (${title})`,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', required, properties },
    output: {
      type: 'object',
      required: ['status', 'data'],
      properties: {
        status: { type: 'integer', title: 'Status', description: 'The HTTP status of the answer' },
        data: { title: 'Data', description: 'What the API answered', ...answer },
      },
    },
    examples: [],
    timeout: 30,
    memory: 256,
    environment: ['ACTION_ENGINE_HTTP_ALLOW'],
    ...(auth.length > 0 ? { secrets: auth.map(({ secret }) => secret) } : {}),
    packages: [],
    network: true,
    icon: 'cloud',
    category: title.slice(0, 40),
    keywords: listAt(operation, 'tags').filter((tag) => typeof tag === 'string'),
    effects: method === 'get' ? 'none' : 'sends',
  };
  const call = { server: base, method, path, parameters, ...(body ? { body } : {}), auth };
  const source = `/** Made from the OpenAPI document of ${title.replaceAll('*/', '')}: ${method.toUpperCase()} ${path.replaceAll('*/', '')} */
import { callApi } from 'action-engine/call-api';

const operation = ${JSON.stringify(call, null, 2)};

export const handler = (event) => callApi(operation, event);
`;
  return {
    manifest,
    files: [
      { file: 'function.json', content: `${JSON.stringify(manifest, null, 2)}\n` },
      { file: 'index.mjs', content: source },
    ],
  };
}

/** The fields of a JSON object become the function's own; any other body is one field. */
function bodyOf(
  { root, operation }: Place,
  properties: Record<string, JsonSchema>,
  required: string[],
): { field: string } | { fields: string[] } | null | string {
  const given = resolve(root, own(operation, 'requestBody') ?? null);
  const content = objectAt(given, 'content');
  const type = Object.keys(content).find((one) => /^application\/(.+\+)?json\b/i.test(one) || one === '*/*');
  const needed = own(given, 'required') === true;
  if (!type) return needed ? `takes ${Object.keys(content).join(', ') || 'a body'}, and only JSON is sent` : null;
  const schema = schemaOf(root, own(resolve(root, own(content, type) ?? null), 'schema') ?? null);
  const fields = Object.keys(schema.properties ?? {});
  if (fields.length > 0 && fields.every((field) => !Object.hasOwn(properties, field))) {
    Object.assign(properties, schema.properties);
    for (const field of fields) properties[field] = { ...titled(field, undefined), ...properties[field] };
    if (needed) required.push(...(schema.required ?? []).filter((field) => fields.includes(field)));
    return { fields };
  }
  const field = Object.hasOwn(properties, 'body') ? 'request_body' : 'body';
  properties[field] = { ...titled('Body', textAt(given, 'description')), ...schema };
  if (needed) required.push(field);
  return { field };
}

/** What the first way of proving oneself needs; none where the API can be asked without. */
function authOf({ root, operation, prefix }: Place): Auth[] | string {
  const ways = Array.isArray(own(operation, 'security')) ? listAt(operation, 'security') : listAt(root, 'security');
  if (ways.length === 0 || ways.some((way) => !isObject(way) || Object.keys(way).length === 0)) return [];
  const schemes = objectAt(objectAt(root, 'components'), 'securitySchemes');
  const auth: Auth[] = [];
  for (const name of Object.keys(ways[0] as JsonObject)) {
    const scheme = resolve(root, own(schemes, name) ?? null);
    const secret = `${prefix}_${slug(name)}`
      .replaceAll('-', '_')
      .toUpperCase()
      .replace(/^[^A-Z]+/, 'API_')
      .slice(0, 60);
    const type = textAt(scheme, 'type');
    const kind = textAt(scheme, 'scheme')?.toLowerCase();
    const where = textAt(scheme, 'in');
    const header = { secret, in: 'header' as const, name: 'authorization' };
    if (type === 'apiKey' && (where === 'header' || where === 'query' || where === 'cookie'))
      auth.push({ secret, in: where, name: textAt(scheme, 'name') ?? 'key' });
    else if (type === 'http' && kind === 'basic') auth.push({ ...header, prefix: 'Basic ', basic: true });
    else if ((type === 'http' && kind === 'bearer') || type === 'oauth2' || type === 'openIdConnect')
      auth.push({ ...header, prefix: 'Bearer ' });
    else
      return `is guarded by "${name}" (${[type, kind].filter(Boolean).join(' ') || 'not described'}), which is not supported`;
  }
  return auth;
}

function answerOf(root: JsonObject, operation: JsonObject): JsonSchema {
  const responses = objectAt(operation, 'responses');
  const code = Object.keys(responses).find((one) => /^2/.test(one)) ?? 'default';
  const content = objectAt(resolve(root, own(responses, code) ?? null), 'content');
  const type = Object.keys(content).find((one) => /json/i.test(one));
  return type ? schemaOf(root, own(resolve(root, own(content, type) ?? null), 'schema') ?? null) : {};
}

function nameOf({ prefix, operation, method, path, names }: Place): string {
  const wish = `${prefix}-${slug(words(textAt(operation, 'operationId') ?? `${method} ${path}`))}`
    .slice(0, 58)
    .replace(/-+$/, '');
  let name = wish;
  for (let n = 2; names.has(name); n++) name = `${wish}-${n}`;
  names.add(name);
  return name;
}

// ------------------------------------------------------------------ reading the document

/** Follows `#/…` references; everything else that is no object is an empty one. */
function resolve(root: JsonObject, value: Json): JsonObject {
  let at: Json | undefined = value;
  for (let hop = 0; hop < 10 && isObject(at); hop++) {
    const reference = own(at, '$ref');
    if (typeof reference !== 'string') return at;
    at = reference.startsWith('#/')
      ? reference
          .slice(2)
          .split('/')
          .reduce<Json | undefined>((from, part) => own(from, unescaped(part)), root)
      : undefined;
  }
  return {};
}

const unescaped = (part: string): string => {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
};

const KEPT = [
  'type',
  'format',
  'description',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
];

/** The part of JSON Schema that manifests use, with references put in place. */
function schemaOf(root: JsonObject, value: Json, depth = 0): JsonSchema {
  if (depth > DEPTH) return {};
  const found = resolve(root, value);
  const parts = listAt(found, 'allOf').map((part) => schemaOf(root, part, depth + 1));
  const made: JsonSchema = Object.assign({}, ...parts);
  if (parts.length > 0) {
    made.properties = Object.assign({}, ...parts.map((part) => part.properties ?? {}));
    made.required = parts.flatMap((part) => part.required ?? []);
  }
  for (const key of KEPT) {
    const kept = own(found, key);
    if (kept !== undefined && fits(key, kept)) made[key] = kept;
  }
  if (own(found, 'nullable') === true && typeof made.type === 'string') made.type = [made.type, 'null'];
  const example = own(found, 'example');
  if (example !== undefined) made.examples = [example];
  const properties = Object.entries(objectAt(found, 'properties'));
  if (properties.length > 0) {
    const fields = properties.map(([name, field]) => [name, schemaOf(root, field, depth + 1)] as const);
    made.properties = { ...made.properties, ...Object.fromEntries(fields) };
    made.type ??= 'object';
  }
  const required = listAt(found, 'required').filter((name) => typeof name === 'string');
  if (required.length > 0) made.required = [...(made.required ?? []), ...required];
  const items = own(found, 'items');
  if (items !== undefined) made.items = schemaOf(root, items, depth + 1);
  return made;
}

/** A document may hold anything; a manifest may not. */
function fits(key: string, value: Json): boolean {
  if (key === 'type')
    return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  if (key === 'enum') return Array.isArray(value);
  if (key === 'default') return true;
  return /^(min|max)/.test(key) ? typeof value === 'number' : typeof value === 'string';
}

const objectAt = (from: JsonObject, key: string): JsonObject => {
  const value = own(from, key);
  return isObject(value) ? value : {};
};
const listAt = (from: JsonObject, key: string): Json[] => {
  const value = own(from, key);
  return Array.isArray(value) ? value : [];
};
const textAt = (from: JsonObject, key: string): string | undefined => {
  const value = own(from, key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};
/** `listPetsById` → list pets by id */
const words = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const titled = (name: string, description: string | undefined): JsonSchema => ({
  title: capital(words(name)) || name,
  ...(description ? { description: description.replace(/\s+/g, ' ').slice(0, 300) } : {}),
});
