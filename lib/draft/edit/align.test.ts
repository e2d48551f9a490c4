import { expect, test } from 'vitest';
import { functionOf, type WorkflowDocument } from '@/lib/graph';
import { assemble } from '../assemble';
import { planOffline } from '../offline';
import { CATALOGUE } from '../testing/catalogue';
import { align } from './align';
import { differenceOf } from './difference';
import { overlay } from './overlay';

const drafted = (prompt: string): WorkflowDocument =>
  assemble(planOffline({ prompt, files: [], manifests: CATALOGUE, now: new Date('2030-01-01') }), CATALOGUE).document;
const CROP = 'Crop the picture to 300 x 200, convert it to black and white and make a share link';

/** As if it had been drafted elsewhere: every id is another one. */
function strange(document: WorkflowDocument): WorkflowDocument {
  const ids = document.graph.nodes.map(({ id }) => id);
  const other = (id: string | null) => (id === null ? null : `x${ids.indexOf(id)}`);
  const { graph } = document;
  return {
    ...document,
    graph: {
      ...graph,
      startAt: other(graph.startAt),
      nodes: graph.nodes.map((node) => ({
        ...node,
        id: other(node.id)!,
        parent: node.parent && { ...node.parent, id: other(node.parent.id)! },
        ...(node.kind === 'map' && { processor: { ...node.processor, startAt: other(node.processor.startAt) } }),
      })) as typeof graph.nodes,
      edges: graph.edges.map((edge) => ({
        ...edge,
        from: other(edge.from)!,
        to: other(edge.to)!,
        id: edge.id.replace(/^[^:]+/, other(edge.from)!),
      })),
    },
    layout: {
      ...document.layout,
      positions: Object.fromEntries(Object.entries(document.layout.positions).map(([id, at]) => [other(id)!, at])),
    },
  };
}

test.each([CROP, 'For each picture, convert it to black and white'])(
  'the same draft under other ids differs in nothing: %s',
  (prompt) => {
    const document = drafted(prompt);
    expect(document.graph.nodes.length).toBeGreaterThan(1);
    const aligned = align(strange(document), document);
    expect(aligned.graph).toEqual(document.graph);
    expect(differenceOf(aligned, document)).toEqual({ steps: [], edges: [], inputs: [] });
  },
);

test('two wishes differ in the step that only one of them asks for, and in what is set otherwise', () => {
  const after = drafted(CROP);
  const before = align(strange(drafted('Crop the picture to 400 x 200 and make a share link')), after);
  const { steps, edges } = differenceOf(before, after);
  const added = steps.filter(({ mark }) => mark === 'added');
  expect(added).toHaveLength(1);
  expect(steps.filter(({ mark }) => mark === 'removed')).toEqual([]);
  expect(steps.some(({ mark, fields }) => mark === 'changed' && fields.length > 0)).toBe(true);
  expect(edges.length).toBeGreaterThan(0);
  // Read the other way round, the same step is the one that is taken away, and it is drawn.
  const back = overlay(align(strange(after), before), before);
  const gone = Object.entries(back.marks).filter(([, mark]) => mark === 'removed');
  expect(gone).toHaveLength(1);
  expect(functionOf(back.document.graph.nodes.find(({ id }) => id === gone[0]![0])!)).toBe(
    functionOf(after.graph.nodes.find(({ id }) => id === added[0]!.node)!),
  );
});

test('steps that correspond to nothing keep out of the other’s ids', () => {
  const aligned = align(drafted('Crop the picture to 300 x 200'), drafted('Count the words of the text'));
  const ids = aligned.graph.nodes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
