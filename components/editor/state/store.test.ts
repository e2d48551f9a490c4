import { describe, expect, test } from 'vitest';
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  addNode,
  emptyDocument,
  moveTo,
  newNode,
  nodeOf,
  referTo,
  setArgument,
  setField,
  taskForFunction,
} from '@/lib/graph';
import { copySelection, paste } from './clipboard';
import { duplicateSelection, removeSelection, renameStep } from './commands';
import { insertStep, spotAfterSelection } from './insert';
import { createEditorStore, structureChanged, tabOf } from './store';

const manifest = (name: string): FunctionManifest => ({
  name,
  title: name,
  description: name,
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: { type: 'object', properties: { value: { type: 'string' } } },
  output: { type: 'object', properties: { value: { type: 'string' } } },
  examples: [],
  timeout: 30,
  memory: 256,
  environment: [],
  packages: [],
  category: 'text',
  keywords: [],
  effects: 'none',
});
const functions = [manifest('first'), manifest('second')];

function open(document = emptyDocument(), readOnly = false) {
  return createEditorStore({
    detail: {
      id: 'w',
      name: 'Work',
      document,
      revision: 3,
      updatedAt: 0,
      prompt: null,
      plan: null,
      planner: null,
      invokePath: '',
    },
    functions,
    readOnly,
  });
}
function twoSteps() {
  const one = addNode(emptyDocument(), taskForFunction(functions[0]!), { into: null });
  const two = addNode(one.document, taskForFunction(functions[1]!), { into: null });
  return {
    document: referTo(two.document, two.id, ['value'], { step: one.id, path: ['value'] }).document,
    one: one.id,
    two: two.id,
  };
}

describe('history', () => {
  test('an edit can be taken back and made again', () => {
    const store = open();
    insertStep(store, { function: 'first' });
    expect(store.getState().document.graph.nodes).toHaveLength(1);
    store.getState().undo();
    expect(store.getState().document.graph.nodes).toHaveLength(0);
    expect(store.getState().selected).toEqual([]); // what is gone is not selected
    store.getState().redo();
    expect(store.getState().document.graph.nodes).toHaveLength(1);
  });

  test('letters typed into one field are one step', () => {
    const { document, one } = twoSteps();
    const store = open(document);
    for (const text of ['H', 'Hi', 'Hi!']) {
      store.getState().edit((now) => setField(now, one, 'comment', text), { merge: 'comment' });
    }
    expect(nodeOf(store.getState().document.graph, one)?.comment).toBe('Hi!');
    store.getState().undo();
    expect(nodeOf(store.getState().document.graph, one)?.comment).toBeUndefined();
    store.getState().redo();
    expect(nodeOf(store.getState().document.graph, one)?.comment).toBe('Hi!');
  });

  test('selecting, saving and looking at problems are not in it', () => {
    const store = open(twoSteps().document);
    store.getState().select(['first']);
    store.getState().setSave({ kind: 'saving' });
    store.getState().setProblems([], 'x');
    expect(store.temporal.getState().pastStates).toHaveLength(0);
  });

  test('the name has a history too', () => {
    const store = open();
    store.getState().rename('Other');
    store.getState().undo();
    expect(store.getState().name).toBe('Work');
  });
});

