/**
 * Ends this process, as by SIGKILL, at a named boundary of what is durable: for tests of exactly those instants.
 *
 *   --failpoint committed:17     at the 17th time that a transaction is committed
 *
 * Off unless it was asked for, and then one call of an empty function a boundary.
 * @module
 */
import { Problem } from '@/lib/base/problem';

/** In the order in which they are reached: a first start, every start, a transaction, a checkpoint. */
export const POINTS = [
  ...(['creating', 'made', 'settled', 'ready'] as const),
  ...(['epoch', 'mark'] as const),
  ...(['begun', 'written', 'committed', 'marked', 'told'] as const),
  ...(['checkpoint', 'checkpointed'] as const),
];
export type Point = (typeof POINTS)[number];
export type Reach = (point: Point) => void;

/** @throws Problem ARGUMENT_INVALID */
export function createFailpoint(spec: string | undefined): Reach {
  if (spec === undefined) return () => {};
  const [name, count = '1', ...rest] = spec.split(':');
  if (!POINTS.some((point) => point === name) || !/^[1-9]\d*$/.test(count) || rest.length > 0) {
    throw new Problem(
      'ARGUMENT_INVALID',
      `--failpoint is "${spec}".`,
      `It must be NAME:N, NAME one of ${POINTS.join(', ')}.`,
    );
  }
  let left = Number(count);
  return (point) => {
    if (point === name && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
