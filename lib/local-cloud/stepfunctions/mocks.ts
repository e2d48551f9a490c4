/**
 * Mocked service integrations, as Step Functions Local has them: a file says what the tasks of a test case answer.
 *
 *   StartExecution of `<state machine ARN>#<test case>` ─▶ each task's answer from the file, by state and attempt
 *
 *   { "StateMachines": { "<machine>": { "TestCases": { "<case>": { "<state>": "<response>" } } } },
 *     "MockedResponses": { "<response>": { "0": { "Return": … }, "1-2": { "Throw": { "Error": …, "Cause": … } } } } }
 *
 * States that a test case does not name call their service. The file is read anew when it has changed.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { isObject, type Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { HistoryEvent } from '@/lib/history/events';
import type { ExecutionRow, RunLog } from '@/lib/local-cloud/log';
import { type StartTask, TaskFailure } from './integrations/types';

const Return = z.strictObject({ Return: z.json() });
const Throw = z.strictObject({ Throw: z.strictObject({ Error: z.string(), Cause: z.string().optional() }) });
const Responses = z.record(
  z.string().regex(/^\d+(-\d+)?$/, 'is not an attempt such as "0" or a range such as "1-2"'),
  z.union([Return, Throw], 'is neither {"Return": …} nor {"Throw": {"Error": …, "Cause": …}}'),
);
const MockConfig = z.object({
  StateMachines: z.record(z.string(), z.object({ TestCases: z.record(z.string(), z.record(z.string(), z.string())) })),
  MockedResponses: z.record(z.string(), Responses).default({}),
});
type MockConfig = z.infer<typeof MockConfig>;

/** What a task answers instead of its service. */
export type Mocked = { output: Json } | { failure: TaskFailure };

