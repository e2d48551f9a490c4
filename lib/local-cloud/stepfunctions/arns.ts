/**
 * ARNs and names of Step Functions: made, checked and taken apart.
 * @module
 */
import { ACCOUNT_ID, REGION } from '@/lib/local-cloud/service';
import { invalidArn, invalidName, validation } from './errors';

const PREFIX = `arn:aws:states:${REGION}:${ACCOUNT_ID}`;

export const machineArn = (name: string) => `${PREFIX}:stateMachine:${name}`;
export const executionArn = (machine: string, name: string) => `${PREFIX}:execution:${machine}:${name}`;
/** Express executions bear a second id, so that a name may be used again */
export const expressArn = (machine: string, name: string, id: string) => `${PREFIX}:express:${machine}:${name}:${id}`;
export const activityArn = (name: string) => `${PREFIX}:activity:${name}`;

/** 1–80 characters; no white space, brackets, wildcards, special or control characters. @throws AwsError InvalidName */
export function checkName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;
  if (name.length < 1 || name.length > 80 || forbidden.test(name)) throw invalidName(name);
  return name;
}

export type Resource = { arn: string; kind: string; parts: string[] };

/**
 * @param kinds the resource types that make sense here
 * @throws AwsError InvalidArn
 * @example parseArn('arn:aws:states:us-east-1:000000000000:stateMachine:a:1', 'stateMachine').parts // ['a', '1']
 */
export function parseArn(arn: string, ...kinds: string[]): Resource {
  const [prefix, partition, service, region, account, kind, ...parts] = arn.split(':');
  if (prefix !== 'arn' || !partition || !/^aws(-[a-z]+)*$/.test(partition))
    throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (service !== 'states') throw invalidArn(`Invalid ARN service: ${arn}`);
  if (!region || !/^[a-z0-9-]+$/.test(region)) throw invalidArn(`Invalid ARN region: ${arn}`);
  if (!account || !/^\d{12}$/.test(account)) throw invalidArn(`Invalid ARN account: ${arn}`);
  if (!kind || parts.length === 0 || parts.some((part) => part === '')) throw invalidArn(`Invalid ARN: ${arn}`);
  if (!kinds.includes(kind)) throw invalidArn(`Resource type not valid in this context: ${kind}`);
  return { arn, kind, parts };
}

/**
 * A machine, one of its versions (a number) or one of its aliases.
 * @throws AwsError InvalidArn; ValidationException for `<machine>/<label>`, which names a distributed Map in it
 */
export function parseMachineArn(arn: string): { machine: string; version?: number; alias?: string } {
  const { parts } = parseArn(arn, 'stateMachine');
  const [name, qualifier, ...rest] = parts;
  if (rest.length > 0) throw invalidArn(`Invalid ARN: ${arn}`);
  if (name?.includes('/'))
    throw validation(`The ARN of a Map state is not valid here: '${arn}'. Give the ARN of its state machine.`);
  const machine = qualifier === undefined ? arn : arn.slice(0, -qualifier.length - 1);
  if (name === undefined || qualifier === undefined) return { machine };
  return /^[1-9]\d*$/.test(qualifier) ? { machine, version: Number(qualifier) } : { machine, alias: qualifier };
}
