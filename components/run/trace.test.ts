import { expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { decompile } from '@/lib/compile';
import type { HistoryEvent } from '@/lib/history/events';
import { timeline } from '@/lib/history/timeline';
import type { Hop } from './trace';
import { reads } from './trace-reads';
import { originsOf, pathText } from './why';

/** A history, told state by state, with the chain of ids that AWS keeps. */
function history(input: Json) {
  const events: HistoryEvent[] = [];
  const add = (type: string, details: object = {}, previous = events.length) => {
    const id = events.length + 1;
    events.push({ id, previousEventId: previous, type, timestamp: 1000 + id, ...details } as HistoryEvent);
    return id;
  };
  add('ExecutionStarted', { executionStartedEventDetails: { input: JSON.stringify(input) } });
  const enter = (type: string, name: string, given: Json, previous?: number) =>
    add(`${type}StateEntered`, { stateEnteredEventDetails: { name, input: JSON.stringify(given) } }, previous);
  const exit = (type: string, name: string, output: Json, assigned: Record<string, Json> = {}) =>
    add(`${type}StateExited`, {
      stateExitedEventDetails: {
        name,
        output: JSON.stringify(output),
        assignedVariables: Object.fromEntries(
          Object.entries(assigned).map(([key, value]) => [key, JSON.stringify(value)]),
        ),
      },
    });
  const call = (parameters: Json, output: Json) => {
    add('TaskScheduled', {
      taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke', parameters: JSON.stringify(parameters) },
    });
    add('TaskStarted');
    add('TaskSucceeded', { taskSucceededEventDetails: { output: JSON.stringify(output) } });
  };
  return { events, add, enter, exit, call };
}

/** `n ← $priced.total by Price ← …`: the ways of each row, a branch in brackets. */
const words = (hop: Hop): string => {
  const by = hop.by === null ? '' : ` by ${hop.by}`;
  const own = `${hop.kind} ${pathText(hop.path, hop.name ? `$${hop.name}` : '')}${hop.index === undefined ? '' : `#${hop.index}`}${by}`;
  const from = hop.from.map(words);
  return from.length === 0 ? own : from.length === 1 ? `${own} ← ${from[0]}` : `${own} ← (${from.join(' | ')})`;
};
function waysOf(definition: object, events: HistoryEvent[], name: string): Record<string, string[]> {
  const known = timeline(events);
  const visit = known.states[name]!.visits.at(-1)!;
  const graph = decompile(definition as never).graph!;
  return Object.fromEntries(originsOf(graph, known, visit).map(({ path, from }) => [path, from.map(words)]));
}
const INVOKE = 'arn:aws:states:::lambda:invoke';

test('JSONata: through variables, a Map and its items, back to a field of the input of the run', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Take',
    States: {
      Take: { Type: 'Pass', Assign: { order: { lines: '{% $states.input.lines %}', vat: 1.2 } }, Next: 'Price all' },
      'Price all': {
        Type: 'Map',
        Items: '{% $order.lines %}',
        ItemSelector: { line: '{% $states.context.Map.Item.Value %}', vat: '{% $order.vat %}' },
        ItemProcessor: {
          StartAt: 'Price one',
          States: {
            'Price one': {
              Type: 'Task',
              Resource: INVOKE,
              Arguments: {
                FunctionName: 'price',
                Payload: { cost: '{% $states.input.line.cost %}', vat: '{% $states.input.vat %}' },
              },
              Output: '{% $states.result.Payload.price %}',
              End: true,
            },
          },
        },
        Assign: { prices: '{% $states.result %}' },
        Next: 'Tell',
      },
      Tell: {
        Type: 'Task',
        Resource: INVOKE,
        Arguments: {
          FunctionName: 'tell',
          Payload: {
            second: '{% $prices[1] %}',
            text: "{% 'Sum: ' & $string($sum($prices)) & ' $order ' & $order.vat %}",
          },
        },
        End: true,
      },
    },
  };
  const input = { lines: [{ cost: 10 }, { cost: 20 }] };
  const { events, add, enter, exit, call } = history(input);
  enter('Pass', 'Take', input);
  exit('Pass', 'Take', input, { order: { lines: input.lines, vat: 1.2 } });
  enter('Map', 'Price all', input);
  const begun = add('MapStateStarted', { mapStateStartedEventDetails: { length: 2 } });
  for (const index of [0, 1]) {
    add('MapIterationStarted', { mapIterationStartedEventDetails: { name: 'Price all', index } }, begun);
    enter('Task', 'Price one', { line: input.lines[index]!, vat: 1.2 });
    const cost = input.lines[index]!.cost;
    call({ FunctionName: 'price', Payload: { cost, vat: 1.2 } }, { Payload: { price: cost * 1.2 } });
    exit('Task', 'Price one', cost * 1.2);
    add('MapIterationSucceeded', { mapIterationSucceededEventDetails: { name: 'Price all', index } });
  }
  add('MapStateSucceeded');
  exit('Map', 'Price all', [12, 24], { prices: [12, 24] });
  enter('Task', 'Tell', [12, 24]);

  expect(waysOf(definition, events, 'Tell')).toEqual({
    second: ['variable $prices[1] by Price all ← handed  by Price one ← result price by Price one'],
    text: [
      'variable $prices by Price all ← (handed  by Price one ← result price by Price one | handed  by Price one ← result price by Price one)',
      'variable $order.vat by Take ← fixed  by Take',
    ],
  });
  // What an item was given goes back to its place in the list of the input.
  expect(waysOf(definition, events, 'Price one')).toEqual({
    cost: ['item cost#1 by Price all ← variable $order.lines[1].cost by Take ← run-input lines[1].cost'],
    vat: ['variable $order.vat by Take ← fixed  by Take'],
  });
  const known = timeline(events);
  const graph = decompile(definition as never).graph!;
  const [cost] = originsOf(graph, known, known.states['Price one']!.visits[1]!);
  expect(cost).toMatchObject({ value: 20, from: [{ value: 20, from: [{ value: 20, from: [{ value: 20 }] }] }] });
});

