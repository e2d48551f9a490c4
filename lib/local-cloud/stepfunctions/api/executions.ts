/**
 * Executions: describe, stop, list, and their history.
 * @module
 */
import { z } from 'zod';
import type { HistoryEvent } from '@/lib/history/events';
import type { ExecutionRow, ListFilter } from '@/lib/local-cloud/log';
import { parseArn } from '../arns';
import { executionGone, resourceGone, serviceError, typeNotSupported, validation } from '../errors';
import { Arn, checked, IncludedData, MaxResults, NextToken, Status } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';
import { findMachine, references, settingsView } from './machines';
import { itemCounter } from './map-runs';
import { redrivability } from './redrive';
import { findAlias } from './versions';

const ByArn = z.object({ executionArn: Arn, includedData: IncludedData });
const StopExecution = z.object({
  executionArn: Arn,
  error: z.string().max(256).nullish(),
  cause: z.string().max(32_768).nullish(),
});
const ListExecutions = z.object({
  stateMachineArn: Arn.nullish(),
  mapRunArn: z.string().min(1).max(2000).nullish(),
  statusFilter: Status.nullish(),
  redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).nullish(),
  maxResults: MaxResults,
  nextToken: NextToken,
});
const GetExecutionHistory = z.object({
  executionArn: Arn,
  reverseOrder: z.boolean().nullish(),
  includeExecutionData: z.boolean().nullish(),
  maxResults: MaxResults,
  nextToken: NextToken,
});

export function executionOperations(api: Api): Record<string, Operation> {
  const { log, runner, pages } = api;
  return {
    DescribeExecution(request) {
      const { executionArn, includedData } = checked(ByArn, request);
      const row = findExecution(api, executionArn);
      return {
        executionArn: row.arn,
        stateMachineArn: row.machineArn,
        name: row.name,
        status: row.status,
        startDate: seconds(row.startedAt),
        ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        ...dataView(row, includedData),
        ...(row.error !== null && { error: row.error }),
        ...(row.cause !== null && { cause: row.cause }),
        ...(row.trace !== null && { traceHeader: row.trace }),
        ...(row.mapRun !== null && { mapRunArn: row.mapRun }),
        ...qualifiers(row),
        ...redrives(row),
        ...redrivability(api, row),
      };
    },

    DescribeStateMachineForExecution(request) {
      const { executionArn, includedData } = checked(ByArn, request);
      const row = findExecution(api, executionArn);
      const machine = log.machines.machineById(row.machine);
      return {
        stateMachineArn: row.machineArn,
        name: row.machineName,
        definition: includedData === 'METADATA_ONLY' ? '{}' : log.machines.definition(row.definition),
        roleArn: row.role,
        updateDate: seconds(machine?.updatedAt ?? row.startedAt),
        ...settingsView(row.settings),
        ...references(log.machines, row.definition),
        ...(row.mapRun !== null && { mapRunArn: row.mapRun }),
        ...(row.label !== null && { label: row.label }),
        ...(row.revision !== null && { revisionId: row.revision }),
      };
    },

    async StopExecution(request) {
      const asked = checked(StopExecution, request);
      const row = findExecution(api, asked.executionArn);
      const running = runner.running(row.arn);
      if (running) {
        try {
          await running.deliver(
            { kind: 'Stop', ...(asked.error && { error: asked.error }), ...(asked.cause && { cause: asked.cause }) },
            false,
          );
        } catch (error) {
          throw serviceError(`The end could not be written: ${(error as Error).message}`);
        }
      } else if (row.status === 'RUNNING') {
        // Its records are damaged, so it was not taken up: all that can be done is to say that it is over.
        const end = { output: null, error: asked.error ?? null, cause: asked.cause ?? null, stoppedAt: api.now() };
        log.transact(() => log.executions.end(row.id, { status: 'ABORTED', ...end }));
      }
      const after = log.executions.byId(row.id) ?? row;
      return { stopDate: seconds(after.stoppedAt ?? api.now()) };
    },

    ListExecutions(request) {
      const asked = checked(ListExecutions, request);
      const { filter, scope } = listFilter(api, asked.stateMachineArn, asked.mapRunArn);
      const full = `executions ${scope} ${asked.statusFilter ?? ''} ${asked.redriveFilter ?? ''}`;
      const size = pages.size(asked.maxResults);
      const before = Number(pages.position(full, asked.nextToken) ?? Number.MAX_SAFE_INTEGER);
      const redriven = asked.redriveFilter ? asked.redriveFilter === 'REDRIVEN' : undefined;
      const rows = log.executions.list(filter, asked.statusFilter ?? undefined, before, size + 1, redriven);
      const page = rows.slice(0, size);
      const run = asked.mapRunArn ? log.executions.mapRun(asked.mapRunArn) : undefined;
      const itemsIn = run && itemCounter(run);
      return {
        executions: page.map((row) => ({
          executionArn: row.arn,
          stateMachineArn: row.machineArn,
          name: row.name,
          status: row.status,
          startDate: seconds(row.startedAt),
          ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
          ...(row.mapRun !== null && { mapRunArn: row.mapRun }),
          ...(itemsIn && { itemCount: itemsIn(row) }),
          ...qualifiers(row),
          ...redrives(row),
        })),
        ...(rows.length > size && { nextToken: pages.next(full, page.at(-1)!.id) }),
      };
    },

    GetExecutionHistory(request) {
      const asked = checked(GetExecutionHistory, request);
      const row = findExecution(api, asked.executionArn);
      const scope = `history ${row.id} ${asked.reverseOrder === true}`;
      const size = pages.size(asked.maxResults);
      const last = log.executions.lastEvent(row.id);
      const from = Number(pages.position(scope, asked.nextToken) ?? (asked.reverseOrder ? last : 1));
      const events = asked.reverseOrder
        ? log.executions.events(row.id, Math.max(1, from - size + 1), from).reverse()
        : log.executions.events(row.id, from, from + size - 1);
      const next = asked.reverseOrder ? from - size : from + size;
      const more = asked.reverseOrder ? next >= 1 : next <= last;
      return {
        events: events.map((event) => eventView(event, asked.includeExecutionData !== false)),
        ...(more && { nextToken: pages.next(scope, next) }),
      };
    },
  };
}

