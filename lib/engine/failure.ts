/**
 * A state that failed: thrown by what computes, caught where the state is run, never outside of a step.
 * @module
 */
import { StatesError } from '@/lib/asl/errors';
import { Problem } from '@/lib/base/problem';

export class StateFailure extends Error {
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    /**
     * `evaluation`: an expression failed (recorded as EvaluationFailed, `location` names the field);
     * `fatal`: the execution fails, whatever retriers and catchers say; `bare`: the reason is told without a preface
     */
    readonly how: {
      evaluation?: boolean;
      location?: string;
      fatal?: boolean;
      heartbeat?: boolean;
      bare?: boolean;
    } = {},
  ) {
    super(reason ?? error ?? 'failed');
  }
}

/** AWS's preface to what went wrong inside a state. */
export const whileExecuting = (state: string, entered: number, reason: string): string =>
  `An error occurred while executing the state '${state}' (entered at the event id #${entered}). ${reason}`;

export const DATA_LIMIT = 'States.DataLimitExceeded';
export const tooMuch = (name: string): string =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;

export const runtimeFailure = (reason: string): StateFailure =>
  new StateFailure('States.Runtime', reason, { fatal: true });

/** Where in the state an expression failed, as the cause tells: `Output/total`. */
const locationIn = (cause: string): string | undefined => /specified for the field '([^']*)'/.exec(cause)?.[1];

/**
 * Whatever was thrown while a state was computed, as the failure of that state, with its own words.
 * @throws Problem a fault of ours, not of the workflow: the step is not to be recorded
 */
export function failureOf(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (thrown instanceof Problem) throw thrown;
  if (thrown instanceof StatesError) {
    if (thrown.error !== 'States.QueryEvaluationError') {
      return new StateFailure(thrown.error, thrown.cause, { fatal: thrown.error === 'States.Runtime' });
    }
    const location = locationIn(thrown.cause);
    return new StateFailure(thrown.error, thrown.cause, {
      evaluation: true,
      ...(location !== undefined && { location }),
    });
  }
  return runtimeFailure(thrown instanceof Error ? thrown.message : String(thrown));
}
