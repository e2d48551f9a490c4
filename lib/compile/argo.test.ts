import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '@/lib/base/json';
import type { Workflow } from '@/lib/graph/schema';
import { decompile, toArgo } from '.';

type Parameter = { name: string; value?: string; valueFrom?: Record<string, string> };
type Task = {
  name: string;
  template: string;
  depends?: string;
  when?: string;
  withParam?: string;
  arguments?: { parameters: Parameter[] };
};
type Template = {
  name: string;
  inputs?: { parameters: Parameter[] };
  outputs?: { parameters: Parameter[] };
  dag?: { tasks: Task[] };
  suspend?: { duration?: string };
  container?: { image: string; args: string[] };
  retryStrategy?: JsonObject;
};
type Argo = {
  apiVersion: string;
  kind: string;
  metadata: JsonObject;
  spec: { entrypoint: string; templates: Template[] };
};

function graphOf(definition: object): Workflow {
  const { graph } = decompile(definition);
  if (!graph) throw new Error('no graph');
  return graph;
}
function argoOf(definition: object) {
  const { yaml, diagnostics } = toArgo(graphOf(definition), { name: 'Shrink & tell' });
  const file = parse(yaml) as Argo;
  const template = (name: string) => file.spec.templates.find((one) => one.name === name)!;
  const main = template(file.spec.entrypoint);
  const task = (name: string, of = main) => of.dag!.tasks.find((one) => one.name === name)!;
  const value = (of: Task, name: string) => of.arguments?.parameters.find((one) => one.name === name)?.value;
  return { yaml, diagnostics, file, template, main, task, value, codes: diagnostics.map(({ code }) => code) };
}
const JSONATA = { QueryLanguage: 'JSONata' };
const invoke = (name: string, payload: unknown, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: payload },
  Output: '{% $states.result.Payload %}',
  ...more,
});
const IN = '$states.context.Execution.Input';

test('a chain: tasks, one container template a function, values from earlier results', () => {
  const argo = argoOf({
    ...JSONATA,
    StartAt: 'Resize',
    TimeoutSeconds: 600,
    States: {
      Resize: invoke(
        'resizeimage',
        { image: `{% ${IN}.photo %}`, width: 256 },
        {
          Next: 'Link',
          Assign: { small: '{% $states.result.Payload %}' },
          TimeoutSeconds: 30,
          Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 4, IntervalSeconds: 2, BackoffRate: 3 }],
        },
      ),
      Link: invoke(
        'generatepublicurl',
        { image: '{% $small.image %}', all: '{% $small %}', text: 'a {{b}} c' },
        { Next: 'Again' },
      ),
      Again: invoke('generatepublicurl', { image: '{% $states.input.url %}', all: null, text: '' }, { End: true }),
    },
  });
  expect(argo.file).toMatchObject({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: 'shrink-tell-' },
  });
  expect(argo.file.spec).toMatchObject({
    activeDeadlineSeconds: 600,
    arguments: { parameters: [{ name: 'input' }, { name: 'registry' }] },
  });
  expect(argo.main.dag!.tasks.map(({ name, template, depends }) => [name, template, depends])).toEqual([
    ['resize', 'resizeimage', undefined],
    ['link', 'generatepublicurl', 'resize.Succeeded'],
    ['again', 'generatepublicurl', 'link.Succeeded'],
  ]);
  expect(argo.value(argo.task('resize'), 'image')).toBe(
    "{{=toJson(jsonpath(workflow.parameters['input'], '$.photo'))}}",
  );
  expect(argo.value(argo.task('resize'), 'width')).toBe('256');
  expect(argo.value(argo.task('link'), 'image')).toBe(
    "{{=toJson(jsonpath(tasks['resize'].outputs.parameters['result'], '$.image'))}}",
  );
  expect(argo.value(argo.task('link'), 'all')).toBe('{{tasks.resize.outputs.parameters.result}}');
  expect(argo.value(argo.task('link'), 'text')).toBe("{{=toJson(('a {' + '{b}' + '} c'))}}");
  expect(argo.value(argo.task('again'), 'image')).toContain("tasks['link']");
  expect(argo.template('resizeimage')).toMatchObject({
    activeDeadlineSeconds: 30,
    inputs: { parameters: [{ name: 'image' }, { name: 'width' }] },
    outputs: { parameters: [{ name: 'result', valueFrom: { path: '/tmp/result.json' } }] },
    retryStrategy: { limit: '4', retryPolicy: 'Always', backoff: { duration: '2s', factor: '3' } },
    container: {
      image: '{{workflow.parameters.registry}}/resizeimage:latest',
      args: ['{"image": {{inputs.parameters.image}}, "width": {{inputs.parameters.width}}}'],
    },
  });
  expect(argo.main.outputs).toEqual({
    parameters: [{ name: 'result', valueFrom: { parameter: '{{tasks.again.outputs.parameters.result}}' } }],
  });
  expect(argo.diagnostics).toEqual([]);
});

