import { expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import type { HistoryEvent } from '@/lib/history/events';
import { timeline } from '@/lib/history/timeline';
import { originsOf, pathText } from './why';

const graph = decompile({
  QueryLanguage: 'JSONata',
  StartAt: 'Price it',
  States: {
    'Price it': { Type: 'Pass', Assign: { priced: { total: 12 } }, Output: { handed: true }, Next: 'Tell' },
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: 'tell',
        Payload: {
          to: 'x@example.com',
          sum: '{% $priced.total %}',
          who: '{% $states.context.Execution.Input.who %}',
          lines: ['{% $string($priced.total) & $missing %}', '{% $states.input.handed %}'],
          gone: '{% $nobody.x %}',
        },
      },
      End: true,
    },
  },
} as never).graph!;
const event = (id: number, type: string, details: object = {}): HistoryEvent =>
  ({ id, previousEventId: id - 1, type, timestamp: 1000 + id, ...details }) as HistoryEvent;
const BEGUN = [
  event(1, 'ExecutionStarted', { executionStartedEventDetails: { input: '{"who":"Ada"}' } }),
  event(2, 'PassStateEntered', { stateEnteredEventDetails: { name: 'Price it', input: '{"who":"Ada"}' } }),
  event(3, 'PassStateExited', {
    stateExitedEventDetails: {
      name: 'Price it',
      output: '{"handed":true}',
      assignedVariables: { priced: '{"total":12}' },
    },
  }),
  event(4, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'Tell', input: '{"handed":true}' } }),
];
const SCHEDULED = event(5, 'TaskScheduled', {
  taskScheduledEventDetails: {
    resourceType: 'lambda',
    resource: 'invoke',
    parameters: JSON.stringify({
      FunctionName: 'tell',
      Payload: { to: 'x@example.com', sum: 12, who: 'Ada', lines: ['12', true] },
    }),
  },
});
const rows = (events: HistoryEvent[]) => {
  const known = timeline(events);
  return originsOf(graph, known, known.states.Tell!.visits[0]!).map(({ path, value, from }) => [
    path,
    value,
    from.map((one) => `${one.kind} of ${one.by}`),
  ]);
};

test('each argument names its value and the step that gave it', () => {
  expect(rows([...BEGUN, SCHEDULED])).toEqual([
    ['to', 'x@example.com', ['fixed of Tell']],
    ['sum', 12, ['variable of Price it']],
    ['who', 'Ada', ['run-input of null']],
    ['lines[0]', '12', ['variable of Price it']],
    ['lines[1]', true, ['handed of Price it']],
    ['gone', undefined, ['variable of null']],
  ]);
});

test('where the arguments were never made, references are followed all the same', () => {
  expect(rows(BEGUN).map(([path, value]) => [path, value])).toEqual([
    ['to', 'x@example.com'],
    ['sum', 12],
    ['who', 'Ada'],
    ['lines[0]', undefined],
    ['lines[1]', true],
    ['gone', undefined],
  ]);
});

test('a place is spelled as people read it', () => {
  expect(pathText([])).toBe('');
  expect(pathText(['lines', 0, 'price'])).toBe('lines[0].price');
  expect(pathText(['total'], '$bill')).toBe('$bill.total');
});
