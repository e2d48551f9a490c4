/**
 * What can be done by keys, and by which. In: what a person chose. Out: the chords of each command.
 * A chord is written `Mod+Shift+Z`, `F2`, `?`: Mod is ⌘ on a Mac and Ctrl elsewhere; Shift is named only with letters and
 * named keys, since `?` says itself that it takes Shift on one keyboard and none on another.
 */
import { isObject } from '@/lib/base/json';

/** Where a command is heard. The canvas and a review are never there together. */
type Where = 'everywhere' | 'editor' | 'canvas' | 'review';
type Command = {
  does: string;
  where: Where;
  /** the first is shown, all are heard */
  keys: readonly string[];
  /** Esc leaves things everywhere: it is not given away. */
  fixed?: true;
};

export const COMMANDS = {
  palette: { where: 'everywhere', keys: ['Mod+K'], does: 'Search and commands' },
  theme: { where: 'everywhere', keys: ['Mod+Shift+D'], does: 'Change the theme' },
  help: { where: 'everywhere', keys: ['?'], does: 'The list of shortcuts' },
  goTo: { where: 'everywhere', keys: ['G'], does: 'Go to a screen: this, then its letter' },

  ask: { where: 'editor', keys: ['Mod+J'], does: 'Ask or change' },
  run: { where: 'editor', keys: ['Mod+Enter'], does: 'Run, or stop the run' },
  undo: { where: 'editor', keys: ['Mod+Z'], does: 'Undo' },
  redo: { where: 'editor', keys: ['Mod+Shift+Z', 'Mod+Y'], does: 'Redo' },
  save: { where: 'editor', keys: ['Mod+S'], does: 'Save now (saving is automatic)' },
  nextProblem: { where: 'editor', keys: ['F8'], does: 'Next problem' },
  problemBefore: { where: 'editor', keys: ['Shift+F8'], does: 'Problem before' },
  code: { where: 'editor', keys: ['E'], does: 'Code beside the picture, and back' },
  outline: { where: 'editor', keys: ['O'], does: 'Outline and back' },
  addStep: { where: 'canvas', keys: ['/'], does: 'Search steps to add' },

  test: { where: 'canvas', keys: ['Shift+Enter'], does: 'Test it alone' },
  runFrom: { where: 'canvas', keys: ['Alt+Enter'], does: 'Run from here' },
  runUntil: { where: 'canvas', keys: ['Alt+Shift+Enter'], does: 'Run until here' },
  mock: { where: 'canvas', keys: ['M'], does: 'Mock its answer' },

  rename: { where: 'canvas', keys: ['F2'], does: 'Rename' },
  remove: {
    where: 'canvas',
    keys: ['Delete', 'Backspace', 'Mod+Backspace'],
    does: 'Delete, and connect what stood before to what comes after',
  },
  connect: { where: 'canvas', keys: ['C'], does: 'Connect to another step' },
  switchOff: { where: 'canvas', keys: ['D'], does: 'Switch off, or on again' },
  note: { where: 'canvas', keys: ['N'], does: 'Add a note' },
  find: { where: 'canvas', keys: ['Mod+F'], does: 'Find' },
  replace: { where: 'canvas', keys: ['Mod+H'], does: 'Find and replace' },
  duplicate: { where: 'canvas', keys: ['Mod+D'], does: 'Duplicate' },
  selectAll: { where: 'canvas', keys: ['Mod+A'], does: 'Select all' },
  deselect: { where: 'canvas', keys: ['Escape'], does: 'Select nothing', fixed: true },
  fold: { where: 'canvas', keys: ['['], does: 'Fold a Parallel or Map' },
  unfold: { where: 'canvas', keys: [']'], does: 'Unfold it' },
  tidy: { where: 'canvas', keys: ['Shift+L'], does: 'Tidy the layout, or what is selected' },
  fit: { where: 'canvas', keys: ['1'], does: 'Show everything' },
  fullSize: { where: 'canvas', keys: ['0'], does: 'Zoom to 100 %' },
  zoomIn: { where: 'canvas', keys: ['+', '='], does: 'Zoom in' },
  zoomOut: { where: 'canvas', keys: ['-'], does: 'Zoom out' },

  nextChange: { where: 'review', keys: ['J'], does: 'Next change' },
  changeBefore: { where: 'review', keys: ['K'], does: 'Previous change' },
  accept: { where: 'review', keys: ['A'], does: 'Take it' },
  reject: { where: 'review', keys: ['R'], does: 'Leave it out' },
  keep: { where: 'review', keys: ['Mod+Shift+Enter'], does: 'Keep what is taken' },
  discard: { where: 'review', keys: ['Escape'], does: 'Discard all', fixed: true },
} as const satisfies Record<string, Command>;

