/**
 * A language model behind any OpenAI-compatible server: text in, text out, streamed.
 *
 *   createModel({ apiKey, baseUrl, model, timeoutMs }) ──▶ { complete({ system, user, schema, signal, onText }) }
 *
 * Retries what may pass (429, 5xx, a connection that never began or broke), at most three tries, honouring Retry-After;
 * caps time and size. Asks for strict structured output and, where a server refuses that, for any JSON object, then for
 * plain text with the schema in words. Its errors are Problems that a person can read; the key is in none.
 * @module
 */
import OpenAI, { APIConnectionError, APIError } from 'openai';
import { Problem } from '@/lib/base/problem';
import { problemOf, redact, waitBefore } from './failure';
import { createMeter, type Spent } from './meter';
import { tolerantFetch } from './tolerant-fetch';

export type ModelOptions = {
  apiKey: string;
  /** null: OpenAI's own server */
  baseUrl: string | null;
  model: string;
  /** ms for one `complete`, all tries included */
  timeoutMs: number;
  /** ms without a word from the server until it counts as stalled; three times as long before its first, as models are loaded then */
  stallMs?: number;
  /** ms before the second try, doubled for the third, where the server names no time */
  backoffMs?: number;
};

export type CompletionRequest = {
  system: string;
  user: string;
  /** JSON Schema that the answer must follow, by a name; `null` for plain text */
  schema: { name: string; schema: Record<string, unknown> } | null;
  signal?: AbortSignal | undefined;
  /** what has been answered so far, whole, each time more has come */
  onText?: ((text: string) => void) | undefined;
};

export type Model = {
  /**
   * @throws Problem MODEL_UNAUTHORIZED, MODEL_UNKNOWN, MODEL_BUSY, MODEL_FAILED, MODEL_UNREACHABLE, MODEL_STALLED,
   *   MODEL_TIMEOUT, MODEL_TOO_LONG, MODEL_REFUSED, MODEL_EMPTY, MODEL_BROKE_OFF; the signal's reason when it was cancelled
   */
  complete(request: CompletionRequest): Promise<string>;
  /** what was asked of it today, since this process began */
  spent(): Spent;
};

const TRIES = 3;
/** Characters; a plan of a hundred steps has some 60,000. */
const MAX_ANSWER = 400_000;

type Format = 'json_schema' | 'json_object' | 'none';
const FORMATS: Format[] = ['json_schema', 'json_object', 'none'];

export function createModel(options: ModelOptions): Model {
  const { apiKey, baseUrl, model, timeoutMs, backoffMs = 500 } = options;
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? undefined,
    maxRetries: 0,
    timeout: timeoutMs,
    fetch: tolerantFetch,
  });
  // Learned once per process: a server that knows no strict schemas refuses each of them alike.
  let ability: Format = 'json_schema';
  const meter = createMeter();

  return {
    spent: meter.today,
    async complete(request) {
      const deadline = Date.now() + timeoutMs;
      let format: Format = request.schema ? ability : 'none';
      for (let tried = 1; ; ) {
        request.signal?.throwIfAborted();
        try {
          meter.sent(request.system.length + request.user.length);
          const text = await stream(client, options, request, format, deadline);
          meter.got(text.length);
          if (request.schema) ability = format;
          return text;
        } catch (error) {
          request.signal?.throwIfAborted();
          const lesser = refusesFormat(error) ? FORMATS[FORMATS.indexOf(format) + 1] : undefined;
          if (lesser) {
            format = lesser; // not a failure: the server says what it cannot do
            continue;
          }
          const wait = tried < TRIES ? waitBefore(error, tried, backoffMs) : null;
          if (wait === null || Date.now() + wait >= deadline) throw problemOf(error, { model, baseUrl, apiKey });
          await sleep(wait, request.signal);
          tried++;
        }
      }
    },
  };
}

