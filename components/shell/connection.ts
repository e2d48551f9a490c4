'use client';
/**
 * One event stream for the whole browser, heard in every tab.
 *
 * A browser allows six connections to a host over HTTP/1.1: a stream a tab would stop the seventh tab from loading. So
 * the tab that holds a lock opens the stream and repeats each message on a channel; when it closes, the next one takes over.
 * @module
 */
import type { StreamMessage } from '@/lib/usecases/types';

export type Heard = { kind: 'message'; message: StreamMessage } | { kind: 'open' } | { kind: 'lost' };
const NAME = 'action-engine-events';
/** ms between attempts, the last one again and again */
const PAUSES = [500, 1000, 2000, 4000, 8000];

/** @returns a function that closes this tab's part of the connection */
export function listen(url: string, hear: (heard: Heard) => void): () => void {
  const closing = new AbortController();
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NAME);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Heard | { kind: 'who' }>) => data.kind !== 'who' && hear(data);
    // A tab that joins late learns from the leader whether the stream is open.
    channel.postMessage({ kind: 'who' });
  }
  const tell = (heard: Heard) => {
    hear(heard);
    channel?.postMessage(heard);
  };
  const lead = () =>
    new Promise<void>((done) => {
      if (closing.signal.aborted) return done();
      const close = follow(url, tell, channel);
      closing.signal.addEventListener('abort', () => {
        close();
        done();
      });
    });
  if (navigator.locks) {
    navigator.locks.request(NAME, { signal: closing.signal }, lead).catch(() => {
      // Aborted while waiting for the lock: this tab never led.
    });
  } else void lead();
  return () => {
    closing.abort();
    channel?.close();
  };
}

function follow(url: string, tell: (heard: Heard) => void, channel: BroadcastChannel | null): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let open = false;
  const connect = () => {
    source = new EventSource(url);
    source.onopen = () => {
      attempt = 0;
      open = true;
      tell({ kind: 'open' });
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      try {
        tell({ kind: 'message', message: JSON.parse(data) as StreamMessage });
      } catch {
        // A comment or a half line: the next message is whole again.
      }
    };
    source.onerror = () => {
      open = false;
      tell({ kind: 'lost' });
      // The browser gives up on some failures; we never do.
      source?.close();
      clearTimeout(timer);
      timer = setTimeout(connect, PAUSES[Math.min(attempt++, PAUSES.length - 1)]);
    };
  };
  const answer = ({ data }: MessageEvent<{ kind: string }>) => {
    if (data.kind === 'who') channel?.postMessage({ kind: open ? 'open' : 'lost' } satisfies Heard);
  };
  channel?.addEventListener('message', answer);
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
    channel?.removeEventListener('message', answer);
  };
}