/** What a run works on and made, and whether it is told. */
export function dataView({ input, output }: ExecutionRow, includedData: z.infer<typeof IncludedData>): object {
  const included = includedData !== 'METADATA_ONLY';
  return {
    ...(included && { input }),
    inputDetails: { included },
    ...(output !== null && { ...(included && { output }), outputDetails: { included } }),
  };
}

/** @throws AwsError InvalidArn, ExecutionDoesNotExist */
export function findExecution({ log }: Api, arn: string): ExecutionRow {
  parseArn(arn, 'execution', 'express');
  const row = log.executions.byArn(arn);
  if (!row || arn.includes(':express:')) throw executionGone(arn);
  return row;
}

function listFilter(
  { log }: Api,
  machineArn: string | null | undefined,
  mapRunArn: string | null | undefined,
): { filter: ListFilter; scope: string } {
  if (!machineArn === !mapRunArn) throw validation('Exactly one of stateMachineArn and mapRunArn must be specified.');
  if (mapRunArn) {
    parseArn(mapRunArn, 'mapRun');
    if (!log.executions.mapRun(mapRunArn)) throw resourceGone(mapRunArn);
    return { filter: { mapRun: mapRunArn }, scope: mapRunArn };
  }
  const arn = machineArn!;
  const { machine, version, alias } = findMachine(log.machines, arn);
  if (machine.type === 'EXPRESS') throw typeNotSupported();
  if (alias !== undefined) findAlias(log.machines, arn);
  const filter = {
    machine: machine.id,
    ...(version && { versionArn: arn }),
    ...(alias !== undefined && { aliasArn: arn }),
  };
  return { filter, scope: arn };
}

const qualifiers = (row: ExecutionRow) => ({
  ...(row.versionArn !== null && { stateMachineVersionArn: row.versionArn }),
  ...(row.aliasArn !== null && { stateMachineAliasArn: row.aliasArn }),
});

const redrives = (row: ExecutionRow) => ({
  redriveCount: row.redriveCount ?? 0,
  ...(row.redrivenAt && { redriveDate: seconds(row.redrivenAt) }),
});

/** members that carry what the workflow works on */
const DATA = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters'];

function eventView(event: HistoryEvent, withData: boolean): object {
  const view: Record<string, unknown> = { ...event, timestamp: seconds(event.timestamp) };
  if (withData) return view;
  for (const [name, details] of Object.entries(view)) {
    if (!name.endsWith('EventDetails') || !details) continue;
    view[name] = Object.fromEntries(Object.entries(details as object).filter(([field]) => !DATA.includes(field)));
  }
  return view;
}
