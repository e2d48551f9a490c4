/**
 * Page tokens: where the next page begins, signed, good for one list and for 24 hours.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './errors';

const LIFE_MS = 24 * 3600_000;
const DEFAULT_PAGE = 100;

export type Pages = {
  /** rows on a page: 100 where none or 0 is asked for */
  size(maxResults: number | null | undefined): number;
  /** @param scope the operation and everything that chose the list's rows */
  next(scope: string, position: string | number): string;
  /** @throws AwsError InvalidToken for one that is not ours, of another list, or older than 24 hours */
  position(scope: string, token: string | null | undefined): string | undefined;
};

export function createPages(secret: string, now: () => number): Pages {
  const seal = (scope: string, body: string) =>
    createHmac('sha256', secret).update(`${scope}\n${body}`).digest().subarray(0, 18);
  return {
    size: (maxResults) => maxResults || DEFAULT_PAGE,
    next(scope, position) {
      const body = Buffer.from(JSON.stringify([String(position), now()])).toString('base64url');
      return `${body}.${seal(scope, body).toString('base64url')}`;
    },
    position(scope, token) {
      if (token === null || token === undefined) return undefined;
      const [body = '', signature = ''] = token.split('.');
      const expected = seal(scope, body);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw bad('Invalid token');
      const [position, issuedAt] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [string, number];
      if (now() - issuedAt > LIFE_MS) throw bad('Token expired');
      return position;
    },
  };
}
const bad = (why: string) => new AwsError('InvalidToken', `Invalid Token: '${why}'`);
