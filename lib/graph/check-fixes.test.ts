import { expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import {
  addNode,
  check,
  connect,
  disconnect,
  emptyDocument,
  fixesFor,
  newNode,
  nodeOf,
  setArgument,
  setField,
  taskForFunction,
  type WorkflowDocument,
} from '.';

const RESIZE = FunctionManifest.parse({
  name: 'resize',
  title: 'Resize an image',
  description: 'Makes an image smaller',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: {
    type: 'object',
    properties: { width: { type: 'integer' }, name: { type: 'string' } },
    required: ['width'],
    additionalProperties: false,
  },
  output: { type: 'object', properties: {} },
});
const two = (): WorkflowDocument => {
  const first = addNode(emptyDocument(), newNode('pass', { id: 'a', name: 'A' }), { into: null }).document;
  return addNode(first, newNode('pass', { id: 'b', name: 'B' }), { into: null }).document;
};
const task = (more: (document: WorkflowDocument) => WorkflowDocument) =>
  more(addNode(emptyDocument(), taskForFunction(RESIZE, { id: 't' }), { into: null }).document);
const choice = () => {
  const document = addNode(two(), newNode('choice', { id: 'c', name: 'C' }), { into: null }).document;
  return document;
};
const raw = (document: WorkflowDocument, id: string, change: object): WorkflowDocument => ({
  ...document,
  graph: {
    ...document.graph,
    nodes: document.graph.nodes.map((node) => (node.id === id ? ({ ...node, ...change } as typeof node) : node)),
  },
});

const CASES: [code: string, broken: WorkflowDocument, label: RegExp][] = [
  ['START_MISSING', { ...two(), graph: { ...two().graph, startAt: null } }, /Begin with “A”/],
  ['UNREACHABLE', disconnect(two(), 'a:next').document, /Connect it after “A”/],
  ['NAME_EMPTY', raw(two(), 'b', { name: ' ' }), /Rename to “pass”/],
  ['NAME_TWICE', raw(two(), 'b', { name: 'A' }), /Rename to “A 2”/],
  [
    'EDGE_TO_NOWHERE',
    {
      ...two(),
      graph: { ...two().graph, edges: [...two().graph.edges, { id: 'b:next', from: 'b', to: 'gone', kind: 'next' }] },
    },
    /Delete the connection/,
  ],
  ['TARGET_UNKNOWN', raw(disconnect(two(), 'a:next').document, 'a', { extra: { Next: 'b' } }), /Lead to “B”/],
  ['TARGET_UNKNOWN', raw(two(), 'b', { extra: { Next: 'Somewhere else' } }), /End here/],
  ['CHOICE_EMPTY', raw(choice(), 'c', { rules: [] }), /Add a rule/],
  ['RULE_WITHOUT_EDGE', choice(), /Remove the rule/],
  ['DEFAULT_MISSING', disconnect(choice(), 'c:default').document, /End well/],
  [
    'WAIT_UNSET',
    raw(addNode(two(), newNode('wait', { id: 'w' }), { into: null }).document, 'w', { wait: null }),
    /5 seconds/,
  ],
  [
    'FUNCTION_MISSING',
    task((now) => raw(now, 't', { resource: 'action-engine:missing', name: 'Resize the image' })),
    /Use “Resize an image”/,
  ],
  ['ARGUMENT_MISSING', task((now) => now), /Ask for it when the run starts/],
  [
    'ARGUMENT_UNKNOWN',
    task((now) => setArgument(now, 't', ['colour'], { kind: 'literal', value: 1 }).document),
    /Remove it/,
  ],
  [
    'ARGUMENT_TYPE',
    task((now) => setArgument(now, 't', ['width'], { kind: 'literal', value: '12' }).document),
    /the number 12/,
  ],
  [
    'ARGUMENT_TYPE',
    task((now) => setArgument(now, 't', ['name'], { kind: 'literal', value: 12 }).document),
    /the text “12”/,
  ],
  [
    'REFERENCE_UNKNOWN',
    task((now) => {
      const before = addNode(now, newNode('pass', { id: 'p', name: 'P' }), { start: null }).document;
      const bound = setField(before, 'p', 'assign', [{ name: 'wide', value: { kind: 'literal', value: 3 } }]).document;
      return setArgument(bound, 't', ['width'], {
        kind: 'reference',
        from: { kind: 'variable', name: 'wyde' },
        path: [],
      }).document;
    }),
    /Use \$wide of “P”/,
  ],
];

test.each(CASES)('%s is gone after its first fix', (code, broken, label) => {
  const problems = check(broken, [RESIZE]);
  const problem = problems.find((one) => one.code === code);
  expect(problem, JSON.stringify(problems)).toBeDefined();
  const fixes = fixesFor(broken, problem!, [RESIZE]);
  expect(fixes[0]?.label).toMatch(label);
  const place = (document: WorkflowDocument) =>
    check(document, [RESIZE]).filter(
      (one) => one.code === code && JSON.stringify(one.at) === JSON.stringify(problem!.at),
    );
  for (const fix of fixes) expect(place(fix.apply(broken).document), fix.label).toEqual([]);
});

test('a step in a circle that nothing leads to is not connected to itself', () => {
  const looped = connect(disconnect(two(), 'a:next').document, 'b', 'b', 'next').document;
  const problem = check(looped, []).find(({ code }) => code === 'UNREACHABLE')!;
  const [fix] = fixesFor(looped, problem, []);
  expect(fix!.label).toBe('Connect it after “A”');
  expect(nodeOf(fix!.apply(looped).document.graph, 'b')).toBeDefined();
});

test('what is there already is offered before asking for it: by its kind, or by its name', () => {
  const picture = { type: 'string', format: 's3-uri', contentMediaType: 'image/*' };
  const manifest = (name: string, input: Record<string, object>, output: Record<string, object>) =>
    FunctionManifest.parse({
      ...RESIZE,
      name,
      title: name,
      input: { type: 'object', properties: input, required: Object.keys(input) },
      output: { type: 'object', properties: output, required: Object.keys(output) },
    });
  const get = manifest('Get', {}, { file: { ...picture, contentMediaType: 'image/png' }, bytes: { type: 'integer' } });
  const shrink = manifest('Shrink', { image: picture, width: { type: 'integer' } }, {});
  const all = [get, shrink];
  const before = addNode(emptyDocument(), taskForFunction(get, { id: 'g' }), { into: null }).document;
  const document = addNode(before, taskForFunction(shrink, { id: 's' }), { into: null }).document;
  const labels = (of: WorkflowDocument, field: string) => {
    const problem = check(of, all).find(({ code, at }) => code === 'ARGUMENT_MISSING' && at.path?.includes(field))!;
    return fixesFor(of, problem, all).map(({ label }) => label);
  };
  expect(labels(document, 'image')).toEqual(['Take “file” of “Get”', 'Ask for it when the run starts']);
  // A number of bytes is a number, but no width.
  expect(labels(document, 'width')).toEqual(['Ask for it when the run starts']);
  const asking = { ...document, input: { type: 'object', properties: { width: { type: 'integer' } } } };
  expect(labels(asking, 'width')).toEqual(['Take “width” of the input']);
  const missing = check(document, all).find(({ at }) => at.path?.includes('image'))!;
  const [take] = fixesFor(document, missing, all);
  const taken = take!.apply(document).document;
  expect(check(taken, all).filter(({ at }) => at.path?.includes('image'))).toEqual([]);
});
