/**
 * What a run came to, told from its history: what AWS charges for a run like it.
 *
 *   history events, memory of functions ──actualCost()──▶ state transitions, Lambda GB-seconds, dollars
 *
 * A transition is a state that was entered, a try of it after the first, or a redrive: AWS charges for all three
 * (https://aws.amazon.com/step-functions/pricing/, https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).
 * A function's time is measured from the moment its call began to its answer, so the way there and back is in it. What
 * the child executions of a distributed Map did is not in the history of their parent, and not in here. Pure.
 * @module
 */
import type { HistoryEvent } from '@/lib/history/events';
import { type Estimate, priced } from './estimate';

export type Actual = Omit<Estimate, 'ms'> & {
  /** functions whose memory is not known: Lambda's default is taken */
  assumed: string[];
  /** it started executions of its own, which are not counted */
  children: boolean;
};

/** @param memoryOf MB that a function has, by its name; `undefined` where it is not known */
export function actualCost(events: HistoryEvent[], memoryOf: (name: string) => number | undefined): Actual {
  const sum = { transitions: 0, calls: 0, gbSeconds: 0 };
  const assumed = new Set<string>();
  let children = false;
  let redriven = 0;
  /** the function that is called, by the event that scheduled it; with when it began, by the event that started it */
  const scheduled = new Map<number, string>();
  const started = new Map<number, { name: string; at: number }>();
  const entered = new Set<number>();
  for (const event of events) {
    const { id, type, timestamp, previousEventId } = event;
    if (type.endsWith('StateEntered')) {
      sum.transitions++;
      entered.add(id);
    } else if (type === 'ExecutionRedriven') {
      sum.transitions++;
      redriven = id;
    } else if (ATTEMPT.test(type)) {
      // What a redrive begins again was paid for with the redrive.
      if (!entered.has(previousEventId) && previousEventId > redriven) sum.transitions++;
      const name = calledBy(event);
      if (name !== null) scheduled.set(id, name);
    } else if (STARTED.test(type)) {
      const name = scheduled.get(previousEventId);
      if (name === undefined) continue;
      sum.calls++;
      started.set(id, { name, at: timestamp });
    } else if (ANSWERED.test(type)) {
      const call = started.get(previousEventId);
      if (!call) continue;
      started.delete(previousEventId);
      const memory = memoryOf(call.name);
      if (memory === undefined) assumed.add(call.name);
      sum.gbSeconds += (Math.max(0, timestamp - call.at) / 1000) * ((memory ?? DEFAULT_MB) / 1024);
    } else if (type === 'MapRunStarted') children = true;
  }
  return { ...sum, ...priced(sum), assumed: [...assumed].sort(), children };
}

const DEFAULT_MB = 128;
const ATTEMPT = /^(TaskScheduled|LambdaFunctionScheduled|ActivityScheduled|MapStateStarted|ParallelStateStarted)$/;
const STARTED = /^(TaskStarted|LambdaFunctionStarted)$/;
/** A function that waits for a token has answered when the task is submitted: the waiting costs nothing. */
const ANSWERED = /^(Task(Submitted|SubmitFailed|Succeeded|Failed|TimedOut)|LambdaFunction(Succeeded|Failed|TimedOut))$/;

/** The name of the function that a task calls; `null` where it calls none. */
function calledBy(event: HistoryEvent): string | null {
  const task = event.taskScheduledEventDetails;
  if (task?.resourceType === 'lambda') return nameIn(parameter(task.parameters));
  return nameIn(event.lambdaFunctionScheduledEventDetails?.resource);
}

function parameter(text: unknown): unknown {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as { FunctionName?: unknown }).FunctionName : undefined;
  } catch {
    return undefined; // a history without its data
  }
}

/** `resize` of `resize`, `resize:3` and `arn:aws:lambda:…:function:resize:3`. */
function nameIn(resource: unknown): string | null {
  if (typeof resource !== 'string') return null;
  return /(?:^|:function:)([\w-]+)(?::[\w$-]+)?$/.exec(resource)?.[1] ?? null;
}
