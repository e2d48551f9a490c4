/**
 * The history, kept over a reload: what was done can be undone as long as the tab is open.
 *
 *   past, present, future ──▶ a row of operations in sessionStorage ──(reload)──▶ past, present, future
 *
 * It is anchored to what the workflow is: where somebody else changed it meanwhile, the old history is not its own, and is
 * forgotten.
 * @module
 */
import { apply, fingerprint, invert, type Named, type Operation, operationOf } from '@/lib/graph';
import type { Drawer } from './autosave';
import type { EditorStore } from './store';

/** Characters; a browser gives a tab some five million. The oldest steps give way. */
const ROOM = 3_500_000;
/** ms of rest after which it is written; a page that is left writes at once */
const REST = 600;

type Kept = { present: string; at: number; operations: string[] };
const key = (id: string) => `action-engine:history:${id}`;

/** Brings a kept history back, and keeps it from then on. @returns what writes now and stops */
export function keepHistory(store: EditorStore, drawer: Drawer, rest = REST): { write: () => void; stop: () => void } {
  bringBack(store, drawer);
  /** An operation is worked out once; by the state it begins from. */
  const known = new WeakMap<object, { after: Named; text: string }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const between = (before: Named, after: Named): string => {
    const old = known.get(before);
    if (old && old.after.document === after.document && old.after.name === after.name) return old.text;
    const text = JSON.stringify(operationOf(before, after));
    known.set(before, { after, text });
    return text;
  };

  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const { document, name, id } = store.getState();
    const past = store.temporal.getState().pastStates as Named[];
    const future = store.temporal.getState().futureStates as Named[];
    const states = [...past, { document, name }, ...[...future].reverse()];
    // From the present outwards, as much as there is room for.
    let room = ROOM;
    let first = past.length;
    const before: string[] = [];
    while (first > 0) {
      const text = between(states[first - 1]!, states[first]!);
      room -= text.length;
      if (room < 0) break;
      before.unshift(text);
      first--;
    }
    const after: string[] = [];
    for (let i = past.length; i + 1 < states.length; i++) {
      const text = between(states[i]!, states[i + 1]!);
      room -= text.length;
      if (room < 0) break;
      after.push(text);
    }
    try {
      if (before.length + after.length === 0) return drawer.removeItem(key(id));
      const kept: Kept = {
        present: fingerprint({ document, name }),
        at: before.length,
        operations: [...before, ...after],
      };
      drawer.setItem(key(id), JSON.stringify(kept));
    } catch {
      // Full or withheld: the history lasts until the page is left.
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(whenIdle, rest);
  };
  /** A large workflow takes some frames to write down: not while somebody is at work. */
  const whenIdle = () => {
    if (typeof requestIdleCallback !== 'function') return write();
    requestIdleCallback(() => timer !== undefined && write(), { timeout: 1000 });
  };
  const leaving = () => timer !== undefined && write();
  const unsubscribe = [
    store.temporal.subscribe(soon),
    store.subscribe((now, was) => void (now.document !== was.document && soon())),
  ];
  if (typeof window !== 'undefined') window.addEventListener('pagehide', leaving);
  return {
    write,
    stop: () => {
      leaving();
      for (const stop of unsubscribe) stop();
      if (typeof window !== 'undefined') window.removeEventListener('pagehide', leaving);
    },
  };
}

function bringBack(store: EditorStore, drawer: Drawer): void {
  const { id, document, name } = store.getState();
  const kept = read(drawer, id);
  if (!kept || kept.present !== fingerprint({ document, name })) return;
  try {
    const operations = kept.operations.map((text) => JSON.parse(text) as Operation);
    const present: Named = { document, name };
    const pastStates: Named[] = [];
    for (let i = kept.at - 1, state = present; i >= 0; i--) {
      state = apply(invert(operations[i]!), state);
      pastStates.unshift(state);
    }
    const futureStates: Named[] = [];
    for (let i = kept.at, state = present; i < operations.length; i++) {
      state = apply(operations[i]!, state);
      futureStates.unshift(state);
    }
    store.temporal.setState({ pastStates, futureStates });
  } catch {
    // Written by another version of the page: the workflow is whole without it.
  }
}

function read(drawer: Drawer, id: string): Kept | null {
  try {
    const kept: unknown = JSON.parse(drawer.getItem(key(id)) ?? 'null');
    const whole =
      typeof kept === 'object' && kept !== null && 'operations' in kept && 'present' in kept && 'at' in kept;
    return whole ? (kept as Kept) : null;
  } catch {
    return null;
  }
}
