/**
 * A server that speaks OpenAI's chat protocol over HTTP and answers what a story tells it to, as a real one may: well,
 * with nonsense, with a refusal, with an error status, or not at all.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer =
  /** streamed in pieces; each piece after the first waits until the story lets it go on */
  | { kind: 'text'; text: string; pieces?: number; each?: () => Promise<void> }
  | { kind: 'refusal'; text: string }
  | { kind: 'status'; status: number; message: string }
  /** begins, and breaks the connection in the middle */
  | { kind: 'reset'; text: string }
  /** begins, and then says nothing more */
  | { kind: 'silence' };

export class ModelServer {
  /** what the next questions are answered */
  answer: Answer = { kind: 'text', text: 'ok' };
  questions: { model: string; messages: { content: string }[] }[] = [];
  private readonly server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (more: string) => {
      body += more;
    });
    request.on('end', () => {
      this.questions.push(JSON.parse(body));
      void say(response, this.answer);
    });
  });

  /** @returns its base URL */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function say(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.kind === 'status') {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: answer.message, type: 'told_to' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  send({ role: 'assistant' });
  if (answer.kind === 'silence') return;
  if (answer.kind === 'reset') {
    send({ content: answer.text });
    setTimeout(() => response.destroy(), 50); // what was sent is to arrive first
    return;
  }
  if (answer.kind === 'refusal') send({ refusal: answer.text });
  else {
    const size = Math.ceil(answer.text.length / (answer.pieces ?? 1));
    for (let at = 0; at < answer.text.length && !response.destroyed; at += size) {
      if (at > 0) await answer.each?.();
      send({ content: answer.text.slice(at, at + size) });
    }
  }
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}
