/** News for browsers: whoever listens hears everything; the product has one user. */
import type { StreamMessage } from './types';

export type Stream = {
  publish(message: StreamMessage): void;
  /** @returns ends the subscription */
  subscribe(listener: (message: StreamMessage) => void): () => void;
};

export function createStream(): Stream {
  const listeners = new Set<(message: StreamMessage) => void>();
  return {
    publish: (message) => {
      for (const listener of listeners) listener(message);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
