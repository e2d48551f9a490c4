/**
 * TestState: one state run on its own, its data shown at every point between input and output.
 *
 *   request ─▶ checks, in AWS's order and words ─▶ engine/probe ─▶ status, output, inspectionData
 *
 * Nothing of it is kept. A task that is not mocked is really done; a Wait really waits. The limit is AWS's five minutes.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { invalidDefinitionMessage, validateDefinition, validateState } from '@/lib/asl/validate';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { StateFailure } from '@/lib/engine/failure';
import type { Signal } from '@/lib/engine/frames';
import { findState, type Probed, type ProbeOptions, probe, type Subject } from '@/lib/engine/probe';
import { integrationOf } from '@/lib/engine/states/task';
import { parsed, textOf } from '@/lib/engine/text';
import type { ExecutionFacts, Machine } from '@/lib/engine/types';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import { machineArn } from '../arns';
import { AwsError, invalidInput, validation } from '../errors';
import { parseItems } from '../integrations/items';
import { type TaskCall, TaskFailure } from '../integrations/types';
import { mockProblem } from '../mock-shapes';
import { checked, Text } from '../requests';
import type { Operation } from '../wire';
import type { Api } from './context';
import { checkJson } from './start';
import { httpMocked, httpSeen } from './test-state-http';

const LIMIT_MS = 5 * 60_000;
/** AWS's name for a state that comes without a machine */
const LONE_STATE = 'StateName';

const Payload = z.string().max(262_144);
const TestState = z.object({
  definition: Text.min(1),
  roleArn: z.string().min(1).max(256).nullish(),
  input: Payload.nullish(),
  inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).nullish(),
  revealSecrets: z.boolean().nullish(),
  variables: Payload.nullish(),
  stateName: z.string().min(1).max(80).nullish(),
  mock: z
    .object({
      result: Payload.nullish(),
      errorOutput: z
        .object({ error: z.string().max(256).nullish(), cause: z.string().max(32_768).nullish() })
        .nullish(),
      fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).nullish(),
    })
    .nullish(),
  context: Payload.nullish(),
  stateConfiguration: z
    .object({
      retrierRetryCount: z.number().int().min(0).nullish(),
      errorCausedByState: z.string().min(1).max(80).nullish(),
      mapIterationFailureCount: z.number().int().min(0).nullish(),
      mapItemReaderData: Payload.nullish(),
    })
    .nullish(),
});
type Asked = z.infer<typeof TestState>;

export function testStateOperations(api: Api): Record<string, Operation> {
  return {
    async TestState(request, signal) {
      const asked = checked(TestState, request);
      const subject = subjectOf(asked);
      const state = own(subject.scope.states, subject.name) as JsonObject;
      const mock = mockOf(asked, state);
      const context = contextOf(asked, state);
      if (!mock && state.Type === 'Task' && !asked.roleArn)
        throw validation('RoleArn must be specified when testing a Task state');
      const input = asked.input ?? '{}';
      checkJson(input, invalidInput);
      const facts = factsOf(asked, input, api.now());
      const { exists, ...host } = api.runner.host;
      const http = httpSeen(asked.revealSecrets === true);
      const probed = await probe(subject, {
        facts,
        input,
        variables: variablesOf(asked),
        ...(context && { context }),
        at: facts.startedAt,
        host,
        ...(mock && { mock }),
        retries: asked.stateConfiguration?.retrierRetryCount ?? 0,
        failures: asked.stateConfiguration?.mapIterationFailureCount ?? 0,
        read: (reader) => itemsOf(asked, reader),
        ...doer(api, rowOf(facts), signal, http.onHttp),
      });
      const { task } = probed;
      const shown = mock && task?.integration === 'http:invoke' ? httpMocked(task, probed.inspection) : http.seen();
      return answerOf(probed, asked.inspectionLevel ?? 'INFO', shown);
    },
  };
}

