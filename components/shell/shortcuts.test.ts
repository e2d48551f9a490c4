import { expect, test } from 'vitest';
import {
  AS_SHIPPED,
  alsoOn,
  byChord,
  type Chosen,
  COMMAND_IDS,
  COMMANDS,
  choose,
  chordsOf,
  GROUPS,
  isFixed,
  isSingle,
  readChosen,
  refusal,
  restore,
} from './shortcuts';

const clashes = (chosen: Chosen) =>
  COMMAND_IDS.flatMap((id) =>
    chordsOf(id, chosen).flatMap((chord) => alsoOn(id, chord, chosen).map((other) => `${chord}: ${id}, ${other}`)),
  );

test('as shipped no key has two meanings, each command is in the list once, and none has a key that it may not have', () => {
  expect(clashes(AS_SHIPPED)).toEqual([]);
  const listed = GROUPS.flatMap(({ rows }) => rows.filter((row) => typeof row === 'string'));
  expect([...listed].sort()).toEqual([...COMMAND_IDS].sort());
  for (const id of COMMAND_IDS)
    if (!isFixed(id)) expect(COMMANDS[id].keys.map(refusal)).not.toContainEqual(expect.any(String));
});

test('a command is heard by its new key alone', () => {
  const chosen = choose(AS_SHIPPED, 'redo', 'Mod+Shift+U');
  expect(chordsOf('redo', chosen)).toEqual(['Mod+Shift+U']);
  expect(byChord(chosen).get('Mod+Y')).toBeUndefined();
  expect(byChord(chosen).get('Mod+Shift+U')).toEqual(['redo']);
  expect(restore(chosen, 'redo')).toEqual(AS_SHIPPED);
});

test('who had the key gets the one that is free now', () => {
  const chosen = choose(AS_SHIPPED, 'mock', 'D');
  expect(chosen.keys).toEqual({ mock: 'D', switchOff: 'M' });
  // A review hears A while the canvas does not: they share a key without a quarrel.
  expect(choose(AS_SHIPPED, 'mock', 'A').keys).toEqual({ mock: 'A' });
  expect(restore(chosen, 'mock')).toEqual(AS_SHIPPED);
  expect(restore(chosen, 'switchOff')).toEqual(AS_SHIPPED);
});

test('whatever is chosen, in whatever order, no key has two meanings, and all can be as shipped again', () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
  const chords = [...new Set(COMMAND_IDS.flatMap((id) => [...COMMANDS[id].keys]))].filter((chord) => !refusal(chord));
  const free = COMMAND_IDS.filter((id) => !isFixed(id));
  let chosen: Chosen = AS_SHIPPED;
  for (let i = 0; i < 2000; i++) {
    const id = free[next(free.length)]!;
    const how = next(8);
    const before = chosen;
    chosen = how === 0 ? restore(chosen, id) : choose(chosen, id, how === 1 ? '' : chords[next(chords.length)]!);
    expect(clashes(chosen), `${id} after ${JSON.stringify(before.keys)}`).toEqual([]);
    expect(readChosen(JSON.parse(JSON.stringify(chosen)))).toEqual(chosen);
  }
  for (const id of free) chosen = restore(chosen, id);
  expect(chosen).toEqual(AS_SHIPPED);
});

test('what the page or the browser needs cannot be taken', () => {
  for (const chord of [
    'Tab',
    'Shift+Tab',
    'Escape',
    'Enter',
    'Space',
    'ArrowUp',
    'Alt+ArrowUp',
    'Mod+C',
    'Mod+T',
    'F5',
    'Dead',
  ])
    expect(refusal(chord), chord).toMatch(/\w/);
  for (const chord of ['Mod+U', 'Shift+Enter', 'Alt+P', '+', 'Mod++', 'F9', 'É', 'Shift+L'])
    expect(refusal(chord), chord).toBeNull();
});

test('single letters and signs can rest; named keys and chords do not', () => {
  expect(['A', '?', 'Shift+L', '+'].map(isSingle)).toEqual([true, true, true, true]);
  expect(['F2', 'Mod+K', 'Delete', 'Alt+P', 'Shift+Enter', 'Mod++'].map(isSingle)).not.toContain(true);
  const rested = byChord({ ...AS_SHIPPED, singles: false });
  expect(rested.has('D')).toBe(false);
  expect(rested.get('Delete')).toEqual(['remove']);
});

test('what was kept is read with suspicion', () => {
  expect(readChosen('x')).toEqual(AS_SHIPPED);
  const kept = {
    singles: 'no',
    keys: {
      undo: 'Mod+U',
      mock: '',
      redo: 5,
      nothing: 'Q',
      toString: 'Q',
      tidy: 'Mod+T',
      fit: 'Shift +',
      deselect: 'Q',
    },
  };
  expect(readChosen(kept)).toEqual({ singles: true, keys: { undo: 'Mod+U', mock: '' } });
});
