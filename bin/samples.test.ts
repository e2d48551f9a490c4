import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { Json } from '@/lib/base/json';
import { decompile } from '@/lib/compile';
import { FunctionManifest } from '@/lib/functions/manifest';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph/schema';
import type { HistoryEvent } from '@/lib/history/events';
import { openStore } from '@/lib/store/store';
import type { Store, StoredRun } from '@/lib/store/types';
import { evaluateMapping, readSample } from '@/lib/usecases/samples';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'samples-'));
  store = openStore(dir);
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const price = FunctionManifest.parse({
  name: 'price',
  title: 'Price',
  description: 'Prices an article.',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: { type: 'object', properties: {} },
  output: { type: 'object', properties: { total: { type: 'number', examples: [12.5] }, name: { type: 'string' } } },
});

const invoke = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'price', Payload: {} },
  ...more,
});
const document = (definition: object, input: WorkflowDocument['input'] = { type: 'object', properties: {} }) => {
  const graph = decompile(definition as never).graph!;
  return { ...emptyDocument(), graph, input };
};
const idOf = (of: WorkflowDocument, name: string) => of.graph.nodes.find((node) => node.name === name)!.id;

const chain = document(
  {
    QueryLanguage: 'JSONata',
    StartAt: 'Price it',
    States: {
      'Price it': invoke({ Assign: { priced: '{% $states.result.Payload %}' }, Next: 'Tell' }),
      Tell: invoke({ End: true }),
    },
  },
  { type: 'object', properties: { count: { type: 'integer', examples: [3] } } },
);

/** @param events the history of any run */
const depsWith = (events: HistoryEvent[] = []) => ({
  manifests: async () => [price],
  evaluate: (text: string, bindings: { [key: string]: Json }) => evaluateJsonata(text, bindings),
  store,
  cloud: { history: async () => events },
});
const at = (of: WorkflowDocument, name: string) => ({ workflowId: 'w', document: of, node: idOf(of, name) });
const expression = (text: string) => ({ kind: 'expression' as const, text });

test('without a run, a step sees what the schemas promise', async () => {
  const view = await readSample(depsWith(), { ...at(chain, 'Tell'), source: { kind: 'schema' } });
  expect(view.run).toBeNull();
  expect(view.input).toEqual({ value: { count: 3 }, origin: 'schema' });
  expect(view.results[idOf(chain, 'Price it')]).toEqual({ value: { total: 12.5, name: 'example' }, origin: 'schema' });
  expect(view.variables.priced).toEqual({ value: { total: 12.5, name: 'example' }, origin: 'schema' });
});

test('an expression is evaluated over an input that a person typed', async () => {
  const answer = await evaluateMapping(depsWith(), {
    ...at(chain, 'Tell'),
    source: { kind: 'own', input: { count: 4 } },
    phase: 'before',
    mapping: expression(' $priced.total * $states.context.Execution.Input.count '),
  });
  expect(answer).toMatchObject({ ok: true, value: 50 });
});

test('a fault in an expression is told with its place, one while it runs in words', async () => {
  const ask = (text: string) =>
    evaluateMapping(depsWith(), {
      ...at(chain, 'Tell'),
      source: { kind: 'schema' },
      phase: 'before',
      mapping: expression(text),
    });
  expect(await ask(' $priced.total + \n  * 2 ) ')).toMatchObject({ ok: false, line: 2 });
  expect(await ask(' $sum("a", "b") ')).toMatchObject({ ok: false, offset: null });
  expect(await ask(' $priced.nothing ')).toMatchObject({ ok: true, value: undefined });
});