test('a choice: each rule is a condition, the default the opposite of all; where ways meet, gates', () => {
  const argo = argoOf({
    ...JSONATA,
    StartAt: 'Look',
    States: {
      Look: invoke('getusermood', { name: 'Anna' }, { Next: 'How' }),
      How: {
        Type: 'Choice',
        Choices: [
          { Condition: "{% $states.input.mood = 'sad' and $states.input.score < 3 %}", Next: 'Cheer' },
          { Condition: '{% $states.input.tired %}', Next: 'End' },
        ],
        Default: 'Dance',
      },
      Cheer: invoke('playmusic', { song: 'Happy' }, { Next: 'End' }),
      Dance: invoke('playmusic', { song: 'Loud' }, { Next: 'End' }),
      End: { Type: 'Succeed', Output: 'done' },
    },
  });
  const mood = (path: string) => `jsonpath(tasks['look'].outputs.parameters['result'], '$.${path}')`;
  const sad = `((${mood('mood')} == 'sad') && (${mood('score')} < 3))`;
  expect(argo.task('cheer')).toMatchObject({ depends: 'how.Succeeded', when: `{{= ${sad} }}` });
  expect(argo.task('dance').when).toBe(`{{= !(${mood('tired')}) && !(${sad}) }}`);
  expect(argo.task('how-to-end')).toMatchObject({
    depends: 'how.Succeeded',
    when: `{{= ${mood('tired')} && !(${sad}) }}`,
  });
  expect(argo.task('end')).toMatchObject({ depends: 'cheer.Succeeded || how-to-end.Succeeded || dance.Succeeded' });
  expect(argo.main.outputs!.parameters[0]!.valueFrom).toEqual({ expression: "toJson('done')" });
  expect(argo.codes).toEqual([]);
});

test('JSONPath: comparisons, ResultPath, and InputPath are followed', () => {
  const argo = argoOf({
    StartAt: 'Size',
    States: {
      Size: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:us-east-1:123456789012:function:imagesize',
        Parameters: { 'image.$': '$.photo' },
        ResultPath: '$.size',
        Next: 'Big',
      },
      Big: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.size.width', NumericGreaterThan: 100 },
              { Not: { Variable: '$.photo', StringEquals: 'x' } },
            ],
            Next: 'Shrink',
          },
        ],
        Default: 'Stop',
      },
      Shrink: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:us-east-1:123456789012:function:resizeimage',
        InputPath: '$.size',
        Parameters: { 'w.$': '$.width', 'when.$': '$$.Execution.StartTime' },
        End: true,
      },
      Stop: { Type: 'Fail', Error: 'Small', Cause: 'It is "small".' },
    },
  });
  const input = (path: string) => `jsonpath(workflow.parameters['input'], '$.${path}')`;
  const size = (path: string) => `jsonpath(tasks['size'].outputs.parameters['result'], '$.${path}')`;
  expect(argo.value(argo.task('size'), 'image')).toBe(`{{=toJson(${input('photo')})}}`);
  expect(argo.task('shrink').when).toBe(`{{= ((${size('width')} > 100) && !((${input('photo')} == 'x'))) }}`);
  expect(argo.value(argo.task('shrink'), 'w')).toBe(`{{=toJson(${size('width')})}}`);
  expect(argo.value(argo.task('shrink'), 'when')).toBe('{{=toJson(workflow.creationTimestamp)}}');
  expect(argo.task('stop')).toMatchObject({
    template: 'fail',
    arguments: { parameters: [{ value: '"Small"' }, { value: '"It is \\"small\\"."' }] },
  });
  expect(argo.codes).toEqual([]);
});

