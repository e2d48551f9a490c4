/**
 * Ends the processes of functions when this server is gone, however it went.
 *
 * A function may be busy in a loop and never look at its stdin, so somebody else must: a shell of a few lines, in a
 * session of its own, that reads process groups from a pipe. The pipe ends with the server, also by SIGKILL; then the
 * shell kills what is left. If the shell itself is killed it is started anew with all groups.
 */
import { type ChildProcess, spawn } from 'node:child_process';

const SCRIPT = `
live=" "
while read -r op group; do
  case "$op" in
    +) live="$live$group " ;;
    -) case "$live" in *" $group "*) live="\${live%% $group *} \${live#* $group }" ;; esac ;;
  esac
done
for group in $live; do kill -9 "-$group" 2>/dev/null; done
`;

export type Reaper = { add(group: number): void; remove(group: number): void; close(): void };

export function startReaper(): Reaper {
  const groups = new Set<number>();
  let shell: ChildProcess | null = null;
  let closed = false;
  const tell = (line: string) => shell?.stdin?.write(`${line}\n`);
  const start = () => {
    if (closed || process.platform === 'win32') return;
    const child = spawn('/bin/sh', ['-c', SCRIPT], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' } as unknown as NodeJS.ProcessEnv,
    });
    shell = child;
    child.stdin?.on('error', () => undefined); // it ended: the exit below starts another
    child.on('error', () => undefined);
    child.on('exit', () => {
      if (shell === child) shell = null;
      if (!closed && groups.size > 0) setTimeout(start, 50).unref();
    });
    child.unref();
    (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    for (const group of groups) tell(`+ ${group}`);
  };
  return {
    add(group) {
      groups.add(group);
      if (shell) tell(`+ ${group}`);
      else start();
    },
    remove(group) {
      groups.delete(group);
      tell(`- ${group}`);
    },
    close() {
      closed = true;
      shell?.stdin?.end();
      shell = null;
    },
  };
}
