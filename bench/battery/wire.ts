/**
 * The battery's own client: AWS JSON 1.0 and bare HTTP, with nothing between it and the socket. No retries: what a call
 * came to is for the caller to judge.
 * @module
 */
import http from 'node:http';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer; text: string };
export type Asked = {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  timeoutMs?: number;
  agent?: http.Agent;
};

/** The server gave a definite answer that is not a success. */
export class Refused extends Error {
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly type: string,
    readonly said: string,
  ) {
    super(`${operation}: ${status} ${type} ${said}`.slice(0, 400));
  }
}

/** @throws the socket's error, or one that says the time is up */
export function ask(port: number, asked: Asked): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body, timeoutMs = 30_000 } = asked;
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }), ...headers },
      agent: asked.agent ?? false,
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) return reject(new Error(`${method} ${path}: answer cut off`));
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: whole.toString('utf8'),
        });
      });
    });
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
    request.end(body);
  });
}

export class Client {
  private agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  constructor(readonly port: number) {}

  /** forgets open sockets, after the server was killed */
  reset(): void {
    this.agent.destroy();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  }

  /** @throws Refused, or the socket's error */
  async call(operation: string, input: JsonObject = {}, timeoutMs = 15_000): Promise<JsonObject> {
    const answer = await ask(this.port, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: JSON.stringify(input),
      timeoutMs,
      agent: this.agent,
    });
    return read(operation, answer);
  }

  async pages(operation: string, input: JsonObject, field: string): Promise<JsonObject[]> {
    const all: JsonObject[] = [];
    let nextToken: Json | undefined;
    do {
      const answer = await this.call(operation, { ...input, maxResults: 1000, ...(nextToken && { nextToken }) });
      all.push(...((answer[field] as JsonObject[] | undefined) ?? []));
      nextToken = answer.nextToken;
    } while (nextToken);
    return all;
  }

  history = (executionArn: string) => this.pages('GetExecutionHistory', { executionArn }, 'events');

  async create(name: string, definition: object, type = 'STANDARD'): Promise<string> {
    const answer = await this.call('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: ROLE,
      type,
    });
    return String(answer.stateMachineArn);
  }

  async start(stateMachineArn: string, input: Json = {}, name?: string): Promise<string> {
    const answer = await this.call('StartExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name !== undefined && { name }),
    });
    return String(answer.executionArn);
  }

  /** @returns what DescribeExecution says once it no longer runs, or at `timeoutMs` */
  async ended(executionArn: string, timeoutMs = 30_000): Promise<JsonObject> {
    const until = Date.now() + timeoutMs;
    for (let pause = 5; ; pause = Math.min(100, pause * 1.5)) {
      const answer = await this.call('DescribeExecution', { executionArn });
      if (answer.status !== 'RUNNING' || Date.now() > until) return answer;
      await sleep(pause);
    }
  }

  /** Lambda's REST API, unsigned as it may be here */
  lambda = (
    method: string,
    path: string,
    body?: Json,
    timeoutMs = 60_000,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    ask(this.port, {
      method,
      path: `/2015-03-31/functions${path}`,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs,
      agent: this.agent,
    });

  /** S3, signed with anything, as is enough here */
  s3 = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(this.port, {
      method,
      path,
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=battery', ...headers },
      ...(body !== undefined && { body }),
      agent: this.agent,
    });
}

export const ROLE = 'arn:aws:iam::000000000000:role/battery';
export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

function read(operation: string, { status, text }: Answer): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text || '{}');
  } catch {
    body = { message: text };
  }
  const said = isObject(body) ? body : {};
  if (status === 200) return said;
  const type =
    String(said.__type ?? 'Unknown')
      .split('#')
      .pop() ?? '';
  throw new Refused(operation, status, type, String(said.message ?? said.Message ?? ''));
}

/** Refused, and asking again would not help. */
export const isDefinite = (error: unknown): error is Refused => error instanceof Refused && error.status < 500;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Wall clock for the work of a few ms: about 1 on a processor of one's own, 2 where another has half of it. */
function contention(): number {
  const began = performance.now();
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const worked = (user + system) / 1000;
    if (worked >= 8) return (performance.now() - began) / worked;
  }
}

/** Tries again, and only there, where the limit was missed on a machine that others keep busy. @param limit ms */
export async function fairly<T extends { ms: number }>(limit: number, act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    const done = await act();
    if (done.ms <= limit || tries === 5 || contention() < 1.3) return done;
  }
}

/** Tries until it holds. @returns ms it took, or null when it never did */
export async function until(
  test: () => Promise<boolean> | boolean,
  timeoutMs: number,
  stepMs = 25,
): Promise<number | null> {
  const began = Date.now();
  for (;;) {
    if (await Promise.resolve(test()).catch(() => false)) return Date.now() - began;
    if (Date.now() - began > timeoutMs) return null;
    await sleep(stepMs);
  }
}

/** `work` for each, at most `limit` at once, answers in order */
export async function each<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T, i);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

export const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
