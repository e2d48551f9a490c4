/**
 * The least that Action Engine needs on AWS, as policies to be pasted into IAM: for whoever starts it, for the role of the
 * state machines, for the role of the functions.
 *
 *   AwsSetup (region, account, bucket, roles) ──leastPolicies()──▶ policies, narrowed to what is known
 *
 * Which action takes which resource: AWS's service authorization reference, for states, lambda, s3, logs and iam. Listing
 * and validating take none, so they alone have "*". What changes or deletes asks for the tag that everything made here bears.
 * @module
 */
import { OWN_TAG } from './deploy-function';
import type { AwsPolicies, AwsSetup, PolicyDocument, PolicyStatement } from './types';

/** Stand where something is not known yet; no policy with one of them is taken by IAM, so none is pasted by mistake. */
const OPEN = {
  account: 'ACCOUNT-ID',
  bucket: 'BUCKET-NAME',
  statesRole: 'STATES-ROLE-ARN',
  lambdaRole: 'LAMBDA-ROLE-ARN',
} as const;

const document = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** `aws`, but in China and GovCloud. */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/** The account of a role: `arn:aws:iam::ACCOUNT:role/NAME`. */
export const accountOf = (arn: string | null): string | null =>
  /^arn:[\w-]+:iam::(\d{12}):/.exec(arn ?? '')?.[1] ?? null;

/** Pure: the same setup always gives the same policies. */
export function leastPolicies(setup: AwsSetup): AwsPolicies {
  const { region } = setup;
  const account = setup.account ?? accountOf(setup.statesRoleArn) ?? accountOf(setup.lambdaRoleArn) ?? OPEN.account;
  const bucketName = setup.bucket ?? OPEN.bucket;
  const statesRole = setup.statesRoleArn ?? OPEN.statesRole;
  const lambdaRole = setup.lambdaRoleArn ?? OPEN.lambdaRole;
  const arn = (service: string, rest: string) => `arn:${partitionOf(region)}:${service}:${region}:${account}:${rest}`;
  const bucket = `arn:${partitionOf(region)}:s3:::${bucketName}`;
  // Every state machine made here is named so; functions keep the names that their folders have.
  const machines = arn('states', 'stateMachine:action-engine-*');
  const executions = arn('states', 'execution:action-engine-*');
  const functions = arn('lambda', 'function:*');
  const ours = { Null: { [`aws:ResourceTag/${OWN_TAG}`]: 'false' } };
  const allow = (Sid: string, Action: string[], Resource: string | string[], rest: Partial<PolicyStatement> = {}) =>
    ({ Sid, Effect: 'Allow', Action, Resource, ...rest }) satisfies PolicyStatement;
  const trust = (service: string): PolicyDocument =>
    document({ Sid: 'Assume', Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole'] });

  const own = document(
    allow(
      'FindAndTest',
      ['states:ListStateMachines', 'states:ValidateStateMachineDefinition', 'states:TestState'],
      '*',
    ),
    allow(
      'MakeStateMachines',
      [
        'states:CreateStateMachine',
        'states:DescribeStateMachine',
        'states:ListTagsForResource',
        'states:PublishStateMachineVersion',
        'states:TagResource',
      ],
      machines,
    ),
    allow('ChangeOwnStateMachines', ['states:UpdateStateMachine', 'states:DeleteStateMachine'], machines, {
      Condition: ours,
    }),
    allow('StartRuns', ['states:StartExecution', 'states:ListExecutions'], machines),
    allow(
      'FollowRuns',
      [
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:StopExecution',
        'states:RedriveExecution',
        'states:DescribeMapRun',
        'states:ListExecutions',
      ],
      [executions, arn('states', 'mapRun:action-engine-*')],
    ),
    allow(
      'MakeFunctions',
      ['lambda:GetFunction', 'lambda:CreateFunction', 'lambda:TagResource', 'lambda:InvokeFunction'],
      functions,
    ),
    allow(
      'ChangeOwnFunctions',
      ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:DeleteFunction'],
      functions,
      { Condition: ours },
    ),
    allow('PassStatesRole', ['iam:PassRole'], statesRole, {
      Condition: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
    }),
    allow('PassFunctionsRole', ['iam:PassRole'], lambdaRole, {
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    }),
    allow('ListFiles', ['s3:ListBucket'], bucket),
    allow('KeepFiles', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${bucket}/*`),
    allow('ReadLogs', ['logs:FilterLogEvents'], arn('logs', 'log-group:/aws/lambda/*')),
  );
  const states = {
    trust: trust('states.amazonaws.com'),
    policy: document(
      allow('CallFunctions', ['lambda:InvokeFunction'], [functions, `${functions}:*`]),
      allow('RunDistributedMaps', ['states:StartExecution'], machines),
      allow(
        'FollowDistributedMaps',
        ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
        executions,
      ),
      allow('ReadItemLists', ['s3:ListBucket'], bucket),
      allow('KeepItemResults', ['s3:GetObject', 's3:PutObject'], `${bucket}/*`),
    ),
  };
  const lambda = {
    trust: trust('lambda.amazonaws.com'),
    policy: document(
      allow('ListFiles', ['s3:ListBucket'], bucket),
      allow('KeepFiles', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${bucket}/*`),
      allow('MakeLogGroups', ['logs:CreateLogGroup'], arn('logs', '*')),
      allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], arn('logs', 'log-group:/aws/lambda/*')),
    ),
  };
  const text = JSON.stringify([own, states, lambda]);
  return { own, states, functions: lambda, open: Object.values(OPEN).filter((one) => text.includes(one)) };
}