test('JSONPath: through ResultPath, ResultSelector, Parameters and states that only pass on', () => {
  const definition = {
    StartAt: 'Look up',
    States: {
      'Look up': {
        Type: 'Task',
        Resource: INVOKE,
        Parameters: { FunctionName: 'find', 'Payload.$': '$.who' },
        ResultSelector: { 'mail.$': '$.Payload.mail' },
        ResultPath: '$.found',
        Next: 'Rest',
      },
      Rest: { Type: 'Wait', Seconds: 1, Next: 'Shape' },
      Shape: {
        Type: 'Pass',
        Parameters: { 'to.$': '$.found.mail', 'text.$': "States.Format('Dear {}', $.who.name)" },
        ResultPath: '$.letter',
        Next: 'Send',
      },
      Send: {
        Type: 'Task',
        Resource: INVOKE,
        Parameters: {
          FunctionName: 'send',
          Payload: {
            'to.$': '$.letter.to',
            'text.$': '$.letter.text',
            'name.$': '$.who.name',
            'copy.$': '$$.Execution.Input.copy',
          },
        },
        End: true,
      },
    },
  };
  const input = { who: { name: 'Ada' }, copy: true };
  const { events, enter, exit, call } = history(input);
  enter('Task', 'Look up', input);
  call({ FunctionName: 'find', Payload: input.who }, { Payload: { mail: 'a@b.c' } });
  const found = { ...input, found: { mail: 'a@b.c' } };
  exit('Task', 'Look up', found);
  enter('Wait', 'Rest', found);
  exit('Wait', 'Rest', found);
  enter('Pass', 'Shape', found);
  const shaped = { ...found, letter: { to: 'a@b.c', text: 'Dear Ada' } };
  exit('Pass', 'Shape', shaped);
  enter('Task', 'Send', shaped);
  expect(waysOf(definition, events, 'Send')).toEqual({
    to: ['handed letter.to by Shape ← result mail by Look up'],
    text: ['handed letter.text by Shape ← run-input who.name'],
    name: ['run-input who.name'],
    copy: ['run-input copy'],
  });
});

