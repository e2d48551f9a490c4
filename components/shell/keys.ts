'use client';
import { useEffect, useRef, useState } from 'react';

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
  const parts = chord.split('+');
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵', Backspace: '⌫' }
    : { Mod: 'Ctrl', Enter: 'Enter', Backspace: 'Backspace' };
  return parts.map((part) => names[part] ?? part).join(mac ? '' : '+');
}

/** After the first paint: the server cannot know the keyboard. */
export function useMac(): boolean {
  const [mac, setMac] = useState(false);
  useEffect(() => setMac(isMac()), []);
  return mac;
}

/** A chord of a key event: `Mod+Shift+Z`, `F2`, `?`, `Delete`. Shift is named only with letters and named keys. */
function chordOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts: string[] = [];
  if (event.metaKey || event.ctrlKey) parts.push('Mod');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (key.length > 1 || /[A-Z]/.test(key))) parts.push('Shift');
  parts.push(key === ' ' ? 'Space' : key);
  return parts.join('+');
}

const FIRST = /^Mod\+.*Enter$/;

/** A handler that answers `false` lets the browser have the key. */
export type KeyMap = Record<string, (event: KeyboardEvent) => unknown>;

/** Everyone who listens now: what the list of shortcuts is held against. */
const listeners = new Set<{ readonly current: KeyMap }>();

/** Does anyone on the screen answer to this chord? */
export const isBound = (chord: string): boolean =>
  [...listeners].some(({ current }) => Object.hasOwn(current, chord) && current[chord] !== undefined);

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
      const run = Object.hasOwn(latest.current, chord) ? latest.current[chord] : undefined;
      if (!run) return;
      const typing = isTyping(event.target);
      // Undo, copy and delete inside a text box belong to the box.
      if (typing && (!chord.startsWith('Mod+') || /^Mod\+(Shift\+)?[ZACVXDY]$|Backspace$/.test(chord))) return;
      if (
        document.querySelector('[role="dialog"][data-state="open"], [role="menu"], [role="listbox"]') &&
        chord !== 'Mod+K'
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
