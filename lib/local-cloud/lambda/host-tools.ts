/**
 * What this machine has for running functions: interpreters, and the tools that limit and separate their processes.
 * @module
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The process cannot be started; the message says why and what to do. Shown as the invocation's error. */
export class CannotLaunch extends Error {
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

export type Program = { command: string /** what a view must show for it */; places: string[] };

/**
 * MB beside the function's own data: what the bare interpreter has mapped (some 50 for Node 20, 560 for Node 24, which
 * reserves a cage for its heap), and room for what native packages map before they do anything.
 */
const PACKAGES_MB = 80;

const run = promisify(execFile);

/** The interpreter itself: `python3` on the PATH may be a version manager's script that needs an environment to work. */
export async function findPython(): Promise<Program> {
  const ask =
    'import sys, json; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, sys.base_exec_prefix]))';
  try {
    const { stdout } = await run('python3', ['-I', '-c', ask], { timeout: 10_000 });
    const [command = '', ...prefixes] = JSON.parse(stdout) as string[];
    return { command, places: prefixes.map((prefix) => `${prefix}/`) };
  } catch {
    throw new CannotLaunch(
      'Runtime.InvalidRuntime',
      'No python3 was found on this machine, so Python functions cannot run here. Install Python 3 and see that "python3" is on the PATH, then try again.',
    );
  }
}

/** MB that a Node which does nothing counts as data, with room for packages; where that cannot be read, what Node 20 needs. */
export async function measureNode(): Promise<number> {
  const look =
    "process.stdout.write(/VmData:\\s*(\\d+)/.exec(require('fs').readFileSync('/proc/self/status','utf8'))[1])";
  const kilobytes = await run(process.execPath, ['-e', look], { timeout: 10_000 }).then(
    ({ stdout }) => Number(stdout),
    () => Number.NaN,
  );
  return PACKAGES_MB + Math.ceil((Number.isFinite(kilobytes) ? kilobytes : 48_000) / 1024);
}

/** Only Linux has it; elsewhere Node's own heap limit and the timeout remain. */
export async function findLimiter(): Promise<string | null> {
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
export async function findNamespace(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const init = ['/bin/sh', '-c', 'unset PWD OLDPWD; "$@"; exit $?', 'init'];
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
