'use client';
import { usePathname } from 'next/navigation';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { chordText, useMac } from './keys';
import { PLACES } from './nav';

type Shortcut = [chord: string, does: string];
const EVERYWHERE: Shortcut[] = [
  ['Mod+K', 'Search and commands'],
  ['Mod+Shift+D', 'Change the theme'],
  ['?', 'These shortcuts'],
  ...PLACES.map((place): Shortcut => [`G then ${place.key.toUpperCase()}`, `Go to ${place.label}`]),
];
const EDITOR: { title: string; keys: Shortcut[] }[] = [
  {
    title: 'Workflow',
    keys: [
      ['Mod+J', 'Ask or change'],
      ['Mod+Enter', 'Run'],
      ['Mod+Z', 'Undo'],
      ['Mod+Shift+Z', 'Redo'],
      ['Mod+S', 'Save now (saving is automatic)'],
      ['F8', 'Next problem'],
      ['E', 'Code and back'],
      ['O', 'Outline and back'],
      ['/', 'Search steps to add'],
    ],
  },
  {
    title: 'Canvas',
    keys: [
      ['Arrows', 'Go to the next, previous or neighbouring step'],
      ['Tab', 'Through steps and the + on their connections'],
      ['Enter', 'Open the step’s settings'],
      ['F2', 'Rename'],
      ['Delete', 'Delete, and connect what stood before to what comes after'],
      ['Mod+D', 'Duplicate'],
      ['Mod+C', 'Copy, for this workflow or another'],
      ['Mod+X', 'Cut'],
      ['Mod+V', 'Paste after the selection'],
      ['Mod+A', 'Select all'],
      ['Esc', 'Select nothing'],
      ['[', 'Fold a Parallel or Map'],
      [']', 'Unfold it'],
      ['Shift+L', 'Tidy the layout'],
      ['1', 'Show everything'],
      ['0', 'Zoom to 100 %'],
      ['+', 'Zoom in'],
      ['-', 'Zoom out'],
    ],
  },
];

export function Help({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const mac = useMac();
  const inEditor = /^\/workflows\/[^/]+$/.test(usePathname());
  const groups = [...(inEditor ? EDITOR : []), { title: 'Everywhere', keys: EVERYWHERE }];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size={inEditor ? 'lg' : 'sm'}>
      <div className={inEditor ? 'gap-8 sm:columns-2' : undefined}>
        {groups.map((group) => (
          <section key={group.title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{group.title}</h3>
            <dl className="text-sm">
              {group.keys.map(([chord, does]) => (
                <div
                  key={chord}
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
