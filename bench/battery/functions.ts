/**
 * An endpoint that speaks Lambda's Invoke, in the battery's own process: it outlives every kill of the server, and its
 * journal is the truth about what was called.
 * @module
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '@/lib/base/json';
import { own } from '@/lib/base/json';
import type { Bench } from './types';

export type Call = {
  name: string;
  invocation: string;
  input: Json;
  began: number;
  /** when its answer left; null while it works, or when nobody was left to hear it */
  ended: number | null;
};

/** What a function answers, or which error it throws. */
export type Reply = { output: Json } | { error: string; cause: string };

/** Depends on nothing but the input, so that the oracle and the endpoint agree. */
export function work(name: string, input: Json): Reply {
  switch (name) {
    case 'work':
      return { output: { step: own(input, 'step') ?? null, doubled: Number(own(input, 'value') ?? 0) * 2 } };
    case 'boom':
      return { error: 'Battery.Boom', cause: `boom in ${String(own(input, 'step'))}` };
    case 'flaky': {
      const tries = Number(own(input, 'tries') ?? 0);
      if (tries < Number(own(input, 'failures') ?? 0)) return { error: 'Battery.Flaky', cause: `try ${tries}` };
      return { output: { step: own(input, 'step') ?? null, tries } };
    }
    default:
      return { output: {} };
  }
}

export class Functions {
  readonly calls: Call[] = [];
  url = '';
  /** told of each call once */
  onCall: (call: Call) => void = () => {};
  /** ms a call takes */
  delay: (call: Call) => number = () => 30;
  /** what a call answers */
  reply: (call: Call) => Reply = (call) => work(call.name, call.input);
  private server = http.createServer((request, response) => this.serve(request, response));

  async open(bench: Bench): Promise<this> {
    this.server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    bench.atEnd(() => this.close());
    return this;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = /\/functions\/([^/?]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '';
      const call: Call = {
        name: decodeURIComponent(name).split(':').pop() ?? '',
        invocation: String(request.headers['x-action-engine-invocation-id'] ?? ''),
        input: JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Json,
        began: Date.now(),
        ended: null,
      };
      this.calls.push(call);
      this.onCall(call);
      setTimeout(() => {
        const reply = this.reply(call);
        const failed = 'error' in reply;
        const body = JSON.stringify(failed ? { errorType: reply.error, errorMessage: reply.cause } : reply.output);
        if (!response.destroyed) call.ended = Date.now();
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-amz-executed-version': '$LATEST',
          ...(failed && { 'x-amz-function-error': 'Unhandled' }),
        });
        response.end(body);
      }, this.delay(call));
    });
  }
}
