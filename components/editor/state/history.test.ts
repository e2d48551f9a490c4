import { expect, test } from 'vitest';
import { addNode, emptyDocument, newNode, setWorkflowField, type WorkflowDocument } from '@/lib/graph';
import type { Drawer } from './autosave';
import { keepHistory } from './history';
import { createEditorStore } from './store';

function newDrawer(): Drawer {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
  };
}
const open = (document: WorkflowDocument) =>
  createEditorStore({
    detail: {
      id: 'w',
      name: 'Work',
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

/** Three edits, the last of them undone; then the page is left. */
function worked(drawer: Drawer) {
  const store = open(emptyDocument());
  const history = keepHistory(store, drawer);
  const { edit, rename, undo } = store.getState();
  edit((now) => addNode(now, newNode('pass'), { into: null }));
  rename('Renamed');
  edit((now) => addNode(now, newNode('wait'), { into: null }));
  undo();
  history.write();
  history.stop();
  return store;
}

test('what was done before a reload is undone and redone after it', () => {
  const drawer = newDrawer();
  const before = worked(drawer);
  const again = open(JSON.parse(JSON.stringify(before.getState().document)));
  again.setState({ name: 'Renamed' });
  again.temporal.getState().clear();
  keepHistory(again, drawer).stop();

  again.getState().undo();
  expect(again.getState().name).toBe('Work');
  again.getState().undo();
  expect(again.getState().document.graph.nodes).toEqual([]);
  again.getState().redo();
  again.getState().redo();
  again.getState().redo();
  expect(again.getState().document.graph.nodes.map(({ kind }) => kind)).toEqual(['pass', 'wait']);
});

test('a workflow that was changed elsewhere does not get the old history', () => {
  const drawer = newDrawer();
  const before = worked(drawer);
  const other = open(setWorkflowField(before.getState().document, 'comment', 'from another tab').document);
  keepHistory(other, drawer).stop();
  expect(other.temporal.getState().pastStates).toEqual([]);
});