// ------------------------------------------------------------------ what is asked

/** @throws AwsError InvalidDefinition, ValidationException */
function subjectOf({ definition, stateName }: Asked): Subject {
  const lone = !stateName;
  const message = invalidDefinitionMessage(lone ? validateState(definition) : validateDefinition(definition));
  if (message !== null) throw new AwsError('InvalidDefinition', message);
  const given = JSON.parse(definition) as JsonObject;
  const machine = (lone ? { StartAt: LONE_STATE, States: { [LONE_STATE]: given } } : given) as Machine;
  const subject = findState(machine, stateName ?? LONE_STATE);
  if (!subject) throw validation('State not found in definition');
  return subject;
}

const MOCKED_TYPES = ['Task', 'Map', 'Parallel'];

/** @throws AwsError ValidationException when the mock does not fit the state, or is missing where AWS wants one */
function mockOf({ mock, stateConfiguration, context }: Asked, state: JsonObject): ProbeOptions['mock'] {
  const type = String(state.Type);
  const { integration, pattern } = integrationOf(state.Resource);
  if (!mock) {
    const [field] = Object.entries(stateConfiguration ?? {}).find(([, value]) => value !== null) ?? [];
    const name = field ? field.charAt(0).toUpperCase() + field.slice(1) : context ? 'Context' : undefined;
    if (name) throw validation(`TestState does not support ${name} when a mock is not specified.`);
    if (type === 'Map' || type === 'Parallel')
      throw validation(`State type '${type}' is not supported when a mock is not specified`);
    if (type === 'Task' && pattern !== 'request-response')
      throw validation(
        "Activity tasks and the '.sync' and '.waitForTaskToken' service integration patterns are not supported when a mock is not specified",
      );
    return undefined;
  }
  if (mock.result && mock.errorOutput)
    throw validation('A test mock should have only one of the following fields: [result, errorOutput].');
  if (!MOCKED_TYPES.includes(type)) throw validation(`State type '${type}' is not supported when a mock is specified`);
  if (typeof mock.result !== 'string') {
    const { error, cause } = mock.errorOutput ?? {};
    return { ...(typeof error === 'string' && { error }), ...(typeof cause === 'string' && { cause }) };
  }
  const result = parsedOr(mock.result, 'Mocked result must be valid JSON');
  const isList = type === 'Parallel' || (type === 'Map' && state.ResultWriter === undefined);
  if (isList && !Array.isArray(result)) throw validation('Mocked result must be an array.');
  const problem =
    type === 'Task' ? mockProblem(integration, pattern, result, mock.fieldValidationMode ?? 'STRICT') : null;
  if (problem) throw validation(problem);
  return { result };
}

/** @throws AwsError ValidationException */
function parsedOr(text: string, message: string): Json {
  checkJson(text, () => validation(message));
  return parsed(text);
}

/** @throws AwsError ValidationException */
function contextOf({ context }: Asked, state: JsonObject): JsonObject | undefined {
  if (typeof context !== 'string') return undefined;
  const refused = 'Invalid Context object provided: ';
  const given = parsedOr(context, `${refused}it is not valid JSON`);
  if (!isObject(given)) throw validation(`${refused}it is not a JSON object`);
  const { pattern } = integrationOf(state.Resource);
  if (given.Task !== undefined && (state.Type !== 'Task' || pattern === 'request-response'))
    throw validation(
      `${refused}Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern`,
    );
  return given;
}

/** @throws AwsError ValidationException */
function variablesOf({ variables }: Asked): JsonObject {
  if (typeof variables !== 'string') return {};
  const given = parsedOr(variables, 'Variables must be valid JSON');
  if (!isObject(given)) throw validation('Variables must be a JSON object whose keys are the names of the variables');
  return given;
}

