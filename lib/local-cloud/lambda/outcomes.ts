/** What becomes of an invocation, in the words that AWS has for it. */
import type { InvocationLog } from './logs';

/** `payload` is a JSON text: the function's answer, or `{ errorType, errorMessage … }` when `failed`. */
export type Outcome = { failed: boolean; payload: Buffer; log: InvocationLog };
/** before it has a log */
export type Verdict = Omit<Outcome, 'log'>;

/** As Go names them, in whose words AWS reports. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGILL: 'illegal instruction',
  SIGBUS: 'bus error',
};

/** The shell between a namespace and its function tells a signal by an exit status of 128 and its number. */
const SIGNAL_CODES: Record<number, NodeJS.Signals> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  9: 'SIGKILL',
  11: 'SIGSEGV',
};

export const failure = (errorType: string, errorMessage: string): Verdict => ({
  failed: true,
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
});

/** A runtime's error report is JSON; one that is not is told as it is. */
export function asError(payload: Buffer): Buffer {
  try {
    JSON.parse(payload.toString('utf8'));
    return payload;
  } catch {
    return failure('Runtime.Unknown', payload.toString('utf8').slice(0, 1000)).payload;
  }
}

/** Of a process that ended with its work undone; `requestId` is null where it had none yet. */
export function deathOf(requestId: string | null, code: number | null, signal: NodeJS.Signals | null): Verdict {
  const id = requestId ? `RequestId: ${requestId} ` : '';
  const died = signal ?? (code !== null && code > 128 ? SIGNAL_CODES[code - 128] : undefined);
  if (died)
    return failure('Runtime.ExitError', `${id}Error: Runtime exited with error: signal: ${SIGNALS[died] ?? died}`);
  if (code) return failure('Runtime.ExitError', `${id}Error: Runtime exited with error: exit status ${code}`);
  return failure('Runtime.ExitError', `${id}Error: Runtime exited without providing a reason`);
}

export const timeoutOf = (requestId: string | null, seconds: number): Verdict =>
  failure(
    'Sandbox.Timedout',
    `${requestId ? `RequestId: ${requestId} ` : ''}Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  );
