/** Data as a product has it that was used for a while: many workflows, long names, runs of every outcome. */
import type { Api } from './api';

const task = (name: string, payload: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: payload },
  Output: '{% $states.result.Payload %}',
});

const quick = {
  QueryLanguage: 'JSONata',
  StartAt: 'Greet',
  States: { Greet: { Type: 'Pass', Output: { message: 'Hello' }, Next: 'Done' }, Done: { Type: 'Succeed' } },
};
const failing = {
  QueryLanguage: 'JSONata',
  StartAt: 'Look up the order',
  States: {
    'Look up the order': { Type: 'Pass', Output: { total: 130 }, Next: 'Too expensive?' },
    'Too expensive?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.total > 100 %}', Next: 'Refuse' }],
      Default: 'Accept',
    },
    Refuse: {
      Type: 'Fail',
      Error: 'LimitExceeded',
      Cause: 'The order is above the limit of 100 that holds for guests.',
    },
    Accept: { Type: 'Succeed' },
  },
};
const waiting = {
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: { Type: 'Pass', Next: 'Wait for an hour' },
    'Wait for an hour': { Type: 'Wait', Seconds: 3600, End: true },
  },
};
/** Some thirty states: a loop within a branch, retries, catches, a choice. */
export const crowded = {
  QueryLanguage: 'JSONata',
  StartAt: 'Read the list',
  States: {
    'Read the list': {
      ...task('username2id', { name: 'Anna' }),
      Next: 'Both at once',
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }],
    },
    'Both at once': {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Each picture',
          States: {
            'Each picture': {
              Type: 'Map',
              Items: '{% ["a", "b", "c"] %}',
              ItemProcessor: {
                StartAt: 'Resize',
                States: {
                  Resize: { Type: 'Pass', Next: 'Large enough?' },
                  'Large enough?': {
                    Type: 'Choice',
                    Choices: [{ Condition: '{% $states.input != "b" %}', Next: 'Keep it' }],
                    Default: 'Leave it out',
                  },
                  'Keep it': { Type: 'Pass', End: true },
                  'Leave it out': { Type: 'Pass', End: true },
                },
              },
              End: true,
            },
          },
        },
        {
          StartAt: 'Pause',
          States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'Count' }, Count: { Type: 'Pass', End: true } },
        },
        {
          StartAt: 'Ask the weather',
          States: {
            'Ask the weather': { Type: 'Pass', Next: 'A name so long that it will not fit into the box of a step' },
            'A name so long that it will not fit into the box of a step': { Type: 'Pass', End: true },
          },
        },
      ],
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Tell the owner' }],
      Next: 'How many?',
    },
    'How many?': {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $count($states.input) > 10 %}', Next: 'Split' },
        { Condition: '{% $count($states.input) > 2 %}', Next: 'Merge' },
      ],
      Default: 'Tell the owner',
    },
    Split: { Type: 'Pass', Next: 'Merge' },
    Merge: { Type: 'Pass', Next: 'Store' },
    Store: { Type: 'Pass', Next: 'Done' },
    'Tell the owner': { Type: 'Pass', Next: 'Give up' },
    'Give up': { Type: 'Fail', Error: 'NothingToDo', Cause: 'There was nothing to do.' },
    Done: { Type: 'Succeed' },
  },
};

export type Sample = {
  quick: string;
  failing: string;
  waiting: string;
  crowded: string;
  runs: { succeeded: string; failed: string; running: string; crowded: string };
};

/** Fills a product through its API. */
export async function fill(api: Api, { workflows = 14 } = {}): Promise<Sample> {
  const ids = {
    failing: await api.saveDefinition('Orders above the limit', failing),
    waiting: await api.saveDefinition('Wait for an answer', waiting),
    crowded: await api.saveDefinition('Pictures of the whole year, resized, counted, described and stored', crowded),
    quick: await api.saveDefinition('Say hello', quick),
  };
  for (let i = 0; i < workflows - 4; i++) await api.saveDefinition(`Nightly report ${i + 1}`, i % 2 ? quick : failing);
  const start = async (id: string) => ((await api.call('POST', `/workflows/${id}/runs`, {})).body as { id: string }).id;
  const runs = { succeeded: '', failed: '', running: await start(ids.waiting), crowded: await start(ids.crowded) };
  for (let i = 0; i < 9; i++) runs.succeeded = await start(ids.quick);
  for (let i = 0; i < 3; i++) runs.failed = await start(ids.failing);
  const status = async (id: string) => ((await api.call('GET', `/runs/${id}`)).body as { status: string }).status;
  for (let tries = 0; tries < 100; tries++) {
    const all = await Promise.all([runs.succeeded, runs.failed, runs.crowded].map(status));
    if (all.every((one) => one !== 'RUNNING')) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { ...ids, runs };
}
