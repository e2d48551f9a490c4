/**
 * The door: decides from a request's line and headers alone whether a service may see it.
 *
 * A local server is reachable by every web page that the person has open. So a request is refused (403) when its Host is
 * not this server's name (a name that an attacker pointed at 127.0.0.1), or when a browser says, by Origin or
 * Sec-Fetch-Site, that another site's page made it. Exempt are GET and HEAD of S3 with a valid presigned signature:
 * links are made to be opened from anywhere. Not foreign is the page of this product, on whatever port or loopback name.
 *
 * Credentials: S3 wants what AWS wants, a signed request; an Authorization header of any credentials will do, a presigned
 * query must be signed with a key that the cloud issued, or `local`. The others take unsigned calls too:
 * no browser can send one unnoticed, and on one's own machine a signature of any credentials proves nothing more.
 *
 * A presigned link under a foreign Host is good only when the signature covers that Host and was made with an issued
 * key: `local` is public, and whoever owns a name that leads here could sign with it.
 * @module
 */
import { readPageOrigins } from './data-dir';
import type { Keys } from './keys';
import {
  accessKeyOf,
  coversHost,
  isPresigned,
  parseQuery,
  type Refusal,
  type SignedRequest,
  verifyPresigned,
} from './signature';

export type Route = 'stepfunctions' | 'lambda' | 'health' | 'erase' | 'identity' | 's3';

export type Knock = { method: string; target: string; rawHeaders: readonly string[] };

export type Verdict =
  | { kind: 'refuse'; route: Route; refusal: Refusal; cors: Record<string, string> }
  | { kind: 'preflight'; cors: Record<string, string> }
  | {
      kind: 'admit';
      route: Route /** path and query, the absolute form taken off */;
      target: string;
      cors: Record<string, string>;
    };

export type DoorOptions = {
  dataDir: string;
  /** further origins of the page, beside those that it registered in the data directory */
  pageOrigins: readonly string[];
  keys: Pick<Keys, 'secretOf' | 'isSecret'>;
  /** the port that the server listens on; asked late */
  port(): number;
  now?: () => number;
};

export type Door = { admit(knock: Knock): Verdict };

export function createDoor({ dataDir, pageOrigins, keys, port, now = Date.now }: DoorOptions): Door {
  const configured = new Set(pageOrigins.flatMap((origin) => canonicalOrigin(origin) ?? []));

  /** The page may have started later than the cloud, so its file is read whenever an origin is not known by other means. */
  const isOurs = (origin: string): boolean => {
    const asked = canonicalOrigin(origin);
    if (asked === null) return false;
    if (asked === `http://localhost:${port()}` || configured.has(asked)) return true;
    return readPageOrigins(dataDir).some((known) => canonicalOrigin(known) === asked);
  };

  return {
    admit({ method, target: requestTarget, rawHeaders }) {
      const headers = joinHeaders(rawHeaders);
      const hosts = valuesOf(rawHeaders, 'host');
      const { target, authority } = splitTarget(requestTarget);
      const route = routeOf(method, target, headers);
      const refuse = (refusal: Refusal, cors: Record<string, string> = {}): Verdict => ({
        kind: 'refuse',
        route,
        refusal,
        cors,
      });

      if (!target.startsWith('/')) {
        return refuse({ status: 400, code: 'InvalidURI', message: "Couldn't parse the specified URI." });
      }
      const complaints: string[] = [];
      const hostIsForeign =
        hosts.length !== 1 ||
        !isOwnHost(hosts[0]!, port()) ||
        (authority !== null && authority.toLowerCase() !== hosts[0]!.toLowerCase());
      if (hostIsForeign) {
        complaints.push(`The host ${quote(authority ?? hosts.join(', '))} is not a name of this server`);
      }
      const origins = valuesOf(rawHeaders, 'origin');
      const origin = origins.length === 1 && isOurs(origins[0]!) ? origins[0]! : null;
      if (origins.length > 0 && origin === null) {
        complaints.push(`The origin ${quote(origins.join(', '))} may not use this server`);
      }
      // From the page's own origin a call to 127.0.0.1 is "cross-site" when the page is on localhost: Origin decides.
      const site = headers['sec-fetch-site'];
      if (site !== undefined && origin === null && site !== 'none' && site !== 'same-origin') {
        complaints.push(`A page of another site made this request (Sec-Fetch-Site: ${quote(site)})`);
      }
      const cors = origin !== null && !hostIsForeign && route === 's3' ? corsFor(origin) : {};

      if (complaints.length > 0) {
        const admitted =
          route === 's3' &&
          (method === 'GET' || method === 'HEAD') &&
          isGoodLink({ method, target, headers }, hostIsForeign, keys, now());
        if (!admitted) {
          const message = `${complaints.join('. ')}. Call http://127.0.0.1:${port()} from a program, or from the page of Action Engine.`;
          return refuse({ status: 403, code: 'AccessDenied', message });
        }
        return { kind: 'admit', route, target, cors };
      }
      if (method === 'OPTIONS') return preflight(refuse, route, origin, headers, cors);
      if (route === 's3') {
        const refusal = checkCredentials({ method, target, headers }, keys, now());
        if (refusal) return refuse(refusal, cors);
      }
      return { kind: 'admit', route, target, cors };
    },
  };
}

/** Lambda's paths begin with the date of an API version. */
const LAMBDA_PATH =
  /^\/20\d\d-\d\d-\d\d\/(functions|layers|event-source-mappings|account-settings|code-signing-configs|tags)(\/|\?|$)/;