async function stream(
  client: OpenAI,
  { model, apiKey, timeoutMs, stallMs = 20_000 }: ModelOptions,
  request: CompletionRequest,
  format: Format,
  deadline: number,
): Promise<string> {
  const own = new AbortController();
  const cancel = () => own.abort(request.signal?.reason);
  request.signal?.addEventListener('abort', cancel, { once: true });
  let late: Problem | null = null;
  const stop = (problem: Problem) => {
    late ??= problem;
    own.abort();
  };
  const tooLate = () =>
    stop(
      new Problem(
        'MODEL_TIMEOUT',
        `${model} did not finish its answer within ${Math.round(timeoutMs / 1000)} seconds.`,
        'Try again, or choose a faster model.',
      ),
    );
  const silent = (ms: number) => () =>
    stop(
      new Problem(
        'MODEL_STALLED',
        `${model} sent nothing for ${Math.round(ms / 1000)} seconds.`,
        'Try again, or choose another model.',
      ),
    );
  const ends = setTimeout(tooLate, Math.max(1, deadline - Date.now()));
  let quiet = setTimeout(silent(3 * stallMs), 3 * stallMs);
  try {
    const chunks = await client.chat.completions.create(
      {
        model,
        stream: true,
        messages: [
          {
            role: 'system',
            content:
              format === 'json_schema' || !request.schema
                ? request.system
                : `${request.system}\n\nAnswer with JSON only, following this JSON Schema:\n${JSON.stringify(request.schema.schema)}`,
          },
          { role: 'user', content: request.user },
        ],
        ...(request.schema && format === 'json_schema'
          ? { response_format: { type: 'json_schema' as const, json_schema: { ...request.schema, strict: true } } }
          : format === 'json_object'
            ? { response_format: { type: 'json_object' as const } }
            : {}),
      },
      { signal: own.signal },
    );
    let text = '';
    let refusal = '';
    let call = '';
    let finished: string | null = null;
    for await (const chunk of chunks) {
      clearTimeout(quiet);
      quiet = setTimeout(silent(stallMs), stallMs);
      const choice = chunk.choices?.[0];
      refusal += choice?.delta?.refusal ?? '';
      finished = choice?.finish_reason ?? finished;
      for (const { function: called } of choice?.delta?.tool_calls ?? []) call += called?.arguments ?? '';
      if (call.length > MAX_ANSWER) break;
      if (!choice?.delta?.content) continue;
      text += choice.delta.content;
      if (text.length > MAX_ANSWER)
        throw new Problem(
          'MODEL_TOO_LONG',
          `${model} answered more than ${MAX_ANSWER.toLocaleString('en')} characters.`,
          'Ask for less at once, or choose another model.',
        );
      request.onText?.(text);
    }
    if (late) throw late;
    if (refusal)
      throw new Problem(
        'MODEL_REFUSED',
        `The model ${model} refused: ${redact(refusal, apiKey).slice(0, 300)}`,
        'Say the wish differently, or use the offline planner.',
      );
    if (finished === 'length')
      throw new Problem(
        'MODEL_TOO_LONG',
        `The model ${model} reached its limit of length before its answer was whole.`,
        'Ask for less at once, or choose another model.',
      );
    if (finished === 'content_filter')
      throw new Problem(
        'MODEL_REFUSED',
        `The server's content filter held back the answer of the model ${model}.`,
        'Say the wish differently, or use the offline planner.',
      );
    // Some servers answer a schema with a call of a tool that takes it.
    if (text.trim() === '' && request.schema && isWhole(call) && call.trim() !== '{}') return call;
    // Some servers leave out why they ended: what is whole was not cut.
    if (finished === null && !(request.schema && isWhole(text)))
      throw new Problem(
        'MODEL_BROKE_OFF',
        `The answer of the model ${model} broke off in the middle.`,
        'Try again; if it happens again, look at the server.',
      );
    if (text.trim() === '')
      throw new Problem(
        'MODEL_EMPTY',
        `The model ${model} answered nothing${finished === 'tool_calls' ? ' but a call of a tool' : ''}.`,
        'Try again, or choose another model.',
      );
    return text;
  } catch (error) {
    throw late ?? error;
  } finally {
    clearTimeout(ends);
    clearTimeout(quiet);
    request.signal?.removeEventListener('abort', cancel);
    own.abort(); // closes the connection where the answer was not read to its end
  }
}

/** A server that does not know structured output, or not this schema, and says so. */
const refusesFormat = (error: unknown): boolean =>
  error instanceof APIError &&
  !(error instanceof APIConnectionError) &&
  [400, 404, 422, 500, 501].includes(error.status ?? 0) &&
  /response_format|json_schema|json_object|schema|structured|guided|grammar/i.test(error.message);

/** A JSON object from its first brace to its last. */
function isWhole(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const sleep = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
