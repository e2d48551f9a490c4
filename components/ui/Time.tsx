'use client';
import { useEffect, useState } from 'react';
import { serverNow } from './clock';
import { agoText } from './format';

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
      suppressHydrationWarning
    >
      {now === null ? '…' : agoText(at, now)}
    </time>
  );
}

/** Milliseconds since 1970 by the server's clock, ticking while `running`. */
export function useNow(running: boolean, everyMs = 250): number {
  const [now, setNow] = useState(() => serverNow());
  useEffect(() => {
    if (!running) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return now;
}