test('branches side by side, a loop over a list, a wait, and what a scope is handed', () => {
  const argo = argoOf({
    ...JSONATA,
    StartAt: 'Find',
    States: {
      Find: invoke('listimages', {}, { Next: 'Pause', Assign: { found: '{% $states.result.Payload %}' } }),
      Pause: { Type: 'Wait', Seconds: 5, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Next: 'Each',
        Assign: { first: '{% $states.result[0].url %}' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Branches: [
          { StartAt: 'A', States: { A: invoke('first', { list: '{% $found.images %}' }, { End: true }) } },
          { StartAt: 'B', States: { B: invoke('second', { all: '{% $states.input %}' }, { End: true }) } },
        ],
      },
      Each: {
        Type: 'Map',
        Items: '{% $found.images %}',
        ItemSelector: { image: '{% $states.context.Map.Item.Value %}', url: '{% $first %}' },
        MaxConcurrency: 2,
        End: true,
        ItemProcessor: {
          StartAt: 'Shrink',
          States: {
            Shrink: invoke('resizeimage', { image: '{% $states.input.image %}', url: '{% $first %}' }, { End: true }),
          },
        },
      },
    },
  });
  const [a, b] = [argo.task('both-branch-1'), argo.task('both-branch-2')];
  expect([a.depends, b.depends]).toEqual(['pause.Succeeded', 'pause.Succeeded']);
  expect(argo.task('both')).toMatchObject({
    template: 'nothing',
    depends: 'both-branch-1.Succeeded && both-branch-2.Succeeded',
  });
  expect(a.arguments!.parameters).toEqual([{ name: 'found', value: '{{tasks.find.outputs.parameters.result}}' }]);
  expect(argo.template(a.template).inputs).toEqual({ parameters: [{ name: 'found' }] });
  expect(argo.value(argo.task('a', argo.template(a.template)), 'list')).toBe(
    "{{=toJson(jsonpath(inputs.parameters['found'], '$.images'))}}",
  );
  expect(b.arguments!.parameters).toEqual([{ name: 'input', value: '{{tasks.find.outputs.parameters.result}}' }]);
  expect(argo.task('pause')).toMatchObject({
    template: 'wait',
    arguments: { parameters: [{ name: 'seconds', value: '5' }] },
  });
  const each = argo.task('each');
  const url = "jsonpath(tasks['both-branch-1'].outputs.parameters['result'], '$.url')";
  expect(each.withParam).toBe(
    `{{=toJson(map(jsonpath(tasks['find'].outputs.parameters['result'], '$.images'), { { 'value': toJson({ 'image': #, 'url': ${url} }) } }))}}`,
  );
  expect(each.arguments!.parameters).toEqual([
    { name: 'item', value: '{{item.value}}' },
    { name: 'first', value: `{{=toJson(${url})}}` },
  ]);
  expect(argo.template(each.template).inputs).toEqual({ parameters: [{ name: 'item' }, { name: 'first' }] });
  expect(argo.main).toMatchObject({
    parallelism: 2,
    outputs: { parameters: [{ valueFrom: { parameter: '{{tasks.each.outputs.parameters.result}}' } }] },
  });
  expect(argo.codes).toEqual(['ARGO_RETRY', 'ARGO_MAP']);
});

test('a Map behind a rule has its condition at a gate: a loop with a false "when" counts as succeeded', () => {
  const argo = argoOf({
    ...JSONATA,
    StartAt: 'If',
    States: {
      If: { Type: 'Choice', Choices: [{ Condition: `{% ${IN}.many = true %}`, Next: 'Each' }], Default: 'Done' },
      Each: {
        Type: 'Map',
        Items: `{% ${IN}.list %}`,
        ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        Next: 'After',
      },
      After: invoke('after', {}, { End: true }),
      Done: { Type: 'Succeed' },
    },
  });
  expect(argo.task('each')).toMatchObject({ depends: 'if-to-each.Succeeded' });
  expect(argo.task('each').when).toBeUndefined();
  expect(argo.task('if-to-each')).toMatchObject({
    depends: 'if.Succeeded',
    when: "{{= (jsonpath(workflow.parameters['input'], '$.many') == true) }}",
  });
  expect(argo.main.outputs!.parameters[0]!.valueFrom!.expression).toMatch(
    /^tasks\['after'\]\.status == 'Succeeded' \? toJson\(.*\) : tasks\['done'\]\.status == 'Succeeded' \? toJson\(.*\) : 'null'$/,
  );
});

test('what Argo cannot say is told, as a diagnostic at its step and as a comment at its task', () => {
  const argo = argoOf({
    ...JSONATA,
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Arguments: { Body: "{% $map($states.input.list, function($x) { $x & 'a' }) %}" },
        HeartbeatSeconds: 5,
        Retry: [{ ErrorEquals: ['Mine'], BackoffRate: 1.5, MaxDelaySeconds: 9 }],
        Catch: [{ ErrorEquals: ['Mine'], Next: 'Late' }],
        Next: 'Odd',
      },
      Odd: {
        Type: 'Choice',
        Choices: [
          { Condition: "{% $match('a', /b/) ? true : false %}", Next: 'Call' },
          { Condition: '{% $now() > 3 %}', Next: 'Late' },
        ],
      },
      Late: { Type: 'Wait', Timestamp: '2030-01-01T00:00:00Z', End: true },
    },
  });
  expect(new Set(argo.codes)).toEqual(
    new Set([
      'ARGO_SERVICE',
      'ARGO_VALUE',
      'ARGO_FIELD',
      'ARGO_RETRY',
      'ARGO_CATCH',
      'ARGO_CHOICE',
      'ARGO_CONDITION',
      'ARGO_WAIT',
      'ARGO_LOOP',
    ]),
  );
  expect(argo.value(argo.task('call'), 'Body')).toBe('null');
  expect(argo.task('odd-to-late').when).toBe('false');
  expect(argo.task('late').depends).toContain('(call.Failed || call.Errored)');
  expect(argo.template('wait-for-resume').suspend).toEqual({});
  for (const { code, message, hint, at } of argo.diagnostics) {
    expect(at.node !== undefined || message.includes('at the end'), code).toBe(true); // the result of the whole belongs to no step
    expect(hint).toMatch(/\.$/);
    expect(argo.yaml).toContain(`# ${code}: ${message}`);
  }
});

