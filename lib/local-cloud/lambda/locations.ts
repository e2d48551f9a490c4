/** Where a function's package can be fetched: a link that is good for ten minutes, as `GetFunction` gives it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CloudContext } from '../service';
import type { Version } from './store';

const GOOD_FOR_MS = 10 * 60_000;

export function createLocations(context: CloudContext) {
  const sign = (hash: string, until: number) =>
    createHmac('sha256', context.credentials.self.secretAccessKey)
      .update(`lambda-package ${hash} ${until}`)
      .digest('hex');
  return {
    make(name: string, { code }: Version): string {
      const until = Date.now() + GOOD_FOR_MS;
      return `${context.endpoint()}/2015-03-31/functions/${name}/package/${code.hash}.zip?until=${until}&signature=${sign(code.hash, until)}`;
    },
    isGood(hash: string, query: URLSearchParams): boolean {
      const until = Number(query.get('until'));
      const given = Buffer.from(query.get('signature') ?? '');
      const expected = Buffer.from(sign(hash, until));
      return until > Date.now() && given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
export type Locations = ReturnType<typeof createLocations>;
