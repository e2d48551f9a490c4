/**
 * A cloud that tells no secret: what functions print and what errors say is gone through on its way to the product, so
 * that a function which repeats its key shows it in no log, no history, no error and no export. The data that steps hand
 * on is left as it is: a run that goes on from a step needs it whole.
 *
 *   Cloud, hide(text) ──▶ the same Cloud, its logs and errors without secrets
 *
 * @module
 */
import type { HistoryEvent } from '@/lib/history/events';
import type { Cloud } from './types';

export function hidingCloud(cloud: Cloud, hide: (text: string) => string): Cloud {
  const inError = <T extends { error?: string | null; cause?: string | null }>(said: T): T => ({
    ...said,
    ...(said.error && { error: hide(said.error) }),
    ...(said.cause && { cause: hide(said.cause) }),
  });
  return {
    ...cloud,
    execution: async (arn) => inError(await cloud.execution(arn)),
    history: async (arn, after) => (await cloud.history(arn, after)).map((event) => eventWithout(event, hide)),
    testState: async (test) => inError(await cloud.testState(test)),
    logs: async (functions, from, to) =>
      (await cloud.logs(functions, from, to)).map((line) => ({ ...line, text: hide(line.text) })),
    invokeFunction: async (name, input) => {
      const answer = await cloud.invokeFunction(name, input);
      const { error } = answer;
      return {
        ...answer,
        log: hide(answer.log),
        error: error && { ...error, message: hide(error.message) },
      };
    },
  };
}

/** Only events of failures carry a cause; the others are handed on as they are. */
function eventWithout(event: HistoryEvent, hide: (text: string) => string): HistoryEvent {
  const key = Object.keys(event).find((name): name is `${string}EventDetails` => name.endsWith('EventDetails'));
  const details = key && event[key];
  if (!details || typeof details.cause !== 'string') return event;
  return { ...event, [key]: { ...details, cause: hide(details.cause) } };
}
