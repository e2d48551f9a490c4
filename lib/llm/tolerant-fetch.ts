/**
 * `fetch` for servers that say they speak OpenAI's protocol, and nearly do: what they answer becomes what the client reads.
 *
 *   a whole answer where a stream was asked for ──▶ a stream of that answer
 *   200 with an error in its body, or a web page ──▶ an error status
 *   errors in other shapes (vLLM, FastAPI, Hugging Face, a proxy's page) ──▶ `{ error: { message } }`
 *   a redirect ──▶ followed on the same server; never to another, which would get the prompt
 *
 * Bodies of errors and whole answers are read up to a limit; streams pass through as they come.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';

/** Characters of a whole answer. */
const MOST = 2_000_000;
const REDIRECTS = 3;

export async function tolerantFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  let address = new URL(input instanceof Request ? input.url : input);
  for (let hops = 0; ; hops++) {
    const response = await fetch(address, { ...init, redirect: 'manual' });
    const to = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (to === null) return readable(response);
    await response.body?.cancel();
    const next = URL.canParse(to, address) ? new URL(to, address) : null;
    if (!next || next.origin !== address.origin || hops >= REDIRECTS)
      return failed(
        421,
        `it redirects to ${next?.origin ?? 'no address'}; give that server's own address as the base URL`,
      );
    address = next; // the same request again: a POST that becomes a GET would ask nothing
  }
}

async function readable(response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && !/json|html/i.test(type)) return response;
  const text = await textOf(response);
  const json = jsonOf(text);
  if (!response.ok) {
    const status = response.status;
    return failed(status, saidIn(json) ?? (pageTitle(text) || text.slice(0, 500)), response.headers);
  }
  const whole = json ? contentOf(json) : null;
  if (whole) return streamed(whole);
  // Some send a stream under the name of JSON.
  if (/^\s*(?:data|event|:)/.test(text))
    return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  const said = saidIn(json);
  if (said !== null) return failed(statusIn(json) ?? 502, said);
  return failed(502, pageTitle(text) || 'it answered with something that is no chat completion');
}

const failed = (status: number, message: string, headers?: Headers): Response => {
  const kept = ['retry-after', 'retry-after-ms'].flatMap((name): [string, string][] => {
    const value = headers?.get(name);
    return value ? [[name, value]] : [];
  });
  return new Response(JSON.stringify({ error: { message: message || 'no reason was given' } }), {
    status,
    headers: [['content-type', 'application/json'], ...kept],
  });
};

/** What a body says went wrong, in the shapes that servers use. */
function saidIn(json: JsonObject | null): string | null {
  if (!json) return null;
  for (const part of [json.error, json.message, json.detail, json.error_description]) {
    if (typeof part === 'string' && part) return part;
    if (isObject(part) && typeof part.message === 'string' && part.message) return part.message;
    if (part !== undefined && part !== null) return JSON.stringify(part).slice(0, 500);
  }
  return null;
}

function statusIn(json: JsonObject | null): number | null {
  const held = isObject(json?.error) ? json.error : json;
  const found = [held?.status, held?.code]
    .map(Number)
    .find((code) => Number.isInteger(code) && code >= 400 && code < 600);
  return found ?? null;
}

/** "a web page" with its title, where a text is one. */
function pageTitle(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|body)/i.test(text)) return '';
  const title = /<title[^>]*>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim();
  return `it answered with a web page${title ? `, “${title}”,` : ''} instead of a chat completion`;
}

type Whole = { content: string; refusal: string | null; finish: string; calls: Json };

function contentOf(json: JsonObject): Whole | null {
  const choice = Array.isArray(json.choices) ? json.choices[0] : undefined;
  const message = isObject(choice) && isObject(choice.message) ? choice.message : null;
  if (!message || !isObject(choice)) return null;
  return {
    content: typeof message.content === 'string' ? message.content : '',
    refusal: typeof message.refusal === 'string' ? message.refusal : null,
    finish: typeof choice.finish_reason === 'string' ? choice.finish_reason : 'stop',
    calls: message.tool_calls ?? null,
  };
}

function streamed({ content, refusal, finish, calls }: Whole): Response {
  const delta = { role: 'assistant', content, refusal, ...(calls ? { tool_calls: calls } : {}) };
  const lines = [
    { choices: [{ index: 0, delta, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
  ].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return new Response(`${lines.join('')}data: [DONE]\n\n`, { headers: { 'content-type': 'text/event-stream' } });
}

async function textOf(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return text;
    text += part.value;
    if (text.length <= MOST) continue;
    await reader?.cancel();
    return text.slice(0, MOST);
  }
}

function jsonOf(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
