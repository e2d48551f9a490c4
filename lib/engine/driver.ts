/**
 * Runs a machine to its end in this process, on a clock of its own: a Wait of a year takes no time.
 *
 *   machine + input + what tasks answer ──runToEnd()──▶ status, output, error, cause, history
 *
 * Used by tests and by the dry run of a draft. Nothing is stored, nothing is called but what is passed in.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import { apply, emptySnapshot, step } from './step';
import type { Changes, Command, EngineEvent, ExecutionFacts, ExecutionStatus, Host, Machine, Snapshot } from './types';

/** `after`: ms until the answer comes; `submitted`: what the call itself answered, for `.sync` and `.waitForTaskToken`. */
type When = { after?: number; submitted?: Json };
export type TaskAnswer =
  | ({ output: Json } & When)
  | ({ error?: string; cause?: string; output?: undefined } & When)
  | 'never';

export type Asked = Extract<Command, { kind: 'StartTask' | 'ReadItems' | 'WriteResults' }>;

export type RunOptions = {
  /** what a task, a reader (an array of items) or a writer answers; absent: `{}`, no items, the writer's own words */
  answer?(command: Asked): TaskAnswer | Promise<TaskAnswer>;
  evaluate: Host['evaluate'];
  /** the input's own text, where its form matters */
  inputText?: string;
  /** ms since 1970 at the start; default 2030-01-01 */
  now?: number;
  random?: () => number;
  uuid?: () => string;
  facts?: Partial<ExecutionFacts>;
  /** steps until a run is given up; default 100,000 */
  maxSteps?: number;
  /** called after each step, before its changes are applied to `snapshot` and its commands performed */
  onStep?(step: {
    event: EngineEvent;
    events: HistoryEvent[];
    changes: Changes;
    commands: Command[];
    snapshot: Snapshot;
    at: number;
  }): void;
};

export type RunResult = {
  status: ExecutionStatus;
  /** the output, and its text as the execution gave it */
  output?: Json;
  outputText?: string;
  error?: string;
  cause?: string;
  events: HistoryEvent[];
  /** ms on the run's own clock */
  took: number;
};

export const START = Date.UTC(2030, 0, 1);

export const factsFor = (input: string, startedAt: number, given: Partial<ExecutionFacts> = {}): ExecutionFacts => ({
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:machine:run',
  executionName: 'run',
  roleArn: 'arn:aws:iam::000000000000:role/run',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
  stateMachineName: 'machine',
  startedAt,
  input,
  type: 'STANDARD',
  ...given,
});

type Due = { at: number; order: number; event: (at: number) => EngineEvent; timer?: string; task?: string };

/** What will happen, earliest first; at the same moment in the order in which it was asked for. */
class Agenda {
  private due: Due[] = [];
  private order = 0;

  add(due: Omit<Due, 'order'>): void {
    const entry = { ...due, order: this.order++ };
    let i = this.due.length;
    while (i > 0 && this.due[i - 1]!.at > entry.at) i--;
    this.due.splice(i, 0, entry);
  }
  next(): Due | undefined {
    return this.due.shift();
  }
  drop(which: (due: Due) => boolean): void {
    this.due = this.due.filter((due) => !which(due));
  }
}

/** @throws Error when nothing is left to happen and the execution still runs */
export async function runToEnd(machine: Machine, input: Json, options: RunOptions): Promise<RunResult> {
  const now = options.now ?? START;
  const facts = factsFor(options.inputText ?? JSON.stringify(input), now, options.facts);
  return new Run(machine, options, now).go([{ kind: 'Start', at: now, facts }]);
}

/** Redrives a run that ended without success; `snapshot` is what its changes add up to. */
export const redriveToEnd = (
  machine: Machine,
  snapshot: Snapshot,
  at: number,
  options: RunOptions,
): Promise<RunResult> => new Run(machine, options, at, snapshot).go([{ kind: 'Redrive', at, redriveCount: 1 }]);

/** Takes up a snapshot where it was left: performs what is pending, then goes on. */
export async function resumeToEnd(
  machine: Machine,
  snapshot: Snapshot,
  pendingCommands: Command[],
  at: number,
  options: RunOptions,
): Promise<RunResult> {
  const run = new Run(machine, options, at, snapshot);
  await run.perform(pendingCommands);
  return run.go([]);
}

class Run {
  private readonly agenda = new Agenda();
  private readonly events: HistoryEvent[] = [];
  private readonly host: Host;
  private steps = 0;
  private clock: number;

