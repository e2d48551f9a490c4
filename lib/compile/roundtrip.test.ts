import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import { emptyWorkflow, Workflow } from '@/lib/graph/schema';
import { compile, decompile, definitionHash, definitionText } from '.';

// ------------------------------------------------------------------ random definitions

const NAMES = ['A', 'B', 'Résumé', 'two words', '1', '__proto__', 'constructor', 'a.b', '∅'];
const name = fc.constantFrom(...NAMES);
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const path = fc.constantFrom(
  '$',
  '$.a',
  "$['a b'].c",
  '$$.Execution.Input',
  '$$.Execution.Input.x[0]',
  '$x.y',
  '$..a',
  '$.a[*]',
  '$$',
  'States.UUID()',
);
const jsonata = fc.constantFrom(
  '{% $a %}',
  '{%$a%}',
  '{% $a.`b c`[0] %}',
  '{% $states.context.Execution.Input.photo %}',
  '{% $states.input %}',
  '{% $states.result.Payload %}',
  '{% $states.errorOutput.Error %}',
  '{% $states %}',
  '{%%}',
  '{% $a.b[007] %}',
  '{% 1 + 1 %}',
  ' {% $a %}',
  '{% a',
);
const template: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    json,
    jsonata,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'b.$', '.$', 'x y', '__proto__'), fc.oneof(tie('any'), path), {
      maxKeys: 3,
    }),
  ),
})).any;
const fields = fc.dictionary(fc.constantFrom('a', 'a.$', 'b', 'c.$'), fc.oneof(template, path), { maxKeys: 3 });
const seconds = fc.oneof(fc.nat(100), jsonata, fc.string({ maxLength: 3 }));
const language = fc.constantFrom('JSONPath', 'JSONata');
const odd = fc.oneof(json, fc.constant(null));

const retrier = fc.record(
  {
    ErrorEquals: fc.array(fc.constantFrom('States.ALL', 'E'), { maxLength: 2 }),
    IntervalSeconds: fc.oneof(fc.nat(9), odd),
    MaxAttempts: fc.nat(9),
    BackoffRate: fc.constantFrom(1, 1.5, 2),
    JitterStrategy: fc.constantFrom('FULL', 'NONE'),
    Comment: fc.oneof(fc.string(), odd),
    Unknown: json,
  },
  { requiredKeys: ['ErrorEquals'] },
);
const catcher = fc.record(
  {
    ErrorEquals: fc.array(fc.constantFrom('States.ALL', 'E'), { maxLength: 2 }),
    Next: name,
    ResultPath: fc.constantFrom(null, '$', '$.error'),
    Assign: fields,
    Output: template,
    Comment: fc.string(),
    Unknown: json,
  },
  { requiredKeys: ['ErrorEquals'] },
);
const rule = fc.record(
  {
    Condition: fc.oneof(jsonata, fc.boolean()),
    Variable: path,
    NumericEquals: fc.nat(),
    And: fc.array(fc.record({ Variable: path, IsPresent: fc.boolean() }), { maxLength: 2 }),
    Next: name,
    Assign: fields,
    Output: template,
    Comment: fc.string(),
  },
  { requiredKeys: [] },
);

/** Any field on any state, right or wrong: what does not belong there has to survive too. */
const state = (scope: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      {
        Type: fc.constantFrom('Task', 'Pass', 'Choice', 'Wait', 'Parallel', 'Map', 'Succeed', 'Fail', 'Dance'),
        Comment: fc.oneof(fc.string(), odd),
        QueryLanguage: fc.oneof(language, odd),
        Next: name,
        End: fc.constant(true),
        Resource: fc.oneof(fc.constant('arn:aws:states:::lambda:invoke'), odd),
        InputPath: fc.oneof(path, odd),
        OutputPath: fc.oneof(path, odd),
        ResultPath: fc.oneof(path, odd),
        Parameters: template,
        Arguments: template,
        ResultSelector: template,
        Result: json,
        Assign: fc.oneof(fields, odd),
        Output: template,
        Retry: fc.oneof(fc.array(retrier, { maxLength: 2 }), odd),
        Catch: fc.oneof(fc.array(catcher, { maxLength: 2 }), odd),
        Choices: fc.oneof(fc.array(rule, { maxLength: 3 }), odd),
        Default: name,
        Seconds: seconds,
        SecondsPath: path,
        Timestamp: seconds,
        TimestampPath: fc.oneof(path, odd),
        TimeoutSeconds: seconds,
        TimeoutSecondsPath: path,
        HeartbeatSeconds: seconds,
        Branches: fc.oneof(fc.array(scope, { maxLength: 2 }), odd),
        ItemProcessor: fc.oneof(scope, odd),
        Iterator: scope,
        ItemsPath: fc.oneof(path, odd),
        Items: template,
        ItemSelector: template,
        ItemReader: odd,
        ItemBatcher: fc.constant({ MaxItemsPerBatch: 2 }),
        MaxConcurrency: seconds,
        MaxConcurrencyPath: path,
        ToleratedFailurePercentage: seconds,
        Label: fc.oneof(fc.string(), odd),
        Error: seconds,
        ErrorPath: path,
        Cause: template,
        Credentials: template,
        Unknown: json,
      },
      { requiredKeys: ['Type'] },
    )
    .map((made) => plain({ ...required(made), ...made }));

