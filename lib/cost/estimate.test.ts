import { expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import {
  addNode,
  connect,
  disconnect,
  emptyDocument,
  newNode,
  setField,
  taskForFunction,
  type WorkflowDocument,
} from '@/lib/graph';
import { ASSUMED, estimate, usdText } from './estimate';

const RESIZE = FunctionManifest.parse({
  name: 'resize',
  title: 'Resize',
  description: 'Resizes',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  memory: 1024,
  input: { type: 'object', properties: {} },
  output: { type: 'object', properties: {} },
});
const MANIFESTS = new Map([['resize', RESIZE]]);
const of = ({ graph }: WorkflowDocument, more = {}) => estimate(graph, MANIFESTS, { ...ASSUMED, ...more });
const add = (document: WorkflowDocument, node: Parameters<typeof addNode>[1], at: Parameters<typeof addNode>[2]) =>
  addNode(document, node, at).document;

test('a chain: a transition a step, a call and GB-seconds a function, the time of its parts', () => {
  const chain = add(
    add(emptyDocument(), taskForFunction(RESIZE, { id: 't' }), { into: null }),
    newNode('wait', { id: 'w' }),
    { into: null },
  );
  const told = of(chain, { taskMs: 500 });
  expect(told).toMatchObject({ transitions: 2, calls: 1, gbSeconds: 0.5, ms: 5500 });
  expect(told.workflowUsd).toBeCloseTo(0.000_05, 9);
  expect(told.lambdaUsd).toBeCloseTo(0.000_000_2 + 0.5 * 0.000_016_666_7, 12);
  expect(told.usd).toBeCloseTo(told.workflowUsd + told.lambdaUsd, 12);
});

test('an Express run is charged for itself and its time, not for its steps', () => {
  const chain = add(emptyDocument(), newNode('wait'), { into: null });
  expect(of(chain, { type: 'EXPRESS' }).workflowUsd).toBeCloseTo(0.000_001 + 5 * 0.0625 * 0.000_016_67, 12);
});

test('the ways of a choice share the runs, and what they have in common is counted once', () => {
  const start = add(emptyDocument(), newNode('choice', { id: 'c' }), { into: null });
  const a = add(start, newNode('pass', { id: 'a' }), { loose: null });
  const b = add(a, newNode('pass', { id: 'b' }), { loose: null });
  const z = add(b, newNode('pass', { id: 'z' }), { loose: null });
  const drawn = [
    ['c', 'a', 'rule', 0],
    ['c', 'b', 'default', undefined],
    ['a', 'z', 'next', undefined],
    ['b', 'z', 'next', undefined],
  ] as const;
  const whole = drawn.reduce((now, [from, to, kind, at]) => connect(now, from, to, kind, at).document, z);
  expect(of(whole).transitions).toBeCloseTo(3, 9);
});

test('a Map takes its list, a few at once; a Parallel all at once', () => {
  const map = add(emptyDocument(), newNode('map', { id: 'm' }), { into: null });
  const inside = add(map, taskForFunction(RESIZE, { id: 't' }), { into: { id: 'm', branch: 0 } });
  expect(of(inside, { items: 100 })).toMatchObject({ transitions: 101, calls: 100, ms: 900 });
  const slow = setField(inside, 'm', 'maxConcurrency', { kind: 'literal', value: 1 }).document;
  expect(of(slow, { items: 100 }).ms).toBe(30_000);
  const parallel = add(emptyDocument(), newNode('parallel', { id: 'p' }), { into: null });
  const one = add(parallel, taskForFunction(RESIZE, { id: 'x' }), { into: { id: 'p', branch: 0 } });
  const two = add(one, newNode('wait', { id: 'y' }), { into: { id: 'p', branch: 1 } });
  expect(of(two)).toMatchObject({ transitions: 3, calls: 1, ms: 5000 });
});

test('a loop goes round once, and what is not connected costs nothing', () => {
  const one = add(emptyDocument(), newNode('pass', { id: 'a' }), { into: null });
  const two = add(one, newNode('pass', { id: 'b' }), { into: null });
  expect(of(connect(two, 'b', 'a', 'next').document).transitions).toBe(2);
  expect(of(disconnect(two, 'a:next').document).transitions).toBe(1);
  expect(of(emptyDocument())).toMatchObject({ transitions: 0, usd: 0, ms: 0 });
});

test('dollars are shown with the digits that they need', () => {
  expect([0, 0.00042, 0.000025, 0.0000002, 0.5, 12.345].map(usdText)).toEqual([
    '$0',
    '$0.00042',
    '$0.000025',
    '$0.0000002',
    '$0.50',
    '$12.35',
  ]);
});
