import { afterEach, expect, test, vi } from 'vitest';
import { addNode, emptyDocument, newNode, renameNode, taskForFunction, type WorkflowDocument } from '@/lib/graph';
import { watchProblems } from './check';
import { lookOver } from './look';
import { createEditorStore } from './store';

const open = (document: WorkflowDocument) =>
  createEditorStore({
    detail: {
      id: 'w1',
      name: 'Flow',
      document,
      revision: 1,
      updatedAt: 0,
      prompt: null,
      plan: null,
      planner: null,
      invokePath: '',
    },
    functions: [],
  });
/** Steps one behind the other, the last of which calls a function that nobody has. */
function chain(steps: number): { document: WorkflowDocument; last: string } {
  let document = emptyDocument();
  let last = '';
  for (let i = 0; i < steps; i++) {
    const node = i === steps - 1 ? taskForFunction({ name: 'gone', title: 'Gone' }) : newNode('pass');
    ({ document, id: last } = addNode(document, node, last ? { after: last } : { start: null }));
  }
  return { document, last };
}
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

test('what is wrong is told at its step, with a fingerprint that stands still while steps move', () => {
  const { document, last } = chain(3);
  const { problems, hash } = lookOver(document, []);
  expect(problems.filter(({ severity }) => severity === 'error').map(({ at }) => at.node)).toContain(last);
  expect(hash).toMatch(/^[0-9a-f]{8,}$/);
  const moved = { ...document, layout: { ...document.layout, positions: { [last]: { x: 7, y: 7 } } } };
  expect(lookOver(moved, []).hash).toBe(hash);
});

test.each([3, 230])(
  'a workflow of %i steps is looked over at once and after each edit, also without threads',
  async (steps) => {
    const { document, last } = chain(steps);
    const store = open(document);
    stops.push(watchProblems(store));
    expect(store.getState().worstOf[last]).toBe('error');
    const before = store.getState().hash;
    store.getState().edit((now) => renameNode(now, last, 'Another name'));
    await vi.waitFor(() => expect(store.getState().hash).not.toBe(before), { timeout: 10_000 });
  },
);
