'use client';
/** Commands by keys: a component says what each command does while it is shown; which keys, is looked up (shortcuts.ts). */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { AS_SHIPPED, byChord, type Chosen, type CommandId, chordsOf, isSingle, readChosen } from './shortcuts';

/** Is the person typing? Then single keys are letters, not commands. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches(
      'input:not([type="checkbox"], [type="radio"]), textarea, select, [role="combobox"], [role="textbox"]',
    )
  );
}

const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** `Mod+Z` as printed on this machine's keyboard. */
export function chordText(chord: string, mac: boolean): string {
  const parts = chord.split(/\+(?=.)/);
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵', Backspace: '⌫', Escape: 'Esc' }
    : { Mod: 'Ctrl', Escape: 'Esc' };
  return parts.map((part) => names[part] ?? part).join(mac ? '' : '+');
}

/** After the first paint: the server cannot know the keyboard. */
export function useMac(): boolean {
  const [mac, setMac] = useState(false);
  useEffect(() => setMac(isMac()), []);
  return mac;
}

/** The chord of a key event, as shortcuts.ts writes it. */
export function chordOf(event: KeyboardEvent): string {
  // AltGr writes signs ([ on many keyboards) and says on some systems that Ctrl and Alt are down.
  const writes = event.getModifierState('AltGraph');
  // With ⌥ a Mac's letters are others (⌥S is ß): the key itself counts.
  const bare = event.altKey && !writes ? /^(?:Key|Digit)(\w)$/.exec(event.code)?.[1] : undefined;
  const key = bare ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const parts: string[] = [];
  if ((event.metaKey || event.ctrlKey) && !writes) parts.push('Mod');
  if (event.altKey && !writes) parts.push('Alt');
  if (event.shiftKey && (key.length > 1 || bare !== undefined || /\p{Lu}/u.test(key))) parts.push('Shift');
  parts.push(key === ' ' ? 'Space' : key);
  return parts.join('+');
}

// ------------------------------------------------------------------ what the person chose, kept in this browser

const KEPT = 'action-engine:shortcuts';
const watchers = new Set<() => void>();
let chosen: Chosen | null = null;
let index: ReadonlyMap<string, CommandId[]> | null = null;

function readKept(): Chosen {
  try {
    return readChosen(JSON.parse(localStorage.getItem(KEPT) ?? 'null'));
  } catch {
    return AS_SHIPPED;
  }
}

const chosenNow = (): Chosen => {
  chosen ??= readKept();
  return chosen;
};

function changed(next: Chosen | null): void {
  chosen = next;
  index = null;
  for (const watcher of watchers) watcher();
}

function onStorage(event: StorageEvent): void {
  if (event.key === KEPT || event.key === null) changed(null);
}

function watch(watcher: () => void): () => void {
  if (watchers.size === 0) window.addEventListener('storage', onStorage);
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) window.removeEventListener('storage', onStorage);
  };
}

/** What the person chose, and the way to choose otherwise. A browser that withholds its storage keeps it until it is left. */
export function useChosen(): [Chosen, (next: Chosen) => void] {
  const now = useSyncExternalStore(watch, chosenNow, () => AS_SHIPPED);
  return [
    now,
    (next) => {
      try {
        localStorage.setItem(KEPT, JSON.stringify(next));
      } catch {
        // see above
      }
      changed(next);
    },
  ];
}

/** `keysOf('undo')`: the keys of a command as printed on this keyboard; undefined where it has none. */
export function useKeysOf(): (id: CommandId) => string | undefined {
  const mac = useMac();
  const now = useSyncExternalStore(watch, chosenNow, () => AS_SHIPPED);
  return (id) => {
    const chord = chordsOf(id, now).find((one) => now.singles || !isSingle(one));
    return chord === undefined ? undefined : chordText(chord, mac);
  };
}

// ------------------------------------------------------------------ listening

const FIRST = /^Mod\+.*Enter$/;

/** A handler that answers `false` lets the browser have the key. */
export type KeyMap = Partial<Record<CommandId, (event: KeyboardEvent) => unknown>>;

/** Everyone who listens now: what the list of shortcuts is held against. */
const listeners = new Set<{ readonly current: KeyMap }>();

/** Does anyone on the screen answer to this command? */
export const isBound = (id: CommandId): boolean => [...listeners].some(({ current }) => current[id] !== undefined);

/** Keys while the component is shown. Single keys rest while someone types or a dialog is open; `Mod` chords do not rest. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const chord = chordOf(event);
      // Enter opens what has the focus, also with Mod where that asks for something else: those chords are heard first.
      if (FIRST.test(chord) !== (event.eventPhase === Event.CAPTURING_PHASE)) return;
      index ??= byChord(chosenNow());
      const id = index.get(chord)?.find((one) => latest.current[one]);
      const run = id && latest.current[id];
      if (!run) return;
      const typing = isTyping(event.target);
      // Undo, copy and delete inside a text box belong to the box.
      if (typing && (!chord.startsWith('Mod+') || /^Mod\+(Shift\+)?[ZACVXDY]$|Backspace$/.test(chord))) return;
      if (
        document.querySelector('[role="dialog"][data-state="open"], [role="menu"], [role="listbox"]') &&
        id !== 'palette'
      )
        return;
      if (run(event) !== false) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('keydown', onKey, true);
    listeners.add(latest);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keydown', onKey, true);
      listeners.delete(latest);
    };
  }, []);
}