describe('edit', () => {
  test('a change of structure lays out anew and leaves alone what was placed by hand', () => {
    const { document, one } = twoSteps();
    const store = open(document);
    store.getState().edit((now) => moveTo(now, { [one]: { x: 500, y: 40 } }));
    insertStep(store, { function: 'first' });
    expect(store.getState().document.layout.positions[one]).toEqual({ x: 500, y: 40, pinned: true });
    expect(Object.keys(store.getState().document.layout.positions)).toHaveLength(3);
  });

  test('an edit that is refused changes nothing and answers null', () => {
    const store = open();
    const before = store.getState().document;
    expect(store.getState().edit((now) => setField(now, 'nobody', 'comment', 'x'))).toBeNull();
    expect(store.getState().document).toBe(before);
  });

  test('a graph that is only looked at does not change', () => {
    const store = open(twoSteps().document, true);
    expect(store.getState().edit((now) => setField(now, 'first', 'comment', 'x'))).toBeNull();
    store.getState().setCollapsed('first'); // folding is looking
    expect(store.getState().document.layout.collapsed).toEqual(['first']);
  });

  test('only a change of structure counts as one', () => {
    const { document, one, two } = twoSteps();
    expect(
      structureChanged(
        document.graph,
        setArgument(document, one, ['value'], { kind: 'literal', value: 'x' }).document.graph,
      ),
    ).toBe(false);
    expect(structureChanged(document.graph, addNode(document, newNode('wait'), { after: two }).document.graph)).toBe(
      true,
    );
  });
});

describe('commands', () => {
  test('a new step comes after the selection, onto a selected connection, else at the end', () => {
    const { document, one, two } = twoSteps();
    expect(spotAfterSelection(document, [one], null)).toEqual({ after: one });
    expect(spotAfterSelection(document, [], `${one}:next`)).toEqual({ edge: `${one}:next` });
    expect(spotAfterSelection(document, [], null)).toEqual({ into: null });
    const ended = addNode(document, newNode('fail'), { after: two });
    expect(spotAfterSelection(ended.document, [ended.id], null)).toEqual({ into: null });
  });

  test('a deleted step closes its gap, and the one before it is selected', () => {
    const { document, one, two } = twoSteps();
    const store = open(document);
    insertStep(store, { kind: 'wait' }, { after: one });
    removeSelection(store);
    expect(store.getState().document.graph.edges).toMatchObject([{ from: one, to: two }]);
    expect(store.getState().selected).toEqual([one]);
  });

  test('renaming takes the references with it, and a taken name is refused', () => {
    const { document, one, two } = twoSteps();
    const store = open(document);
    expect(renameStep(store, one, 'Read it')).toBe(true);
    expect(JSON.stringify(nodeOf(store.getState().document.graph, two))).toContain('"name":"readIt"');
    expect(renameStep(store, one, 'second')).toBe(false);
  });

  test('duplicates are selected; a copied step is pasted after the selection', () => {
    const { document, one, two } = twoSteps();
    const store = open(document);
    store.getState().select([one]);
    duplicateSelection(store);
    expect(store.getState().selected).toEqual(['first-2']);
    store.getState().select([one]);
    let text = '';
    const clipboard = {
      setData: (_format: string, copied: string) => {
        text = copied;
      },
    };
    copySelection(store, clipboard, 'copied');
    store.getState().select([two]);
    paste(store, text);
    const pasted = store.getState().selected[0];
    expect(store.getState().document.graph.edges).toContainEqual(expect.objectContaining({ from: two, to: pasted }));
  });
});

test('a problem leads to its step and to the tab of its field', () => {
  const { document, two } = twoSteps();
  const store = open(document);
  store.getState().goTo(two, ['arguments', 'Payload', 'value']);
  expect(store.getState()).toMatchObject({ selected: [two], inspectorTab: 'input', showInspector: true });
  expect(tabOf(['catchers', 0])).toBe('errors');
  expect(tabOf(['assign', 'x'])).toBe('output');
  expect(tabOf(['name'])).toBe('setup');
});

test('the worst of a step’s problems marks it', () => {
  const store = open();
  const at = { node: 'a' };
  store.getState().setProblems(
    [
      { code: 'A', severity: 'warning', message: '', hint: '', at },
      { code: 'B', severity: 'error', message: '', hint: '', at },
      { code: 'C', severity: 'warning', message: '', hint: '', at },
      { code: 'D', severity: 'info', message: '', hint: '', at: { node: 'b' } },
    ],
    'hash',
  );
  expect(store.getState().worstOf).toEqual({ a: 'error' });
});
