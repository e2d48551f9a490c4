import { expect, test } from 'vitest';
import {
  WorkflowDocument as DocumentSchema,
  type MapNode,
  nodeOf,
  type ParallelNode,
  type WorkflowDocument,
} from '@/lib/graph';
import { assemble } from './assemble';
import { draft } from './draft';
import { planOffline } from './offline';
import type { DraftPlan, PlanArgument, PlanStep, ValueFrom } from './plan';
import { CATALOGUE } from './testing/catalogue';

const NOW = new Date('2026-11-22T12:00:00');
const literal = (value: unknown): ValueFrom => ({ kind: 'literal', json: JSON.stringify(value) });
const from = (step: string, field: string | null = null): ValueFrom => ({ kind: 'step', step, field });
const args = (values: Record<string, ValueFrom>): PlanArgument[] =>
  Object.entries(values).map(([name, value]) => ({ name, from: value, because: null }));
const common = { inside: null, after: [], because: null };
const call = (
  id: string,
  functionName: string,
  values: Record<string, ValueFrom>,
  more: Partial<PlanStep> = {},
): PlanStep =>
  ({
    ...common,
    id,
    title: id,
    kind: 'function',
    functionName,
    arguments: args(values),
    alternatives: [],
    confidence: 1,
    ...more,
  }) as PlanStep;
const planOf = (steps: PlanStep[], result: ValueFrom | null = null, inputs: DraftPlan['inputs'] = []): DraftPlan => ({
  title: 'Test',
  steps,
  inputs,
  result,
  notes: [],
  questions: [],
});
const names = (document: WorkflowDocument, parent: string | null = null) =>
  document.graph.nodes.filter((node) => (node.parent?.id ?? null) === parent).map((node) => node.name);
const edges = (document: WorkflowDocument) =>
  document.graph.edges.map(
    (edge) => `${nodeOf(document.graph, edge.from)!.name} ${edge.kind} ${nodeOf(document.graph, edge.to)!.name}`,
  );
const THEN = { inside: { step: 'if', branch: 'then' } } as const;
const OTHERWISE = { inside: { step: 'if', branch: 'otherwise' } } as const;
const PHOTO: DraftPlan['inputs'][number] = {
  field: 'photo',
  title: 'Photo',
  type: 'string',
  format: 's3-uri',
  contentMediaType: 'image/*',
  description: null,
  required: true,
  json: null,
  file: null,
};
const errors = (made: ReturnType<typeof assemble>) => made.diagnostics.filter(({ severity }) => severity === 'error');

test('a chain: one after the other, results in variables, arguments referring to them', () => {
  const made = assemble(
    planOf(
      [
        call('find', 'findOrder', { order_number: literal('7') }),
        call('who', 'getCustomer', { customer_id: from('find', 'customer_id') }),
      ],
      from('who'),
    ),
    CATALOGUE,
  );
  expect(errors(made)).toEqual([]);
  expect(edges(made.document)).toEqual(['find next who']);
  expect(made.document.graph.startAt).toBe('find');
  expect(JSON.stringify(nodeOf(made.document.graph, 'who'))).toContain('"name":"find"},"path":["customer_id"]');
  expect(nodeOf(made.document.graph, 'find')!.assign).toHaveLength(1);
  expect(() => DocumentSchema.parse(made.document)).not.toThrow();
});

test('what nothing ties runs at the same time, and what needs both comes after', () => {
  const made = assemble(
    planOf(
      [
        call('a', 'qrcode', { content: literal('x') }),
        call('b', 'findOrder', { order_number: literal('7') }),
        call('c', 'sendmail', {
          to: literal('a@b.c'),
          subject: from('b', 'status'),
          body: {
            kind: 'text',
            parts: [
              { kind: 'words', text: 'See ' },
              { kind: 'step', step: 'a', field: 'image' },
            ],
          },
        }),
      ],
      from('c'),
    ),
    CATALOGUE,
  );
  expect(errors(made)).toEqual([]);
  const parallel = made.document.graph.nodes.find((node): node is ParallelNode => node.kind === 'parallel')!;
  expect(names(made.document, parallel.id).sort()).toEqual(['a', 'b']);
  expect(parallel.branches).toHaveLength(2);
  expect(edges(made.document)).toEqual([`${parallel.name} next c`]);
  expect(parallel.assign?.length).toBe(2);
});

test('a final Parallel answers the plan’s result, not the list of its branches', () => {
  const made = assemble(
    planOf(
      [call('a', 'qrcode', { content: literal('x') }), call('b', 'findOrder', { order_number: literal('7') })],
      from('b', 'total'),
    ),
    CATALOGUE,
  );
  expect(made.document.graph.nodes.find((node) => node.kind === 'parallel')!.output).toEqual({
    kind: 'reference',
    from: { kind: 'result' },
    path: [1, 'total'],
  });
});

