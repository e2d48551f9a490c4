/**
 * A function's configuration: what requests say, checked as AWS checks it, with AWS's messages.
 * @module
 */
import { invalid } from './errors';

export type Settings = {
  Runtime: string;
  Handler: string;
  Role: string;
  Description: string;
  /** seconds */
  Timeout: number;
  /** MB */
  MemorySize: number;
  Variables: Record<string, string>;
};

const DEFAULTS: Settings = {
  Runtime: '',
  Handler: '',
  Role: '',
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  Variables: {},
};

/** Names that AWS keeps for itself. */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);
/** Names by which a variable takes over the interpreter itself, before any code of the function's package runs. */
const DANGEROUS =
  /^(LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|NODE_REPL_.*|NODE_V8_COVERAGE|NODE_EXTRA_CA_CERTS|NODE_CHANNEL_FD|PYTHON.*|BASH_ENV|ENV|SHELLOPTS|PATH|IFS|GCONV_PATH|MALLOC_.*|GLIBC_TUNABLES|OPENSSL_CONF|SSLKEYLOGFILE)$/;

/** A function that was made with one of these would not work without it. */
const NOT_HERE = { Layers: 'what the layers hold', FileSystemConfigs: 'the files' };

type Body = Record<string, unknown>;

/**
 * @param body of CreateFunction (`base` undefined) or UpdateFunctionConfiguration
 * @throws LambdaError InvalidParameterValueException, naming the field
 */
export function readSettings(body: Body, base?: Settings): Settings {
  const from = base ?? DEFAULTS;
  const settings: Settings = {
    Runtime: text(body, 'Runtime', from.Runtime, 128),
    Handler: text(body, 'Handler', from.Handler, 128),
    Role: text(body, 'Role', from.Role, 2048),
    Description: text(body, 'Description', from.Description, 256),
    Timeout: whole(body, 'Timeout', from.Timeout, 1, 900),
    MemorySize: whole(body, 'MemorySize', from.MemorySize, 128, 10_240),
    Variables: variables(body, from.Variables),
  };
  if (body.PackageType === 'Image')
    throw invalid('Container images are not run by the local cloud. Upload a zip file: Code.ZipFile.');
  for (const [field, what] of Object.entries(NOT_HERE)) {
    const value = body[field];
    if (Array.isArray(value) && value.length > 0)
      throw invalid(`${field} are not part of the local cloud. Put ${what} into the function's own package.`);
  }
  if (!settings.Runtime) throw invalid('Runtime is mandatory for functions created with deployment packages.');
  if (!/^(nodejs|python3|provided)/.test(settings.Runtime)) {
    throw invalid(
      `Value ${settings.Runtime} at 'runtime' failed to satisfy constraint: the local cloud runs nodejs*, python3* and provided*.`,
    );
  }
  if (!settings.Handler) throw invalid('Handler is mandatory for functions created with deployment packages.');
  if (/\s/.test(settings.Handler))
    throw constraint('handler', settings.Handler, 'Member must satisfy regular expression pattern: [^\\s]+');
  if (!/^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/.test(settings.Role)) {
    throw constraint(
      'role',
      settings.Role,
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
    );
  }
  const architectures = body.Architectures;
  if (
    architectures !== undefined &&
    !(Array.isArray(architectures) && architectures.every((one) => one === 'x86_64' || one === 'arm64'))
  ) {
    throw constraint('architectures', String(architectures), 'Member must satisfy enum value set: [x86_64, arm64]');
  }
  return settings;
}

const constraint = (field: string, value: unknown, rule: string) =>
  invalid(
    `1 validation error detected: Value '${String(value).slice(0, 200)}' at '${field}' failed to satisfy constraint: ${rule}`,
  );

function text(body: Body, field: string, fallback: string, limit: number): string {
  const value = body[field];
  if (value === undefined || value === null) return fallback;
  const name = field[0]!.toLowerCase() + field.slice(1);
  if (typeof value !== 'string') throw constraint(name, value, 'Member must be a string');
  if (value.length > limit) throw constraint(name, value, `Member must have length less than or equal to ${limit}`);
  return value;
}

function whole(body: Body, field: string, fallback: number, least: number, most: number): number {
  const value = body[field];
  if (value === undefined || value === null) return fallback;
  const name = field[0]!.toLowerCase() + field.slice(1);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw constraint(name, value, 'Member must be an integer');
  if (value < least) throw constraint(name, value, `Member must have value greater than or equal to ${least}`);
  if (value > most) throw constraint(name, value, `Member must have value less than or equal to ${most}`);
  return value;
}

function variables(body: Body, fallback: Record<string, string>): Record<string, string> {
  const environment = body.Environment;
  if (environment === undefined || environment === null) return fallback;
  const given = (environment as Body).Variables ?? {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw constraint('environment.variables', given, 'Member must be a map');
  const entries = Object.entries(given as Body);
  const reserved = entries.map(([name]) => name).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const dangerous = entries.map(([name]) => name).filter((name) => DANGEROUS.test(name));
  if (dangerous.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables: the local cloud does not let a function set ${dangerous.join(', ')}, which would change its interpreter. Use another name and read that in the function's code.`,
    );
  }
  for (const [name, value] of entries) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name)) {
      throw constraint(
        'environment.variables',
        name,
        'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]',
      );
    }
    if (typeof value !== 'string' || value.includes('\0'))
      throw constraint(`environment.variables.${name}`, value, 'Member must be a string');
  }
  const bytes = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value as string),
    0,
  );
  if (bytes > 4096) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  return Object.fromEntries(entries) as Record<string, string>;
}
