/**
 * Saving by itself: a moment after the last edit, one save at a time, nothing lost in between.
 *
 *   edit ──▶ kept in this browser ──(700 ms of rest)──▶ saved on the server ──▶ forgotten in this browser
 *
 * A save that fails is tried again, ever less often; a conflict waits for the person. A save whose answer was lost may
 * have been done all the same: what looks like a conflict then is compared with what was sent, and is none if it is that.
 * @module
 */
import type { Result } from '@/lib/base/problem';
import { fingerprint, type Named, type WorkflowDocument } from '@/lib/graph';
import type { EditorStore } from './store';

export type SaveCall = (form: {
  id: string;
  name: string;
  document: WorkflowDocument;
  revision: number;
}) => Promise<Result<{ revision: number; updatedAt: number }>>;
/** What is stored now: asked for where a save's answer was lost. */
export type CurrentCall = (id: string) => Promise<Result<Named & { revision: number; updatedAt: number }>>;
export type Kept = { name: string; document: WorkflowDocument; revision: number; at: number };
/** The part of localStorage that is used. */
export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const CONFLICT = 'REVISION_CONFLICT';
const REST = 700;
/** ms after which what is kept in this browser no longer waits for an idle moment */
const IDLE_MS = 100;
const RETRIES = [2000, 5000, 15_000, 30_000];
/** ms after which a save without an answer is taken for lost: a connection may die without a word */
const PATIENCE = 20_000;
/** how many saves without an answer are remembered */
const REMEMBERED = 100;
const key = (id: string) => `action-engine:unsaved:${id}`;

/** What this browser kept of a workflow that was not saved; `null` where there is nothing readable. */
export function keptIn(drawer: Drawer, id: string): Kept | null {
  try {
    const text = drawer.getItem(key(id));
    const kept: unknown = text ? JSON.parse(text) : null;
    const whole =
      typeof kept === 'object' && kept !== null && 'document' in kept && 'revision' in kept && 'name' in kept;
    return whole ? (kept as Kept) : null;
  } catch {
    return null;
  }
}

export const forget = (drawer: Drawer, id: string): void => {
  try {
    drawer.removeItem(key(id));
  } catch {
    // A browser that withholds its storage kept nothing.
  }
};

export type Autosave = {
  /** saves now what is not saved; resolves to whether it is. After `stop` nothing is saved any more. */
  flush: () => Promise<boolean>;
  /** what was stored when this editor last knew: where its changes began */
  base: () => Named;
  stop: () => void;
};

export type AutosaveOptions = { current?: CurrentCall; rest?: number; patience?: number };

export function autosave(
  store: EditorStore,
  call: SaveCall,
  drawer: Drawer,
  { current, rest = REST, patience = PATIENCE }: AutosaveOptions = {},
): Autosave {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** sent, and never answered: any of them may be what is stored */
  let unsure: Named[] = [];
  let running: Promise<boolean> | null = null;
  let failures = 0;
  let stopped = false;
  let saved = { document: store.getState().document, name: store.getState().name };

  const keep = () => {
    const { id, name, document, revision } = store.getState();
    try {
      drawer.setItem(key(id), JSON.stringify({ name, document, revision, at: Date.now() } satisfies Kept));
      if (store.getState().withheld) store.getState().setWithheld(false);
    } catch {
      // Full or refused: the server's copy is still made, and the person is told what this tab alone has.
      if (!store.getState().withheld) store.getState().setWithheld(true);
    }
  };
  let due = false;
  const keepNow = () => {
    if (due && !isSaved()) keep();
    due = false;
  };
  /** A large document takes some ms to write: the edit is drawn first. A page that is left or put away writes at once. */
  const keepSoon = () => {
    if (typeof requestAnimationFrame !== 'function' || document.visibilityState === 'hidden') return keep();
    if (due) return;
    due = true;
    if (typeof requestIdleCallback === 'function')
      requestAnimationFrame(() => requestIdleCallback(keepNow, { timeout: IDLE_MS }));
    else requestAnimationFrame(() => setTimeout(keepNow));
  };
  const isSaved = () =>
    unsure.length === 0 && store.getState().document === saved.document && store.getState().name === saved.name;

  async function saveOnce(): Promise<boolean> {
    const { id, name, document, revision, setSave } = store.getState();
    setSave({ kind: 'saving' });
    let answer: Awaited<ReturnType<SaveCall>>;
    try {
      answer = await within(patience, call({ id, name, document, revision }));
    } catch {
      unsure = [...unsure.slice(-REMEMBERED), { document, name }];
      answer = {
        ok: false,
        problem: {
          code: 'SERVER_UNREACHABLE',
          message: 'The server did not answer.',
          hint: 'Your changes are kept in this browser and saved when it is back.',
        },
      };
    }
    if (!answer.ok && answer.problem.code === CONFLICT && (await adopted(id))) return saveOnce();
    if (answer.ok) {
      saved = { document, name };
      failures = 0;
      unsure = [];
      store
        .getState()
        .setSave(
          isSaved() ? { kind: 'saved', at: answer.value.updatedAt } : { kind: 'unsaved' },
          answer.value.revision,
        );
      if (isSaved()) forget(drawer, id);
      else {
        keep();
        plan(rest);
      }
      return true;
    }
    if (answer.problem.code === CONFLICT) {
      store.getState().setSave({ kind: 'conflict', problem: answer.problem });
      return false;
    }
    store.getState().setSave({ kind: 'failed', problem: answer.problem });
    plan(RETRIES[Math.min(failures++, RETRIES.length - 1)]!);
    return false;
  }

  /** Is what is stored what this editor sent? Then the next save begins from there. */
  async function adopted(id: string): Promise<boolean> {
    if (unsure.length === 0 || !current) return false;
    const answer = await within(patience, current(id)).catch(() => null);
    if (!answer?.ok) return false;
    const { document, name, revision, updatedAt } = answer.value;
    const stored = fingerprint({ document, name });
    const ours = unsure.find((sent) => fingerprint(sent) === stored);
    if (!ours) return false;
    unsure = [];
    saved = ours;
    store.getState().setSave(isSaved() ? { kind: 'saved', at: updatedAt } : { kind: 'unsaved' }, revision);
    return true;
  }

  function plan(ms: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void flush(), ms);
  }

  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    while (running) await running;
    if (stopped || isSaved()) return true;
    if (store.getState().save.kind === 'conflict') return false;
    running = saveOnce().finally(() => {
      running = null;
    });
    const done = await running;
    return done && !isSaved() ? flush() : done;
  }

  const unsubscribe = store.subscribe((now, before) => {
    if (now.document === before.document && now.name === before.name) return;
    if (isSaved()) {
      // Undone back to what is saved.
      clearTimeout(timer);
      if (now.save.kind === 'unsaved') now.setSave({ kind: 'saved', at: Date.now() });
      forget(drawer, now.id);
      return;
    }
    keepSoon();
    if (now.save.kind === 'conflict') return;
    if (now.save.kind !== 'unsaved' && now.save.kind !== 'saving') now.setSave({ kind: 'unsaved' });
    plan(rest);
  });

  const page = typeof document === 'undefined' ? null : document;
  page?.addEventListener('visibilitychange', keepNow);
  globalThis.addEventListener?.('pagehide', keepNow);

  return {
    flush,
    base: () => saved,
    stop: () => {
      keepNow();
      page?.removeEventListener('visibilitychange', keepNow);
      globalThis.removeEventListener?.('pagehide', keepNow);
      stopped = true;
      clearTimeout(timer);
      unsubscribe();
    },
  };
}

/** @throws when it takes longer than `ms` */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