/** The items in what the test says the reader finds. @throws StateFailure */
function itemsOf({ stateConfiguration }: Asked, reader: JsonObject): Json[] {
  const data = stateConfiguration?.mapItemReaderData;
  if (typeof data !== 'string') return [];
  const config = isObject(reader.ReaderConfig) ? reader.ReaderConfig : {};
  let items: Json[];
  try {
    items = parseItems(Buffer.from(data), String(config.InputType ?? 'JSON'), config, 'mapItemReaderData');
  } catch (thrown) {
    throw thrown instanceof TaskFailure ? new StateFailure(thrown.error, thrown.cause) : thrown;
  }
  return typeof config.MaxItems === 'number' && config.MaxItems > 0 ? items.slice(0, config.MaxItems) : items;
}

function factsOf({ roleArn }: Asked, input: string, startedAt: number): ExecutionFacts {
  const stateMachineName = randomUUID();
  const executionName = randomUUID();
  const stateMachineArn = machineArn(stateMachineName);
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':express:')}:${executionName}`;
  const names = { executionArn, executionName, stateMachineArn, stateMachineName };
  return { ...names, roleArn: roleArn ?? '', startedAt, input, type: 'EXPRESS' };
}

/** Integrations are told whose task they do. */
const rowOf = (facts: ExecutionFacts): ExecutionRow => ({
  id: 0,
  arn: facts.executionArn,
  name: facts.executionName,
  machine: 0,
  machineArn: facts.stateMachineArn,
  machineName: facts.stateMachineName,
  versionArn: null,
  aliasArn: null,
  definition: '',
  revision: null,
  role: facts.roleArn,
  settings: '{}',
  type: 'EXPRESS',
  status: 'RUNNING',
  input: facts.input,
  output: null,
  error: null,
  cause: null,
  startedAt: facts.startedAt,
  stoppedAt: null,
  trace: null,
  startedBy: null,
  mapRun: null,
  label: null,
  parent: null,
  parentTask: null,
  item: null,
});

// ------------------------------------------------------------------ what is done

const timedOut: Signal = { kind: 'failed', error: 'States.Timeout' };

/** Does the state's work, for as long as the caller listens and AWS would wait. */
function doer(
  { runner, now }: Api,
  execution: ExecutionRow,
  gone: AbortSignal,
  onHttp: NonNullable<TaskCall['onHttp']>,
): Pick<ProbeOptions, 'perform' | 'wait'> {
  return {
    async perform(task) {
      const limit = Math.min(LIMIT_MS, (task.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000);
      const signal = AbortSignal.any([gone, AbortSignal.timeout(limit)]);
      try {
        const call = runner.integrationFor(task).call({ task, execution, signal, onHttp });
        return { kind: 'result', value: await Promise.race([call, whenAborted(signal)]) };
      } catch (thrown) {
        if (signal.aborted) return timedOut;
        if (!(thrown instanceof TaskFailure)) throw thrown;
        const { error, cause } = thrown;
        return { kind: 'failed', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      }
    },
    async wait(until) {
      const long = Math.ceil((until - now()) * runner.timeScale);
      const signal = AbortSignal.any([gone, AbortSignal.timeout(Math.max(0, Math.min(long, LIMIT_MS)))]);
      await whenAborted(signal).catch(() => {});
      return long > LIMIT_MS ? timedOut : { kind: 'woken' };
    },
  };
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = () => reject(new Error('given up'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });

// ------------------------------------------------------------------ what is answered

const COUNTS = ['maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'];

function answerOf(probed: Probed, level: 'INFO' | 'DEBUG' | 'TRACE', http: object): object {
  const { inspection, errorDetails, task: _, ...answer } = probed;
  if (level === 'INFO') return answer;
  return {
    ...answer,
    inspectionData: {
      ...Object.fromEntries(
        Object.entries(inspection).map(([point, value]) => [point, COUNTS.includes(point) ? value : textOf(value)]),
      ),
      ...(errorDetails && { errorDetails }),
      ...(level === 'TRACE' && http),
    },
  };
}