test('a loop is an inline Map over its list, and its steps read the item', () => {
  const made = assemble(
    planOf(
      [
        call('list', 'listSubscribers', { newsletter: literal('Weekly') }),
        { ...common, id: 'each', title: 'Each', kind: 'loop', over: from('list', 'subscribers') },
        call(
          'mail',
          'sendmail',
          { to: { kind: 'item', field: null }, body: literal('Hi') },
          { inside: { step: 'each', branch: 'each' } },
        ),
      ],
      from('mail'),
    ),
    CATALOGUE,
  );
  expect(errors(made)).toEqual([]);
  const map = made.document.graph.nodes.find((node): node is MapNode => node.kind === 'map')!;
  expect(map.processorConfig).toEqual({ Mode: 'INLINE' });
  expect(map.items).toMatchObject({ kind: 'reference', path: ['subscribers'] });
  expect(map.processor.startAt).toBe('mail');
  expect(JSON.stringify(nodeOf(made.document.graph, 'mail'))).toContain('"path":["Map","Item","Value"]');
});

test('both ways of a choice meet in what follows; a way without steps goes there directly', () => {
  const condition = { left: from('mood', 'sentiment'), operator: '=' as const, right: literal('negative') };
  const steps = [
    call('mood', 'sentiment', { text: literal('x') }),
    { ...common, id: 'if', title: 'Negative?', kind: 'choice', condition } as PlanStep,
    call(
      'tell',
      'post-to-chat',
      { channel: literal('c'), message: literal('m') },
      { inside: { step: 'if', branch: 'then' } },
    ),
    call('end', 'qrcode', { content: literal('done') }, { after: ['if'] }),
  ];
  const made = assemble(planOf(steps, from('end')), CATALOGUE);
  expect(errors(made)).toEqual([]);
  expect(edges(made.document).sort()).toEqual([
    'Negative? default end',
    'Negative? rule tell',
    'mood next Negative?',
    'tell next end',
  ]);
  const choice = made.document.graph.nodes.find((node) => node.kind === 'choice')!;
  expect(JSON.stringify(choice)).toContain('$mood.sentiment = \\"negative\\"');
});

test('behind a choice: what the other way made, else what it was made from', () => {
  const condition = { left: from('mood', 'sentiment'), operator: '=', right: literal('negative') } as const;
  const photo: ValueFrom = { kind: 'input', field: 'photo' };
  const upTo = (steps: PlanStep[]) =>
    assemble(
      planOf(
        [
          call('mood', 'sentiment', { text: literal('Bad') }),
          { ...common, id: 'if', title: 'Negative?', kind: 'choice', condition } as PlanStep,
          call('small', 'cropPicture', { picture: photo, width: literal(9), height: literal(9) }, THEN),
          ...steps,
          call('keep', 'sharelink', { file: from('small', 'picture') }),
        ],
        null,
        [PHOTO],
      ),
      CATALOGUE,
    );
  const kept = (made: ReturnType<typeof assemble>, step: string) =>
    JSON.stringify(made.document.graph.nodes.find(({ id }) => id === made.nodes[step])?.assign ?? null);
  const one = upTo([]);
  expect(errors(one)).toEqual([]);
  expect(kept(one, 'if')).toContain(
    '"name":"picture","value":{"kind":"reference","from":{"kind":"input"},"path":["photo"]}',
  );
  const two = upTo([call('grey', 'to_grayscale', { picture: photo }, OTHERWISE)]);
  expect(errors(two)).toEqual([]);
  expect(kept(two, 'if')).toBe('null');
  expect(kept(two, 'grey')).toContain('"name":"picture","value":{"kind":"reference","from":{"kind":"result"}');
});

test('a choice at the end gets a step where its open way ends', () => {
  const steps = [
    {
      ...common,
      id: 'if',
      title: 'Yes?',
      kind: 'choice',
      condition: { left: { kind: 'input', field: 'yes' }, operator: 'is true', right: null },
    } as PlanStep,
    call(
      'tell',
      'post-to-chat',
      { channel: literal('c'), message: literal('m') },
      { inside: { step: 'if', branch: 'then' } },
    ),
  ];
  const input = {
    field: 'yes',
    title: 'Yes',
    type: 'boolean' as const,
    format: null,
    contentMediaType: null,
    description: null,
    required: true,
    json: null,
    file: null,
  };
  const made = assemble(planOf(steps, from('tell'), [input]), CATALOGUE);
  expect(errors(made)).toEqual([]);
  expect(edges(made.document)).toContain('Yes? default Go on');
  expect(nodeOf(made.document.graph, 'go-on')!.output).toMatchObject({
    kind: 'expression',
    text: expect.stringContaining('$exists'),
  });
});

