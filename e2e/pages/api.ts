import { readFileSync } from 'node:fs';
import path from 'node:path';
import { product } from './home';

/** The HTTP API as a caller outside the page uses it. */
export class Api {
  private readonly token: string;

  constructor(
    private readonly origin = product(),
    dataDir = process.env.E2E_DATA!,
  ) {
    this.token = readFileSync(path.join(dataDir, 'api-token'), 'utf8').trim();
  }

  async call(
    method: string,
    path_: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: unknown; headers: Headers }> {
    const answer = await fetch(`${this.origin}/api/v1${path_}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
  }

  async saveDefinition(name: string, definition: object): Promise<string> {
    const { status, body } = await this.call('POST', '/workflows', { name, definition });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return (body as { id: string }).id;
  }
}
