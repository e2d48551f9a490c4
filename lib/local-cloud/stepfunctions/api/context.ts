/** What every operation works with. */
import type { RunLog } from '@/lib/local-cloud/log';
import type { Pages } from '../pages';
import type { Runner } from '../runner';

export type Api = { log: RunLog; runner: Runner; pages: Pages; now(): number };
