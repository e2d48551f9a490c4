/**
 * When a failed step is tried again, and which errors a retrier or catcher is meant for.
 * @module
 */
export type Retrier = {
  ErrorEquals: string[];
  /** seconds, 1 or more; default 1 */
  IntervalSeconds?: number;
  /** 0 or more; default 3 */
  MaxAttempts?: number;
  /** 1 or more; default 2 */
  BackoffRate?: number;
  /** seconds: no delay is longer */
  MaxDelaySeconds?: number;
  /** default NONE; FULL draws each delay between 0 and what it would have been */
  JitterStrategy?: 'NONE' | 'FULL';
};

/**
 * How long to wait before retrying a failed state.
 *
 * @param retrier one entry of the state's `Retry` list; absent fields take the ASL defaults
 * @param attempt 1 for the first retry
 * @param random 0 ≤ n < 1; asked only when the retrier wants jitter
 * @returns seconds, at most `MaxDelaySeconds`, not always whole; `null` once `MaxAttempts` is spent
 * @throws RangeError when `attempt` is below 1
 * @example backoffSeconds({ ErrorEquals: ['States.ALL'], IntervalSeconds: 2 }, 3, Math.random) // 8
 */
export function backoffSeconds(retrier: Retrier, attempt: number, random: () => number): number | null {
  if (!(attempt >= 1)) throw new RangeError(`attempt must be 1 or more, not ${attempt}`);
  if (attempt > (retrier.MaxAttempts ?? 3)) return null;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** (attempt - 1);
  const delay = Math.min(grown, retrier.MaxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
  return retrier.JitterStrategy === 'FULL' ? delay * random() : delay;
}

/** The documentation calls `States.DataLimitExceeded` terminal too, yet AWS catches it by `States.ALL`. */
const UNCATCHABLE = 'States.Runtime';
const DATA_LIMIT = 'States.DataLimitExceeded';

/**
 * Does an `ErrorEquals` list name this error?
 *
 * `States.ALL` stands for every error but `States.Runtime`; `States.TaskFailed` for all of these but timeouts and
 * `States.DataLimitExceeded`; `States.Timeout` also for `States.HeartbeatTimeout`.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return error !== UNCATCHABLE;
    if (name === 'States.TaskFailed') return error !== UNCATCHABLE && error !== DATA_LIMIT && !isTimeout(error);
    return name === 'States.Timeout' && isTimeout(error);
  });
}

const isTimeout = (error: string): boolean => error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
