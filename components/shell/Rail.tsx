'use client';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactElement, useEffect, useState } from 'react';
import { cn } from '../ui/cn';
import { Tooltip } from '../ui/Tooltip';
import { useKeysOf } from './keys';
import { Mark } from './Mark';
import { isAt, PLACES, type Place } from './nav';

const WIDE = 'action-engine:rail';

/** The way to every screen: a rail at the left, of icons or with their names; a bar at the bottom of a narrow window. */
export function Rail() {
  const pathname = usePathname();
  const [wide, setWide] = useWide();
  const Toggle = wide ? PanelLeftClose : PanelLeftOpen;
  return (
    <nav
      aria-label="Main"
      className={cn(
        'z-20 flex shrink-0 border-border bg-surface max-md:order-last max-md:h-14 max-md:w-full max-md:justify-around max-md:border-t md:flex-col md:gap-1 md:border-r md:px-2 md:py-2',
        wide ? 'md:w-[200px]' : 'md:w-14 md:items-center',
      )}
    >
      <Link
        href="/"
        aria-label="Action Engine, home"
        className={cn(
          'mb-1 hidden h-10 items-center rounded-lg md:flex',
          wide ? 'gap-2.5 px-2' : 'w-10 justify-center',
        )}
      >
        <Mark />
        {wide ? <span className="truncate text-sm font-semibold tracking-tight">Action Engine</span> : null}
      </Link>
      {PLACES.filter((place) => !place.foot).map((place) => (
        <RailLink key={place.href} place={place} here={isAt(place, pathname)} wide={wide} />
      ))}
      <div className="hidden flex-1 md:block" />
      {PLACES.filter((place) => place.foot).map((place) => (
        <RailLink key={place.href} place={place} here={isAt(place, pathname)} wide={wide} />
      ))}
      <Named label={wide ? 'Show icons only' : 'Show names'} wide={wide}>
        <button
          type="button"
          aria-label={wide ? 'Show icons only' : 'Show names'}
          onClick={() => setWide(!wide)}
          className={cn(
            'hidden h-10 items-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-text md:flex',
            wide ? 'gap-3 px-2.5' : 'w-10 justify-center',
          )}
        >
          <Toggle className="size-[18px] shrink-0" strokeWidth={1.8} aria-hidden />
          {wide ? <span className="text-sm">Icons only</span> : null}
        </button>
      </Named>
    </nav>
  );
}

function RailLink({ place, here, wide }: { place: Place; here: boolean; wide: boolean }) {
  const Icon = place.icon;
  const goTo = useKeysOf()('goTo');
  return (
    <Named label={place.label} keys={goTo ? `${goTo} ${place.key.toUpperCase()}` : undefined} wide={wide}>
      <Link
        href={place.href}
        aria-label={place.label}
        aria-current={here ? 'page' : undefined}
        prefetch={place.href === '/docs' ? false : undefined}
        className={cn(
          'relative flex h-10 items-center rounded-lg transition-colors max-md:my-auto max-md:w-10 max-md:justify-center',
          wide ? 'md:gap-3 md:px-2.5' : 'md:w-10 md:justify-center',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-text',
        )}
      >
        <Icon className="size-[18px] shrink-0" strokeWidth={here ? 2.1 : 1.8} aria-hidden />
        {wide ? <span className="text-sm font-medium max-md:hidden">{place.label}</span> : null}
      </Link>
    </Named>
  );
}

/** A tooltip, where the name is not beside the icon. */
const Named = ({
  label,
  keys,
  wide,
  children,
}: {
  label: string;
  keys?: string;
  wide: boolean;
  children: ReactElement;
}) =>
  wide ? (
    children
  ) : (
    <Tooltip label={label} keys={keys} side="right">
      {children}
    </Tooltip>
  );

/** Kept in this browser, where it keeps anything. */
function useWide(): [boolean, (wide: boolean) => void] {
  const [wide, setWide] = useState(false);
  useEffect(() => {
    try {
      setWide(localStorage.getItem(WIDE) === 'wide');
    } catch {
      // A browser that withholds its storage shows icons.
    }
  }, []);
  return [
    wide,
    (next) => {
      setWide(next);
      try {
        localStorage.setItem(WIDE, next ? 'wide' : 'icons');
      } catch {
        // see above
      }
    },
  ];
}
