import { expect, test } from 'vitest';
import { validateDefinition } from '@/lib/asl/validate';
import { compile, decompile, definitionText } from '@/lib/compile';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph';
import { firstOf, partOf } from './try-part';

const pass = (more: object) => ({ Type: 'Pass', ...more });
const document = (() => {
  const { graph } = decompile({
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: {
      A: pass({ Assign: { x: 1 }, Next: 'B' }),
      B: pass({ Output: '{% $x %}', Next: 'C' }),
      C: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $x = 1 %}', Next: 'Each' }],
        Default: 'Z',
      },
      Each: {
        Type: 'Map',
        Items: '{% [1,2] %}',
        ItemProcessor: { StartAt: 'In', States: { In: pass({ Next: 'Out' }), Out: pass({ End: true }) } },
        Next: 'Z',
      },
      Z: pass({ End: true }),
    },
  });
  return { ...emptyDocument(), graph: graph! } satisfies WorkflowDocument;
})();
const id = (name: string) => document.graph.nodes.find((node) => node.name === name)!.id;
function definitionOf(part: WorkflowDocument) {
  const { definition, diagnostics } = compile(part.graph);
  expect(diagnostics).toEqual([]);
  expect(validateDefinition(definitionText(definition)).filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  return definition as { StartAt: string; States: Record<string, Record<string, unknown>> };
}
const found = { input: { name: 'n' }, variables: { x: 1, y: '{% not an expression %}' } };

test('from a step on: what comes before is gone, what it would have found is set', () => {
  const { StartAt, States } = definitionOf(partOf(document, { from: id('B'), until: null }, found));
  expect(Object.keys(States).sort()).toEqual(['B', 'Begin here', 'C', 'Each', 'Z']);
  expect(StartAt).toBe('Begin here');
  expect(States['Begin here']).toEqual({
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Output: { name: 'n' },
    Assign: { x: 1, y: '{% "{% not an expression %}" %}' },
    Next: 'B',
  });
});

test('until a step: it ends there, and what only came after is gone', () => {
  const { States } = definitionOf(partOf(document, { from: null, until: id('B') }, null));
  expect(Object.keys(States)).toEqual(['A', 'B']);
  expect(States.B).toMatchObject({ End: true });
});

test('until a choice: it chooses, and the run ends', () => {
  const { States } = definitionOf(partOf(document, { from: id('B'), until: id('C') }, null));
  expect(Object.keys(States)).toEqual(['B', 'C', 'Stop here']);
  expect(States.C).toMatchObject({ Default: 'Stop here', Choices: [{ Next: 'Stop here' }] });
});

test('inside of a Map: what is done with an item, as a machine of its own', () => {
  const { StartAt, States } = definitionOf(partOf(document, { from: null, until: id('Out') }, null));
  expect([StartAt, Object.keys(States)]).toEqual(['In', ['In', 'Out']]);
  const later = definitionOf(partOf(document, { from: id('Out'), until: null }, { input: 2, variables: {} }));
  expect(Object.keys(later.States)).toEqual(['Begin here', 'Out']);
});

test('one step alone, a container with what it holds', () => {
  const { States } = definitionOf(partOf(document, { from: id('Each'), until: id('Each') }, null));
  expect(States.Each).toMatchObject({ End: true, ItemProcessor: { StartAt: 'In' } });
});

test('ids stay, so that the run is drawn on the whole graph', () => {
  const part = partOf(document, { from: id('B'), until: null }, found);
  for (const node of part.graph.nodes.filter(({ name }) => name !== 'Begin here'))
    expect(document.graph.nodes.find((other) => other.id === node.id)?.name).toBe(node.name);
});

test('two steps of different containers make no part', () => {
  expect(() => firstOf(document, { from: id('A'), until: id('Out') })).toThrow(/not in the same container/);
  expect(() => firstOf(document, { from: 'gone', until: null })).toThrow(/not there any more/);
});
