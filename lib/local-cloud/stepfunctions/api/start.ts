/**
 * Starting executions, to be followed or to be waited for.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { jsonDepth, utf8Bytes } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { AliasRow, ExecutionRow } from '@/lib/local-cloud/log';
import { checkName, executionArn, expressArn, parseMachineArn } from '../arns';
import { executionExists, invalidInput, machineGone, typeNotSupported, validation } from '../errors';
import { withTestCase } from '../mocks';
import { Arn, checked, IncludedData, Name, Text } from '../requests';
import { DEPTH_LIMIT, type Operation, seconds } from '../wire';
import type { Api } from './context';
import { dataView } from './executions';
import { findMachine } from './machines';
import { findAlias, route } from './versions';

/** bytes of an input or output as UTF-8 */
const PAYLOAD_LIMIT = 262_144;

const StartExecution = z.object({
  stateMachineArn: Arn,
  name: Name.nullish(),
  input: Text.nullish(),
  traceHeader: z.string().max(256).nullish(),
});

const StartSyncExecution = StartExecution.extend({ includedData: IncludedData });

export function startOperations(api: Api): Record<string, Operation> {
  return {
    async StartExecution(request) {
      const row = await startExecution(api, request);
      return { executionArn: row.arn, startDate: seconds(row.startedAt) };
    },

    async StartSyncExecution(request, signal) {
      const asked = checked(StartSyncExecution, request);
      const row = newRow(api, asked);
      if (row.type !== 'EXPRESS') throw typeNotSupported();
      const execution = api.runner.startSync(row);
      const hungUp = () => void execution.deliver({ kind: 'Stop' });
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
        ...dataView(ended, asked.includedData),
        ...(ended.error !== null && { error: ended.error }),
        ...(ended.cause !== null && { cause: ended.cause }),
        ...(ended.trace !== null && { traceHeader: ended.trace }),
        billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: Math.ceil(duration / 100) * 100 },
      };
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

/** `<ARN>#<test case>`: the tasks of this execution are mocked. @throws AwsError ValidationException */
function testCaseOf({ mocks }: Api, asked: string): { arn: string; testCase?: string } {
  const at = asked.indexOf('#');
  if (at < 0) return { arn: asked };
  const [arn, testCase] = [asked.slice(0, at), asked.slice(at + 1)];
  if (!mocks) {
    throw validation(
      `The test case "${testCase}" was asked for, and there is no mock configuration. Start the local cloud with SFN_MOCK_CONFIG=<file>.`,
    );
  }
  try {
    mocks.checkCase(parseMachineArn(arn).machine.split(':').pop() ?? '', testCase);
  } catch (error) {
    if (error instanceof Problem) throw validation(`${error.message} ${error.hint}`);
    throw error;
  }
  return { arn, testCase };
}

function newRow(api: Api, request: z.infer<typeof StartExecution>, startedBy?: string): ExecutionRow {
  const { log, now } = api;
  const { arn, testCase } = testCaseOf(api, request.stateMachineArn);
  const asked = { ...request, stateMachineArn: arn };
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
    settings: testCase === undefined ? source.settings : withTestCase(source.settings, testCase),
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

function findAliasOrGone(machines: Api['log']['machines'], arn: string): AliasRow {
  try {
    return findAlias(machines, arn).alias;
  } catch {
    throw machineGone(arn);
  }
}

/** @throws what `refuse` makes of the reason: not JSON, too long, too deep */
export function checkJson(text: string, refuse: (why: string) => Error): void {
  if (utf8Bytes(text) > PAYLOAD_LIMIT)
    throw refuse(`It exceeds the maximum number of bytes (${PAYLOAD_LIMIT}) allowed.`);
  if (jsonDepth(text) > DEPTH_LIMIT) throw refuse(`It nests deeper than ${DEPTH_LIMIT} levels.`);
  try {
    JSON.parse(text, mayBeHuge(text) ? refuseHuge : undefined);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** Such a number would be read as infinity, which JSON cannot say, and go on as null. */
const mayBeHuge = (text: string): boolean => /\de\+?0*\d{3}|\d{309}/i.test(text);

function refuseHuge(_name: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new RangeError('It holds a number beyond 1.8e308: send it as text.');
  return value;
}