test('a missing step is a task that says so, and is reported', () => {
  const made = assemble(
    planOf([
      {
        ...common,
        id: 'm',
        title: 'Brew coffee',
        kind: 'missing',
        description: 'brew coffee',
        arguments: args({ cups: literal(2) }),
      },
    ]),
    CATALOGUE,
  );
  expect(nodeOf(made.document.graph, 'brew-coffee')).toMatchObject({
    kind: 'task',
    resource: 'action-engine:missing',
    comment: 'brew coffee',
  });
  expect(errors(made)).toHaveLength(1);
});

test('a plan full of faults is assembled as far as it goes, and every fault is told', () => {
  const made = assemble(
    planOf(
      [
        call('a', 'inventedFunction', { x: literal(1) }),
        call('b', 'qrcode', { content: from('nowhere'), colour: literal('red') }),
        call('b', 'qrcode', { content: literal('again') }),
        call('c', 'qrcode', { content: { kind: 'item', field: null } }),
        call('d', 'sentiment', { text: from('e', 'summary') }),
        call('e', 'summarize', { text: from('d', 'sentiment') }),
        call(
          'f',
          'qrcode',
          { content: { kind: 'literal', json: '{broken' } },
          { inside: { step: 'a', branch: 'each' } },
        ),
        call('g', 'qrcode', { content: { kind: 'input', field: 'unlisted' } }, { after: ['g', 'ghost'] }),
      ],
      from('ghost'),
    ),
    CATALOGUE,
  );
  const codes = made.diagnostics.map(({ code }) => code);
  for (const code of [
    'PLAN_FUNCTION_UNKNOWN',
    'PLAN_REFERENCE_UNKNOWN',
    'PLAN_ARGUMENT_UNKNOWN',
    'PLAN_ID_TWICE',
    'PLAN_CIRCLE',
    'PLAN_INSIDE_UNKNOWN',
  ])
    expect(codes).toContain(code);
  expect(made.document.graph.nodes.filter((node) => node.kind === 'task')).toHaveLength(7);
  expect(JSON.stringify(made.document)).not.toContain('"FunctionName":"inventedFunction"');
  for (const { message, hint } of made.diagnostics) expect(`${message} ${hint}`.length).toBeGreaterThan(20);
});

test('the input schema carries defaults, kinds of files and the limits of what they go into', () => {
  const plan = planOffline({
    prompt: 'Make the pictures black and white and translate my note into German',
    files: ['a.png', 'b.png'].map((name) => ({ name, mediaType: 'image/png', bytes: 1, uri: `s3://b/${name}` })),
    manifests: CATALOGUE,
    now: NOW,
  });
  const { document } = assemble(plan, CATALOGUE);
  expect(document.input.properties!.files).toMatchObject({
    type: 'array',
    items: { type: 'string', format: 's3-uri', contentMediaType: 'image/*' },
    default: ['s3://b/a.png', 's3://b/b.png'],
  });
  expect(document.input.required).toContain('files');
});

test('the same plan gives the same document, laid out', () => {
  const plan = planOffline({
    prompt: 'Crop the picture to 300x200, make it black and white, then share a link.',
    files: [],
    manifests: CATALOGUE,
    now: NOW,
  });
  expect(assemble(plan, CATALOGUE)).toEqual(assemble(plan, CATALOGUE));
  expect(Object.keys(assemble(plan, CATALOGUE).document.layout.positions)).toHaveLength(3);
});

test('draft without a model: offline, phase by phase; asked for the model, it says why there is none', async () => {
  const phases: string[] = [];
  const request = { prompt: 'Find order 4711 and refund it.', files: [], manifests: CATALOGUE, now: NOW };
  const made = await draft({ ...request, planner: 'auto' }, { onProgress: (phase) => phases.push(phase) });
  expect(made).toMatchObject({ by: 'offline', fallback: null, diagnostics: [] });
  expect(phases).toEqual(['understanding', 'picking', 'wiring', 'checking']);
  expect((await draft({ ...request, planner: 'model' })).fallback).toContain('Settings');
  await expect(draft({ ...request, prompt: ' ', planner: 'auto' })).rejects.toMatchObject({ code: 'PROMPT_EMPTY' });
  await expect(
    draft({ ...request, planner: 'auto' }, { signal: AbortSignal.abort(new Error('stop')) }),
  ).rejects.toThrow('stop');
});
