/**
 * Cuts off requests whose body stands still, so that nobody holds a connection and a half-written file for ever.
 *
 * A small body (a JSON call) must be there within 30 s. A large one (an upload) may take as long as it likes, so long as
 * every 30 s bring something.
 * @module
 */
import type { IncomingMessage } from 'node:http';

const LIMIT_MS = 30_000;
/** what an upload must bring in that time: less is a trickle, kept up to hold the connection */
const LEAST_BYTES = 1024;
const CHECK_MS = 2000;

type Sender = { request: IncomingMessage; kind: 'small' | 'large'; since: number; bytes: number; cut: () => void };

export type SenderWatch = {
  /** @param cut answers the request, if that is still possible; the connection is closed after it */
  watch(request: IncomingMessage, kind: 'small' | 'large', cut: () => void): void;
  stop(): void;
};

export function watchSenders(limitMs = LIMIT_MS, checkMs = CHECK_MS): SenderWatch {
  const senders = new Set<Sender>();
  const timer = setInterval(() => {
    for (const sender of senders) check(sender);
  }, checkMs);
  timer.unref();

  function check(sender: Sender) {
    const { request, kind } = sender;
    if (request.complete || request.destroyed) {
      senders.delete(sender);
      return;
    }
    const { bytesRead } = request.socket;
    if (kind === 'large' && bytesRead - sender.bytes >= LEAST_BYTES) {
      sender.bytes = bytesRead;
      sender.since = Date.now();
      return;
    }
    if (Date.now() - sender.since < limitMs) return;
    senders.delete(sender);
    sender.cut();
    // the answer first, then the end: what has been written is still sent
    request.socket.end();
    setTimeout(() => request.destroy(), 200).unref();
  }

  return {
    watch(request, kind, cut) {
      const hasBody =
        request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
      if (hasBody) senders.add({ request, kind, since: Date.now(), bytes: request.socket.bytesRead, cut });
    },
    stop: () => clearInterval(timer),
  };
}
