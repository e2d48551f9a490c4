/** What every operation works with. */
import type { RunLog } from '@/lib/local-cloud/log';
import type { Mocks } from '../mocks';
import type { Pages } from '../pages';
import type { Runner } from '../runner';

export type Api = {
  log: RunLog;
  runner: Runner;
  pages: Pages;
  now(): number;
  /** where a mock configuration was given */
  mocks?: Mocks;
};
