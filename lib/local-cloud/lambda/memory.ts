/** How much memory a process and all below it used at most, as far as Linux tells. */
import { readFileSync } from 'node:fs';

/** @throws where there is no /proc, or the process is gone */
export const peakMemoryMb = (pid: number): number => Math.max(...tree(pid).map(peakMb));

/** A process and all below it, as far as Linux tells. */
function tree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children ? children.split(' ') : []).flatMap((child) => tree(Number(child)))];
}

const peakMb = (pid: number): number =>
  Math.ceil(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