export type CommandId = keyof typeof COMMANDS;
const ALL: Record<CommandId, Command> = COMMANDS;
export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[];
const isCommand = (id: string): id is CommandId => Object.hasOwn(COMMANDS, id);
export const isFixed = (id: CommandId): boolean => ALL[id].fixed === true;

/** A shortcut that the focused part of the screen answers itself: what it prints, what it does. */
type Own = readonly [chord: string, does: string];
export type ShortcutGroup = {
  title: string;
  on: 'editor' | 'run' | 'everywhere';
  during?: 'review';
  rows: readonly (CommandId | Own)[];
};

/** The list of shortcuts, in the order in which it is shown. */
export const GROUPS: readonly ShortcutGroup[] = [
  {
    title: 'Workflow',
    on: 'editor',
    rows: ['ask', 'run', 'undo', 'redo', 'save', 'nextProblem', 'problemBefore', 'code', 'outline', 'addStep'],
  },
  { title: 'Try the selected step', on: 'editor', rows: ['test', 'runFrom', 'runUntil', 'mock'] },
  {
    title: 'Canvas',
    on: 'editor',
    rows: [
      ['Arrows', 'Go to the next, previous or neighbouring step'],
      ['Tab', 'Through steps and the + on their connections'],
      ['Enter', 'Open the step’s settings'],
      'rename',
      'remove',
      ['Shift+Arrows', 'Select that step too'],
      ['Alt+Arrows', 'Move the selected steps'],
      'connect',
      'switchOff',
      'note',
      'find',
      'replace',
      'duplicate',
      ['Mod+C', 'Copy, for this workflow or another'],
      ['Mod+X', 'Cut'],
      ['Mod+V', 'Paste after the selection'],
      ...(['selectAll', 'deselect', 'fold', 'unfold', 'tidy', 'fit', 'fullSize', 'zoomIn', 'zoomOut'] as const),
    ],
  },
  {
    title: 'While changes are proposed',
    on: 'editor',
    during: 'review',
    rows: ['nextChange', 'changeBefore', 'accept', 'reject', 'keep', 'discard'],
  },
  {
    title: 'A run’s timeline and items',
    on: 'run',
    rows: [
      ['Arrows', 'From bar to bar, from item to item; on the slider, an event earlier or later'],
      ['Enter', 'Open the step or the item'],
      ['+ and -', 'Zoom in and out'],
      ['Shift+Arrows', 'Move along when zoomed'],
      ['0', 'Show the whole run'],
    ],
  },
  { title: 'Everywhere', on: 'everywhere', rows: ['palette', 'theme', 'help', 'goTo'] },
];

/** What a person chose: other keys for commands (`''`: none), and whether keys without Mod or Alt count at all. */
export type Chosen = { keys: Partial<Record<CommandId, string>>; singles: boolean };
export const AS_SHIPPED: Chosen = { keys: {}, singles: true };

/** The chords that a command is heard by; none where it was left without. */
export function chordsOf(id: CommandId, chosen: Chosen): readonly string[] {
  const own = isFixed(id) ? undefined : chosen.keys[id];
  return own === undefined ? ALL[id].keys : own === '' ? [] : [own];
}

/** Would it be a letter, digit or sign while typing? @param chord as written above */
export const isSingle = (chord: string): boolean =>
  !/^(Mod|Alt)\+/.test(chord) && [...chord.replace(/^Shift\+/, '')].length === 1;

