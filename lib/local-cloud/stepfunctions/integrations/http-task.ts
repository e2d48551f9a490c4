/**
 * `http:invoke`: calls an HTTPS API with the credentials of a connection.
 *
 *   { ApiEndpoint, Method, Headers, QueryParameters, RequestBody, Transform, Authentication.ConnectionArn }
 *     ─▶ { Headers, ResponseBody, StatusCode, StatusText }
 *
 * A connection's ARN leads to headers in `<data directory>/cloud/connections.json`: `{ "<arn>": { "Authorization": "…" } }`.
 * Only public addresses are called, and hosts that ACTION_ENGINE_HTTP_ALLOW names; a redirect is not followed: it fails
 * the task as any other status that is no success, so no header ever reaches another host than the one asked for.
 * @module
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { isObject, type Json, type JsonObject, jsonDepth, own } from '@/lib/base/json';
import { DATA_LIMIT, tooMuch } from '@/lib/engine/failure';
import { PAYLOAD_LIMIT } from '@/lib/engine/text';
import { REGION } from '@/lib/local-cloud/service';
import { DEPTH_LIMIT } from '../wire';
import { Denied, guardedLookup, isAllowed, isPublic, type Resolve } from './addresses';
import { bodyOf, queryOf } from './encoding';
import { type Integration, TaskFailure } from './types';

export type HttpTaskOptions = {
  dataDir: string;
  /** hosts (`host` or `host:port`) that may be called whatever their address is */
  allow: readonly string[];
  /** resolves names; absent: the system does */
  resolve?: Resolve;
};

/** AWS gives a call so long. */
const TIMEOUT_MS = 60_000;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
/** Headers that AWS lets no task set: credentials belong into the connection, the rest to the transport. */
const RESERVED =
  /^(a-im|accept-charset|accept-datetime|accept-encoding|authorization|cache-control|connection|content-encoding|content-length|content-md5|cookie|date|expect|forwarded|from|host|http2-settings|if-.*|max-forwards|origin|pragma|proxy-.*|referer|server|te|trailer|transfer-encoding|upgrade|via|warning|x-amz.*|x-forwarded-.*)$/i;

const invalid = (cause: string): TaskFailure => new TaskFailure('States.Runtime', cause);
const unreachable = (cause: string): TaskFailure => new TaskFailure('States.Http.Socket', cause);
const denied = (what: string, host: string): TaskFailure =>
  new TaskFailure(
    'States.Http.AccessDenied',
    `${what}, which is not an address of the public internet. To call it nevertheless, start the local cloud with ACTION_ENGINE_HTTP_ALLOW=${host}.`,
  );

export function httpInvoke(options: HttpTaskOptions): Integration {
  return {
    async call({ task, signal, onHttp }) {
      const asked = task.input;
      const url = endpointOf(asked, options.allow);
      const method = String(own(asked, 'Method') ?? '');
      if (!METHODS.includes(method)) throw invalid(`The Method "${method}" is not one of ${METHODS.join(', ')}.`);
      const body = bodyOf(asked);
      const added = await connectionOf(asked, options.dataDir);
      const headers = { ...headersOf(asked), ...added };
      const sent = {
        'user-agent': `Amazon|StepFunctions|HttpInvoke|${REGION}`,
        range: `bytes=0-${PAYLOAD_LIMIT}`,
        ...(body && { 'content-type': body.type }),
        ...headers,
        ...(body && { 'content-length': String(Buffer.byteLength(body.text)) }),
      };
      const answer = await exchange(url, method, sent, body?.text, signal, options);
      onHttp?.(
        { method, url: url.href, headers: sent, ...(body && { body: body.text }), secret: Object.keys(added) },
        { ...answer, headers: listsOf(answer.raw), body: answer.body.toString('utf8') },
      );
      return resultOf(answer);
    },
  };
}

// ------------------------------------------------------------------ the request

function endpointOf(asked: Json, allow: readonly string[]): URL {
  const endpoint = own(asked, 'ApiEndpoint');
  let url: URL;
  try {
    url = new URL(String(endpoint ?? ''));
  } catch {
    throw invalid(`The ApiEndpoint ${JSON.stringify(endpoint ?? null)} is not a URL.`);
  }
  // `URL` has already brought decimal, octal and hexadecimal addresses into their plain form
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isNamed = isAllowed(allow, host, portOf(url));
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed))
    throw invalid(`The ApiEndpoint must begin with https://, and ${JSON.stringify(endpoint)} does not.`);
  if (url.username !== '' || url.password !== '')
    throw invalid('The ApiEndpoint must not hold a user or a password: they belong into the connection.');
  if (net.isIP(host) !== 0 && !isNamed && !isPublic(host)) throw denied(`The ApiEndpoint names ${host}`, host);
  const query = queryOf(own(asked, 'QueryParameters'));
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url;
}

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

