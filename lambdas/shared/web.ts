/**
 * Calls to other machines, with care: only addresses of the public internet, and the hosts that the operator named in
 * ACTION_ENGINE_HTTP_ALLOW (`host` or `host:port`, with commas between).
 *
 * A name's addresses are judged where the connection is made, so that a name that changes its mind gains nothing. Each
 * redirect is judged again; what proves who one is does not follow to another origin.
 */
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { FunctionError } from './errors';

export type WebRequest = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array | undefined;
  /** bytes of an answer; default 4 MB, because Lambda answers at most 6 */
  limit?: number;
  /** ms for one call, redirects apart; default 20,000 */
  timeoutMs?: number;
  /** the address is the owner's own setting, not a workflow's value */
  trusted?: boolean;
};
export type WebAnswer = { status: number; headers: Record<string, string>; bytes: Buffer; url: string };

const REDIRECTS = 5;
const FOUR_MB = 4 * 1024 * 1024;

const closed = new net.BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  closed.addSubnet(network, prefix, 'ipv4');
}
closed.addSubnet('2001::', 23, 'ipv6');
closed.addSubnet('2001:db8::', 32, 'ipv6');
closed.addSubnet('2002::', 16, 'ipv6');
closed.addSubnet('3fff::', 20, 'ipv6');
const open6 = new net.BlockList();
open6.addSubnet('2000::', 3, 'ipv6'); // all public addresses begin with 2 or 3

export function isPublic(address: string): boolean {
  const family = net.isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  return open6.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

/** @throws FunctionError InvalidInput naming the field */
export function webAddress(text: string, field: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new FunctionError(
      'InvalidInput',
      `"${field}" must be a web address such as https://example.com, without a name or password in it; got "${text.slice(0, 200)}".`,
    );
  }
  return url;
}

/** @throws FunctionError AddressNotAllowed, NoAnswer, AnswerTooLarge, InvalidInput. Any status is an answer. */
export async function callWeb(address: URL, request: WebRequest = {}): Promise<WebAnswer> {
  let url = address;
  let { method = 'GET', body } = request;
  let headers = { ...request.headers };
  for (let hop = 0; ; hop++) {
    const trusted = request.trusted === true && hop === 0; // what the owner named; not where it sends on to
    const answer = await callOnce(url, { ...request, body, method, headers, trusted });
    const target = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || !target) return answer;
    if (hop === REDIRECTS)
      throw new FunctionError(
        'NoAnswer',
        `${address.origin} sends on more than ${REDIRECTS} times. Check the address.`,
      );
    const next = webAddress(new URL(target, url).href, 'redirect');
    if (next.origin !== url.origin)
      headers = Object.fromEntries(
        Object.entries(headers).filter(([name]) => /^(accept|accept-language|content-type|user-agent)$/i.test(name)),
      );
    if (answer.status === 303 || (answer.status < 303 && method === 'POST')) {
      method = 'GET';
      body = undefined;
    }
    url = next;
  }
}

const allowed = (url: URL): boolean => {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const list = (process.env.ACTION_ENGINE_HTTP_ALLOW ?? '').split(',').map((item) => item.trim().toLowerCase());
  return list.includes(url.hostname.toLowerCase()) || list.includes(`${url.hostname.toLowerCase()}:${port}`);
};

const notAllowed = (url: URL, why: string) =>
  new FunctionError(
    'AddressNotAllowed',
    `${url.host} may not be called: ${why}. Only public addresses may; the operator can name others in ACTION_ENGINE_HTTP_ALLOW.`,
  );

function callOnce(url: URL, request: WebRequest): Promise<WebAnswer> {
  const { method = 'GET', headers = {}, body, limit = FOUR_MB, timeoutMs = 20_000, trusted = false } = request;
  const free = trusted || allowed(url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!free && net.isIP(host) && !isPublic(host)) return Promise.reject(notAllowed(url, 'it is not a public address'));
  return new Promise((resolve, reject) => {
    let call: http.ClientRequest;
    const fail = (error: unknown) => {
      clearTimeout(timer);
      call?.destroy();
      if (error instanceof FunctionError) return reject(error);
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (/^ERR_(INVALID_CHAR|HTTP_INVALID_HEADER_VALUE|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS)$/.test(code))
        return reject(new FunctionError('InvalidInput', `The request cannot be sent: ${(error as Error).message}.`));
      reject(
        new FunctionError(
          'NoAnswer',
          `${url.host} does not answer: ${error instanceof Error ? error.message || code : error}. Check the address, or try again.`,
          { cause: error },
        ),
      );
    };
    const timer = setTimeout(
      () => fail(new FunctionError('NoAnswer', `${url.host} did not answer within ${timeoutMs / 1000} s. Try again.`)),
      timeoutMs,
    );
    try {
      call = (url.protocol === 'https:' ? https : http).request(
        url,
        {
          method,
          headers: { 'accept-encoding': 'identity', 'user-agent': 'Action-Engine/1', ...headers },
          agent: false,
          ...(free ? {} : { lookup: guardedLookup(url) }),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > limit) {
              const most = `${Math.floor(limit / 2 ** 20)} MB`;
              return fail(
                new FunctionError('AnswerTooLarge', `${url.host} answers more than ${most}. Ask it for less.`),
              );
            }
            chunks.push(chunk);
          });
          answer.on('error', fail);
          answer.on('end', () => {
            clearTimeout(timer);
            resolve({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
              ),
              bytes: Buffer.concat(chunks),
              url: url.href,
            });
          });
        },
      );
    } catch (error) {
      return fail(error);
    }
    call.on('error', fail);
    call.end(body);
  });
}

/** Answers a connection only where every address of the name is public. */
function guardedLookup(url: URL): net.LookupFunction {
  return (host, options, callback) => {
    lookup(host, { all: true, verbatim: true }).then(
      (found) => {
        const first = found[0];
        const inner = found.find(({ address }) => !isPublic(address));
        if (inner || !first)
          return callback(notAllowed(url, inner ? `it is ${inner.address}` : 'it has no address'), '', 0);
        if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

/** Text of an answer, in the character set that it names. */
export function textOf({ bytes, headers }: WebAnswer): string {
  const named = /charset=["']?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1];
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes);
  } catch {
    return bytes.toString('utf8'); // a character set that nobody knows
  }
}
