/**
 * Executions: start, describe, stop, list, and their history.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { jsonDepth, utf8Bytes } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import type { ExecutionRow, ListFilter } from '@/lib/local-cloud/log';
import { checkName, executionArn, expressArn, parseArn, parseMachineArn } from '../arns';
import {
  executionExists,
  executionGone,
  invalidInput,
  machineGone,
  notYet,
  resourceGone,
  serviceError,
  typeNotSupported,
  validation,
} from '../errors';
import { Arn, checked, MaxResults, Name, NextToken, Status, Text } from '../requests';
import { DEPTH_LIMIT, type Operation, seconds } from '../wire';
import type { Api } from './context';
import { findMachine, references, settingsView } from './machines';
import { findAlias, route } from './versions';

const PAYLOAD_LIMIT = 262_144;

const StartExecution = z.object({
  stateMachineArn: Arn,
  name: Name.nullish(),
  input: Text.nullish(),
  traceHeader: z.string().max(256).nullish(),
});
const ByArn = z.object({ executionArn: Arn });
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
    async StartExecution(request) {
      const row = await startExecution(api, request);
      return { executionArn: row.arn, startDate: seconds(row.startedAt) };
    },

    async StartSyncExecution(request, signal) {
      const asked = checked(StartExecution, request);
      const row = newRow(api, asked);
      if (row.type !== 'EXPRESS') throw typeNotSupported();
      const execution = runner.startSync(row);
      const hungUp = () => void runner.stop(execution);
      signal.addEventListener('abort', hungUp, { once: true });
      const ended = await execution.whenEnded();
      signal.removeEventListener('abort', hungUp);
      const duration = Math.max(1, (ended.stoppedAt ?? ended.startedAt) - ended.startedAt);
      return {
        executionArn: ended.arn,
        stateMachineArn: ended.machineArn,
        name: ended.name,
        startDate: seconds(ended.startedAt),
        stopDate: seconds(ended.stoppedAt ?? ended.startedAt),
        // Express knows no ABORTED.
        status: ended.status === 'ABORTED' ? 'FAILED' : ended.status,
        input: ended.input,
        inputDetails: { included: true },
        ...(ended.output !== null && { output: ended.output, outputDetails: { included: true } }),
        ...(ended.error !== null && { error: ended.error }),
        ...(ended.cause !== null && { cause: ended.cause }),
        ...(ended.trace !== null && { traceHeader: ended.trace }),
        billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: Math.ceil(duration / 100) * 100 },
      };
    },

    DescribeExecution(request) {
      const row = findExecution(api, checked(ByArn, request).executionArn);
      const [redriveStatus, reason] = redriveOf(row);
      return {
        executionArn: row.arn,
        stateMachineArn: row.machineArn,
        name: row.name,
        status: row.status,
        startDate: seconds(row.startedAt),
        ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        input: row.input,
        inputDetails: { included: true },
        ...(row.output !== null && { output: row.output, outputDetails: { included: true } }),
        ...(row.error !== null && { error: row.error }),
        ...(row.cause !== null && { cause: row.cause }),
        ...(row.trace !== null && { traceHeader: row.trace }),
        ...(row.mapRun !== null && { mapRunArn: row.mapRun }),
        ...qualifiers(row),
        redriveCount: 0,
        redriveStatus,
        ...(reason && { redriveStatusReason: reason }),
      };
    },

    DescribeStateMachineForExecution(request) {
      const row = findExecution(api, checked(ByArn, request).executionArn);
      const machine = log.machines.machineById(row.machine);
      return {
        stateMachineArn: row.machineArn,
        name: row.machineName,
        definition: log.machines.definition(row.definition),
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
      const rows =
        asked.redriveFilter === 'REDRIVEN'
          ? []
          : log.executions.list(filter, asked.statusFilter ?? undefined, before, size + 1);
      const page = rows.slice(0, size);
      return {
        executions: page.map((row) => ({
          executionArn: row.arn,
          stateMachineArn: row.machineArn,
          name: row.name,
          status: row.status,
          startDate: seconds(row.startedAt),
          ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
          ...(row.mapRun !== null && { mapRunArn: row.mapRun }),
          ...qualifiers(row),
          redriveCount: 0,
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

    RedriveExecution() {
      throw notYet('RedriveExecution', 'Start a new execution with the same input.');
    },
    TestState() {
      throw notYet('TestState', 'Run a state machine of that one state.');
    },
  };
}

/**
 * Starts an execution; the row is on the disk when this answers.
 * @param startedBy a task's invocation id: the same task asking again, after a crash, gets the execution that it began
 */
