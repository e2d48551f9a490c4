/**
 * A language model behind any OpenAI-compatible server: text in, text out, streamed.
 *
 * Retries what may pass (429, 5xx, a connection that never began), at most three tries, honouring Retry-After; caps time and
 * size; falls back to a plain JSON answer where a server refuses strict schemas. The key never appears in an error.
 * @module
 */
import OpenAI from 'openai';

export type ModelOptions = { apiKey: string; baseUrl: string | null; model: string; /** for the whole call, tries included */ timeoutMs: number };

export type CompletionRequest = {
  system: string;
  user: string;
  /** JSON Schema that the answer must follow, by a name; `null` for plain text */
  schema: { name: string; schema: Record<string, unknown> } | null;
  signal?: AbortSignal | undefined;
  /** what has been answered so far, whole, each time more has come */
  onText?: ((text: string) => void) | undefined;
};

const TRIES = 3;
/** Characters; a plan of a hundred steps has some 60,000. */
const MAX_ANSWER = 400_000;
/** ms without a single new character until a stream counts as stalled */
const STALL_MS = 20_000;

type Format = 'json_schema' | 'json_object' | 'none';

/** @returns `complete`, which throws an Error whose message can be shown to a person */
export function createModel(options: ModelOptions): { complete(request: CompletionRequest): Promise<string> } {
  const client = new OpenAI({ apiKey: options.apiKey, baseURL: options.baseUrl, maxRetries: 0, timeout: options.timeoutMs });
  const server = options.baseUrl ? new URL(options.baseUrl).host : 'OpenAI';
  // Learned once per process: a server that knows no strict schemas refuses each of them alike.
  let format: Format = 'json_schema';

  return {
    async complete(request) {
      const deadline = Date.now() + options.timeoutMs;
      for (let attempt = 1; ; attempt++) {
        const left = deadline - Date.now();
        const timeout = AbortSignal.timeout(Math.max(1, left));
        const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
        try {
          return await stream(client, options.model, request, request.schema ? format : 'none', signal);
        } catch (error) {
          request.signal?.throwIfAborted();
          if (timeout.aborted) throw new Error(`${server} did not finish within ${Math.round(options.timeoutMs / 1000)} s.`);
          if (request.schema && format !== 'none' && refusesFormat(error)) {
            format = format === 'json_schema' ? 'json_object' : 'none';
            attempt--;
            continue;
          }
          const pause = pauseBefore(error, attempt);
          if (attempt >= TRIES || pause === null || Date.now() + pause > deadline) throw new Error(wording(error, server, options));
          await sleep(pause, request.signal);
        }
      }
    },
  };
}

async function stream(client: OpenAI, model: string, request: CompletionRequest, format: Format, signal: AbortSignal): Promise<string> {
  const stalled = new AbortController();
  const watch = AbortSignal.any([signal, stalled.signal]);
  let timer = setTimeout(() => stalled.abort(new Error('stalled')), STALL_MS);
  try {
    const chunks = await client.chat.completions.create(
      {
        model,
        stream: true,
        messages: [
          { role: 'system', content: format === 'json_schema' || !request.schema ? request.system : `${request.system}\n\nAnswer with JSON only, following this JSON Schema:\n${JSON.stringify(request.schema.schema)}` },
          { role: 'user', content: request.user },
        ],
        ...(request.schema && format === 'json_schema'
          ? { response_format: { type: 'json_schema' as const, json_schema: { ...request.schema, strict: true } } }
          : format === 'json_object'
            ? { response_format: { type: 'json_object' as const } }
            : {}),
      },
      { signal: watch },
    );
    let text = '';
    let refusal = '';
    let finished: string | null = null;
    for await (const chunk of chunks) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new Error('stalled')), STALL_MS);
      const choice = chunk.choices[0];
      refusal += choice?.delta.refusal ?? '';
      finished = choice?.finish_reason ?? finished;
      if (!choice?.delta.content) continue;
      text += choice.delta.content;
      if (text.length > MAX_ANSWER) throw new Rejected('the answer grew without end');
      request.onText?.(text);
    }
    if (refusal) throw new Rejected(`it refused: ${refusal.slice(0, 200)}`);
    if (finished === 'length') throw new Rejected('the answer was cut off: it was longer than the server allows');
    if (finished === 'content_filter') throw new Rejected("the server's content filter stopped it");
    if (finished === null) throw new Interrupted('the connection was cut in the middle of the answer');
    if (text.trim() === '') throw new Rejected('the answer was empty');
    return text;
  } catch (error) {
    if (stalled.signal.aborted) throw new Interrupted(`nothing came for ${STALL_MS / 1000} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** An answer that another try would not better. */
class Rejected extends Error {}
/** An answer that broke off on its way. */
class Interrupted extends Error {}

const statusOf = (error: unknown): number | undefined => (error instanceof OpenAI.APIError ? error.status : undefined);

const refusesFormat = (error: unknown): boolean =>
  [400, 404, 422].includes(statusOf(error) ?? 0) && /response_format|json_schema|schema|structured/i.test((error as Error).message);

/** @returns ms until the next try; `null` when there should be none */
function pauseBefore(error: unknown, attempt: number): number | null {
  if (error instanceof Rejected) return null;
  const status = statusOf(error);
  if (status !== undefined && status !== 408 && status !== 429 && status < 500) return null;
  const header = error instanceof OpenAI.APIError ? error.headers?.get('retry-after') : null;
  const asked = header ? (Number.isNaN(Number(header)) ? Date.parse(header) - Date.now() : Number(header) * 1000) : Number.NaN;
  return Number.isFinite(asked) ? Math.max(0, asked) : 500 * 2 ** (attempt - 1);
}

function wording(error: unknown, server: string, { apiKey, model }: ModelOptions): string {
  const detail = (error instanceof Error ? error.message : String(error)).replaceAll(apiKey, '•••').slice(0, 300);
  if (error instanceof Rejected || error instanceof Interrupted) return `${model} at ${server} gave no usable answer: ${detail}.`;
  switch (statusOf(error)) {
    case 401:
    case 403: return `${server} does not accept the key. Check OPENAI_API_KEY or HF_TOKEN.`;
    case 404: return `${server} does not know the model "${model}". Check OPENAI_MODEL.`;
    case 429: return `${server} is limiting requests, or the account has no credit left.`;
    case undefined: return `${server} cannot be reached: ${detail}`;
    default: return `${server} answered ${statusOf(error)}: ${detail}`;
  }
}

const sleep = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