/** What every state of its type must have, if only to be wrong: then it is in every definition that AWS accepts. */
function required(made: { Type: string; Next?: string; End?: true; Iterator?: unknown }): JsonObject {
  const goesOn = !/Choice|Succeed|Fail/.test(made.Type) && made.Next === undefined && made.End === undefined;
  return {
    ...(goesOn && { End: true }),
    ...(made.Type === 'Choice' && { Choices: [] }),
    ...(made.Type === 'Parallel' && { Branches: [] }),
    ...(made.Type === 'Map' && made.Iterator === undefined && { ItemProcessor: { StartAt: 'A', States: {} } }),
  };
}
/** Objects as JSON.parse makes them. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;

const scope = fc.letrec<{ scope: JsonObject }>((tie) => ({
  scope: fc
    .record(
      {
        States: fc.dictionary(
          name,
          fc.oneof(
            { maxDepth: 2, depthSize: 'small' },
            fc.constant<JsonObject>({ Type: 'Pass', End: true }),
            state(tie('scope')),
          ),
          { maxKeys: 3 },
        ),
        StartAt: name,
        Comment: fc.oneof(fc.string(), odd),
        QueryLanguage: fc.oneof(language, odd),
        ProcessorConfig: fc.oneof(fc.constant({ Mode: 'DISTRIBUTED' }), odd),
        Version: fc.oneof(fc.constant('1.0'), odd),
        TimeoutSeconds: fc.oneof(fc.nat(), odd),
        Unknown: json,
      },
      { requiredKeys: ['States', 'StartAt'] },
    )
    .map(plain),
})).scope;

describe('definition → graph → definition', () => {
  test('any definition comes out equal, whatever is wrong with it', () => {
    fc.assert(
      fc.property(scope, (definition) => {
        const { graph } = decompile(definition);
        expect(graph).not.toBeNull();
        const again = compile(graph!).definition;
        if (!jsonEqual(again, definition))
          expect(JSON.stringify(again, null, 1)).toBe(JSON.stringify(definition, null, 1));
      }),
      { numRuns: 600 },
    );
  });

  test('its graph is one that the schema accepts as it is', () => {
    fc.assert(
      fc.property(scope, (definition) => {
        const { graph } = decompile(definition);
        const parsed = Workflow.safeParse(graph);
        expect(parsed.error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('graph → definition → graph is the same graph, ids, order and all', () => {
    fc.assert(
      fc.property(scope, fc.nat(), (definition, seed) => {
        const made = decompile(definition).graph!;
        const graph = shuffled(made, seed);
        const again = decompile(compile(graph).definition, graph).graph;
        // Vitest takes a field named `constructor` for the object's own.
        if (!isDeepStrictEqual(again, graph))
          expect(JSON.stringify(again, null, 1)).toBe(JSON.stringify(graph, null, 1));
      }),
      { numRuns: 400 },
    );
  });
});

/** The same graph with other ids, and nodes and edges listed otherwise as far as the order of states allows. */
function shuffled(graph: Workflow, seed: number): Workflow {
  const idOf = new Map(graph.nodes.map((node, i) => [node.id, `n${(i * 7 + seed) % 1000}-${i}`]));
  const text = (id: string | null) => (id === null ? null : idOf.get(id)!);
  const nodes = graph.nodes.map((node) => {
    const made = {
      ...node,
      id: idOf.get(node.id)!,
      parent: node.parent && { ...node.parent, id: idOf.get(node.parent.id)! },
    };
    if (made.kind === 'map') made.processor = { ...made.processor, startAt: text(made.processor.startAt) };
    if (made.kind === 'parallel')
      made.branches = made.branches.map((branch) => ({ ...branch, startAt: text(branch.startAt) }));
    return made;
  });
  const depth = (id: string | undefined): number => {
    const parent = nodes.find((node) => node.id === id)?.parent;
    return parent ? 1 + depth(parent.id) : 0;
  };
  if (seed % 2) nodes.sort((a, b) => depth(a.id) - depth(b.id)); // level by level instead of container by container
  const edges = graph.edges.map((e) => {
    const from = idOf.get(e.from)!;
    return { ...e, id: e.id.replace(e.from, from), from, to: idOf.get(e.to)! };
  });
  if (seed % 3) edges.reverse();
  return { ...graph, startAt: text(graph.startAt), nodes, edges };
}