/** @throws Problem MOCK_CONFIG_INVALID, naming the file and the place in it */
export function parseMockConfig(text: string, file: string): MockConfig {
  const refuse = (why: string) =>
    new Problem('MOCK_CONFIG_INVALID', `The mock configuration ${file}: ${why}.`, 'Correct the file, and start again.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON: ${(error as Error).message}`);
  }
  const parsed = MockConfig.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('/') || 'the file'}: ${issue?.message ?? 'not as it should be'}`);
  }
  const config = parsed.data;
  for (const [machine, { TestCases }] of Object.entries(config.StateMachines)) {
    for (const [name, states] of Object.entries(TestCases)) {
      for (const [state, response] of Object.entries(states)) {
        if (!Object.hasOwn(config.MockedResponses, response))
          throw refuse(
            `StateMachines/${machine}/TestCases/${name}/${state} names the response "${response}", which MockedResponses does not have`,
          );
      }
    }
  }
  return config;
}

export type Mocks = ReturnType<typeof openMocks>;

const NONE: MockConfig = { StateMachines: {}, MockedResponses: {} };

/**
 * @param optional the file may be missing, which is as good as empty, and what is wrong with it is told to who asks for a
 *   test case: a data directory's own file, which nobody asked for, keeps no cloud from beginning
 * @throws Problem MOCK_CONFIG_INVALID
 */
export function openMocks(file: string, log: RunLog, optional = false) {
  let known: { stamp: number; config: MockConfig } | undefined;
  /** attempts so far, by execution and state; a task asked for again keeps its number */
  const attempts = new Map<number, Map<string, { next: number; byTask: Map<string, number> }>>();

  function config(): MockConfig {
    let stamp: number;
    try {
      stamp = statSync(file).mtimeMs;
      if (known?.stamp !== stamp) known = { stamp, config: parseMockConfig(readFileSync(file, 'utf8'), file) };
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return NONE;
      throw new Problem(
        'MOCK_CONFIG_INVALID',
        `The mock configuration ${file} cannot be read: ${(error as Error).message}.`,
        'Set SFN_MOCK_CONFIG to a file that there is, or leave it away.',
      );
    }
    return known.config;
  }
  if (!optional) config();

  /** The executions of a distributed Map count with the one that it is in. */
  function rootOf(row: ExecutionRow): number {
    let root = row;
    while (root.parent !== null) {
      const parent = log.executions.byId(root.parent);
      if (!parent) break;
      root = parent;
    }
    return root.id;
  }

  function attemptOf(row: ExecutionRow, state: string, task: string): number {
    const root = rootOf(row);
    const states = attempts.get(root) ?? new Map<string, { next: number; byTask: Map<string, number> }>();
    attempts.set(root, states);
    const counted = states.get(state) ?? {
      next: row.id === root ? answeredIn(log.executions.events(row.id, 1, Number.MAX_SAFE_INTEGER), state) : 0,
      byTask: new Map<string, number>(),
    };
    states.set(state, counted);
    const id = `${row.id} ${task}`;
    const attempt = counted.byTask.get(id) ?? counted.next++;
    counted.byTask.set(id, attempt);
    return attempt;
  }

  return {
    /** @throws Problem MOCK_CONFIG_INVALID, MOCK_CASE_UNKNOWN */
    checkCase(machine: string, testCase: string): void {
      const { StateMachines } = config();
      const cases = Object.hasOwn(StateMachines, machine) ? StateMachines[machine]!.TestCases : {};
      if (Object.hasOwn(cases, testCase)) return;
      const there = Object.keys(cases).join(', ');
      throw new Problem(
        'MOCK_CASE_UNKNOWN',
        `The mock configuration ${file} has no test case "${testCase}" of the state machine "${machine}".`,
        there ? `It has ${there}.` : `Add it under StateMachines/${machine}/TestCases.`,
      );
    },

    /** What the file lets this task answer; undefined: its service is called. */
    answer(row: ExecutionRow, task: StartTask): Mocked | undefined {
      const testCase = testCaseOf(row);
      if (testCase === undefined || task.state === undefined) return undefined;
      const { StateMachines, MockedResponses } = config();
      const machine = row.machineName.split('/')[0] ?? '';
      const name = StateMachines[machine]?.TestCases[testCase]?.[task.state];
      if (name === undefined) return undefined;
      const attempt = attemptOf(row, task.state, task.task);
      for (const [range, response] of Object.entries(MockedResponses[name] ?? {})) {
        const [from = 0, to = from] = range.split('-').map(Number);
        if (attempt < from || attempt > to) continue;
        if ('Return' in response) return { output: response.Return as Json };
        return { failure: new TaskFailure(response.Throw.Error, response.Throw.Cause) };
      }
      const cause = `The mocked response "${name}" says nothing of attempt ${attempt} of the state "${task.state}". Add it to ${file}.`;
      return { failure: new TaskFailure('States.Runtime', cause) };
    },

    forget(execution: number): void {
      attempts.delete(execution);
    },
  };
}

/** Tasks of a state that were answered before this process began: their attempts are over. */
function answeredIn(events: HistoryEvent[], state: string): number {
  const byId = new Map(events.map((event) => [event.id, event]));
  const over = new Set<number>();
  for (const event of events) {
    if (!/^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut)$/.test(event.type)) continue;
    let scheduled: HistoryEvent | undefined = event;
    while (scheduled && !scheduled.type.endsWith('Scheduled')) scheduled = byId.get(scheduled.previousEventId);
    let entered = scheduled;
    while (entered && !entered.stateEnteredEventDetails) entered = byId.get(entered.previousEventId);
    if (scheduled && entered?.stateEnteredEventDetails?.name === state) over.add(scheduled.id);
  }
  return over.size;
}

/** The test case stays with the execution, in its settings: it is the same after a restart. */
export const withTestCase = (settings: string, testCase: string): string =>
  JSON.stringify({ ...(JSON.parse(settings) as object), testCase });

function testCaseOf(row: ExecutionRow): string | undefined {
  if (!row.settings.includes('"testCase"')) return undefined;
  const settings: unknown = JSON.parse(row.settings);
  return isObject(settings) && typeof settings.testCase === 'string' ? settings.testCase : undefined;
}
