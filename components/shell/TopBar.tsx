'use client';
import { ChevronRight, CircleHelp, Moon, Search, Sun } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTheme } from 'next-themes';
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from '../ui/Button';
import { Kbd } from '../ui/Kbd';
import { EngineChip } from './EngineChip';
import { useKeysOf } from './keys';
import { isAt, PLACES } from './nav';

export type Crumb = { label: ReactNode; href?: string };
type Slots = {
  setCrumbs: (crumbs: Crumb[] | null) => void;
  setActions: (element: HTMLElement | null) => void;
  actions: HTMLElement | null;
  crumbs: Crumb[] | null;
};
const SlotsContext = createContext<Slots | null>(null);

export function TopBarProvider({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<Crumb[] | null>(null);
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const value = useMemo(() => ({ crumbs, setCrumbs, actions, setActions }), [crumbs, actions]);
  return <SlotsContext value={value}>{children}</SlotsContext>;
}

const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** A screen names where one is: `<Crumbs items={[{ label: 'Workflows', href: '/workflows' }, { label: name }]} />`. */
export function Crumbs({ items }: { items: Crumb[] }) {
  const slots = useContext(SlotsContext);
  const set = slots?.setCrumbs;
  const key = items.map((item) => (typeof item.label === 'string' ? `${item.label}${item.href}` : item.href)).join('|');
  useIsomorphicLayoutEffect(() => {
    set?.(items);
    return () => set?.(null);
  }, [key, set]);
  return null;
}

/** Puts a screen's own buttons into the top bar. */
export function TopActions({ children }: { children: ReactNode }) {
  const slots = useContext(SlotsContext);
  return slots?.actions ? createPortal(children, slots.actions) : null;
}

export function TopBar({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const slots = useContext(SlotsContext);
  const pathname = usePathname();
  const keysOf = useKeysOf();
  const palette = keysOf('palette');
  const here = PLACES.find((place) => isAt(place, pathname));
  const crumbs = slots?.crumbs ?? (here ? [{ label: here.label }] : []);
  return (
    <header className="z-20 flex h-12 shrink-0 items-center gap-2 border-b bg-surface pr-2 pl-4">
      <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
        <ol className="flex min-w-0 items-center gap-1 text-sm">
          {crumbs.map((crumb, i) => {
            const last = i === crumbs.length - 1;
            return (
              <li
                key={crumb.href ?? 'here'}
                className={last ? 'flex min-w-0 items-center gap-1' : 'flex shrink-0 items-center gap-1 max-sm:hidden'}
              >
                {crumb.href && !last ? (
                  <Link href={crumb.href} className="rounded-sm text-muted hover:text-text">
                    {crumb.label}
                  </Link>
                ) : (
                  <span className="min-w-0 truncate font-semibold" aria-current={last ? 'page' : undefined}>
                    {crumb.label}
                  </span>
                )}
                {last ? null : <ChevronRight className="size-3.5 shrink-0 text-muted" aria-hidden />}
              </li>
            );
          })}
        </ol>
      </nav>
      <div ref={slots?.setActions} className="flex shrink-0 items-center gap-1.5 empty:hidden" />
      <EngineChip />
      <button
        type="button"
        onClick={onPalette}
        aria-label="Search and commands"
        className="flex h-8 items-center gap-2 rounded-md border border-border px-2 text-xs text-muted transition-colors hover:bg-hover hover:text-text max-lg:border-transparent"
      >
        <Search className="size-4" aria-hidden />
        {palette ? (
          <span className="max-lg:hidden">
            <Kbd>{palette}</Kbd>
          </span>
        ) : null}
      </button>
      <span className="max-sm:hidden">
        <ThemeToggle />
      </span>
      <IconButton label="Keyboard shortcuts" keys={keysOf('help')} onClick={onHelp} className="max-sm:hidden">
        <CircleHelp className="size-4" />
      </IconButton>
    </header>
  );
}

function ThemeToggle() {
  const { resolvedTheme, setTheme } = useTheme();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const dark = mounted && resolvedTheme === 'dark';
  return (
    <IconButton label={dark ? 'Light theme' : 'Dark theme'} onClick={() => setTheme(dark ? 'light' : 'dark')}>
      {dark ? <Sun className="size-4" /> : <Moon className="size-4" />}
    </IconButton>
  );
}
