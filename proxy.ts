/**
 * The page's door: only this machine's own names, only this page's own origin, and a content policy on every answer.
 *
 * A page anywhere on the web can make a browser call http://localhost:3000; it cannot forge Host, Origin or Sec-Fetch-Site.
 */
import { type NextRequest, NextResponse } from 'next/server';
import { readConfig } from '@/lib/config';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export function proxy(request: NextRequest): NextResponse {
  const refusal = refuse(request);
  if (refusal) return NextResponse.json({ problem: { code: 'FORBIDDEN', ...refusal } }, { status: 403 });

  const nonce = btoa(crypto.randomUUID());
  const isPdf = request.nextUrl.pathname === '/files/pdf';
  const policy = isPdf ? PDF_POLICY : contentPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.delete('x-middleware-subrequest');
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'no-referrer');
  response.headers.set('x-frame-options', isPdf ? 'SAMEORIGIN' : 'DENY');
  return response;
}

function refuse(request: NextRequest): { message: string; hint: string } | null {
  const allowed = readConfig().pageOrigins;
  const host = request.headers.get('host') ?? '';
  const hostAllowed = LOOPBACK.test(host) || allowed.some((origin) => hostOf(origin) === host.toLowerCase());
  if (!hostAllowed) {
    return {
      message: `This server does not answer for the host "${host}".`,
      hint: 'Open it as http://localhost, or name the origin in ACTION_ENGINE_ORIGINS.',
    };
  }
  const origin = request.headers.get('origin');
  if (origin !== null && hostOf(origin) !== host.toLowerCase() && !allowed.includes(origin)) {
    return {
      message: `Calls from ${origin} are refused.`,
      hint: 'Use the page itself, or name the origin in ACTION_ENGINE_ORIGINS.',
    };
  }
  const site = request.headers.get('sec-fetch-site');
  const navigation = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && origin === null && !navigation) {
    return { message: 'Calls from another site are refused.', hint: 'Use the page itself.' };
  }
  return null;
}

/** `null` for what is no URL, such as the origin `null` of a sandboxed page. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

/**
 * A PDF may load nothing, and be framed by this page alone. Not `sandbox`: Chromium shows no PDF in a sandboxed frame, and
 * its viewer is a process of its own that does not reach this origin.
 */
const PDF_POLICY = `default-src 'none'; frame-ancestors 'self'`;

/** Files come from the bucket: the local cloud on loopback, or S3. */
function contentPolicy(nonce: string): string {
  const files = 'http://127.0.0.1:* http://localhost:* https://*.amazonaws.com';
  const scripts = process.env.NODE_ENV === 'development' ? `'unsafe-eval'` : '';
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' ${scripts}`.trim(),
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob: ${files}`,
    `media-src 'self' blob: ${files}`,
    `connect-src 'self' ws: ${files}`,
    `object-src 'none'`,
    `base-uri 'self'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

export const config = { matcher: '/((?!_next/static|_next/image|favicon.ico).*)' };
