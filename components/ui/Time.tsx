'use client';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { serverNow } from './clock';
import { agoText, clockText } from './format';

/** ms since 1970: when the server wrote this page. What it wrote of "now" is what the browser has to begin with. */
const WrittenAt = createContext(0);
export const WrittenAtProvider = WrittenAt;

const never = () => () => undefined;

/**
 * Whether what the server wrote is just being taken over. Then the browser has to say the same, word for word: it must
 * look neither at its own clock nor at its own time zone.
 */
const useTakingOver = (): boolean =>
  useSyncExternalStore(
    never,
    () => false,
    () => true,
  );

/** A moment as "3 min ago", the whole of it on hover; it keeps itself current. The server cannot know the zone. */
export function Ago({ at, className }: { at: number; className?: string }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={now === null ? undefined : new Date(at).toLocaleString()}
      className={className}
    >
      {now === null ? '…' : agoText(at, now)}
    </time>
  );
}

/** A time of day, in the browser's zone as soon as there is a browser; until then that of Greenwich. */
export function Clock({ at, className }: { at: number; className?: string }) {
  const takingOver = useTakingOver();
  const iso = new Date(at).toISOString();
  return (
    <time className={className} dateTime={iso}>
      {takingOver ? iso.slice(11, 19) : clockText(at)}
    </time>
  );
}

/** Milliseconds since 1970 by the server's clock, ticking while `running`. */
export function useNow(running: boolean, everyMs = 250): number {
  const writtenAt = useContext(WrittenAt);
  const takingOver = useTakingOver();
  const [now, setNow] = useState(() => serverNow());
  useEffect(() => {
    if (!running) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return takingOver ? writtenAt : now;
}
