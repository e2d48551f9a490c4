/**
 * One transition of an execution: something happened, so this is recorded and this is to be done.
 *
 *   (machine, snapshot, event) ──step()──▶ { events, changes, commands, end }
 *
 * Pure but for what the host is asked, which is recorded with the rest: the same event is never decided twice. Start
 * here, then `flow.ts` (threads), `states/` (one file a state type), `frames.ts` (what a snapshot holds).
 * @module
 */
import { answer } from './answer-event';
import { FIRST_TURN, failExecution, run, type Stage } from './flow';
import { type ExecutionFrame, frameOf } from './frames';
import type { EngineEvent, Host, Machine, Outcome, Snapshot, Step } from './types';
import { HISTORY_LIMIT, HistoryFull, Work } from './work';

export { apply, emptySnapshot } from './frames';
export { pending } from './pending';

const NOTHING: Outcome = { events: [], changes: { put: [], drop: [] }, commands: [] };

const ENDED = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** Does an event of that kind mean anything to an execution in this state? */
const takes = (kind: EngineEvent['kind'], execution: ExecutionFrame | undefined): boolean => {
  if (kind === 'Start') return execution === undefined;
  if (kind === 'Redrive') return execution !== undefined && ENDED.includes(execution.status);
  return execution?.status === 'RUNNING';
};

/** Decides what happens next. Reads no clock, opens no socket, writes nothing; a workflow's fault fails its execution. */
export const step: Step = async (machine: Machine, snapshot: Snapshot, event, host: Host): Promise<Outcome> => {
  const before = frameOf<ExecutionFrame>(snapshot, 'execution');
  if (!takes(event.kind, before)) return NOTHING;
  const work = new Work(snapshot, event.at);
  const stage: Stage = { work, machine, host };
  const facts = event.kind === 'Start' ? event.facts : work.facts;
  if (facts.type === 'STANDARD') work.limitHistory();
  try {
    await answer(stage, event);
    if (!work.end) await run(stage, event.kind === 'Start' ? FIRST_TURN : undefined);
  } catch (thrown) {
    if (!(thrown instanceof HistoryFull)) throw thrown;
    const last = work.execution.lastEventId;
    failExecution(
      work,
      last,
      'States.Runtime',
      `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
    );
  }
  return work.outcome();
};