/** AWS's query protocol; S3 has nothing to post at the top. */
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

export function routeOf(method: string, target: string, headers: Readonly<Record<string, string>>): Route {
  if (/^\/_action-engine\/health(\?|$)/.test(target)) return 'health';
  if (method === 'POST' && target === '/_action-engine/erase-runs') return 'erase';
  if (LAMBDA_PATH.test(target)) return 'lambda';
  if (method === 'POST' && /^\/(\?|$)/.test(target) && headers['x-amz-target'] !== undefined) {
    return headers['x-amz-target'].startsWith('Logs_') ? 'lambda' : 'stepfunctions'; // Lambda keeps the logs
  }
  if (method === 'POST' && /^\/(\?|$)/.test(target) && FORM.test(headers['content-type'] ?? '')) return 'identity';
  return 's3';
}

function preflight(
  refuse: (refusal: Refusal, cors?: Record<string, string>) => Verdict,
  route: Route,
  origin: string | null,
  headers: Record<string, string>,
  cors: Record<string, string>,
): Verdict {
  if (origin === null || headers['access-control-request-method'] === undefined) {
    const message = 'Insufficient information. Origin request header needed.';
    return refuse({ status: 400, code: 'BadRequest', message });
  }
  const asked = headers['access-control-request-headers']?.split(',').map((name) => name.trim()) ?? [];
  // Only S3 is for browsers: what reaches Step Functions carries x-amz-target.
  if (route !== 's3' || asked.some((name) => name.toLowerCase() === 'x-amz-target')) {
    return refuse({ status: 403, code: 'AccessForbidden', message: 'CORSResponse: This CORS request is not allowed.' });
  }
  return {
    kind: 'preflight',
    cors: {
      ...cors,
      'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
      ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
      'access-control-max-age': '600',
      ...(headers['access-control-request-private-network'] === 'true' && {
        'access-control-allow-private-network': 'true',
      }),
    },
  };
}

const corsFor = (origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  // `*` covers x-amz-meta-…; the names are for browsers that do not know it
  'access-control-expose-headers':
    'ETag, Content-Length, Content-Range, Content-Disposition, Accept-Ranges, Last-Modified, x-amz-request-id, x-amz-version-id, x-amz-checksum-crc32, *',
  vary: 'Origin',
});

function isGoodLink(
  { method, target, headers }: { method: string; target: string; headers: Record<string, string> },
  hostIsForeign: boolean,
  keys: DoorOptions['keys'],
  now: number,
): boolean {
  const request = signedRequest(method, target, headers);
  if (request === null || !isPresigned(request.query) || headers.authorization !== undefined) return false;
  if (hostIsForeign && !(coversHost(request.query) && keys.isSecret(accessKeyOf(request.query) ?? ''))) return false;
  return verifyPresigned(request, keys.secretOf, now) === null;
}

/** What S3 asks of a request that is not foreign. */
function checkCredentials(
  { method, target, headers }: { method: string; target: string; headers: Record<string, string> },
  keys: DoorOptions['keys'],
  now: number,
): Refusal | null {
  const request = signedRequest(method, target, headers);
  if (request === null) return { status: 400, code: 'InvalidURI', message: "Couldn't parse the specified URI." };
  const authorization = headers.authorization;
  if (isPresigned(request.query)) {
    if (authorization !== undefined) {
      const message =
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified';
      return { status: 400, code: 'InvalidArgument', message };
    }
    return verifyPresigned(request, keys.secretOf, now);
  }
  if (authorization === undefined) return { status: 403, code: 'AccessDenied', message: 'Access Denied' };
  if (!/^AWS/.test(authorization)) {
    return { status: 400, code: 'InvalidArgument', message: 'Unsupported Authorization Type' };
  }
  return null;
}

/** null when the path or the query cannot be decoded */
function signedRequest(method: string, target: string, headers: Record<string, string>): SignedRequest | null {
  const question = target.indexOf('?');
  const rawPath = question < 0 ? target : target.slice(0, question);
  try {
    decodeURIComponent(rawPath);
    return { method, rawPath, query: parseQuery(question < 0 ? '' : target.slice(question + 1)), headers };
  } catch {
    return null;
  }
}

/** `http://host:port/path` is what a proxy is asked; a server may be asked so too. */
function splitTarget(requestTarget: string): { target: string; authority: string | null } {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(requestTarget);
  if (!absolute) return { target: requestTarget, authority: null };
  const rest = absolute[2]!;
  return { target: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1]! };
}

function isOwnHost(host: string, port: number): boolean {
  const match = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i.exec(host);
  return match !== null && (match[1] ?? '80') === String(port);
}

/** Lower case, the port spelt out, one name for this machine; null for what is not a web origin (`null`, a path …). */
function canonicalOrigin(origin: string): string | null {
  const match = /^(https?):\/\/([a-z0-9._-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i.exec(origin);
  if (!match) return null;
  const scheme = match[1]!.toLowerCase();
  const host = match[2]!.toLowerCase();
  const name = host === '127.0.0.1' || host === '[::1]' ? 'localhost' : host;
  return `${scheme}://${name}:${match[3] ?? (scheme === 'http' ? '80' : '443')}`;
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}

/** Node drops some duplicates; a signature and this door must see them. */
export function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    headers[name] = headers[name] === undefined ? rawHeaders[i + 1]! : `${headers[name]},${rawHeaders[i + 1]!}`;
  }
  return headers;
}

const quote = (text: string): string => `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