test('a Choice, a caught error and a Parallel are followed too', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Left',
            States: { Left: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, End: true } },
          },
          { StartAt: 'Right', States: { Right: { Type: 'Pass', Output: { m: 5 }, End: true } } },
        ],
        Next: 'Which',
      },
      Which: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input[0].n > $states.input[1].m %}', Next: 'End' }],
        Default: 'End',
      },
      End: { Type: 'Pass', Output: '{% $states.input[0].n %}', End: true },
    },
  };
  const { events, add, enter, exit } = history({ n: 1 });
  enter('Parallel', 'Both', { n: 1 });
  const begun = add('ParallelStateStarted');
  enter('Pass', 'Left', { n: 1 }, begun);
  exit('Pass', 'Left', { n: 2 });
  enter('Pass', 'Right', { n: 1 }, begun);
  exit('Pass', 'Right', { m: 5 });
  add('ParallelStateSucceeded');
  exit('Parallel', 'Both', [{ n: 2 }, { m: 5 }]);
  enter('Choice', 'Which', [{ n: 2 }, { m: 5 }]);
  exit('Choice', 'Which', [{ n: 2 }, { m: 5 }]);
  enter('Pass', 'End', [{ n: 2 }, { m: 5 }]);
  const left = 'handed [0].n by Both ← handed n by Left ← run-input n';
  expect(waysOf(definition, events, 'Which')).toEqual({
    Rule: [left, 'handed [1].m by Both ← handed m by Right ← fixed  by Right'],
  });
  expect(waysOf(definition, events, 'End')).toEqual({ '': [left] });
});

test('what a step caught is told from what went on beside it, in both languages', () => {
  const fails = { ErrorEquals: ['States.ALL'], Next: 'Stop' };
  const told = (stop: object, catcher: object, more: object, output: Json) => {
    const definition = {
      ...more,
      StartAt: 'Get',
      States: {
        Get: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
          Catch: [{ ...fails, ...catcher }],
          End: true,
        },
        Stop: { Type: 'Fail', ...stop },
      },
    };
    const { events, add, enter, exit } = history({ key: 'k' });
    enter('Task', 'Get', { key: 'k' });
    add('TaskScheduled', { taskScheduledEventDetails: { resourceType: 'aws-sdk:s3', parameters: '{}' } });
    add('TaskStarted');
    add('TaskFailed', { taskFailedEventDetails: { error: 'Gone', cause: 'no such key' } });
    exit('Task', 'Get', output);
    enter('Fail', 'Stop', output);
    return waysOf(definition, events, 'Stop');
  };
  const error = { Error: 'Gone', Cause: 'no such key' };
  expect(
    told({ ErrorPath: '$.err.Error', CausePath: '$.key' }, { ResultPath: '$.err' }, {}, { key: 'k', err: error }),
  ).toEqual({
    Error: ['error Error by Get'],
    Cause: ['run-input key'],
  });
  const catcher = { Output: { e: '{% $states.errorOutput.Error %}', key: '{% $states.input.key %}' } };
  const stop = { Error: '{% $states.input.e %}', Cause: '{% $states.input.key %}' };
  expect(told(stop, catcher, { QueryLanguage: 'JSONata' }, { e: 'Gone', key: 'k' })).toEqual({
    Error: ['error Error by Get'],
    Cause: ['handed key by Get ← run-input key'],
  });
});

test('a loop of a thousand rounds ends, and a wide fan of expressions too', () => {
  const wide = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`v${i}`, 1]));
  const sum = `{% ${Object.keys(wide)
    .map((name) => `$${name}`)
    .join(' + ')} %}`;
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Again',
    States: {
      Again: { Type: 'Pass', Assign: Object.fromEntries(Object.keys(wide).map((name) => [name, sum])), Next: 'Which' },
      Which: { Type: 'Choice', Choices: [{ Condition: '{% $v0 > 9 %}', Next: 'Again' }], Default: 'Again' },
    },
  };
  const { events, enter, exit } = history({});
  for (let round = 0; round < 1000; round++) {
    enter('Pass', 'Again', {});
    exit('Pass', 'Again', {}, wide);
    enter('Choice', 'Which', {});
    exit('Choice', 'Which', {});
  }
  const began = performance.now();
  const ways = waysOf(definition, events, 'Which').Rule!;
  expect(ways[0]).toContain('variable $v0 by Again');
  expect(performance.now() - began).toBeLessThan(5000);
});

test('what an expression reads: fields, no texts, no calls', () => {
  const named = (text: string, ...more: [] | ['JSONPath']) =>
    reads(text, more[0] ?? 'JSONata').map(({ from, path }) => [
      from.kind === 'variable' ? from.name : from.kind,
      ...path,
    ]);
  expect(named("$a.b[0].`c d` & '$no.x' & $string($states.input.n) /* $nor */")).toEqual([
    ['a', 'b', 0, 'c d'],
    ['state-input', 'n'],
  ]);
  expect(named("States.Format('{} $x', $.a.b, $$.Execution.Input.c, $v)", 'JSONPath')).toEqual([
    ['state-input', 'a', 'b'],
    ['input', 'c'],
    ['v'],
  ]);
});
