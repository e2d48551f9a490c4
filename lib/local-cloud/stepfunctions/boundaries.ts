/**
 * What a step of an execution was about, in the words of the failpoints: for tests that end the process at such a step.
 * @module
 */
import type { EngineEvent, Outcome } from '@/lib/engine/types';
import { isArmed, reach, type StepWord } from '../failpoint';
import { isWait } from './clock';

const TAKEN: Partial<Record<EngineEvent['kind'], StepWord>> = {
  Start: 'start',
  Continue: 'continue',
  TimerFired: 'timer',
  TaskSubmitted: 'submitted',
  TaskStarted: 'taken',
  TaskSucceeded: 'succeeded',
  TaskFailed: 'failed',
  TaskHeartbeat: 'heartbeat',
  ItemsRead: 'items',
  ChildEnded: 'child',
  ResultsWritten: 'results',
  Stop: 'stop',
  MapRunChanged: 'changed',
  Redrive: 'redrive',
};

/** none where nobody asked for a failpoint */
export function wordsOf(kind: EngineEvent['kind'], { events, commands, end }: Outcome): StepWord[] {
  if (!isArmed()) return [];
  const has = (type: RegExp) => events.some((event) => type.test(event.type));
  const asks = (test: (command: Outcome['commands'][number]) => boolean) => commands.some(test);
  const failed = has(/(Failed|TimedOut)$/) && !end;
  const waits = asks((command) => command.kind === 'SetTimer' && isWait(command.timer));
  const words: [StepWord | undefined, boolean][] = [
    [TAKEN[kind], true],
    ['schedule', asks((command) => command.kind === 'StartTask')],
    ['token', asks((command) => command.kind === 'StartTask' && command.token !== undefined)],
    ['arm', asks((command) => command.kind === 'SetTimer')],
    ['retry', failed && waits],
    ['catch', failed && has(/StateExited$/)],
    ['fork', has(/^(MapStateStarted|ParallelStateStarted|MapRunStarted)$/)],
    ['join', has(/^(MapStateSucceeded|ParallelStateSucceeded|MapRunSucceeded)$/)],
    ['timeout', end?.status === 'TIMED_OUT'],
    ['end', end !== undefined],
  ];
  return words.flatMap(([word, holds]) => (word && holds ? [word] : []));
}

export function reachStep(words: readonly StepWord[], when: 'decided' | 'recorded' | 'performed'): void {
  for (const word of words) reach(`${word}-${when}`);
}
