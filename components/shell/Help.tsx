'use client';
import { usePathname } from 'next/navigation';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { chordText, isBound, useMac } from './keys';
import { PLACES } from './nav';

/** `own`: not one of `useKeys`; the part of the screen that has the focus answers to it. */
type Shortcut = [chord: string, does: string, own?: 'own'];
const EVERYWHERE: Shortcut[] = [
  ['Mod+K', 'Search and commands'],
  ['Mod+Shift+D', 'Change the theme'],
  ['?', 'These shortcuts'],
  ...PLACES.map((place): Shortcut => [`G then ${place.key.toUpperCase()}`, `Go to ${place.label}`]),
];
const EDITOR: { title: string; keys: Shortcut[]; during?: 'review' }[] = [
  {
    title: 'Workflow',
    keys: [
      ['Mod+J', 'Ask or change'],
      ['Mod+Enter', 'Run, or stop the run'],
      ['Mod+Z', 'Undo'],
      ['Mod+Shift+Z', 'Redo'],
      ['Mod+S', 'Save now (saving is automatic)'],
      ['F8', 'Next problem'],
      ['Shift+F8', 'Problem before'],
      ['E', 'Code beside the picture, and back'],
      ['O', 'Outline and back'],
      ['/', 'Search steps to add'],
    ],
  },
  {
    title: 'Try the selected step',
    keys: [
      ['Shift+Enter', 'Test it alone'],
      ['Alt+Enter', 'Run from here'],
      ['Alt+Shift+Enter', 'Run until here'],
      ['M', 'Mock its answer'],
    ],
  },
  {
    title: 'Canvas',
    keys: [
      ['Arrows', 'Go to the next, previous or neighbouring step', 'own'],
      ['Tab', 'Through steps and the + on their connections', 'own'],
      ['Enter', 'Open the step’s settings', 'own'],
      ['F2', 'Rename'],
      ['Delete', 'Delete, and connect what stood before to what comes after'],
      ['Shift+Arrows', 'Select that step too', 'own'],
      ['Alt+Arrows', 'Move the selected steps', 'own'],
      ['C', 'Connect to another step'],
      ['D', 'Switch off, or on again'],
      ['N', 'Add a note'],
      ['Mod+F', 'Find'],
      ['Mod+H', 'Find and replace'],
      ['Mod+D', 'Duplicate'],
      ['Mod+C', 'Copy, for this workflow or another', 'own'],
      ['Mod+X', 'Cut', 'own'],
      ['Mod+V', 'Paste after the selection', 'own'],
      ['Mod+A', 'Select all'],
      ['Esc', 'Select nothing'],
      ['[', 'Fold a Parallel or Map'],
      [']', 'Unfold it'],
      ['Shift+L', 'Tidy the layout, or what is selected'],
      ['1', 'Show everything'],
      ['0', 'Zoom to 100 %'],
      ['+', 'Zoom in'],
      ['-', 'Zoom out'],
    ],
  },
  {
    title: 'While changes are proposed',
    during: 'review',
    keys: [
      ['J', 'Next change'],
      ['K', 'Previous change'],
      ['A', 'Take it'],
      ['R', 'Leave it out'],
      ['Mod+Shift+Enter', 'Keep what is taken'],
      ['Esc', 'Discard all'],
    ],
  },
];

const RUN: { title: string; keys: Shortcut[] } = {
  title: 'A run’s timeline and items',
  keys: [
    ['Arrows', 'From bar to bar, from item to item; on the slider, an event earlier or later', 'own'],
    ['Enter', 'Open the step or the item', 'own'],
    ['+ and -', 'Zoom in and out', 'own'],
    ['Shift+Arrows', 'Move along when zoomed', 'own'],
    ['0', 'Show the whole run', 'own'],
  ],
};

/** What `useKeys` calls the chord that is printed so. */
const boundAs = (chord: string): string => (chord === 'Esc' ? 'Escape' : chord.replace(/^G then /, ''));

export function Help({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const mac = useMac();
  const path = usePathname();
  const inEditor = /^\/workflows\/[^/]+$/.test(path);
  const inRun = /^\/runs\/[^/]+$/.test(path);
  const groups = [...(inEditor ? EDITOR : []), ...(inRun ? [RUN] : []), { title: 'Everywhere', keys: EVERYWHERE }];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" reading size={inEditor ? 'lg' : 'sm'}>
      <div className={inEditor ? 'gap-8 sm:columns-2' : undefined}>
        {groups.map((group) => (
          <section key={group.title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{group.title}</h3>
            <dl className="text-sm">
              {group.keys.map(([chord, does, own]) => (
                <div
                  key={chord}
                  data-shortcut={chord}
                  data-bound={own ?? (isBound(boundAs(chord)) ? 'yes' : 'no')}
                  data-during={'during' in group ? group.during : undefined}
                  className="flex min-h-8 items-center justify-between gap-4 border-b py-1 last:border-0"
                >
                  <dt>{does}</dt>
                  <dd className="shrink-0">
                    <Kbd>{chordText(chord, mac)}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
