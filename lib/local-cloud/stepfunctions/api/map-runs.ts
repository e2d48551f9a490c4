/**
 * Map Runs: what a distributed Map has under way.
 * @module
 */
import { z } from 'zod';
import { type Json, own } from '@/lib/base/json';
import type { ExecutionRow, MapRunRow, MapRunSettings } from '@/lib/local-cloud/log';
import { parseArn } from '../arns';
import { executionGone, resourceGone, serviceError, validation } from '../errors';
import { Arn, checked, MaxResults, NextToken } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';

const COUNTED = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

const UpdateMapRun = z.object({
  mapRunArn: z.string().min(1).max(2000),
  maxConcurrency: z.number().int().min(0).nullish(),
  toleratedFailureCount: z.number().int().min(0).nullish(),
  toleratedFailurePercentage: z.number().min(0).max(100).nullish(),
});

type Counts = Record<(typeof COUNTED)[keyof typeof COUNTED] | 'pending' | 'total', number>;

/**
 * @param total how many there are in all: those that have no execution yet are pending
 * @param pendingRedrive how many of those that did not succeed the redriven run has not come to yet
 */
function countsOf(rows: { status: string; count: number }[], total: number, written: boolean, pendingRedrive: number) {
  const counts: Counts = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0 };
  for (const { status, count } of rows) {
    const name = COUNTED[status as keyof typeof COUNTED];
    if (name) counts[name] += count;
    counts.total += count;
  }
  counts.pending = Math.max(0, total - counts.total);
  counts.total += counts.pending;
  return { ...counts, resultsWritten: written ? counts.total : 0, failuresNotRedrivable: 0, pendingRedrive };
}

/** Children that did not succeed, of a run that goes on: those that have not begun again since. */
function waitingForRedrive({ status, redrivenAt }: MapRunRow, children: () => ExecutionRow[]): ExecutionRow[] {
  if (status !== 'RUNNING' || !redrivenAt) return [];
  return children().filter((child) => {
    const isOver = child.status !== 'RUNNING' && child.status !== 'SUCCEEDED';
    return isOver && (child.redrivenAt ?? child.startedAt) < redrivenAt;
  });
}

/** @returns how many items a child of this run has: those of its batch are in its input; without batches it is an item */
export function itemCounter(run: MapRunRow): (child: ExecutionRow) => number {
  if (settingsOf(run).batch === null) return () => 1;
  return ({ input }) => {
    const items = own(JSON.parse(input) as Json, 'Items');
    return Array.isArray(items) ? items.length : 1;
  };
}

/** Never undefined but for runs of older data. */
const settingsOf = (row: MapRunRow): MapRunSettings => ({
  ...{ maxConcurrency: 0, toleratedFailureCount: 0, toleratedFailurePercentage: 0, items: 0, batch: null },
  hasWriter: false,
  ...(row.settings ? (JSON.parse(row.settings) as MapRunSettings) : {}),
});

export function mapRunOperations({ log, pages, runner }: Api): Record<string, Operation> {
  const { executions } = log;
  return {
    DescribeMapRun(request) {
      const { mapRunArn } = checked(z.object({ mapRunArn: z.string().min(1).max(2000) }), request);
      parseArn(mapRunArn, 'mapRun');
      const row = executions.mapRun(mapRunArn);
      const parent = row && executions.byId(row.execution);
      if (!row || !parent) throw resourceGone(mapRunArn);
      const { items, batch, hasWriter, ...limits } = settingsOf(row);
      const children = executions.counts(mapRunArn);
      const perItem = batch === null ? children : children.map((one) => ({ ...one, count: one.items }));
      const written = hasWriter && row.status === 'SUCCEEDED';
      const waiting = waitingForRedrive(row, () => executions.children(mapRunArn));
      const itemsIn = itemCounter(row);
      const waitingItems = waiting.reduce((sum, child) => sum + itemsIn(child), 0);
      return {
        mapRunArn,
        executionArn: parent.arn,
        status: row.status,
        startDate: seconds(row.startedAt),
        ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        ...limits,
        itemCounts: countsOf(perItem, items, written, waitingItems),
        executionCounts: countsOf(children, batch === 0 ? 0 : Math.ceil(items / (batch ?? 1)), written, waiting.length),
        redriveCount: row.redriveCount ?? 0,
        ...(row.redrivenAt && { redriveDate: seconds(row.redrivenAt) }),
      };
    },
    ListMapRuns(request) {
      const asked = checked(z.object({ executionArn: Arn, maxResults: MaxResults, nextToken: NextToken }), request);
      parseArn(asked.executionArn, 'execution');
      const parent = executions.byArn(asked.executionArn);
      if (!parent) throw executionGone(asked.executionArn);
      const scope = `map runs ${parent.id}`;
      const size = pages.size(asked.maxResults);
      const before = Number(pages.position(scope, asked.nextToken) ?? Number.MAX_SAFE_INTEGER);
      const rows = executions.mapRuns(parent.id, before, size + 1);
      const page = rows.slice(0, size);
      return {
        mapRuns: page.map((row) => ({
          executionArn: parent.arn,
          mapRunArn: row.arn,
          stateMachineArn: parent.machineArn,
          startDate: seconds(row.startedAt),
          ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        })),
        ...(rows.length > size && { nextToken: pages.next(scope, page.at(-1)!.id) }),
      };
    },
    async UpdateMapRun(request) {
      const { mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = checked(
        UpdateMapRun,
        request,
      );
      parseArn(mapRunArn, 'mapRun');
      const row = executions.mapRun(mapRunArn);
      const parent = row && executions.byId(row.execution);
      if (!row || !parent) throw resourceGone(mapRunArn);
      const running = row.status === 'RUNNING' ? runner.running(parent.arn) : undefined;
      if (!running) throw validation(`Map Run is not in RUNNING state and cannot be updated: '${mapRunArn}'`);
      const change = {
        ...(typeof maxConcurrency === 'number' && { maxConcurrency }),
        ...(typeof toleratedFailureCount === 'number' && { toleratedFailureCount }),
        ...(typeof toleratedFailurePercentage === 'number' && { toleratedFailurePercentage }),
      };
      if (Object.keys(change).length === 0)
        throw validation(
          'At least one of maxConcurrency, toleratedFailureCount and toleratedFailurePercentage must be specified.',
        );
      try {
        await running.deliver({ kind: 'MapRunChanged', mapRunArn, ...change }, false);
      } catch (error) {
        throw serviceError(`The change could not be written: ${(error as Error).message}`);
      }
      return {};
    },
  };
}