// ------------------------------------------------------------------ by example

const machine = (states: JsonObject, more: JsonObject = {}): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0]!,
  States: states,
  ...more,
});
const codes = (diagnostics: { code: string }[]) => diagnostics.map(({ code }) => code);

describe('what is told', () => {
  test('a dangling Next is kept by name, reported with its step, and compiled again', () => {
    const definition = machine({ A: { Type: 'Pass', Next: 'Gone' } });
    const { graph, diagnostics } = decompile(definition);
    expect(diagnostics).toMatchObject([{ code: 'TARGET_UNKNOWN', at: { node: 'a', path: ['States', 'A', 'Next'] } }]);
    expect(graph!.nodes[0]!.extra).toEqual({ Next: 'Gone' });
    expect(compile(graph!).definition).toEqual(definition);
  });

  test.each([null, 7, 'x', [], {}, { States: [] }])('%j is no definition', (definition) => {
    const { graph, diagnostics } = decompile(definition);
    expect(graph).toBeNull();
    expect(codes(diagnostics)).toEqual(['DEFINITION_UNREADABLE']);
  });

  test('an empty workflow, an empty Map, a rule without an edge, an unset wait', () => {
    expect(codes(compile(emptyWorkflow()).diagnostics)).toEqual(['SCOPE_EMPTY']);
    const graph = decompile(
      machine({
        Each: { Type: 'Map', ItemProcessor: { StartAt: 'X', States: { X: { Type: 'Pass', End: true } } }, Next: 'If' },
        If: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Rest' }] },
        Rest: { Type: 'Wait', Seconds: 1, End: true },
      }),
    ).graph!;
    const holed: Workflow = {
      ...graph,
      nodes: graph.nodes
        .filter((node) => node.name !== 'X')
        .map((node) =>
          node.kind === 'map'
            ? { ...node, processor: { startAt: null } }
            : node.kind === 'wait'
              ? { ...node, wait: null }
              : node,
        ),
      edges: graph.edges.filter((edge) => edge.kind !== 'rule'),
    };
    expect(codes(compile(holed).diagnostics).sort()).toEqual(['RULE_WITHOUT_EDGE', 'SCOPE_EMPTY', 'WAIT_UNSET']);
  });

  test('what a language cannot say is reported, not guessed', () => {
    const graph = decompile({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }).graph!;
    const [node] = graph.nodes;
    const compiled = compile({
      ...graph,
      nodes: [
        {
          ...node!,
          output: { kind: 'literal', value: 1 },
          arguments: { kind: 'list', items: [{ kind: 'reference', from: { kind: 'input' }, path: [] }] },
          assign: [{ name: 'x', value: { kind: 'reference', from: { kind: 'error' }, path: [] } }],
        } as typeof node & {},
      ],
    });
    expect(codes(compiled.diagnostics).sort()).toEqual([
      'EXPRESSION_NOT_HERE',
      'FIELD_NOT_IN_LANGUAGE',
      'REFERENCE_NOT_HERE',
    ]);
  });

  test('a fixed text that reads as an expression', () => {
    const graph = decompile(machine({ A: { Type: 'Pass', End: true } })).graph!;
    const nodes = graph.nodes.map((node) => ({
      ...node,
      output: { kind: 'literal' as const, value: { deep: ['{% 1 %}'] } },
    }));
    expect(codes(compile({ ...graph, nodes }).diagnostics)).toEqual(['LITERAL_READS_AS_EXPRESSION']);
  });

  test('edges that cross a container, lead nowhere, or leave a step that cannot have them', () => {
    const graph = decompile(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', End: true } } }],
          Next: 'Out',
        },
        Out: { Type: 'Succeed' },
      }),
    ).graph!;
    const id = (name: string) => graph.nodes.find((node) => node.name === name)!.id;
    const edges: Workflow['edges'] = [
      { id: '1', from: id('In'), to: id('Out'), kind: 'next' },
      { id: '2', from: id('Out'), to: id('P'), kind: 'next' },
      { id: '3', from: id('P'), to: 'nobody', kind: 'next' },
    ];
    expect(codes(compile({ ...graph, edges }).diagnostics).sort()).toEqual([
      'EDGE_LEAVES_SCOPE',
      'EDGE_TO_NOWHERE',
      'EDGE_WITHOUT_SOURCE',
    ]);
  });
});

