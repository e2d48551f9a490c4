/**
 * Asks AWS what the signed-in identity may do, and changes nothing there.
 *
 *   AwsSetup, clients ──checkAccess()──▶ for each thing that the product does: allowed, denied, missing, unasked, untried
 *
 * Each question is a read, or a call about something that cannot exist: AWS looks at permissions first, so "there is no
 * such function" is a yes. Two questions run something: a Pass state by itself (TestState), which passes the role on, and
 * Lambda's own DryRun. What could only be known by making or deleting something is not tried, and said so.
 * What AWS said is cut down to its first line and freed of key ids: nothing of a credential is shown or logged.
 * @module
 */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { accountOf, leastPolicies, partitionOf } from './access-policy';
import { type Address, type Clients, createClients } from './clients';
import type { AccessAnswer, AwsSetup, PolicyStatement } from './types';

/** A name that nothing has; what it is for is told to whoever finds it in CloudTrail. */
const NOTHING = 'action-engine-access-check';
const PASS = JSON.stringify({ StartAt: 'Look', States: { Look: { Type: 'Pass', End: true } } });
/** ms for one question, and for finding credentials: an instance's metadata service may be long in answering nothing */
const PATIENCE_MS = 10_000;

type Found = Pick<AccessAnswer, 'status' | 'detail'>;
type Question = {
  id: string;
  title: string;
  actions: string[];
  /** the statement of the least policy that allows it */
  sid: string;
  /** what it cannot be asked without, as a sentence; `null`: nothing */
  without: string | null;
  /** absent: asking would change something, and `why` says what */
  ask?: (signal: AbortSignal) => Promise<unknown>;
  why?: string;
  /** errors that AWS gives only to who may ask */
  fine?: RegExp;
  /** what it means that the thing is not there */
  absent?: string;
};

/**
 * @param address the endpoint to ask instead of AWS's own, with its keys; `null`: the SDK's chain finds both
 * @returns in the order in which a run needs them; never throws for what AWS says
 */
export async function checkAccess(setup: AwsSetup, address: Address | null): Promise<AccessAnswer[]> {
  const clients = createClients(setup.region, address);
  const logs = new CloudWatchLogsClient({
    region: setup.region,
    ...(address ? { endpoint: address.url, credentials: address.credentials } : {}),
  });
  try {
    const statements = leastPolicies(setup).own.Statement;
    const keyless = await noCredentials(clients);
    return await Promise.all(
      questions(setup, clients, logs).map((question) => answerTo(question, statements, keyless)),
    );
  } finally {
    for (const client of [clients.sfn, clients.lambda, clients.s3, clients.presigner, logs]) client.destroy();
  }
}

