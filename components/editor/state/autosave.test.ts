import { beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyDocument, setWorkflowField } from '@/lib/graph';
import { type Autosave, autosave, CONFLICT, type CurrentCall, type Drawer, keptIn, type SaveCall } from './autosave';
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
type Server = {
  revision: number;
  saved: string[];
  down: boolean;
  /** saves, and loses the answer */
  mute: boolean;
  slow: number;
  save: SaveCall;
  current: CurrentCall;
};
function newServer(): Server {
  let stored: Parameters<SaveCall>[0] | null = null;
  const server: Server = {
    revision: 1,
    saved: [],
    down: false,
    mute: false,
    slow: 0,
    current: async () => {
      if (server.down || !stored) throw new Error('connection refused');
      return {
        ok: true,
        value: { document: stored.document, name: stored.name, revision: server.revision, updatedAt: 7 },
      };
    },
    save: async ({ id, name, document, revision }) => {
      if (server.slow) await new Promise((done) => setTimeout(done, server.slow));
      if (server.down) throw new Error('connection refused');
      if (revision !== server.revision)
        return { ok: false, problem: { code: CONFLICT, message: 'Changed elsewhere.', hint: 'Reload.' } };
      server.saved.push(document.graph.comment ?? '');
      // As a store does, with its keys in another order.
      stored = { revision, name, id, document: JSON.parse(JSON.stringify({ ...document, notes: document.notes })) };
      server.revision++;
      if (server.mute) throw new Error('connection reset');
      return { ok: true, value: { revision: server.revision, updatedAt: 5 } };
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
    saver = autosave(store, server.save, drawer, { rest: 100, current: server.current, patience: 3000 });
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

  test('a save whose answer was lost is no conflict, and the next edit is saved on top of it', async () => {
    server.mute = true;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(150);
    expect(store.getState().save.kind).toBe('failed');
    server.mute = false;
    type(store, 'ab');
    await vi.advanceTimersByTimeAsync(3000);
    expect(store.getState()).toMatchObject({ save: { kind: 'saved' }, revision: 3 });
    expect(server.saved).toEqual(['a', 'ab']);
    expect(keptIn(drawer, 'w')).toBeNull();
  });

  test('undone while an answer was lost, what is stored is undone as well', async () => {
    server.mute = true;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(150);
    server.mute = false;
    store.getState().undo();
    await vi.advanceTimersByTimeAsync(3000);
    expect(server.saved).toEqual(['a', '']);
    expect(store.getState().save.kind).toBe('saved');
  });

  test('a save whose answer was lost does not hide that somebody else saved since', async () => {
    server.mute = true;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(150);
    server.mute = false;
    const theirs = open();
    type(theirs, 'theirs');
    await server.save({ id: 'w', name: 'Work', document: theirs.getState().document, revision: 2 });
    type(store, 'ab');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.getState().save.kind).toBe('conflict');
    expect(server.saved).toEqual(['a', 'theirs']);
    expect(keptIn(drawer, 'w')?.document.graph.comment).toBe('ab');
  });

  test('a save that is never answered is given up and made again', async () => {
    server.slow = 1e9;
    type(store, 'a');
    await vi.advanceTimersByTimeAsync(3200);
    expect(store.getState().save.kind).toBe('failed');
    server.slow = 0;
    await vi.advanceTimersByTimeAsync(2100);
    expect(store.getState().save.kind).toBe('saved');
  });

  test('a browser that keeps nothing is told of, and what is on the screen is saved all the same', async () => {
    drawer.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    type(store, 'a');
    expect(store.getState().withheld).toBe(true);
    await vi.advanceTimersByTimeAsync(150);
    expect(server.saved).toEqual(['a']);
    expect(store.getState().save.kind).toBe('saved');
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
