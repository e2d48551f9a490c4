'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '../ui/cn';
import { Tooltip } from '../ui/Tooltip';
import { Mark } from './Mark';
import { isAt, PLACES, type Place } from './nav';

/** The way to every screen: a rail at the left, a bar at the bottom of a narrow window. */
export function Rail() {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="z-20 flex shrink-0 border-border bg-surface max-md:order-last max-md:h-14 max-md:w-full max-md:justify-around max-md:border-t md:w-14 md:flex-col md:items-center md:gap-1 md:border-r md:py-2"
    >
      <Link
        href="/"
        aria-label="Action Engine, home"
        className="mb-1 hidden size-10 items-center justify-center rounded-lg md:flex"
      >
        <Mark />
      </Link>
      {PLACES.filter((place) => !place.foot).map((place) => (
        <RailLink key={place.href} place={place} here={isAt(place, pathname)} />
      ))}
      <div className="hidden flex-1 md:block" />
      {PLACES.filter((place) => place.foot).map((place) => (
        <RailLink key={place.href} place={place} here={isAt(place, pathname)} />
      ))}
    </nav>
  );
}

function RailLink({ place, here }: { place: Place; here: boolean }) {
  const Icon = place.icon;
  return (
    <Tooltip label={place.label} keys={`G ${place.key.toUpperCase()}`} side="right">
      <Link
        href={place.href}
        aria-label={place.label}
        aria-current={here ? 'page' : undefined}
        prefetch={place.href === '/docs' ? false : undefined}
        className={cn(
          'relative flex size-10 items-center justify-center rounded-lg transition-colors max-md:my-auto',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-text',
        )}
      >
        <Icon className="size-[18px]" strokeWidth={here ? 2.1 : 1.8} aria-hidden />
      </Link>
    </Tooltip>
  );
}
