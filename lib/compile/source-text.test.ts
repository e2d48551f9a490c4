import { expect, test } from 'vitest';
import type { JsonObject } from '@/lib/base/json';
import { addNode, emptyDocument, newNode, nodeOf, removeNodes, renameNode, type WorkflowDocument } from '@/lib/graph';
import { compile, decompile } from '.';
import { parseText } from './parse-text';
import { writeText } from './patch-text';
import { mergeDefinitions, nodeAtPath, pathOfNode, placeInText, sourceText, takeText } from './source-text';

const YAML = `# the night job
QueryLanguage: JSONata
StartAt: Load
States:
  Load: # from the bucket
    Type: Task
    Resource: \${LoadFunctionArn}
    X-Team: night
    Next: Each
  Each:
    Type: Map
    Items: '{% $states.input.files %}'
    ItemProcessor:
      StartAt: Look
      States:
        Look: {Type: Pass, End: true}
    End: true
`;
function taken(text: string, format: 'json' | 'yaml', document = emptyDocument()): WorkflowDocument {
  const { document: made, notes } = takeText(document, format, text);
  if (!made) throw new Error(JSON.stringify(notes));
  return made;
}
const idOf = ({ graph }: WorkflowDocument, name: string) => graph.nodes.find((node) => node.name === name)!.id;

test('a text that was taken is shown as it was written, also where a step does not say where it leads', () => {
  const document = taken(YAML, 'yaml');
  expect(sourceText(document, 'yaml')).toBe(YAML);
  const open = YAML.replace('    Next: Each\n', '');
  expect(sourceText(taken(open, 'yaml'), 'yaml')).toBe(open);
});

test('what the canvas changes is changed in the text, what it takes back is as it was', () => {
  const document = taken(YAML, 'yaml');
  const renamed = renameNode(document, idOf(document, 'Load'), 'Fetch').document;
  const text = sourceText(renamed, 'yaml');
  expect(text).toBe(YAML.replace('StartAt: Load', 'StartAt: Fetch').replace('  Load: #', '  Fetch: #'));
  const added = addNode(renamed, newNode('wait'), { after: idOf(document, 'Load') }).document;
  expect(sourceText(added, 'yaml')).toContain('# from the bucket');
  const removed = removeNodes(renamed, [idOf(document, 'Load')]).document;
  expect(sourceText(removed, 'yaml')).not.toContain('from the bucket');
  expect(sourceText({ ...removed, graph: document.graph }, 'yaml')).toBe(YAML);
});

test('both forms are kept, each with its own comments', () => {
  const document = taken(YAML, 'yaml');
  const json = sourceText(document, 'json');
  const both = taken(json.replace('"night"', '"day"'), 'json', document);
  expect(sourceText(both, 'yaml')).toBe(YAML.replace('X-Team: night', 'X-Team: day'));
});

test('ids, and with them places and selection, survive an edit of the text', () => {
  const document = taken(YAML, 'yaml');
  const again = taken(YAML.replace('files', 'names'), 'yaml', document);
  expect(again.graph.nodes.map(({ id }) => id)).toEqual(document.graph.nodes.map(({ id }) => id));
  expect(again.layout).toBe(document.layout);
});

test('a text that cannot be read is refused with its place, and nothing changes', () => {
  const document = taken(YAML, 'yaml');
  for (const [text, line] of [
    [YAML.replace('StartAt: Load', 'StartAt: [Load'), 3],
    [YAML.replace('Type: Map', 'Type: Mop'), 10],
  ] as const) {
    const { document: made, notes } = takeText(document, 'yaml', text);
    expect(made).toBeNull();
    expect(notes.find(({ severity }) => severity === 'error')!.line).toBeGreaterThanOrEqual(line);
  }
});

test('a name that leads nowhere is a warning at its place: the canvas shows it too', () => {
  const { document, notes } = takeText(emptyDocument(), 'yaml', YAML.replace('Next: Each', 'Next: Eech'));
  expect(document).not.toBeNull();
  expect(notes).toMatchObject([{ severity: 'warning', line: 9 }]);
});

test('where the canvas changed while the text could not be read, both changes are kept', () => {
  const document = taken(YAML, 'yaml');
  const base = parseText(YAML, 'yaml').root!.value;
  const meanwhile = renameNode(document, idOf(document, 'Each'), 'Every file').document;
  const { document: both } = takeText(meanwhile, 'yaml', YAML.replace('X-Team: night', 'X-Team: day'), base);
  expect(both!.graph.nodes.map(({ name }) => name)).toEqual(['Load', 'Every file', 'Look']);
  expect(nodeOf(both!.graph, idOf(document, 'Load'))!.extra).toEqual({ 'X-Team': 'day' });
  expect(sourceText(both!, 'yaml')).toContain('# the night job');
  expect(sourceText(both!, 'yaml')).toContain('Every file');
});

test('of two changes at the same place the typed one holds, and nothing that was changed is taken away', () => {
  expect(mergeDefinitions({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 3, b: 1 })).toEqual({ a: 3, b: 1 });
  expect(mergeDefinitions({ a: { x: 1 }, b: 1 }, { a: { x: 2 }, b: 1 }, { b: 1 })).toEqual({ a: { x: 2 }, b: 1 });
  expect(mergeDefinitions({ a: 1, b: 1 }, { b: 1 }, { a: 1, b: 2 })).toEqual({ b: 2 });
});

