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
/** ms between attempts, the last one again and again: the server is this computer, mostly */
const PAUSES = [300, 700, 1500, 2000];
/** ms without a word after which a connection is taken for dead; the server says hello every 15 s */
const SILENCE = 40_000;

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
      // Aborted while waiting for the lock: this tab never led. Else locks are refused here, and each tab leads itself.
      if (!closing.signal.aborted) void lead();
    });
  } else void lead();
  const offline = () => hear({ kind: 'lost' });
  const online = () => channel?.postMessage({ kind: 'who' });
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);
  return () => {
    closing.abort();
    window.removeEventListener('offline', offline);
    window.removeEventListener('online', online);
    channel?.close();
  };
}

function follow(url: string, tell: (heard: Heard) => void, channel: BroadcastChannel | null): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let open = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** the last one, for tabs that join late */
  let hello: Heard | null = null;
  const lose = () => {
    open = false;
    tell({ kind: 'lost' });
    // The browser gives up on some failures; we never do.
    source?.close();
    clearTimeout(silence);
    clearTimeout(timer);
    timer = setTimeout(connect, PAUSES[Math.min(attempt++, PAUSES.length - 1)]);
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE);
  };
  function connect(): void {
    clearTimeout(timer);
    source = new EventSource(url);
    source.onopen = () => {
      attempt = 0;
      open = true;
      heard();
      tell({ kind: 'open' });
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      heard();
      try {
        const message = JSON.parse(data) as StreamMessage;
        const news: Heard = { kind: 'message', message };
        if (message.kind === 'hello') hello = news;
        tell(news);
      } catch {
        // A comment or a half line: the next message is whole again.
      }
    };
    source.onerror = lose;
  }
  const answer = ({ data }: MessageEvent<{ kind: string }>) => {
    if (data.kind !== 'who') return;
    channel?.postMessage({ kind: open ? 'open' : 'lost' } satisfies Heard);
    if (hello) channel?.postMessage(hello);
  };
  // A computer that has its network again does not wait for the next attempt; one that lost it knows at once.
  const again = () => {
    attempt = 0;
    source?.close();
    connect();
  };
  channel?.addEventListener('message', answer);
  window.addEventListener('offline', lose);
  window.addEventListener('online', again);
  connect();
  return () => {
    clearTimeout(timer);
    clearTimeout(silence);
    window.removeEventListener('offline', lose);
    window.removeEventListener('online', again);
    source?.close();
    channel?.removeEventListener('message', answer);
  };
}
