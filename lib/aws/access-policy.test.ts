import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leastPolicies } from './access-policy';
import type { AwsSetup, PolicyDocument } from './types';

const SETUP: AwsSetup = {
  region: 'eu-central-1',
  account: null,
  bucket: 'anna-files',
  statesRoleArn: 'arn:aws:iam::123456789012:role/states',
  lambdaRoleArn: 'arn:aws:iam::123456789012:role/functions',
};
const actionsOf = ({ Statement }: PolicyDocument) => Statement.flatMap(({ Action }) => Action);

test('a whole setup leaves nothing open, and narrows all but what AWS cannot narrow', () => {
  const { own, states, functions, open } = leastPolicies(SETUP);
  expect(open).toEqual([]);
  const wide = own.Statement.filter(({ Resource }) => Resource === '*');
  expect(wide.map(({ Sid }) => Sid)).toEqual(['FindAndTest']);
  const text = JSON.stringify([own, states, functions]);
  expect(text).toContain('arn:aws:states:eu-central-1:123456789012:stateMachine:action-engine-*');
  expect(text).toContain('arn:aws:s3:::anna-files/*');
  const actions = [own, states.policy, functions.policy].flatMap(actionsOf);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  expect(new Set(actions.filter((action) => action.startsWith('iam:')))).toEqual(new Set(['iam:PassRole']));
  // The account comes from a role where nobody gave it, and gives way to one that was given.
  expect(JSON.stringify(leastPolicies({ ...SETUP, account: '999988887777' }).own)).toContain('999988887777:function:*');
});

test('a role is passed to its own service alone', () => {
  const passing = leastPolicies(SETUP).own.Statement.filter(({ Action }) => Action.includes('iam:PassRole'));
  expect(passing.map(({ Resource }) => Resource)).toEqual([SETUP.statesRoleArn, SETUP.lambdaRoleArn]);
  expect(passing.map(({ Condition }) => Condition?.StringEquals?.['iam:PassedToService'])).toEqual([
    'states.amazonaws.com',
    'lambda.amazonaws.com',
  ]);
});

test('what is not known yet stands out, in the partition of the region', () => {
  const policies = leastPolicies({
    region: 'cn-north-1',
    account: null,
    bucket: null,
    statesRoleArn: null,
    lambdaRoleArn: null,
  });
  expect(policies.open).toEqual(['ACCOUNT-ID', 'BUCKET-NAME', 'STATES-ROLE-ARN', 'LAMBDA-ROLE-ARN']);
  expect(JSON.stringify(policies.own)).toContain('arn:aws-cn:lambda:cn-north-1:ACCOUNT-ID:function:*');
});

/** Actions that have another name than their call; a bucket is made, and functions are erased, on the local cloud only. */
const NAMED: Record<string, string | null> = {
  CreateBucket: null,
  ListFunctions: null,
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  Invoke: 'lambda:InvokeFunction',
};

test('every call that this folder makes is allowed by the policy, so that a new one is not forgotten', () => {
  const allowed = actionsOf(leastPolicies(SETUP).own);
  const calls = readdirSync(__dirname)
    .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
    .flatMap((file) =>
      [...readFileSync(path.join(__dirname, file), 'utf8').matchAll(/new (\w+)Command\(/g)].map(([, name]) => name!),
    );
  expect(calls.length).toBeGreaterThan(25);
  const missing = calls.filter((call) => {
    const named = Object.hasOwn(NAMED, call) ? NAMED[call] : undefined;
    if (named === null) return false;
    return !allowed.some((action) => (named ? action === named : action.split(':')[1] === call));
  });
  expect(missing).toEqual([]);
});