function headersOf(asked: Json): Record<string, string> {
  const given = own(asked, 'Headers');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    if (RESERVED.test(name))
      throw invalid(`The header "${name}" cannot be set by an HTTP Task. Credentials belong into its connection.`);
    const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== null);
    const text = values.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(',');
    headers[name.toLowerCase()] = checkedHeader(name, text);
  }
  return headers;
}

function checkedHeader(name: string, value: string): string {
  try {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
    return value;
  } catch {
    throw invalid(`The header "${name}" has a name or a value that HTTP does not allow.`);
  }
}

/** The headers of the connection. Read anew for each call: a key may be changed while the cloud runs. */
async function connectionOf(asked: Json, dataDir: string): Promise<Record<string, string>> {
  const arn =
    own(own(asked, 'Authentication'), 'ConnectionArn') ?? own(own(asked, 'InvocationConfig'), 'ConnectionArn');
  if (typeof arn !== 'string' || arn === '')
    throw invalid('The HTTP Task has no connection: Authentication.ConnectionArn is required.');
  const file = path.join(dataDir, 'cloud', 'connections.json');
  let known: Json;
  try {
    known = JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw invalid(`${file} cannot be read as JSON.`);
    known = {};
  }
  const found = own(known, arn);
  if (!isObject(found)) {
    throw invalid(
      `There is no connection ${arn}. Put its headers into ${file}, for instance {"${arn}": {"Authorization": "Bearer …"}}; {} sends none.`,
    );
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name.toLowerCase(), checkedHeader(name, String(value))]),
  );
}

type Answer = { status: number; text: string; headers: http.IncomingHttpHeaders; raw: string[]; body: Buffer };

function exchange(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  signal: AbortSignal,
  { allow, resolve }: HttpTaskOptions,
): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isNamed = isAllowed(allow, host, portOf(url));
  const ends = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise((resolveWith, reject) => {
    const send = url.protocol === 'https:' ? https.request : http.request;
    const request = send(url, {
      method,
      headers,
      signal: ends,
      agent: false, // a connection of its own, so that it is judged anew
      ...(!isNamed && { lookup: guardedLookup(resolve) }),
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= PAYLOAD_LIMIT) chunks.push(chunk);
        else request.destroy(new TaskFailure(DATA_LIMIT, tooMuch('http')));
      });
      response.on('end', () =>
        resolveWith({
          status: response.statusCode ?? 0,
          text: response.statusMessage ?? '',
          headers: response.headers,
          raw: response.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
      response.on('error', (error) => reject(failureOf(error, url, host)));
    });
    request.on('error', (error) => reject(failureOf(error, url, host)));
    request.end(body);
  });
}

function failureOf(error: Error, url: URL, host: string): TaskFailure {
  if (error instanceof TaskFailure) return error;
  if (error instanceof Denied) return denied(`The ApiEndpoint's host ${error.message}`, host);
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return unreachable(`No answer came from ${url.origin} within ${TIMEOUT_MS / 1000} seconds.`);
  return unreachable(`${url.origin} could not be called: ${error.message}`);
}

// ------------------------------------------------------------------ the answer

/** @throws TaskFailure `States.Http.StatusCode.NNN` for every status that is no success; the cause is the status's text */
function resultOf({ status, text, raw, headers, body }: Answer): JsonObject {
  if (status < 200 || status > 299) {
    throw new TaskFailure(`States.Http.StatusCode.${status}`, text || (http.STATUS_CODES[status] ?? ''));
  }
  return {
    Headers: listsOf(raw),
    ResponseBody: bodyFrom(body, String(headers['content-type'] ?? '')),
    StatusCode: status,
    StatusText: text || (http.STATUS_CODES[status] ?? ''),
  };
}

function listsOf(raw: string[]): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    lists.set(name, [...(lists.get(name) ?? []), raw[i + 1] ?? '']);
  }
  return Object.fromEntries(lists);
}

function bodyFrom(body: Buffer, type: string): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('The response is not text in UTF-8, so it has no place in a workflow.');
  }
  if (!/^application\/(json|[\w.+-]+\+json)\b/i.test(type) || jsonDepth(text) > DEPTH_LIMIT) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
