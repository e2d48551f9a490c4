import { expect, test } from 'vitest';
import { addNode, emptyDocument, layout, newNode, sizeOf, wrapNodes } from '@/lib/graph';
import { dropScope } from './drop';

const a = addNode(emptyDocument(), { ...newNode('pass'), name: 'Outside' }, { into: null });
const b = addNode(a.document, { ...newNode('pass'), name: 'Inside' }, { after: a.id });
const loop = wrapNodes(b.document, [b.id], 'map');
const document = { ...loop.document, layout: layout(loop.document) };
const at = (id: string) => document.layout.positions[id]!;

test('a step over a container goes into it, beside it stays out', () => {
  const frame = at(loop.id);
  expect(dropScope(document, a.id, { x: frame.x + 30, y: frame.y + 60 }, [a.id])).toEqual({ id: loop.id, branch: 0 });
  expect(dropScope(document, a.id, { x: frame.x + 3000, y: frame.y }, [a.id])).toBeNull();
});

test('a step inside stays while it is within, and leaves beyond the edge', () => {
  const home = at(b.id);
  expect(dropScope(document, b.id, { x: home.x + 10, y: home.y }, [b.id])).toEqual({ id: loop.id, branch: 0 });
  const { height } = sizeOf(document, document.layout, loop.id);
  expect(dropScope(document, b.id, { x: home.x, y: height + 20 }, [b.id])).toBeNull();
});

test('a container does not go into itself', () => {
  expect(dropScope(document, loop.id, { x: at(loop.id).x + 5, y: at(loop.id).y + 5 }, [loop.id])).toBeNull();
});
