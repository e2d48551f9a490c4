/**
 * How a function's process is started: which command, which environment, which limits.
 *
 * The environment is made from nothing: the names that AWS documents, the function's own variables, keys that the cloud
 * issued to functions. Nothing of the server's own environment goes in.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { childScript } from '@/lib/base/children';
import { type Credentials, REGION } from '../service';
import type { Settings } from './settings';

export type LaunchSpec = {
  functionName: string;
  version: string;
  settings: Settings;
  /** the unpacked package, once `unpacked` resolved */
  taskRoot: string;
  unpacked(): Promise<void>;
  /** values for variables that the function has with an empty value */
  environment: Record<string, string>;
  endpoint: string;
  credentials: Credentials;
  /** scratch space of this process */
  tmp: string;
};
export type Launch = { command: string; args: string[]; env: Record<string, string> };

/** The process cannot be started; the message says why and what to do. Shown as the invocation's error. */
export class CannotLaunch extends Error {
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

/** `namespace`: a process sees only itself and what it started, and takes all of that with it. `process`: a plain child. */
export type Isolation = 'process' | 'namespace';
export type Launcher = {
  launch(spec: LaunchSpec, runtimeApi: string): Promise<Launch>;
  isolation(): Promise<Isolation>;
};

/**
 * MB beside the function's own data: what the bare interpreter has mapped (some 50 for Node 20, 560 for Node 24, which
 * reserves a cage for its heap), and room for what native packages map before they do anything.
 */
const PACKAGES_MB = 80;
const OTHER_RUNTIME_MB = 64;
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/bin';

/** @param allowNamespace false: plain children also where the system could do more */
export function createLauncher(root: string, allowNamespace = true): Launcher {
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => {
      made ??= make();
      made.catch(() => {
        made = null; // what was missing may be installed meanwhile
      });
      return made;
    };
  };
  const nodeBootstrap = once(() => childScript(root, 'lib/local-cloud/lambda/runtimes/node.ts'));
  const python = once(findPython);
  const prlimit = once(findLimiter);
  const nodeOverhead = once(measureNode);
  const namespace = once(() => (allowNamespace ? findNamespace() : Promise.resolve([])));

  const commandFor = async ({ settings, taskRoot }: LaunchSpec): Promise<string[]> => {
    const { Runtime, MemorySize } = settings;
    if (Runtime.startsWith('nodejs')) {
      const heap = Math.max(96, Math.floor(MemorySize * 0.9));
      return [process.execPath, `--max-old-space-size=${heap}`, await nodeBootstrap()];
    }
    if (Runtime.startsWith('python')) {
      // -I: nothing from the environment or the user's own packages' folder; -u: prints are seen when they are made
      return [await python(), '-I', '-u', '-B', path.join(root, 'lib/local-cloud/lambda/runtimes/python.py')];
    }
    const bootstrap = path.join(taskRoot, 'bootstrap');
    await access(bootstrap, constants.X_OK).catch(() => {
      throw new CannotLaunch(
        'Runtime.InvalidEntrypoint',
        'Couldn\'t find valid bootstrap(s): the package must hold an executable file "bootstrap" at its top.',
      );
    });
    return [bootstrap];
  };

  return {
    isolation: async () => ((await namespace()).length > 0 ? 'namespace' : 'process'),
    async launch(spec, runtimeApi) {
      const command = await commandFor(spec);
      const limiter = await prlimit();
      const overhead = spec.settings.Runtime.startsWith('nodejs') ? await nodeOverhead() : OTHER_RUNTIME_MB;
      const bytes = (spec.settings.MemorySize + overhead) * 1024 * 1024;
      const limited = limiter ? [limiter, `--data=${bytes}`, '--core=0', '--', ...command] : command;
      const [first, ...args] = [...(await namespace()), ...limited];
      return { command: first!, args, env: environmentOf(spec, runtimeApi) };
    },
  };
}

function environmentOf(spec: LaunchSpec, runtimeApi: string): Record<string, string> {
  const { settings, functionName, version, environment, credentials } = spec;
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.Variables))
    own[name] = value === '' ? (environment[name] ?? '') : value;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH,
    TMPDIR: spec.tmp,
    HOME: spec.tmp,
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
    LAMBDA_TASK_ROOT: spec.taskRoot,
    LAMBDA_RUNTIME_DIR: spec.taskRoot,
    _HANDLER: settings.Handler,
  };
}

const run = promisify(execFile);

/** The interpreter itself: `python3` on the PATH may be a version manager's script that needs an environment to work. */
async function findPython(): Promise<string> {
  try {
    const { stdout } = await run('python3', ['-I', '-c', 'import sys; print(sys.executable)'], { timeout: 10_000 });
    return stdout.trim();
  } catch {
    throw new CannotLaunch(
      'Runtime.InvalidRuntime',
      'No python3 was found on this machine, so Python functions cannot run here. Install Python 3 and see that "python3" is on the PATH, then try again.',
    );
  }
}

/** MB that a Node which does nothing counts as data, with room for packages; where that cannot be read, what Node 20 needs. */
async function measureNode(): Promise<number> {
  const look =
    "process.stdout.write(/VmData:\\s*(\\d+)/.exec(require('fs').readFileSync('/proc/self/status','utf8'))[1])";
  const kilobytes = await run(process.execPath, ['-e', look], { timeout: 10_000 }).then(
    ({ stdout }) => Number(stdout),
    () => Number.NaN,
  );
  return PACKAGES_MB + Math.ceil((Number.isFinite(kilobytes) ? kilobytes : 48_000) / 1024);
}

/** Only Linux has it; elsewhere Node's own heap limit and the timeout remain. */
async function findLimiter(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const file of ['/usr/bin/prlimit', '/bin/prlimit', '/usr/sbin/prlimit']) {
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return null;
}

/**
 * A command that gives what follows it a process namespace of its own: it cannot read other processes' environments in
 * /proc, and when it ends, everything that it ever started ends with it. Empty where the system does not allow it.
 * The shell in between is process 1 there, so that signals mean to the function what they mean elsewhere.
 */
async function findNamespace(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const init = ['/bin/sh', '-c', '"$@"; exit $?', 'init'];
  const flags = ['--pid', '--fork', '--mount-proc', '--kill-child', '--'];
  for (const user of process.getuid?.() === 0 ? [[]] : [['--user', '--map-root-user']]) {
    const command = ['/usr/bin/unshare', ...user, ...flags, ...init];
    const works = await run(
      command[0]!,
      [...command.slice(1), '/bin/sh', '-c', 'test "$(ls -d /proc/[0-9]* | wc -l)" -lt 10'],
      { timeout: 5000 },
    ).then(
      () => true,
      () => false,
    );
    if (works) return command;
  }
  return [];
}
