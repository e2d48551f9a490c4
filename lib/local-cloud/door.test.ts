import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerPage } from './data-dir';
import { createDoor, type Door } from './door';

const PORT = 4566;
const OWN = `127.0.0.1:${PORT}`;
const ISSUED = { accessKeyId: 'LOCALPAGE00000000001', secretAccessKey: 'a secret that was issued' };
const keys = {
  secretOf: (id: string) => ({ local: 'local', [ISSUED.accessKeyId]: ISSUED.secretAccessKey })[id],
  isSecret: (id: string) => id === ISSUED.accessKeyId,
};
let dataDir: string;
let door: Door;
beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'door-'));
  door = createDoor({ dataDir, pageOrigins: ['http://laptop.local:3000'], keys, port: () => PORT });
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const SIGNED = [
  'Authorization',
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
];
const knock = (
  headers: Record<string, string>,
  { method = 'GET', target = '/b/k', signed = true, raw = [] as string[] } = {},
) => door.admit({ method, target, rawHeaders: [...Object.entries(headers).flat(), ...(signed ? SIGNED : []), ...raw] });
const outcome = (...args: Parameters<typeof knock>) => {
  const verdict = knock(...args);
  return verdict.kind === 'refuse' ? `${verdict.refusal.status} ${verdict.refusal.code}` : verdict.kind;
};
const FOREIGN = '403 AccessDenied';

describe('the Host header', () => {
  test.each([OWN, `localhost:${PORT}`, `LOCALHOST:${PORT}`, `[::1]:${PORT}`])('%s is this server', (host) => {
    expect(outcome({ Host: host })).toBe('admit');
  });
  test.each([
    'evil.example',
    `evil.example:${PORT}`,
    '127.0.0.1',
    'localhost',
    `localhost.:${PORT}`,
    `127.0.0.1.:${PORT}`,
    '127.0.0.1:4567',
    `127.0.0.2:${PORT}`,
    `0.0.0.0:${PORT}`,
    `127.1:${PORT}`,
    `2130706433:${PORT}`,
    `localhost:${PORT}.evil.example`,
    `localhost.evil.example:${PORT}`,
    `user@localhost:${PORT}`,
    `127.0.0.1:0${PORT}`,
    `${OWN},evil.example`,
    '',
    `[::ffff:127.0.0.1]:${PORT}`,
    `evil\tlocalhost:${PORT}`,
  ])('%s is foreign', (host) => expect(outcome({ Host: host })).toBe(FOREIGN));

  test('none, and two of them, are foreign', () => {
    expect(outcome({})).toBe(FOREIGN);
    expect(outcome({ Host: OWN }, { raw: ['hOST', OWN] })).toBe(FOREIGN);
    expect(outcome({ Host: OWN }, { raw: ['host', 'evil.example'] })).toBe(FOREIGN);
  });
  test('a target in absolute form must name the same host', () => {
    expect(knock({ Host: OWN }, { target: `http://${OWN}/b/k?x=1` })).toMatchObject({
      kind: 'admit',
      target: '/b/k?x=1',
    });
    expect(outcome({ Host: OWN }, { target: 'http://evil.example/b/k' })).toBe(FOREIGN);
    expect(outcome({ Host: 'evil.example' }, { target: `http://${OWN}/b/k` })).toBe(FOREIGN);
    expect(outcome({ Host: OWN }, { target: '*', method: 'OPTIONS' })).toBe('400 InvalidURI');
  });
});

describe('Origin and Sec-Fetch-Site', () => {
  const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];
  const PAGES = ['http://laptop.local:3000', `http://127.0.0.1:${PORT}`, `http://localhost:${PORT}`];
  const STRANGERS = [
    'http://evil.example',
    'null',
    'http://localhost:9999',
    'https://laptop.local:3000',
    'http://laptop.local',
    `http://localhost.:${PORT}`,
    'file://',
    '',
  ];
  const SITES = ['cross-site', 'same-site', 'same-origin', 'none', undefined];
  const ROUTES = ['/b/k', '/2015-03-31/functions/f/invocations', '/_action-engine/health'];
  const cells = (origins: string[]) =>
    origins.flatMap((origin) =>
      METHODS.flatMap((method) => SITES.flatMap((site) => ROUTES.map((target) => ({ origin, method, site, target })))),
    );
  const headersOf = ({ origin, site }: { origin?: string; site?: string | undefined }) => ({
    Host: OWN,
    ...(origin !== undefined && { Origin: origin }),
    ...(site !== undefined && { 'Sec-Fetch-Site': site }),
  });

  test('a stranger is refused, whatever else it says', () => {
    for (const cell of cells(STRANGERS)) expect(outcome(headersOf(cell), cell), JSON.stringify(cell)).toBe(FOREIGN);
  });
  test("the page's own origins are admitted, whatever the browser calls them", () => {
    for (const cell of cells(PAGES)) expect(outcome(headersOf(cell), cell), JSON.stringify(cell)).toBe('admit');
  });
  test.each([
    ['cross-site', FOREIGN],
    ['same-site', FOREIGN],
    ['Cross-Site', FOREIGN],
    ['', FOREIGN],
    ['none, cross-site', FOREIGN],
    ['same-origin', 'admit'],
    ['none', 'admit'],
  ])('without an Origin, Sec-Fetch-Site "%s" is %s', (site, expected) => {
    for (const method of METHODS) expect(outcome({ Host: OWN, 'Sec-Fetch-Site': site }, { method })).toBe(expected);
  });
  test('two origins, and two sites, are foreign', () => {
    expect(outcome({ Host: OWN, Origin: PAGES[0]! }, { raw: ['origin', 'http://evil.example'] })).toBe(FOREIGN);
    expect(outcome({ Host: OWN, 'Sec-Fetch-Site': 'none' }, { raw: ['sec-fetch-site', 'cross-site'] })).toBe(FOREIGN);
  });
  test('a page that starts later registers itself, under any name of this machine', () => {
    const headers = { Host: OWN, Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'cross-site' };
    expect(outcome(headers)).toBe(FOREIGN);
    registerPage(dataDir, ['http://localhost:3000']);
    expect(outcome(headers)).toBe('admit');
    expect(outcome({ ...headers, Origin: 'http://localhost:3001' })).toBe(FOREIGN);
  });
});

