import { beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyDocument, setWorkflowField } from '@/lib/graph';
import { type Autosave, autosave, CONFLICT, type Drawer, keptIn, type SaveCall } from './autosave';
import { createEditorStore } from './store';

/** A drawer as a browser has one. */
function newDrawer(): Drawer {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
  };
}
const open = () =>
  createEditorStore({
    detail: {
      id: 'w',
      name: 'Work',
      document: emptyDocument(),
      revision: 1,
      updatedAt: 0,
      prompt: null,
      plan: null,
      planner: null,
      invokePath: '',
    },
    functions: [],
  });
const type = (store: ReturnType<typeof open>, text: string) =>
  store.getState().edit((now) => setWorkflowField(now, 'comment', text));

/** A server that counts revisions as the real one does: a save on an old revision is refused. */
type Server = { revision: number; saved: string[]; down: boolean; slow: number; save: SaveCall };
function newServer(): Server {
  const server: Server = {
    revision: 1,
    saved: [],
    down: false,
    slow: 0,
    save: async ({ document, revision }) => {
      if (server.slow) await new Promise((done) => setTimeout(done, server.slow));
      if (server.down) throw new Error('connection refused');
      if (revision !== server.revision)
        return { ok: false, problem: { code: CONFLICT, message: 'Changed elsewhere.', hint: 'Reload.' } };
      server.saved.push(document.graph.comment ?? '');
      return { ok: true, value: { revision: ++server.revision, updatedAt: 5 } };
    },
  };
  return server;
}

describe('autosave', () => {
  let store: ReturnType<typeof open>;
  let drawer: Drawer;
  let server: ReturnType<typeof newServer>;
  let saver: Autosave;
  beforeEach(() => {
    vi.useFakeTimers();
    store = open();
    drawer = newDrawer();
    server = newServer();
    saver = autosave(store, server.save, drawer, 100);
    return () => {
      saver.stop();
      vi.useRealTimers();
    };
  });

  test('saves once, a moment after the last edit, and then keeps nothing in the browser', async () => {
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(60);
    type(store, 'ab');
    expect(keptIn(drawer, 'w')?.document.graph.comment).toBe('ab');
    expect(store.getState().save.kind).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(100);
    expect(server.saved).toEqual(['ab']);
    expect(store.getState()).toMatchObject({ save: { kind: 'saved', at: 5 }, revision: 2 });
    expect(keptIn(drawer, 'w')).toBeNull();
  });

  test('an edit made while saving is saved after it, on the new revision', async () => {
    server.slow = 50;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(110);
    type(store, 'b');
    expect(keptIn(drawer, 'w')?.document.graph.comment).toBe('b');
    await vi.advanceTimersByTimeAsync(400);
    expect(server.saved).toEqual(['a', 'b']);
    expect(store.getState().save.kind).toBe('saved');
  });

  test('a save that fails keeps the edit and tries again', async () => {
    server.down = true;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(150);
    expect(store.getState().save).toMatchObject({ kind: 'failed', problem: { code: 'SERVER_UNREACHABLE' } });
    expect(keptIn(drawer, 'w')?.document.graph.comment).toBe('a');
    server.down = false;
    await vi.advanceTimersByTimeAsync(2100);
    expect(server.saved).toEqual(['a']);
    expect(store.getState().save.kind).toBe('saved');
  });

  test('a conflict overwrites nothing, keeps what is typed, and waits', async () => {
    server.revision = 9;
    type(store, 'mine');
    await vi.advanceTimersByTimeAsync(150);
    expect(store.getState().save.kind).toBe('conflict');
    type(store, 'mine too');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.saved).toEqual([]);
    expect(keptIn(drawer, 'w')?.document.graph.comment).toBe('mine too');
  });

  test('undone to what is saved, there is nothing to save', async () => {
    type(store, 'a');
    store.getState().undo();
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.saved).toEqual([]);
    expect(store.getState().save.kind).toBe('saved');
    expect(keptIn(drawer, 'w')).toBeNull();
  });

  test('flush saves at once: what is run is what is on the screen', async () => {
    server.slow = 20;
    type(store, 'a');
    const done = saver.flush();
    type(store, 'b');
    await vi.advanceTimersByTimeAsync(200);
    expect(await done).toBe(true);
    expect(server.saved.at(-1)).toBe('b');
  });
});

test('what a browser kept and cannot be read is nothing', () => {
  const drawer = newDrawer();
  drawer.setItem('action-engine:unsaved:w', '{"broken');
  expect(keptIn(drawer, 'w')).toBeNull();
});