/** Which commands answer to which chord, by what was chosen. */
export function byChord(chosen: Chosen): ReadonlyMap<string, CommandId[]> {
  const found = new Map<string, CommandId[]>();
  for (const id of COMMAND_IDS)
    for (const chord of chordsOf(id, chosen))
      if (chosen.singles || !isSingle(chord)) found.set(chord, [...(found.get(chord) ?? []), id]);
  return found;
}

const apart = (a: Where, b: Where): boolean => (a === 'canvas' && b === 'review') || (a === 'review' && b === 'canvas');

/** Commands that would be heard together with this one if it had that chord. */
export const alsoOn = (id: CommandId, chord: string, chosen: Chosen): CommandId[] =>
  COMMAND_IDS.filter(
    (other) => other !== id && chordsOf(other, chosen).includes(chord) && !apart(ALL[id].where, ALL[other].where),
  );

const LEAVES = 'moves the focus, opens what has it, or closes: everything on the page needs it';
const BROWSERS = 'belongs to the browser, which does not hand it on';
/** Chords that no command can have, and why; ends a sentence that begins with the chord. */
export function refusal(chord: string): string | null {
  const key = chord.replace(/^(?:(?:Mod|Alt|Shift)\+)*(?=.)/, '');
  if (/^(?:Shift\+)?(?:Tab|Escape|Space|Arrow\w+)$/.test(chord) || chord === 'Enter') return LEAVES;
  if (/^Alt\+(?:Shift\+)?Arrow|^Shift\+Arrow/.test(chord)) return 'selects and moves steps';
  if (/^Mod\+[CXV]$/.test(chord)) return 'copies, cuts and pastes everywhere';
  if (/^Mod\+(?:Shift\+)?[TNWQR]$|^(?:Mod\+(?:Shift\+)?)?(?:F5|F11|F12|Tab)$|^Alt\+F4$/.test(chord)) return BROWSERS;
  if (['Dead', 'Unidentified', 'Process'].includes(key)) return 'has no name that could be kept';
  return null;
}

/** Gives a command another chord, or with `''` none. Who had that chord gets the one that this command had before. */
export function choose(chosen: Chosen, id: CommandId, chord: string): Chosen {
  const others = chord === '' ? [] : alsoOn(id, chord, chosen).filter((other) => !isFixed(other));
  const [before = ''] = chordsOf(id, chosen);
  let made = tidied({ ...chosen, keys: { ...chosen.keys, [id]: chord } });
  for (const other of others) {
    const free = before !== '' && alsoOn(other, before, made).length === 0;
    made = tidied({ ...made, keys: { ...made.keys, [other]: free ? before : '' } });
  }
  return made;
}

/** As it is shipped again; whoever has one of its chords now goes back too. */
export function restore(chosen: Chosen, id: CommandId): Chosen {
  const { [id]: _, ...keys } = chosen.keys;
  let made: Chosen = { ...chosen, keys };
  for (const chord of ALL[id].keys)
    for (const other of alsoOn(id, chord, made)) if (made.keys[other] !== undefined) made = restore(made, other);
  return made;
}

/** Without what says only what is shipped. */
function tidied(chosen: Chosen): Chosen {
  const keys = Object.fromEntries(
    Object.entries(chosen.keys).filter(([id, chord]) => isCommand(id) && ALL[id].keys[0] !== chord),
  );
  return { ...chosen, keys };
}

const CHORD = /^(?:Mod\+)?(?:Alt\+)?(?:Shift\+)?(?:\S|[A-Z][A-Za-z0-9]{1,20})$/u;

/** What was kept, read with suspicion: what is not a command or not a chord is as it is shipped. */
export function readChosen(kept: unknown): Chosen {
  if (!isObject(kept)) return AS_SHIPPED;
  const keys: Chosen['keys'] = {};
  if (isObject(kept.keys))
    for (const [id, chord] of Object.entries(kept.keys))
      if (isCommand(id) && !isFixed(id) && typeof chord === 'string')
        if (chord === '' || (CHORD.test(chord) && !refusal(chord))) keys[id] = chord;
  return tidied({ keys, singles: kept.singles !== false });
}
