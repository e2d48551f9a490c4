/**
 * Task: asks for work to be done, and waits for its result.
 *
 * Which events AWS records depends on the resource: a function's own ARN (`LambdaFunction…`), an activity (`Activity…`)
 * or a service integration (`Task…`).
 * @module
 */
import { fillTemplate } from '@/lib/asl/template';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { argumentsOf, effectiveInput, filled, lookUp, pathScope, typed } from '../data';
import { runtimeFailure } from '../failure';
import type { TaskFrame } from '../frames';
import { textOf } from '../text';
import type { Command } from '../types';
import type { Visit } from '../visit';
import type { Work } from '../work';
import { BLOCK, type Handler } from './handler';

type Pattern = TaskFrame['pattern'];
export type Resource = { family: 'LambdaFunction' | 'Activity' | 'Task'; integration: string; pattern: Pattern };

const PATTERNS: Record<string, Pattern> = {
  '.sync': 'sync',
  '.sync:2': 'sync:2',
  '.waitForTaskToken': 'waitForTaskToken',
};

/** What a resource ARN asks for. @throws StateFailure for anything else */
function resourceOf(arn: Json | undefined): Resource {
  if (typeof arn === 'string') {
    if (/^arn:[^:]*:lambda:[^:]*:[^:]*:function:/.test(arn))
      return { family: 'LambdaFunction', integration: 'function', pattern: 'request-response' };
    if (/^arn:[^:]*:states:[^:]*:[^:]*:activity:/.test(arn))
      return { family: 'Activity', integration: 'activity', pattern: 'waitForTaskToken' };
    const service = /^arn:[^:]*:states:::(.+?)(\.sync:2|\.sync|\.waitForTaskToken)?$/.exec(arn);
    if (service?.[1])
      return { family: 'Task', integration: service[1], pattern: PATTERNS[service[2] ?? ''] ?? 'request-response' };
  }
  throw runtimeFailure(`The resource ${JSON.stringify(arn ?? null)} is not one that a Task can use.`);
}

/** The service part and the pattern of a resource; of none, the pattern of an ordinary call. Never throws. */
export function integrationOf(arn: Json | undefined): Pick<Resource, 'integration' | 'pattern'> {
  try {
    return resourceOf(arn);
  } catch {
    return { integration: '', pattern: 'request-response' };
  }
}

/** `aws-sdk:s3:getObject` + sync → `{ resourceType: 'aws-sdk:s3', resource: 'getObject.sync' }` */
export function namesOf(task: Pick<TaskFrame, 'resource'>): { resource: string; resourceType: string } {
  const whole = task.resource.slice(task.resource.indexOf(':states:::') + ':states:::'.length);
  const action = /[^:]*(?:\.sync:2)?$/.exec(whole.replace(/\.sync:2$/, ''))?.[0] ?? whole;
  const suffix = whole.endsWith('.sync:2') ? '.sync:2' : '';
  return { resource: action + suffix, resourceType: whole.slice(0, whole.length - action.length - suffix.length - 1) };
}

export const familyOf = (task: Pick<TaskFrame, 'integration'>): Resource['family'] =>
  task.integration === 'function' ? 'LambdaFunction' : task.integration === 'activity' ? 'Activity' : 'Task';

/** Name of the details object of a task's event: `lambdaFunctionFailed`, `taskSubmitted`. */
const detailsName = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);

/** Records one event of a task's life, in the words of its family. @returns its id */
export function recordTask(
  work: Work,
  task: TaskFrame,
  previous: number,
  what: string,
  details: JsonObject | undefined,
): number {
  const family = familyOf(task);
  const type = `${family}${what}`;
  if (family !== 'Task')
    return details ? work.record(type, previous, detailsName(type), details) : work.record(type, previous);
  return work.record(type, previous, detailsName(type), { ...namesOf(task), ...details });
}

const positive = (value: Json): boolean => typeof value === 'number' && Number.isInteger(value) && value > 0;

/** `TimeoutSeconds` or `HeartbeatSeconds`: a number, at a path, or computed. @returns seconds */
async function secondsOf(visit: Visit, field: 'TimeoutSeconds' | 'HeartbeatSeconds'): Promise<number | undefined> {
  const path = visit.field(`${field}Path`);
  if (visit.language === 'JSONPath' && typeof path === 'string') {
    const value = lookUp(path, pathScope(visit, effectiveInput(visit)));
    if (value === undefined || !positive(value)) {
      throw runtimeFailure(
        `The ${field}Path parameter does not reference a positive integer: ${path} == ${value === undefined ? 'undefined' : JSON.stringify(value)}`,
      );
    }
    return value as number;
  }
  const said = visit.field(field);
  if (said === undefined) return undefined;
  if (visit.language === 'JSONata') return (await typed(visit, said, field, 'integer', positive)) as number;
  if (!positive(said)) throw runtimeFailure(`${field} must be a positive whole number, not ${JSON.stringify(said)}.`);
  return said as number;
}