export async function startExecution(api: Api, request: unknown, startedBy?: string): Promise<ExecutionRow> {
  const row = newRow(api, checked(StartExecution, request), startedBy);
  if (row.type === 'STANDARD') {
    const running = api.runner.running(row.arn);
    const there = running?.row ?? api.log.executions.byArn(row.arn);
    if (there && there.machine === row.machine) {
      const again = startedBy !== undefined && there.startedBy === startedBy;
      const same = again || (there.status === 'RUNNING' && there.input === row.input);
      if (!same) throw executionExists(row.arn);
      await running?.written;
      return there;
    }
  }
  await api.runner.start(row);
  return row;
}

function newRow({ log, now }: Api, asked: z.infer<typeof StartExecution>, startedBy?: string): ExecutionRow {
  const input = asked.input ?? '{}';
  checkJson(input, invalidInput);
  const name = asked.name ?? randomUUID();
  checkName(name);
  const named = parseMachineArn(asked.stateMachineArn);
  const alias = named.alias === undefined ? undefined : findAliasOrGone(log.machines, asked.stateMachineArn);
  const versionArn = alias ? route(alias, Math.random()) : named.version === undefined ? null : asked.stateMachineArn;
  const { machine, version } = findMachine(log.machines, versionArn ?? asked.stateMachineArn);
  const source = version ?? machine;
  return {
    id: log.executions.newId(),
    arn: machine.type === 'EXPRESS' ? expressArn(machine.name, name, randomUUID()) : executionArn(machine.name, name),
    name,
    machine: machine.id,
    machineArn: machine.arn,
    machineName: machine.name,
    versionArn,
    aliasArn: alias ? asked.stateMachineArn : null,
    definition: source.definition,
    revision: source.revision,
    role: source.role,
    settings: source.settings,
    type: machine.type,
    status: 'RUNNING',
    input,
    output: null,
    error: null,
    cause: null,
    startedAt: now(),
    stoppedAt: null,
    trace: asked.traceHeader ?? null,
    startedBy: startedBy ?? null,
    mapRun: null,
    label: null,
    parent: null,
    parentTask: null,
    item: null,
  };
}

function findAliasOrGone(machines: Api['log']['machines'], arn: string) {
  try {
    return findAlias(machines, arn).alias;
  } catch {
    throw machineGone(arn);
  }
}

/** @throws what `refuse` makes of the reason: not JSON, too long, too deep */
export function checkJson(text: string, refuse: (why: string) => Error): void {
  if (utf8Bytes(text) > PAYLOAD_LIMIT)
    throw refuse(`Input exceeds the maximum number of bytes (${PAYLOAD_LIMIT}) allowed.`);
  if (jsonDepth(text) > DEPTH_LIMIT) throw refuse(`It nests deeper than ${DEPTH_LIMIT} levels.`);
  try {
    JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** @throws AwsError InvalidArn, ExecutionDoesNotExist */
function findExecution({ log }: Api, arn: string): ExecutionRow {
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

function redriveOf(row: ExecutionRow): [status: string, reason?: string] {
  if (row.mapRun !== null) return ['REDRIVABLE_BY_MAP_RUN'];
  if (row.status === 'RUNNING' || row.status === 'SUCCEEDED') {
    return ['NOT_REDRIVABLE', `Execution is ${row.status} and cannot be redriven`];
  }
  return ['REDRIVABLE'];
}

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