describe('CORS', () => {
  const ask = (origin: string, extra: Record<string, string> = {}, target = '/b/k') =>
    knock(
      { Host: OWN, Origin: origin, 'Access-Control-Request-Method': 'PUT', ...extra },
      { method: 'OPTIONS', target, signed: false },
    );

  test('a preflight of the page is answered, of nobody else', () => {
    expect(
      ask('http://laptop.local:3000', { 'Access-Control-Request-Headers': 'content-type, x-amz-meta-a' }),
    ).toMatchObject({
      kind: 'preflight',
      cors: {
        'access-control-allow-origin': 'http://laptop.local:3000',
        'access-control-allow-headers': 'content-type, x-amz-meta-a',
        vary: 'Origin',
      },
    });
    expect(ask('http://evil.example')).toMatchObject({ kind: 'refuse', cors: {} });
  });
  test('only S3 is for browsers', () => {
    expect(ask('http://laptop.local:3000', {}, '/2015-03-31/functions')).toMatchObject({
      kind: 'refuse',
      refusal: { status: 403 },
    });
    expect(ask('http://laptop.local:3000', { 'Access-Control-Request-Headers': 'X-Amz-Target' }, '/')).toMatchObject({
      kind: 'refuse',
    });
  });
  test("a refusal is readable by the page, and by no stranger's page", () => {
    const refused = knock({ Host: OWN, Origin: 'http://laptop.local:3000' }, { signed: false });
    expect(refused).toMatchObject({
      kind: 'refuse',
      cors: { 'access-control-allow-origin': 'http://laptop.local:3000' },
    });
  });
});

describe('credentials', () => {
  const link = async (credentials: { accessKeyId: string; secretAccessKey: string }, host = OWN, expiresIn = 60) => {
    const client = new S3Client({ region: 'us-east-1', endpoint: `http://${host}`, forcePathStyle: true, credentials });
    return new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: 'b', Key: 'k' }), { expiresIn }));
  };
  const open = ({ pathname, search }: URL, headers: Record<string, string>, method = 'GET') =>
    outcome(headers, { method, target: pathname + search, signed: false });
  const local = { accessKeyId: 'local', secretAccessKey: 'local' };

  test('S3 wants a signature, Step Functions and Lambda take any call that is not foreign', () => {
    expect(outcome({ Host: OWN }, { signed: false })).toBe(FOREIGN);
    expect(outcome({ Host: OWN }, { signed: false, target: '/2015-03-31/functions' })).toBe('admit');
    expect(
      outcome(
        { Host: OWN, 'X-Amz-Target': 'AWSStepFunctions.ListStateMachines' },
        { signed: false, target: '/', method: 'POST' },
      ),
    ).toBe('admit');
    expect(outcome({ Host: OWN, Authorization: 'Bearer x' }, { signed: false })).toBe('400 InvalidArgument');
  });
  test('a good link opens from anywhere, for reading', async () => {
    const url = await link(local);
    expect(open(url, { Host: OWN })).toBe('admit');
    expect(open(url, { Host: OWN, Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' })).toBe('admit');
    expect(open(url, { Host: OWN, 'Sec-Fetch-Site': 'same-site' })).toBe('admit');
    expect(open(url, { Host: OWN, Origin: 'http://evil.example' }, 'PUT')).toBe(FOREIGN);
    expect(open(url, { Host: OWN }, 'PUT')).toBe('403 SignatureDoesNotMatch');
  });
  test('a bad link opens from nowhere', async () => {
    const stranger = await link({ accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' });
    expect(open(stranger, { Host: OWN })).toBe('403 InvalidAccessKeyId');
    expect(open(await link({ ...local, secretAccessKey: 'wrong' }), { Host: OWN })).toBe('403 SignatureDoesNotMatch');
    const url = await link(local);
    url.searchParams.set('X-Amz-Expires', '600');
    expect(open(url, { Host: OWN, Origin: 'http://evil.example' })).toBe(FOREIGN);
    expect(
      outcome({ Host: OWN, Authorization: SIGNED[1]! }, { target: url.pathname + url.search, signed: false }),
    ).toBe('400 InvalidArgument');
  });
  test('under a foreign host only with a key that is no public knowledge', async () => {
    const host = `evil.example:${PORT}`;
    expect(open(await link(local, host), { Host: host })).toBe(FOREIGN);
    expect(open(await link(ISSUED, host), { Host: host })).toBe('admit');
    expect(open(await link(ISSUED), { Host: host })).toBe(FOREIGN);
  });
});
