/**
 * A server for tests that speaks OpenAI's chat protocol over real HTTP and answers what a script says, turn by turn;
 * the last turn repeats. Keeps what it was asked.
 * @module
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Turn =
  /** streamed in pieces of `piece` characters, with a pause in ms between them */
  | { kind: 'text'; text: string; piece?: number; pause?: number; finish?: string }
  | { kind: 'refusal'; text: string }
  /** a call of a tool instead of text */
  | { kind: 'tool' }
  | { kind: 'status'; status: number; message?: string; headers?: Record<string, string> }
  /** the connection is reset after the text */
  | { kind: 'reset'; text: string }
  /** the stream ends after the text, without its end mark */
  | { kind: 'cut'; text: string }
  /** nothing more after the text, and the connection stays open */
  | { kind: 'stall'; text: string };

export type Asked = {
  authorization: string;
  body: {
    model: string;
    messages: { role: string; content: string }[];
    response_format?: { type: string };
    stream?: boolean;
  };
};
export type ScriptedServer = { url: string; asked: Asked[]; close(): Promise<void> };

/** @param script turns, or a function that chooses one from the question */
export async function scriptedServer(script: Turn[] | ((asked: Asked, turn: number) => Turn)): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    request.on('end', () => {
      const question: Asked = {
        authorization: request.headers.authorization ?? '',
        body: JSON.parse(text) as Asked['body'],
      };
      asked.push(question);
      const turn =
        typeof script === 'function'
          ? script(question, asked.length - 1)
          : script[Math.min(asked.length, script.length) - 1]!;
      void answer(response, turn, question.body.model);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(response: ServerResponse, turn: Turn, model: string): Promise<void> {
  if (turn.kind === 'status') {
    response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers });
    response.end(JSON.stringify({ error: { message: turn.message ?? `status ${turn.status}`, type: 'scripted' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  const done = () => response.end('data: [DONE]\n\n');
  send({ role: 'assistant' });
  switch (turn.kind) {
    case 'text': {
      const piece = turn.piece ?? 4000;
      for (let at = 0; at < turn.text.length && !response.destroyed; at += piece) {
        send({ content: turn.text.slice(at, at + piece) });
        if (turn.pause) await new Promise((resolve) => setTimeout(resolve, turn.pause));
      }
      send({}, turn.finish ?? 'stop');
      done();
      return;
    }
    case 'refusal':
      send({ refusal: turn.text });
      send({}, 'stop');
      done();
      return;
    case 'tool':
      send({ tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: 'run', arguments: '{}' } }] });
      send({}, 'tool_calls');
      done();
      return;
    case 'reset':
      send({ content: turn.text });
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
      return;
    case 'cut':
      send({ content: turn.text });
      response.end();
      return;
    case 'stall':
      send({ content: turn.text });
  }
}