test('an empty workflow is an error, and still YAML', () => {
  const { diagnostics, yaml } = toArgo({ queryLanguage: 'JSONata', startAt: null, nodes: [], edges: [] }, { name: '' });
  expect(diagnostics).toMatchObject([{ code: 'SCOPE_EMPTY', severity: 'error' }]);
  expect(parse(yaml)).toMatchObject({
    metadata: { generateName: 'step-' },
    spec: { templates: [{ name: 'main', dag: { tasks: [] } }] },
  });
});

// ------------------------------------------------------------------ any workflow

/** A definition with any edges at all between its states, loops and states that nothing reaches among them. */
const anyScope = (depth: number): fc.Arbitrary<JsonObject> =>
  fc.integer({ min: 1, max: 6 }).chain((size) => {
    const to = fc.integer({ min: 0, max: size - 1 }).map((i) => `Schritt ${i}`);
    const next = fc.oneof(
      to.map((Next) => ({ Next })),
      fc.constant({ End: true }),
    );
    const condition = fc.constantFrom(
      '{% $states.input.a = 1 %}',
      '{% $found %}',
      '{% $now() %}',
      '{% $states.input %}',
    );
    const state: fc.Arbitrary<JsonObject> = fc.oneof(
      { maxDepth: 3 },
      fc.tuple(next, fc.constantFrom('{% $states.input %}', '{% $found.x %}', '}}{{'), fc.option(to)).map(
        ([more, x, caught]) =>
          ({
            ...invoke('do', { x }),
            ...more,
            ...(caught ? { Catch: [{ ErrorEquals: ['States.ALL'], Next: caught }] } : {}),
          }) as JsonObject,
      ),
      next.map((more) => ({ Type: 'Pass', Assign: { found: '{% $states.input %}' }, ...more }) as JsonObject),
      fc.tuple(fc.array(fc.tuple(condition, to), { minLength: 1, maxLength: 3 }), to).map(
        ([rules, Default]) =>
          ({
            Type: 'Choice',
            Choices: rules.map(([Condition, Next]) => ({ Condition, Next })),
            Default,
          }) as JsonObject,
      ),
      fc.constant<JsonObject>({ Type: 'Succeed' }),
      ...(depth === 0
        ? []
        : [
            fc
              .tuple(next, fc.array(anyScope(depth - 1), { minLength: 1, maxLength: 3 }))
              .map(([more, Branches]) => ({ Type: 'Parallel', Branches, ...more }) as JsonObject),
            fc
              .tuple(next, anyScope(depth - 1))
              .map(
                ([more, ItemProcessor]) =>
                  ({ Type: 'Map', Items: '{% $states.input.list %}', ItemProcessor, ...more }) as JsonObject,
              ),
          ]),
    );
    return fc.array(state, { minLength: size, maxLength: size }).map(
      (states): JsonObject => ({
        StartAt: 'Schritt 0',
        States: Object.fromEntries(states.map((one, i) => [`Schritt ${i}`, one])),
      }),
    );
  });

