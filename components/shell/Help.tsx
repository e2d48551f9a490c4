'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { chordText, isBound, useChosen, useMac } from './keys';
import { PLACES } from './nav';
import { COMMANDS, type CommandId, chordsOf, GROUPS, isSingle } from './shortcuts';

/** `as`: what the row is held against; a command's keys as they are shipped. */
type Row = { as: string; does: string; shown: string | undefined; bound: 'yes' | 'no' | 'own' };

/** The shortcuts of this screen, as they are now. */
export function Help({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const mac = useMac();
  const [chosen] = useChosen();
  const path = usePathname();
  const inEditor = /^\/workflows\/[^/]+$/.test(path);
  const inRun = /^\/runs\/[^/]+$/.test(path);
  const groups = GROUPS.filter(({ on }) => on === 'everywhere' || (on === 'editor' ? inEditor : inRun));
  const shownOf = (id: CommandId) => chordsOf(id, chosen).find((chord) => chosen.singles || !isSingle(chord));
  const rowsOf = (item: CommandId | readonly [string, string]): Row[] => {
    if (typeof item !== 'string') return [{ as: item[0], does: item[1], shown: item[0], bound: 'own' }];
    const bound = isBound(item) ? 'yes' : 'no';
    const shown = shownOf(item);
    if (item === 'goTo')
      return PLACES.map(({ key, label }) => ({
        as: `G then ${key.toUpperCase()}`,
        does: `Go to ${label}`,
        shown: shown && `${shown} then ${key.toUpperCase()}`,
        bound,
      }));
    const [as] = COMMANDS[item].keys;
    return [{ as, does: COMMANDS[item].does, shown, bound }];
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" reading size={inEditor ? 'lg' : 'sm'}>
      <div className={inEditor ? 'gap-8 sm:columns-2' : undefined}>
        {groups.map((group) => (
          <section key={group.title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{group.title}</h3>
            <dl className="text-sm">
              {group.rows.flatMap(rowsOf).map(({ as, does, shown, bound }) => (
                <div
                  key={as}
                  data-shortcut={as}
                  data-bound={bound}
                  data-during={group.during}
                  className="flex min-h-8 items-center justify-between gap-4 border-b py-1 last:border-0"
                >
                  <dt>{does}</dt>
                  <dd className="shrink-0">
                    {shown ? <Kbd>{chordText(shown, mac)}</Kbd> : <span className="text-xs text-muted">no key</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="text-sm text-muted">
        Other keys for these, or none:{' '}
        <Link
          href="/settings#shortcuts"
          onClick={() => onOpenChange(false)}
          className="rounded-sm text-accent underline-offset-2 hover:underline"
        >
          Settings
        </Link>
        .
      </p>
    </Dialog>
  );
}
