/**
 * Calls one operation of an API, as an OpenAPI document describes it: what its function was given becomes the path, the
 * query, headers and the body; what proves who one is comes from the function's secrets.
 */
import { FunctionError } from './errors';
import { fieldsOf } from './input';
import { secret } from './secrets';
import { callWeb, textOf, webAddress } from './web';

export type ApiOperation = {
  /** base address, without a slash at its end */
  server: string;
  method: string;
  /** `/pets/{id}` */
  path: string;
  /** `field` is the event's, `name` the API's */
  parameters: { field: string; name: string; in: 'path' | 'query' | 'header' }[];
  /** a field with the whole body, or the fields that make it */
  body?: { field: string } | { fields: string[] };
  auth: { secret: string; in: 'header' | 'query' | 'cookie'; name: string; prefix?: string; basic?: boolean }[];
};

/** @throws FunctionError InvalidInput, NotConfigured, AddressNotAllowed, NoAnswer; BadAnswer for a status from 400 on */
export async function callApi(operation: ApiOperation, event: unknown): Promise<{ status: number; data: unknown }> {
  const given = fieldsOf(event);
  const headers: Record<string, string> = { accept: 'application/json' };
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { field, name, in: where } of operation.parameters) {
    const value = given[field];
    if (value === undefined || value === null) {
      if (where === 'path') throw new FunctionError('InvalidInput', `"${field}" is missing; the address needs it.`);
      continue;
    }
    if (where === 'path') path = path.replaceAll(`{${name}}`, pathPart(field, value));
    else if (where === 'header') headers[name.toLowerCase()] = textual(value);
    else for (const one of [value].flat()) query.append(name, textual(one));
  }
  for (const auth of operation.auth) {
    const value = secret(auth.secret, `for ${new URL(operation.server).host}`);
    const proof = `${auth.prefix ?? ''}${auth.basic ? Buffer.from(value).toString('base64') : value}`;
    if (auth.in === 'query') query.set(auth.name, proof);
    else if (auth.in === 'cookie') headers.cookie = `${auth.name}=${encodeURIComponent(proof)}`;
    else headers[auth.name.toLowerCase()] = proof;
  }
  const body = bodyOf(operation, given);
  if (body !== undefined) headers['content-type'] = 'application/json';
  const search = query.size > 0 ? `?${query}` : '';
  const answer = await callWeb(webAddress(`${operation.server}${path}${search}`, 'server'), {
    method: operation.method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = textOf(answer);
  if (answer.status >= 400) {
    throw new FunctionError(
      'BadAnswer',
      `${operation.method.toUpperCase()} ${operation.path} of ${new URL(operation.server).host} answered ${answer.status}: ${text.slice(0, 300)}`,
    );
  }
  let data: unknown = text === '' ? null : text;
  try {
    data = text === '' ? null : JSON.parse(text);
  } catch {
    // not JSON: the text is the answer
  }
  return { status: answer.status, data };
}

/** One part of an address: it cannot lead to another one. */
function pathPart(field: string, value: unknown): string {
  const words = textual(value);
  if (words === '' || words === '.' || words === '..')
    throw new FunctionError('InvalidInput', `"${field}" is "${words}", which cannot be a part of an address.`);
  return encodeURIComponent(words);
}

const textual = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function bodyOf({ body }: ApiOperation, given: Record<string, unknown>): unknown {
  if (!body) return undefined;
  if ('field' in body) return given[body.field];
  const fields = body.fields.filter((field) => given[field] !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields.map((field) => [field, given[field]])) : undefined;
}
