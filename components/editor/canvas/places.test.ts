import { describe, expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { emptyDocument, layout, moveTo, NODE_SIZE, type WorkflowDocument } from '@/lib/graph';
import { alignable, aligned } from './align';
import { boxOf } from './places';
import { snapped } from './snap';

const { graph } = decompile({
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Pass', Next: 'Each' },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } },
      End: true,
    },
  },
});
const idOf = (name: string) => graph!.nodes.find((node) => node.name === name)!.id;
const [a, b, each, inner] = [idOf('A'), idOf('B'), idOf('Each'), idOf('In')];
function scattered(): WorkflowDocument {
  const bare = { ...emptyDocument(), graph: graph! };
  return moveTo(
    { ...bare, layout: layout(bare) },
    { [a]: { x: 0, y: 0 }, [b]: { x: 300, y: 110 }, [each]: { x: 100, y: 400 } },
  ).document;
}
const inLine = (how: Parameters<typeof aligned>[2], ids = [a, b, each]) => {
  const document = scattered();
  return moveTo(document, aligned(document, ids, how)).document;
};

describe('aligning', () => {
  test('brings edges and middles into one line, whatever the sizes', () => {
    const boxes = (document: WorkflowDocument) => [a, b, each].map((id) => boxOf(document, id));
    expect(new Set(boxes(inLine('left')).map(({ x }) => x))).toEqual(new Set([0]));
    expect(new Set(boxes(inLine('right')).map(({ x, width }) => x + width)).size).toBe(1);
    expect(new Set(boxes(inLine('centre')).map(({ x, width }) => x + width / 2)).size).toBe(1);
    expect(new Set(boxes(inLine('top')).map(({ y }) => y))).toEqual(new Set([0]));
    expect(new Set(boxes(inLine('bottom')).map(({ y, height }) => y + height)).size).toBe(1);
    expect(new Set(boxes(inLine('middle')).map(({ y, height }) => y + height / 2)).size).toBe(1);
  });

  test('leaves the same gap between each two, the outermost where they are', () => {
    const [one, two, three] = [a, b, each].map((id) => boxOf(inLine('down'), id));
    expect(one!.y).toBe(0);
    expect(three!.y).toBe(400);
    expect(two!.y - (one!.y + one!.height)).toBeCloseTo(three!.y - (two!.y + two!.height), 0);
  });

  test('moves a container with what is in it, and a step inside along the canvas but not out', () => {
    expect(alignable(scattered(), [each, inner])).toEqual([each]);
    const document = inLine('left', [a, inner]);
    expect(document.layout.positions[inner]).toMatchObject({ x: 24 });
    expect(boxOf(document, each).x).toBe(100);
  });

  test('says nothing where nothing moves', () => {
    expect(aligned(inLine('left'), [a, b, each], 'left')).toEqual({});
    expect(aligned(scattered(), [a], 'left')).toEqual({});
  });
});

describe('snapping', () => {
  const neighbour = { x: 103, y: 11, ...NODE_SIZE };
  test('a step close to a line of its neighbour stands on it, and the line is shown', () => {
    const { x, y, guides } = snapped({ x: 99, y: 203, ...NODE_SIZE }, [neighbour], 6);
    expect({ x, y }).toEqual({ x: 103, y: 200 });
    expect(guides).toEqual([{ axis: 'x', at: 103 + NODE_SIZE.width / 2, from: 11, to: 264 }]);
  });
  test('a wider one by the edge or the middle that is closest', () => {
    const wide = { x: 60, y: 300, width: 300, height: 200 };
    expect(snapped(wide, [neighbour], 6).x).toBe(103 + 110 - 150);
    expect(snapped({ ...wide, x: 107 }, [neighbour], 6).x).toBe(103);
  });
  test('far from every line, on the grid; free, where it is', () => {
    expect(snapped({ x: 501, y: 402, ...NODE_SIZE }, [neighbour], 6)).toEqual({ x: 504, y: 400, guides: [] });
    expect(snapped({ x: 99, y: 203, ...NODE_SIZE }, [neighbour], 6, true)).toEqual({ x: 99, y: 203, guides: [] });
  });
});