test('values of a run come first, also under a name that was given since; what did not run is an example', async () => {
  const event = (id: number, previousEventId: number, type: string, details: object): HistoryEvent =>
    ({ id, previousEventId, type, timestamp: 1000 + id, ...details }) as HistoryEvent;
  const events = [
    event(1, 0, 'ExecutionStarted', { executionStartedEventDetails: { input: '{"count":7}' } }),
    event(2, 1, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'Price it', input: '{"count":7}' } }),
    event(3, 2, 'TaskScheduled', {
      taskScheduledEventDetails: { parameters: '{}', resource: 'invoke', resourceType: 'lambda' },
    }),
    event(4, 3, 'TaskStarted', { taskStartedEventDetails: { resource: 'invoke', resourceType: 'lambda' } }),
    event(5, 4, 'TaskSucceeded', {
      taskSucceededEventDetails: {
        output: '{"Payload":{"total":99,"name":"hat"}}',
        resource: 'invoke',
        resourceType: 'lambda',
      },
    }),
    event(6, 5, 'TaskStateExited', {
      stateExitedEventDetails: { name: 'Price it', output: '{"Payload":{"total":99,"name":"hat"}}' },
    }),
  ];
  const run = {
    id: 'r1',
    executionArn: 'arn:r1',
    workflowId: 'w',
    workflowName: 'Prices',
    revision: 1,
    document: chain,
    input: { count: 7 },
    status: 'SUCCEEDED',
    output: null,
    error: null,
    cause: null,
    startedAt: 5,
    stoppedAt: 6,
  } satisfies StoredRun;
  const renamed: WorkflowDocument = structuredClone(chain);
  renamed.graph.nodes[0]!.name = 'Price the hat';
  renamed.graph.nodes[0]!.assign![0]!.name = 'hat';
  await store.runs.add(run);
  const another = {
    ...run,
    id: 'r2',
    executionArn: 'arn:r2',
    workflowId: 'another',
    startedAt: 9,
    input: { count: 1 },
  };
  await store.runs.add(another);
  const view = await readSample(depsWith(events), {
    ...at(renamed, 'Tell'),
    source: { kind: 'run', runId: null },
  });
  expect(view.run).toEqual({ id: 'r1', startedAt: 5, status: 'SUCCEEDED' });
  expect(view.input).toEqual({ value: { count: 7 }, origin: 'run' });
  expect(view.variables.hat).toEqual({ value: { total: 99, name: 'hat' }, origin: 'run' });
  expect(view.stateInput.origin).toBe('run');
  expect(view.result).toMatchObject({ origin: 'schema' });
});

test('inside a loop there is an item; from outside its steps answer lists', async () => {
  const loop = document(
    {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: '{% $states.context.Execution.Input.names %}',
          ItemProcessor: { StartAt: 'One', States: { One: invoke({ End: true }) } },
          Next: 'After',
        },
        After: invoke({ End: true }),
      },
    },
    { type: 'object', properties: { names: { type: 'array', items: { type: 'string', examples: ['Ann'] } } } },
  );
  const inside = await readSample(depsWith(), { ...at(loop, 'One'), source: { kind: 'schema' } });
  expect(inside.item).toEqual({ value: 'Ann', origin: 'schema' });
  const after = await readSample(depsWith(), { ...at(loop, 'After'), source: { kind: 'schema' } });
  expect(after.item).toBeNull();
  expect(after.results[idOf(loop, 'One')]!.value).toHaveLength(2);
  expect(after.results[idOf(loop, 'Each')]!.value).toHaveLength(2);
});

test('JSONPath states are evaluated by their own rules', async () => {
  const paths = document({
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Result: { n: 2 }, ResultPath: '$.made', Next: 'Then' },
      Then: { Type: 'Pass', End: true },
    },
  });
  const ask = (text: string) =>
    evaluateMapping(depsWith(), {
      ...at(paths, 'Then'),
      source: { kind: 'own', input: { a: 'x' } },
      phase: 'before',
      mapping: expression(text),
    });
  expect(await ask("States.Format('{}-{}', $.a, $.made.n)")).toMatchObject({ ok: true, value: 'x-2' });
  expect(await ask('$.gone')).toMatchObject({ ok: false });
});
