/** Which resource ARNs a Task may name. */

/** Service → its actions, or `null` where any action is let through. */
const OPTIMISED: Record<string, readonly string[] | null> = {
  apigateway: ['invoke'],
  athena: ['startQueryExecution', 'stopQueryExecution', 'getQueryExecution', 'getQueryResults'],
  batch: ['submitJob'],
  bedrock: ['invokeModel', 'createModelCustomizationJob'],
  codebuild: [
    'startBuild',
    'stopBuild',
    'batchDeleteBuilds',
    'batchGetReports',
    'startBuildBatch',
    'stopBuildBatch',
    'retryBuildBatch',
    'deleteBuildBatch',
  ],
  databrew: ['startJobRun'],
  dynamodb: ['getItem', 'putItem', 'updateItem', 'deleteItem'],
  ecs: ['runTask'],
  eks: null,
  elasticmapreduce: null,
  'emr-containers': null,
  'emr-serverless': null,
  events: ['putEvents'],
  glue: ['startJobRun'],
  http: ['invoke'],
  lambda: ['invoke'],
  mediaconvert: ['createJob'],
  sagemaker: null,
  sns: ['publish'],
  sqs: ['sendMessage'],
  states: ['startExecution'],
};

const INTEGRATION = /^arn:[\w-]+:states:[\w-]*:\d*:(aws-sdk:)?([\w-]+):(\w+)(\.sync(?::2)?|\.waitForTaskToken)?$/;
// AWS does not look at region and account here: any text without a colon will do.
const FUNCTION = /^arn:[\w-]+:lambda:[^:]*:[^:]*:function:[\w$-]+(?::[\w$-]+)?$/;
const ACTIVITY = /^arn:[\w-]+:states:[\w-]+:\d+:activity:.{1,80}$/;

export type Pattern = 'sync' | 'waitForTaskToken' | 'request-response';

/** @returns how the task is called; `null` when AWS does not know the resource */
export function patternOf(resource: string): Pattern | null {
  if (FUNCTION.test(resource) || ACTIVITY.test(resource)) return 'request-response';
  const found = INTEGRATION.exec(resource);
  if (!found) return null;
  const [, sdk, service, action, suffix] = found as unknown as [
    string,
    string | undefined,
    string,
    string,
    string | undefined,
  ];
  if (!sdk) {
    if (!Object.hasOwn(OPTIMISED, service)) return null;
    const actions = OPTIMISED[service];
    if (actions && !actions.includes(action)) return null;
  } else if (suffix?.startsWith('.sync')) return null;
  return suffix ? (suffix.startsWith('.sync') ? 'sync' : 'waitForTaskToken') : 'request-response';
}