  constructor(
    private readonly machine: Machine,
    private readonly options: RunOptions,
    private readonly began: number,
    private readonly snapshot: Snapshot = emptySnapshot(),
  ) {
    this.clock = began;
    let ids = 0;
    const uuid = options.uuid ?? (() => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`);
    this.host = { evaluate: options.evaluate, random: options.random ?? (() => 0.5), uuid };
  }

  async go(first: EngineEvent[]): Promise<RunResult> {
    for (const event of first) this.agenda.add({ at: event.at, event: () => event });
    for (;;) {
      const due = this.agenda.next();
      if (!due) throw new Error('Nothing is left to happen, and the execution has not ended.');
      if (++this.steps > (this.options.maxSteps ?? 100_000))
        throw new Error('The execution takes more steps than it was given.');
      this.clock = Math.max(this.clock, due.at);
      const event = due.event(this.clock);
      const outcome = await step(this.machine, this.snapshot, event, this.host);
      this.options.onStep?.({ event, ...outcome, snapshot: this.snapshot, at: this.clock });
      this.events.push(...outcome.events);
      apply(this.snapshot, outcome.changes);
      if (outcome.end) {
        const { output, ...end } = outcome.end;
        return {
          ...end,
          ...(output !== undefined && { output: JSON.parse(output) as Json, outputText: output }),
          events: this.events,
          took: this.clock - this.began,
        };
      }
      await this.perform(outcome.commands);
    }
  }

  async perform(commands: Command[]): Promise<void> {
    for (const command of commands) await this.act(command);
  }

  private soon(event: (at: number) => EngineEvent, task?: string, after = 0): void {
    this.agenda.add({ at: this.clock + after, event, ...(task !== undefined && { task }) });
  }

  private async act(command: Command): Promise<void> {
    switch (command.kind) {
      case 'StartTask':
        return this.startTask(command);
      case 'SetTimer': {
        const { timer, dueAt } = command;
        this.agenda.drop((due) => due.timer === timer);
        return this.agenda.add({ at: dueAt, timer, event: (at) => ({ kind: 'TimerFired', at, timer }) });
      }
      case 'ClearTimer':
        return this.agenda.drop((due) => due.timer === command.timer);
      case 'CancelTask':
      case 'StopChildren':
        return this.agenda.drop((due) => due.task === command.task);
      case 'Continue':
        return this.soon((at) => ({ kind: 'Continue', at }));
      case 'ReadItems': {
        const answer = (await this.options.answer?.(command)) ?? { output: [] };
        return this.settle(command.task, answer, (at, output) => ({
          kind: 'ItemsRead',
          at,
          task: command.task,
          items: Array.isArray(output) ? output : [output],
        }));
      }
      case 'WriteResults': {
        const answer = (await this.options.answer?.(command)) ?? {
          output: { MapRunArn: command.mapRunArn } as JsonObject,
        };
        return this.settle(command.task, answer, (at, output) => ({
          kind: 'ResultsWritten',
          at,
          task: command.task,
          output,
        }));
      }
      case 'StartChild':
        return this.startChild(command);
    }
  }

  private async startTask(command: Extract<Command, { kind: 'StartTask' }>): Promise<void> {
    const { task } = command;
    const answer: TaskAnswer = (await this.options.answer?.(command)) ?? { output: {} };
    const waits = command.pattern !== 'request-response' && command.integration !== 'activity';
    if (command.integration === 'activity' && answer !== 'never')
      this.soon((at) => ({ kind: 'TaskStarted', at, task }), task);
    if (waits && command.submitted === undefined) {
      const submitted = (answer !== 'never' && answer.submitted) || {};
      this.soon((at) => ({ kind: 'TaskSubmitted', at, task, output: submitted }), task);
    }
    this.settle(task, answer, (at, output) => ({ kind: 'TaskSucceeded', at, task, output }));
  }

  private settle(task: string, answer: TaskAnswer, succeeded: (at: number, output: Json) => EngineEvent): void {
    if (answer === 'never') return;
    const { after } = answer;
    if (answer.output !== undefined) {
      const { output } = answer;
      this.soon((at) => succeeded(at, output), task, after);
      return;
    }
    const { error, cause } = answer;
    this.soon(
      (at) => ({
        kind: 'TaskFailed',
        at,
        task,
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      }),
      task,
      after,
    );
  }

  private async startChild(command: Extract<Command, { kind: 'StartChild' }>): Promise<void> {
    const { task, index, label, mapRunArn } = command;
    const executionArn = `arn:aws:states:us-east-1:000000000000:execution:machine/${label}:child-${index}`;
    const { onStep: _, inputText: _text, ...options } = this.options;
    const result = await runToEnd(command.definition, command.input, {
      ...options,
      now: this.clock,
      facts: { executionArn, executionName: `child-${index}`, type: command.type, parent: { mapRunArn, label } },
    });
    const startedAt = this.clock;
    this.soon(
      (at) => ({
        kind: 'ChildEnded',
        at,
        task,
        index,
        status: result.status,
        executionArn,
        startedAt,
        stoppedAt: startedAt + result.took,
        ...(result.outputText !== undefined && { output: result.outputText }),
        ...(result.error !== undefined && { error: result.error }),
        ...(result.cause !== undefined && { cause: result.cause }),
      }),
      task,
      result.took,
    );
  }
}
