/** News for one browser tab as server-sent events: jobs and runs, as they change. */
import type { StreamMessage } from '@/lib/usecases/types';
import { pageBuild, wiring } from '@/lib/wiring';

export const dynamic = 'force-dynamic';

/** Shorter than the idle limits of common proxies. */
const HEARTBEAT_MS = 15_000;

export async function GET(request: Request): Promise<Response> {
  const { stream } = await wiring();
  const encoder = new TextEncoder();
  let end = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => {
        try {
          controller.enqueue(encoder.encode(text));
        } catch {
          end(); // the tab was closed between two messages
        }
      };
      const tell = (message: StreamMessage) => send(`data: ${JSON.stringify(message)}\n\n`);
      const unsubscribe = stream.subscribe(tell);
      // A message, not a comment: a browser that hears none knows that its connection is dead.
      const hello = () => tell({ kind: 'hello', build: pageBuild(), now: Date.now() });
      const heartbeat = setInterval(hello, HEARTBEAT_MS);
      end = () => {
        unsubscribe();
        clearInterval(heartbeat);
        process.off('SIGTERM', close);
      };
      // An open stream would keep the server from ending.
      const close = () => {
        end();
        controller.close();
      };
      process.once('SIGTERM', close);
      request.signal.addEventListener('abort', end);
      send('retry: 1000\n\n');
      hello();
    },
    cancel: () => end(),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      // Else the browser asks for the next stream on the same connection, also of a server that is ending and takes no
      // new ones: that stream would never end, nor would the server.
      connection: 'close',
    },
  });
}
