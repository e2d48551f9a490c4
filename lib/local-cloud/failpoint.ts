/**
 * Ends this process, as by SIGKILL, at a named boundary of what is durable: for tests of exactly those instants.
 *
 *   --failpoint committed:17     at the 17th time that a transaction is committed
 *
 * Off unless it was asked for, and then one comparison a boundary. A process has one such point, whatever it runs, so it
 * is kept here and not handed through every part.
 * @module
 */
import { Problem } from '@/lib/base/problem';

/** what a step of an execution was about: the event that it took, then what it decided */
const STEPS = [
  ...(['start', 'continue', 'timer', 'submitted', 'taken', 'succeeded', 'failed', 'heartbeat'] as const),
  ...(['items', 'child', 'results', 'stop', 'changed', 'redrive'] as const),
  ...(['schedule', 'token', 'arm', 'retry', 'catch', 'fork', 'join', 'timeout', 'end'] as const),
];
export type StepWord = (typeof STEPS)[number];

/** Every boundary, by the part of the cloud that reaches it and in the order in which it does. */
export const POINTS = {
  /** a first start, every start, a transaction, a checkpoint */
  log: [
    ...(['creating', 'made', 'settled', 'ready', 'epoch', 'mark'] as const),
    ...(['begun', 'written', 'committed', 'marked', 'told', 'checkpoint', 'checkpointed'] as const),
  ],
  /** before a step is written; when it is on the disk; when its commands were performed */
  steps: STEPS.flatMap((word) => [`${word}-decided`, `${word}-recorded`, `${word}-performed`] as const),
  /** the row of a new execution, of a Map's child; a call of a service; a timer; a token that came back; an answer */
  runner: [
    ...(['row-written', 'child-written', 'call', 'returned', 'fire'] as const),
    ...(['token-returned', 'token-used', 'reply', 'replied'] as const),
  ],
  /** a package, a record, an asynchronous invocation; a process, its work, its result */
  lambda: [
    ...(['unpacked', 'unpack-renamed', 'zip-written', 'zip-renamed', 'record-written', 'record-renamed'] as const),
    ...(['removing', 'removed', 'queued', 'attempted', 'unqueued'] as const),
    ...(['spawn', 'spawned', 'handed', 'result', 'outcome'] as const),
  ],
  /** the bytes of an object or part; its entry; the parts of an upload becoming an object; what is let go */
  s3: [
    ...(['blob-opened', 'blob-synced', 'blob-renamed', 'blob-settled', 'object-indexed', 'part-indexed'] as const),
    ...(['completing', 'completed', 'blob-removed'] as const),
  ],
} as const;
export type Point = (typeof POINTS)[keyof typeof POINTS][number];

let armed: { name: string; left: number } | undefined;

/**
 * @param spec `NAME:N`; `:1` may be left out
 * @throws Problem ARGUMENT_INVALID
 */
export function armFailpoint(spec: string): void {
  const [name = '', count = '1', ...rest] = spec.split(':');
  const names = Object.values(POINTS).flat();
  if (!names.some((point) => point === name) || !/^[1-9]\d*$/.test(count) || rest.length > 0) {
    throw new Problem(
      'ARGUMENT_INVALID',
      `--failpoint is "${spec}".`,
      `It must be NAME:N, NAME one of ${names.join(', ')}.`,
    );
  }
  armed = { name, left: Number(count) };
}

/** Is there a point at all? Asked where it takes work to tell which one is reached. */
export const isArmed = (): boolean => armed !== undefined;

/** Does not return where the process was to end. */
export function reach(point: Point): void {
  if (armed === undefined || armed.name !== point) return;
  if (--armed.left === 0) process.kill(process.pid, 'SIGKILL');
}
