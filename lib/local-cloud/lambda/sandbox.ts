/**
 * Level 2: a function's own view of the machine, made of Linux namespaces by the system's own tools.
 *
 *   unshare ─▶ sh (process 1) ── mounts a root of its own, goes there, lets go of the old one ─▶ setpriv ─▶ the function
 *
 * In it are the system's programs and libraries (read-only), a few files of /etc, the function's package at /var/task, the
 * runtime at /var/runtime, and an empty /tmp of 512 MB as on AWS. Nothing else of the disk is there: no home, no data
 * directory, no other function. Processes outside are not there either, and no privilege is left to undo it.
 * @module
 */
import { execFile } from 'node:child_process';
import { access, lstat, readlink, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const TASK_ROOT = '/var/task';
export const RUNTIME_ROOT = '/var/runtime';
/** MB; AWS's default. It is memory, and given back with the process. */
const TMP_MB = 512;

export type View = {
  /** an empty folder to build the root in; what is mounted there is not seen outside */
  base: string;
  /** the unpacked package */
  taskRoot: string;
  /** the runtime's script, shown below RUNTIME_ROOT; absent where the package brings its own */
  script?: string;
  /** interpreters outside of /usr, shown where they are; folders end with a slash */
  programs: readonly string[];
};

const TOP_LEVEL = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
const FOLDERS = ['/usr', '/nix/store', '/gnu/store'];
/** what programs look up: names, certificates, fonts, the time zone. No keys, no host's own settings. */
const ETC =
  'passwd group hosts resolv.conf nsswitch.conf host.conf gai.conf services protocols ld.so.cache ld.so.conf ld.so.conf.d localtime timezone ssl/certs ssl/openssl.cnf ssl/cert.pem ca-certificates pki/tls/certs pki/ca-trust/extracted crypto-policies alternatives fonts mime.types';
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];

