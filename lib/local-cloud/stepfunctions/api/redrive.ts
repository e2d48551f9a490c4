/**
 * RedriveExecution: an execution that did not succeed goes on from where it ended, within fourteen days.
 * @module
 */
import { z } from 'zod';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import { AwsError } from '../errors';
import { Arn, checked } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';
import { findExecution } from './executions';

const RedriveExecution = z.object({ executionArn: Arn, clientToken: z.string().min(1).max(64).nullish() });

const REDRIVABLE_MS = 14 * 24 * 3600_000;
const LONGEST_RUN_MS = 365 * 24 * 3600_000;
/** a redrive needs room for two events: that it was redriven, and how it ended */
const EVENT_LIMIT = 24_999;
/** a token answers for its redrive so long, if it is one of so many */
const TOKEN_MS = 15 * 60_000;
const TOKENS = 10;

const notRedrivable = (reason: string) =>
  new AwsError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
/** AWS's word for executions without what a redrive needs */
const UNKNOWN_PLACE = 'Execution was started before the launch of RedriveExecution and cannot be redriven';

type Redrivability =
  | { redriveStatus: 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN' }
  | { redriveStatus: 'NOT_REDRIVABLE'; redriveStatusReason: string };

type Facts = Pick<ExecutionRow, 'id' | 'status' | 'mapRun' | 'startedAt' | 'stoppedAt'>;

/** Whether an execution may be redriven now, as DescribeExecution says it. */
export function redrivability({ log, now }: Pick<Api, 'log' | 'now'>, row: Facts): Redrivability {
  const not = (redriveStatusReason: string): Redrivability => ({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason,
  });
  if (row.status === 'RUNNING' || row.status === 'SUCCEEDED')
    return not(`Execution is ${row.status} and cannot be redriven`);
  if (row.mapRun !== null) return { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' };
  if (log.executions.lastEvent(row.id) >= EVENT_LIMIT) return not('Execution history event limit exceeded');
  if (now() - row.startedAt > LONGEST_RUN_MS) return not('Execution has exceeded the max execution time');
  if (now() - (row.stoppedAt ?? row.startedAt) > REDRIVABLE_MS) return not('Execution redrivable period exceeded');
  return { redriveStatus: 'REDRIVABLE' };
}

export function redriveOperations(api: Api): Record<string, Operation> {
  /** being written, by ARN */
  const under = new Map<string, { token: string | null; done: Promise<number> }>();

  async function redrive(row: ExecutionRow, token: string | null): Promise<number> {
    const told = redrivability(api, row);
    if (told.redriveStatus === 'NOT_REDRIVABLE') throw notRedrivable(told.redriveStatusReason);
    if (told.redriveStatus === 'REDRIVABLE_BY_MAP_RUN')
      throw notRedrivable('Execution is part of a Map Run and is redriven with the execution that started it');
    const at = await api.runner.redrive(row, token);
    if (at === undefined) throw notRedrivable(UNKNOWN_PLACE);
    return at;
  }

  return {
    async RedriveExecution(request) {
      const { executionArn, clientToken } = checked(RedriveExecution, request);
      const token = clientToken ?? null;
      const row = findExecution(api, executionArn);
      const other = under.get(row.arn);
      if (other) {
        if (token === null || other.token !== token) throw notRedrivable('Execution is RUNNING and cannot be redriven');
        return { redriveDate: seconds(await other.done) };
      }
      const known = api.log.executions.redrives(row.id).slice(0, TOKENS);
      const before = token === null ? undefined : known.find((one) => one.token === token);
      if (before && api.now() - before.at <= TOKEN_MS) return { redriveDate: seconds(before.at) };
      const done = redrive(row, token);
      under.set(row.arn, { token, done });
      try {
        return { redriveDate: seconds(await done) };
      } finally {
        under.delete(row.arn);
      }
    },
  };
}