describe('references', () => {
  const mapping = (value: Json, language = 'JSONata') => {
    const node = decompile({
      QueryLanguage: language,
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 'r', [language === 'JSONata' ? 'Arguments' : 'Parameters']: value, End: true },
      },
    }).graph!.nodes[0]!;
    return node.kind === 'task' ? node.arguments : undefined;
  };
  test.each([
    ['{% $photo.size[0] %}', { kind: 'reference', from: { kind: 'variable', name: 'photo' }, path: ['size', 0] }],
    [
      '{% $states.context.Execution.Input.`my file` %}',
      { kind: 'reference', from: { kind: 'input' }, path: ['my file'] },
    ],
    [
      '{% $states.context.Map.Item.Value %}',
      { kind: 'reference', from: { kind: 'context' }, path: ['Map', 'Item', 'Value'] },
    ],
    ['{% $photo.and %}', { kind: 'expression', text: ' $photo.and ' }],
    ['{%$photo%}', { kind: 'expression', text: '$photo' }],
    ['{% $sum(x) %}', { kind: 'expression', text: ' $sum(x) ' }],
    ['{% $photo %} ', { kind: 'literal', value: '{% $photo %} ' }],
  ])('%s', (text, expected) => expect(mapping(text)).toEqual(expected));
  test('a JSONPath field that ends in .$ is a reference', () =>
    expect(mapping({ 'a.$': "$$.Execution.Input['my file']", b: 1 }, 'JSONPath')).toEqual({
      kind: 'object',
      fields: [
        { name: 'a', value: { kind: 'reference', from: { kind: 'input' }, path: ['my file'] } },
        { name: 'b', value: { kind: 'literal', value: 1 } },
      ],
    }));
});

describe('ids', () => {
  const graph = decompile(machine({ 'My step': { Type: 'Pass', Next: 'Other' }, Other: { Type: 'Pass', End: true } }))
    .graph!;
  const named = {
    ...graph,
    startAt: 'x',
    nodes: graph.nodes.map((node, i) => ({ ...node, id: 'xy'[i]! })),
    edges: [{ id: 'x:next', from: 'x', to: 'y', kind: 'next' as const }],
  };

  test('are made from names, unique and the same each time', () => {
    const twice = machine({ 'A b': { Type: 'Pass', Next: 'a-B' }, 'a-B': { Type: 'Pass', End: true } });
    expect(decompile(twice).graph!.nodes.map(({ id }) => id)).toEqual(['a-b', 'a-b-2']);
  });
  test('are kept where names are, and never given to another step', () => {
    const edited = machine({ 'My step': { Type: 'Pass', Next: 'X' }, X: { Type: 'Succeed' } });
    expect(decompile(edited, named).graph!.nodes.map(({ id }) => id)).toEqual(['x', 'x-2']);
  });
  test('follow a step into a container', () => {
    const edited = machine({
      P: { Type: 'Parallel', Branches: [machine({ Other: { Type: 'Pass', End: true } })], End: true },
    });
    expect(decompile(edited, named).graph!.nodes.find(({ name }) => name === 'Other')!.id).toBe('y');
  });
});

describe('text and hash', () => {
  test('the text does not depend on the order in which fields came', () => {
    const state = { Type: 'Task', Resource: 'r', Comment: 'c', Arguments: { b: 1, a: 2 }, End: true };
    const reversed = Object.fromEntries(Object.entries(state).reverse());
    const text = definitionText(machine({ A: state }));
    expect(definitionText(machine({ A: reversed }, { Comment: 'x' }))).not.toBe(text);
    expect(definitionText(machine({ A: reversed }))).toBe(text);
    expect(text).toBe(
      '{\n  "QueryLanguage": "JSONata",\n  "StartAt": "A",\n  "States": {\n    "A": {\n      "Type": "Task",\n      "Comment": "c",\n      "Resource": "r",\n      "Arguments": {\n        "b": 1,\n        "a": 2\n      },\n      "End": true\n    }\n  }\n}',
    );
  });
  test('the hash is SHA-256 of the UTF-8 text, of any length', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.nat(200).map((n) => 'ä'.repeat(n)),
        ),
        (text) => {
          expect(definitionHash(text)).toBe(createHash('sha256').update(text).digest('hex'));
        },
      ),
    );
  });
});