async function credentialsOf(visit: Visit): Promise<Json | undefined> {
  const template = visit.field('Credentials');
  if (!isObject(template)) return undefined;
  return visit.language === 'JSONata'
    ? filled(visit, template, 'Credentials')
    : fillTemplate(template, pathScope(visit, effectiveInput(visit)));
}

export const task: Handler = {
  async enter(visit) {
    const { thread, work, host } = visit;
    const arn = visit.field('Resource');
    const { family, integration, pattern } = resourceOf(arn);
    const id = `task:${work.serial()}`;
    if (family === 'Activity' && host.exists?.(arn as string) === false)
      throw runtimeFailure(`The activity ${arn} does not exist.`);
    const token = host.uuid();
    visit.token = family === 'Task' ? token : undefined;
    const input = await argumentsOf(visit);
    const timeoutSeconds = await secondsOf(visit, 'TimeoutSeconds');
    const heartbeatSeconds = await secondsOf(visit, 'HeartbeatSeconds');
    const credentials = await credentialsOf(visit);
    visit.token = undefined;
    if (timeoutSeconds !== undefined && heartbeatSeconds !== undefined && heartbeatSeconds >= timeoutSeconds) {
      throw runtimeFailure('HeartbeatSeconds must be smaller than TimeoutSeconds.');
    }
    const frame: TaskFrame = {
      id,
      task: id,
      thread: thread.id,
      state: visit.name,
      resource: arn as string,
      integration,
      pattern,
      input,
      invocationId: host.uuid(),
      // other patterns may hand the token on too, and be ended by it
      ...((pattern === 'waitForTaskToken' || textOf(input).includes(token)) && { token }),
      ...(credentials !== undefined && { credentials }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds, timeoutAt: work.at + timeoutSeconds * 1000 }),
      ...(heartbeatSeconds !== undefined && { heartbeatSeconds, heartbeatAt: work.at + heartbeatSeconds * 1000 }),
      started: family !== 'Activity',
      isSubmitted: false,
    };
    scheduled(visit, frame, family);
    thread.task = id;
    work.put(frame);
    work.command(startCommand(frame));
    for (const { timer, dueAt } of timersOf(frame)) work.setTimer(timer, dueAt);
    return BLOCK;
  },
};

function scheduled(visit: Visit, frame: TaskFrame, family: Resource['family']): void {
  const { thread, work } = visit;
  const text = textOf(frame.input);
  const roleArn = own(frame.credentials, 'RoleArn');
  const limits = {
    ...(frame.timeoutSeconds !== undefined && { timeoutInSeconds: frame.timeoutSeconds }),
    ...(frame.heartbeatSeconds !== undefined && { heartbeatInSeconds: frame.heartbeatSeconds }),
    ...(typeof roleArn === 'string' && { taskCredentials: { roleArn } }),
  };
  const details: JsonObject =
    family === 'Task'
      ? { parameters: text, region: work.facts.executionArn.split(':')[3] ?? '', ...limits }
      : { input: text, inputDetails: { truncated: false }, resource: frame.resource, ...limits };
  thread.previous = recordTask(work, frame, thread.previous, 'Scheduled', details);
  if (family !== 'Activity')
    thread.previous = recordTask(work, frame, thread.previous, 'Started', family === 'Task' ? {} : undefined);
}

export const timeoutTimer = (task: string): string => `${task}:timeout`;
export const heartbeatTimer = (task: string): string => `${task}:heartbeat`;

export function timersOf(frame: TaskFrame): { timer: string; dueAt: number }[] {
  return [
    ...(frame.timeoutAt === undefined ? [] : [{ timer: timeoutTimer(frame.task), dueAt: frame.timeoutAt }]),
    ...(frame.heartbeatAt === undefined ? [] : [{ timer: heartbeatTimer(frame.task), dueAt: frame.heartbeatAt }]),
  ];
}

/** The command that begins a task, or takes it up again after a restart. */
export function startCommand(frame: TaskFrame): Extract<Command, { kind: 'StartTask' }> {
  return {
    kind: 'StartTask',
    task: frame.task,
    ...(frame.state !== undefined && { state: frame.state }),
    resource: frame.resource,
    integration: frame.integration,
    pattern: frame.pattern,
    input: frame.input,
    invocationId: frame.invocationId,
    ...(frame.token !== undefined && { token: frame.token }),
    ...(frame.credentials !== undefined && { credentials: frame.credentials }),
    ...(frame.isSubmitted && { submitted: frame.submitted ?? null }),
    ...(frame.timeoutSeconds !== undefined && { timeoutSeconds: frame.timeoutSeconds }),
    ...(frame.heartbeatSeconds !== undefined && { heartbeatSeconds: frame.heartbeatSeconds }),
  };
}

/** Takes a task out of the execution: its frame and its timers. */
export function closeTask(work: Work, id: string, cancel: boolean): void {
  const frame = work.find<TaskFrame>(id);
  if (!frame) return;
  if (cancel) work.command({ kind: 'CancelTask', task: id });
  for (const { timer } of timersOf(frame)) work.command({ kind: 'ClearTimer', timer });
  work.drop(id);
}
