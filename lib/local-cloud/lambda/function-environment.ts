/**
 * The environment of a function's process, made from nothing: the names that AWS documents, the function's own variables,
 * keys that the cloud issued to functions. docs/isolation.md lists them.
 * @module
 */
import { REGION } from '../service';
import type { LaunchSpec } from './launch';
import { RUNTIME_ROOT, TASK_ROOT } from './sandbox';

const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/bin';

/** how a function's files are called for its process */
export type Places = { taskRoot: string; script: (file: string) => string; tmp: string };

export function environmentOf(spec: LaunchSpec, runtimeApi: string, places: Places): Record<string, string> {
  const { settings, functionName, version, environment, credentials } = spec;
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.Variables))
    own[name] = value === '' ? (environment[name] ?? '') : value;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH,
    TMPDIR: places.tmp,
    HOME: places.tmp,
    ...own,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: own.AWS_ENDPOINT_URL ?? spec.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]local`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    // It warns of the machine's Node, which is not what the function says it runs on.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LAMBDA_TASK_ROOT: places.taskRoot,
    LAMBDA_RUNTIME_DIR: places.taskRoot === TASK_ROOT ? RUNTIME_ROOT : places.taskRoot,
    _HANDLER: settings.Handler,
  };
}