function questions(setup: AwsSetup, { sfn, lambda, s3 }: Clients, logs: CloudWatchLogsClient): Question[] {
  const { region, bucket, statesRoleArn, lambdaRoleArn } = setup;
  const account = setup.account ?? accountOf(statesRoleArn) ?? accountOf(lambdaRoleArn);
  const states = `arn:${partitionOf(region)}:states:${region}:${account}`;
  const noAccount = account ? null : 'The account is not known. Fill in its number, or a role of it, above.';
  const noBucket = bucket
    ? null
    : 'No bucket is named. Fill it in above; ACTION_ENGINE_BUCKET names it to the product.';
  const role = (arn: string | null, variable: string) =>
    arn ? null : `The role is not named. Make it with the policy below, and fill in its ARN; ${variable} names it.`;
  return [
    {
      id: 'list-machines',
      title: 'See state machines',
      actions: ['states:ListStateMachines'],
      sid: 'FindAndTest',
      without: null,
      ask: (abortSignal) => sfn.send(new ListStateMachinesCommand({ maxResults: 1 }), { abortSignal }),
    },
    {
      id: 'validate',
      title: 'Have a definition checked',
      actions: ['states:ValidateStateMachineDefinition'],
      sid: 'FindAndTest',
      without: null,
      ask: (abortSignal) => sfn.send(new ValidateStateMachineDefinitionCommand({ definition: PASS }), { abortSignal }),
    },
    {
      id: 'pass-states-role',
      title: 'Try a state, and hand the state machines’ role on',
      actions: ['states:TestState', 'iam:PassRole'],
      sid: 'PassStatesRole',
      without: role(statesRoleArn, 'ACTION_ENGINE_STATES_ROLE_ARN'),
      ask: (abortSignal) =>
        sfn.send(
          new TestStateCommand({ definition: '{"Type":"Pass","End":true}', roleArn: statesRoleArn!, input: '{}' }),
          { abortSignal },
        ),
    },
    {
      id: 'read-machine',
      title: 'Read a state machine',
      actions: ['states:DescribeStateMachine'],
      sid: 'MakeStateMachines',
      without: noAccount,
      ask: (abortSignal) =>
        sfn.send(new DescribeStateMachineCommand({ stateMachineArn: `${states}:stateMachine:${NOTHING}` }), {
          abortSignal,
        }),
      fine: /^StateMachineDoesNotExist$/,
    },
    {
      id: 'follow-run',
      title: 'Follow a run',
      actions: ['states:DescribeExecution'],
      sid: 'FollowRuns',
      without: noAccount,
      ask: (abortSignal) =>
        sfn.send(new DescribeExecutionCommand({ executionArn: `${states}:execution:${NOTHING}:${NOTHING}` }), {
          abortSignal,
        }),
      fine: /^ExecutionDoesNotExist$/,
    },
    {
      id: 'change-machines',
      title: 'Create, change, start and delete state machines',
      actions: ['states:CreateStateMachine', 'states:UpdateStateMachine', 'states:StartExecution'],
      sid: 'MakeStateMachines',
      without: null,
      why: 'Trying would make a state machine. The first run shows it.',
    },
    {
      id: 'read-function',
      title: 'Read a function',
      actions: ['lambda:GetFunction'],
      sid: 'MakeFunctions',
      without: null,
      ask: (abortSignal) => lambda.send(new GetFunctionCommand({ FunctionName: NOTHING }), { abortSignal }),
      fine: /^ResourceNotFoundException$/,
    },
    {
      id: 'invoke-function',
      title: 'Call a function',
      actions: ['lambda:InvokeFunction'],
      sid: 'MakeFunctions',
      without: null,
      ask: (abortSignal) =>
        lambda.send(new InvokeCommand({ FunctionName: NOTHING, InvocationType: 'DryRun' }), { abortSignal }),
      fine: /^ResourceNotFoundException$/,
    },
    {
      id: 'change-functions',
      title: 'Create and change functions, and hand their role on',
      actions: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'iam:PassRole'],
      sid: 'PassFunctionsRole',
      without: role(lambdaRoleArn, 'ACTION_ENGINE_LAMBDA_ROLE_ARN'),
      why: 'Trying would make a function. The first run shows it.',
    },
    {
      id: 'bucket',
      title: 'Reach the bucket',
      actions: ['s3:ListBucket'],
      sid: 'ListFiles',
      without: noBucket,
      ask: (abortSignal) => s3.send(new HeadBucketCommand({ Bucket: bucket! }), { abortSignal }),
      absent: `There is no bucket "${bucket}". Create it in ${region}, or name another one.`,
    },
    {
      id: 'list-files',
      title: 'List files',
      actions: ['s3:ListBucket'],
      sid: 'ListFiles',
      without: noBucket,
      ask: (abortSignal) => s3.send(new ListObjectsV2Command({ Bucket: bucket!, MaxKeys: 1 }), { abortSignal }),
      absent: `There is no bucket "${bucket}". Create it in ${region}, or name another one.`,
    },
    {
      id: 'read-files',
      title: 'Read files',
      actions: ['s3:GetObject'],
      sid: 'KeepFiles',
      without: noBucket,
      ask: (abortSignal) => s3.send(new HeadObjectCommand({ Bucket: bucket!, Key: NOTHING }), { abortSignal }),
      // Also where there is no bucket: that has a row of its own.
      fine: /^(NotFound|NoSuchKey|NoSuchBucket)$/,
    },
    {
      id: 'write-files',
      title: 'Put and delete files',
      actions: ['s3:PutObject', 's3:DeleteObject'],
      sid: 'KeepFiles',
      without: noBucket,
      why: 'Trying would put a file into your bucket. The first upload shows it.',
    },
    {
      id: 'logs',
      title: 'Read what functions printed',
      actions: ['logs:FilterLogEvents'],
      sid: 'ReadLogs',
      without: null,
      ask: (abortSignal) =>
        logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${NOTHING}`, limit: 1 }), { abortSignal }),
      fine: /^ResourceNotFoundException$/,
    },
  ];
}

async function answerTo(
  question: Question,
  statements: PolicyStatement[],
  keyless: string | null,
): Promise<AccessAnswer> {
  const { id, title, actions, sid } = question;
  const found = await find(question, keyless);
  const named = found.status === 'denied' ? (actions.find((action) => found.detail.includes(action)) ?? null) : null;
  const statement =
    found.status !== 'denied'
      ? null
      : (statements.find((one) => named !== null && one.Action.includes(named) && one.Sid === sid) ??
        statements.find((one) => named !== null && one.Action.includes(named)) ??
        statements.find((one) => one.Sid === sid) ??
        null);
  return { id, title, actions, ...found, statement };
}

async function find(question: Question, keyless: string | null): Promise<Found> {
  if (question.without !== null) return { status: 'missing', detail: question.without };
  if (!question.ask) return { status: 'untried', detail: question.why ?? 'Trying would change something.' };
  if (keyless !== null) return { status: 'unasked', detail: keyless };
  try {
    await question.ask(AbortSignal.timeout(PATIENCE_MS));
    return { status: 'allowed', detail: 'AWS answered.' };
  } catch (error) {
    return verdictOn(error, question);
  }
}

const DENIED = /^(AccessDenied|AccessDeniedException|AllAccessDisabled|Forbidden|403)$/;
const SIGNATURE =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken\w*)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;

/** What an error of the SDK's says about the question. A HEAD request has no body, so there the status alone speaks. */
function verdictOn(error: unknown, { fine, absent }: Question): Found {
  const name = error instanceof Error ? error.name : '';
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  if (fine?.test(name) || (fine?.test('NotFound') && status === 404))
    return { status: 'allowed', detail: 'AWS looked, and there is nothing of the name asked for, as there should be.' };
  if (SIGNATURE.test(name))
    return {
      status: 'unasked',
      detail: `AWS does not know these credentials (${name}). Sign in again with the AWS CLI, or set AWS_PROFILE, and start again.`,
    };
  if (EXPIRED.test(name))
    return {
      status: 'unasked',
      detail: `The session has ended (${name}). Sign in again with the AWS CLI, then check again.`,
    };
  if (DENIED.test(name) || status === 403)
    return { status: 'denied', detail: saidBy(error) || 'AWS refused, without a reason.' };
  if (absent && status === 404) return { status: 'missing', detail: absent };
  if (absent && status === 301)
    return {
      status: 'missing',
      detail: 'The bucket is in another region. Fill in its region above, or name another bucket.',
    };
  if (name === 'AbortError' || name === 'TimeoutError')
    return {
      status: 'unasked',
      detail: `There was no answer within ${PATIENCE_MS / 1000} s. Look at the network, then check again.`,
    };
  const code = (error as { code?: string } | null)?.code;
  const words = saidBy(error) || 'no reason given';
  return {
    status: 'unasked',
    detail: status
      ? `AWS answered ${name || status}: ${words}`
      : `AWS could not be reached (${code ?? (name || 'error')}): ${words} Look at the network and the region.`,
  };
}

/** One line, at most this long, without ids of keys: a message about a signature repeats what was signed. */
const LONGEST = 400;
function saidBy(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = (message.split('\n')[0] ?? '').replace(/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1…').trim();
  if (line === 'UnknownError' || line === 'Forbidden') return '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Asked once, so that all the questions need not each wait for a metadata service that is not there. */
async function noCredentials({ sfn }: Clients): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer from their provider')), PATIENCE_MS);
  });
  try {
    await Promise.race([sfn.config.credentials(), late]);
    return null;
  } catch (error) {
    return `The AWS SDK found no credentials: ${saidBy(error)}. Sign in with the AWS CLI, or set AWS_PROFILE, and start again.`;
  } finally {
    clearTimeout(timer);
  }
}
