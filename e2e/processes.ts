/** Processes of a product that was started: found and ended, as a power cut would end them. */
import { readFileSync } from 'node:fs';

/** Whether anything answers there, whatever it says. */
export const reached = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** The processes that a process has begun, and those that they have. */
export function childrenOf(pid: number): number[] {
  try {
    const line = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const pids = line === '' ? [] : line.split(' ').map(Number);
    return pids.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}