test('whatever the workflow: what a task depends on exists, without circles, and every value comes from before', () => {
  fc.assert(
    fc.property(anyScope(2), (scope) => {
      const graph = graphOf({ ...JSONATA, ...scope });
      const { yaml } = toArgo(graph, { name: 'any' });
      expect(toArgo(graph, { name: 'any' }).yaml).toBe(yaml);
      const { spec } = parse(yaml) as Argo;
      const names = spec.templates.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const template of spec.templates) {
        const tasks = new Map((template.dag?.tasks ?? []).map((task) => [task.name, task]));
        expect(tasks.size).toBe(template.dag?.tasks.length ?? 0);
        const needs = (task: Task) =>
          [...(task.depends ?? '').matchAll(/([a-z][a-z0-9-]*)\.(?:Succeeded|Failed|Errored)/g)].map(
            ([, name]) => name!,
          );
        const before = new Map<string, Set<string>>();
        const reach = (name: string, on: string[]): Set<string> => {
          expect(on, 'a circle').not.toContain(name);
          const known = before.get(name);
          if (known) return known;
          expect(tasks.has(name), name).toBe(true);
          const all = new Set(needs(tasks.get(name)!).flatMap((one) => [one, ...reach(one, [...on, name])]));
          before.set(name, all);
          return all;
        };
        const inputs = (template.inputs?.parameters ?? []).map(({ name }) => name);
        for (const task of tasks.values()) {
          const known = reach(task.name, []);
          const text = JSON.stringify(task);
          for (const [, a, b] of text.matchAll(/tasks(?:\.([a-z0-9-]+)\.|\['([a-z0-9-]+)'\])/g))
            expect([...known]).toContain(a ?? b);
          for (const [, a, b] of text.matchAll(/inputs\.parameters(?:\.([\w-]+)|\['([\w-]+)'\])/g))
            expect(inputs).toContain(a ?? b);
          const called = spec.templates.find(({ name }) => name === task.template);
          expect(called, task.template).toBeDefined();
          expect((task.arguments?.parameters ?? []).map(({ name }) => name)).toEqual(
            (called?.inputs?.parameters ?? []).map(({ name }) => name),
          );
          for (const tag of text.matchAll(/\{\{=?(.*?)\}\}/g)) expect(tag[1]).not.toContain('{{');
        }
      }
    }),
    { numRuns: 300 },
  );
});
