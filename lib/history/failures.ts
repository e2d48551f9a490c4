/**
 * Which functions failed in a run, read from its history as it comes.
 *
 *   history events, part by part ──▶ the failures in them: function, error, cause, when
 *
 * A failure names no function: the event that scheduled the call does, some events before, in this part or an earlier one.
 */
import type { HistoryEvent } from './events';

/** `at` in ms since 1970 */
export type FunctionFailure = { name: string; error: string; cause: string | null; at: number };

const FAILED = /^(Task|LambdaFunction)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;
const FUNCTION = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([A-Za-z0-9_-]{1,64})(?::[^:]*)?$/;

/** @returns takes the next part of one run's history; whether a failure was caught or tried again makes no difference */
export function createFailures(): (events: readonly HistoryEvent[]) => FunctionFailure[] {
  /** the function that an event belongs to, by the event's id */
  const functions = new Map<number, string>();
  return (events) =>
    events.flatMap((event) => {
      const name = scheduledBy(event) ?? functions.get(event.previousEventId);
      if (name === undefined) return [];
      if (/(Scheduled|Started|Submitted)$/.test(event.type)) functions.set(event.id, name);
      if (!FAILED.test(event.type)) return [];
      const { error, cause } = detailsOf(event);
      return [
        {
          name,
          error: typeof error === 'string' ? error : 'States.TaskFailed',
          cause: typeof cause === 'string' ? cause : null,
          at: event.timestamp,
        },
      ];
    });
}

function scheduledBy(event: HistoryEvent): string | undefined {
  const { resource, resourceType, parameters } = detailsOf(event);
  if (event.type === 'LambdaFunctionScheduled') return nameIn(resource);
  if (event.type !== 'TaskScheduled' || resourceType !== 'lambda' || typeof parameters !== 'string') return undefined;
  try {
    return nameIn((JSON.parse(parameters) as { FunctionName?: unknown }).FunctionName);
  } catch {
    return undefined; // cut short by the service
  }
}

const nameIn = (text: unknown): string | undefined => (typeof text === 'string' ? FUNCTION.exec(text)?.[1] : undefined);

function detailsOf(event: HistoryEvent) {
  const key = Object.keys(event).find((name): name is `${string}EventDetails` => name.endsWith('EventDetails'));
  return (key && event[key]) || {};
}
