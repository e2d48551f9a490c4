/**
 * One signed AWS request over a kept-alive connection: leaner than an SDK client, for the call that every step makes.
 * @module
 */
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { type Credentials, REGION } from '@/lib/local-cloud/service';

export type AwsRequest = {
  endpoint: string;
  service: string;
  method: string;
  /** already percent-encoded, with the query if there is one */
  path: string;
  headers: Record<string, string>;
  body: string;
  credentials: Credentials;
  signal: AbortSignal;
};
export type AwsResponse = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 512 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 512 }),
};

/** @throws the socket's error; a kept-alive connection that the other side had already closed is tried once more */
export async function awsRequest(request: AwsRequest): Promise<AwsResponse> {
  const url = new URL(request.endpoint);
  const base = url.pathname.replace(/\/$/, '');
  const path = base + request.path;
  const headers = sign(request, url.host, path);
  try {
    return await send(url, path, request, headers);
  } catch (error) {
    if ((error as { stale?: boolean }).stale) return send(url, path, request, headers);
    throw error;
  }
}

function send(
  url: URL,
  path: string,
  { method, body, signal }: AwsRequest,
  headers: Record<string, string>,
): Promise<AwsResponse> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = { host: url.hostname, port: url.port || (secure ? 443 : 80), method, path, headers, signal };
    const request = secure
      ? https.request({ ...options, agent: agents['https:'] })
      : http.request({ ...options, agent: agents['http:'] });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale && !signal.aborted ? Object.assign(error, { stale }) : error);
    });
    request.end(body);
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** keys are good for a day: derived once per service and secret */
const keys = new Map<string, Buffer>();

/** Signature Version 4 over the headers. */
function sign(
  { service, method, body, credentials, headers }: AwsRequest,
  host: string,
  path: string,
): Record<string, string> {
  const stamp = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    host,
    'x-amz-date': stamp,
    'content-length': String(Buffer.byteLength(body)),
  };
  const names = Object.keys(all)
    .map((name) => name.toLowerCase())
    .filter((name) => name !== 'content-length')
    .sort();
  const byName = new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const [rawPath = '/', query = ''] = path.split('?');
  const canonicalPath = rawPath.split('/').map(encodeURIComponent).join('/');
  const canonicalQuery = query
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
  const canonical = [
    method,
    canonicalPath,
    canonicalQuery,
    ...names.map((name) => `${name}:${byName.get(name)}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${day}/${REGION}/${service}/aws4_request`;
  const cached = `${scope} ${credentials.secretAccessKey}`;
  let key = keys.get(cached);
  if (!key) {
    if (keys.size > 50) keys.clear();
    key = [day, REGION, service, 'aws4_request'].reduce<string | Buffer>(
      hmac,
      `AWS4${credentials.secretAccessKey}`,
    ) as Buffer;
    keys.set(cached, key);
  }
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')).toString('hex');
  all.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return all;
}