test('a step is found in the text, and the text knows its step', () => {
  const { graph } = taken(YAML, 'yaml');
  const parsed = parseText(YAML, 'yaml');
  for (const { id } of graph.nodes) expect(nodeAtPath(graph, [...pathOfNode(graph, id), 'Type'])).toBe(id);
  const place = placeInText(graph, parsed, { node: graph.nodes[0]!.id, path: ['resource'] })!;
  expect(YAML.slice(place.from, place.to)).toBe('Resource: ${LoadFunctionArn}');
  const items = placeInText(graph, parsed, { node: graph.nodes[1]!.id, path: ['items'] })!;
  expect(YAML.slice(items.keyFrom, items.keyTo)).toBe('Items');
});

test('short forms of CloudFormation are kept as they were written', () => {
  const text = `StartAt: A
States:
  A:
    Type: Task
    Resource: !GetAtt Fn.Arn
    Parameters:
      Bucket: !Sub "\${AWS::StackName}-files"
      Key: !Ref Key
    End: true
`;
  const document = taken(text, 'yaml');
  expect(compile(document.graph).definition.States).toMatchObject({
    A: { Resource: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Parameters: { Key: { Ref: 'Key' } } },
  });
  expect(sourceText(document, 'yaml')).toBe(text);
  const renamed = renameNode(document, document.graph.nodes[0]!.id, 'B').document;
  expect(sourceText(renamed, 'yaml')).toBe(text.replace('StartAt: A', 'StartAt: B').replace('  A:', '  B:'));
  expect(decompile(JSON.parse(sourceText(document, 'json'))).graph!.nodes).toHaveLength(1);
});

const RETRY = [
  { ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5, 'X-Mine': true },
];
const OF_ALL_KINDS: Record<string, JsonObject> = {
  jsonata: {
    Comment: 'every kind',
    QueryLanguage: 'JSONata',
    Version: '1.0',
    TimeoutSeconds: 60,
    StartAt: 'Task',
    States: {
      Task: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: '${Fn}', Payload: '{% $states.input %}' },
        Assign: { kept: '{% $states.result.Payload %}' },
        Output: '{% $kept %}',
        TimeoutSeconds: '{% $kept.limit %}',
        Retry: RETRY,
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: 'Fail' }],
        Next: 'Choice',
      },
      Choice: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $kept.n > 1 %}', Assign: { big: true }, Next: 'Parallel' }],
        Default: 'Wait',
      },
      Wait: { Type: 'Wait', Timestamp: '{% $now() %}', Next: 'Parallel' },
      Parallel: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Left', States: { Left: { Type: 'Pass', Output: [1, '{% 2 %}', null], End: true } } },
          { Comment: 'right', StartAt: 'Right', States: { Right: { Type: 'Succeed' } } },
        ],
        Next: 'Map',
      },
      Map: {
        Type: 'Map',
        Items: '{% [1, 2] %}',
        MaxConcurrency: 2,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'Each',
          States: { Each: { Type: 'Pass', End: true } },
        },
        Label: 'each',
        End: true,
      },
      Fail: { Type: 'Fail', Error: 'Bad', Cause: '{% $states.input.Cause %}' },
    },
  },
  jsonpath: {
    StartAt: 'Pass',
    States: {
      Pass: { Type: 'Pass', Result: { a: 1 }, ResultPath: '$.made', Next: 'Task' },
      Task: {
        Type: 'Task',
        Resource: { 'Fn::GetAtt': ['Load', 'Arn'] },
        InputPath: '$.made',
        Parameters: { 'a.$': '$.a', b: { 'c.$': "States.Format('{}', $.a)" } },
        ResultSelector: { 'r.$': '$.Payload' },
        ResultPath: null,
        OutputPath: '$',
        Retry: RETRY,
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Choice' }],
        Next: 'Choice',
      },
      Choice: {
        Type: 'Choice',
        Choices: [
          {
            And: [{ Variable: '$.a', IsPresent: true }, { Not: { Variable: '$.a', NumericLessThan: 3 } }],
            Next: 'Map',
          },
          { Variable: '$.s', StringMatches: 'a*', Next: 'Wait' },
        ],
        Default: 'Mixed',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Map' },
      Map: {
        Type: 'Map',
        ItemsPath: '$.items',
        Parameters: { 'item.$': '$$.Map.Item.Value' },
        Iterator: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } },
        Next: 'Mixed',
      },
      Mixed: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input %}', Next: 'Over' },
      Over: { Type: 'Succeed', InputPath: '$.x' },
    },
  },
};

test.each(
  Object.entries(OF_ALL_KINDS).flatMap(([name, definition]) =>
    (['json', 'yaml'] as const).map((format) => [name, format, definition] as const),
  ),
)('every kind of state in %s opens, shows and leaves as it came, as %s', (_name, format, definition) => {
  const text = writeText(definition, format);
  const document = taken(text, format);
  expect(sourceText(document, format)).toBe(text);
  expect(compile(document.graph).definition).toEqual(definition);
  // Any one step renamed: the text differs only in lines that name it.
  for (const { id, name } of document.graph.nodes) {
    const renamed = sourceText(renameNode(document, id, 'Another name').document, format);
    const old = new Set(text.split('\n').map((line) => line.replaceAll(name, 'Another name')));
    const news = renamed.split('\n').filter((line) => !old.has(line) && !text.includes(line));
    expect(news, `${name} as ${format}`).toEqual([]);
  }
});