const run = promisify(execFile);
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/** as fstab wants a path */
const escaped = (text: string) =>
  text.replace(/[\s\\#]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`);

type Mount = { from: string; to: string; folder: boolean; options: string };

/** The same for all functions of a machine; looked up once. */
export type System = { links: [name: string, to: string][]; mounts: Mount[] };

/** bind mounts keep what the mount below them forbids, so these are always given too */
const READ_ONLY = 'bind,ro,nosuid,nodev';

export async function lookAtSystem(): Promise<System> {
  const links: System['links'] = [];
  const mounts: Mount[] = [];
  const show = async (file: string, options = READ_ONLY) => {
    const found = await realpath(file).then(lstat, () => null);
    if (found) mounts.push({ from: file, to: file, folder: found.isDirectory(), options });
  };
  for (const name of TOP_LEVEL) {
    const to = await readlink(`/${name}`).catch(() => null);
    if (to) links.push([name, to]);
    else await show(`/${name}`);
  }
  for (const folder of FOLDERS) await show(folder);
  for (const name of ETC.split(' ')) await show(`/etc/${name}`);
  for (const name of DEVICES) await show(`/dev/${name}`, 'bind,nosuid,noexec');
  return { links, mounts };
}

/** The shell's script that builds a view and then runs its arguments in it. */
export function scriptFor(system: System, view: View): string {
  const mounts: Mount[] = [
    ...system.mounts,
    { from: view.taskRoot, to: TASK_ROOT, folder: true, options: READ_ONLY },
    ...view.programs.map((place) => {
      const plain = place.replace(/\/+$/, '');
      return { from: plain, to: plain, folder: place !== plain, options: READ_ONLY };
    }),
  ];
  if (view.script) {
    const to = path.posix.join(RUNTIME_ROOT, path.basename(view.script));
    mounts.push({ from: view.script, to, folder: false, options: READ_ONLY });
  }
  const folders = new Set(['proc', 'old']);
  for (const { to, folder } of mounts) folders.add(`.${folder ? to : path.posix.dirname(to)}`);
  const files = mounts.filter(({ folder }) => !folder).map(({ to }) => `.${to}`);
  const table = mounts.map(
    ({ from, to, options }) => `${escaped(from)} ${escaped(view.base + to)} none ${options} 0 0`,
  );
  table.push(`proc ${escaped(`${view.base}/proc`)} proc ro,nosuid,nodev,noexec 0 0`);
  return `set -e
P=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs -o size=4m,mode=755,nosuid,nodev tmpfs ${quoted(view.base)}
cd ${quoted(view.base)}
mkdir tmp
mount -t tmpfs -o size=${TMP_MB}m,mode=1777,nosuid,nodev tmpfs tmp
mkdir -m 755 -p ${[...folders].map(quoted).join(' ')}
: ${files.map((file) => `> ${quoted(file)}`).join(' ')}
${system.links.map(([name, to]) => `ln -s ${quoted(to)} ${quoted(name)}`).join('\n')}
cat > table <<'END_OF_TABLE'
${table.join('\n')}
END_OF_TABLE
mount -a -T ./table
rm table
pivot_root . old
cd /
umount -l /old
rmdir /old
mount -o remount,bind,ro,nosuid,nodev /
cd ${TASK_ROOT}
PATH=$P; unset P PWD OLDPWD
set +e
"$@"
exit $?`;
}

/** After the mounts: nothing that could undo them. */
export const PRIVILEGES = ['/usr/bin/setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', '--'];

const FLAGS = ['--mount', '--pid', '--ipc', '--fork', '--kill-child'];

/** How namespaces are made; in a network that was made before, they belong to its user namespace. */
export type Unsharer = { /** with a user namespace, for those who are not root */ user: boolean };

/** Those to try, best first. Root needs no user namespace; elsewhere the system decides who may have one. */
export const unsharers = (): Unsharer[] =>
  process.getuid?.() === 0 ? [{ user: false }, { user: true }] : [{ user: true }];

const unshare = ({ user }: Unsharer, enter: readonly string[]): string[] => [
  ...enter,
  '/usr/bin/unshare',
  ...(user && enter.length === 0 ? ['--user', '--map-root-user'] : []),
  ...FLAGS,
  '--',
];

/**
 * `command` in a view: what to spawn.
 * @param enter the command that goes into a network of its own first; none: the machine's
 */
export const inView = (
  unsharer: Unsharer,
  system: System,
  view: View,
  command: readonly string[],
  enter: readonly string[] = [],
): string[] => [
  ...unshare(unsharer, enter),
  ...['/bin/sh', '-c', scriptFor(system, view), 'init'],
  ...PRIVILEGES,
  ...command,
];

/**
 * Whether it really holds here: builds a view, and sees in it that a command works and that a file outside is gone.
 * @param hidden a file that exists outside
 */
export async function holds(
  unsharer: Unsharer,
  system: System,
  view: View,
  command: readonly string[],
  hidden: string,
): Promise<boolean> {
  const look = `test ! -e ${quoted(hidden)} && test "$(ls -d /proc/[0-9]* | wc -l)" -lt 10 && ! touch /x 2>/dev/null && touch /tmp/x && "$@"`;
  const [first, ...args] = inView(unsharer, system, view, ['/bin/sh', '-c', look, 'look', ...command]);
  const env = { PATH: '/usr/bin:/bin', HOME: '/tmp' } as unknown as NodeJS.ProcessEnv;
  return run(first!, args, { timeout: 10_000, env }).then(
    () => true,
    () => false,
  );
}

/**
 * Folders or files of an interpreter that a view must show. One that would show a person's home or the data with it is
 * left out; then the interpreter does not work in the view, and is run without one.
 * @param places existing paths; folders end with a slash
 * @param secret folders that must stay hidden
 */
export async function shown(places: readonly string[], secret: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const hidden = [homedir(), ...secret];
  for (const place of new Set(places)) {
    const plain = place.replace(/\/+$/, '');
    const there = await access(plain).then(
      () => true,
      () => false,
    );
    const reveals = hidden.some((folder) => `${folder}/`.startsWith(`${plain}/`));
    if (there && !reveals && !/^\/(usr|nix\/store|gnu\/store|bin|sbin|lib\d*)(\/|$)/.test(plain)) found.push(place);
  }
  return found;
}
