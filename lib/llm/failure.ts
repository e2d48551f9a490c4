/** What went wrong with a model's server: whether to try again and when, and how to say it without the key. */
import { APIConnectionError, APIError } from 'openai';
import { Problem } from '@/lib/base/problem';

type Named = { model: string; baseUrl: string | null; apiKey: string };

/** ms to wait before the next try; `null` where another try cannot help. */
export function waitBefore(error: unknown, tried: number, backoffMs: number): number | null {
  if (error instanceof Problem)
    return error.code === 'MODEL_BROKE_OFF' || error.code === 'MODEL_EMPTY' ? backoffMs * 2 ** (tried - 1) : null;
  if (error instanceof APIConnectionError) return backoffMs * 2 ** (tried - 1);
  if (error instanceof APIError && error.status !== undefined) {
    if (error.status !== 408 && error.status !== 429 && error.status < 500) return null;
    return retryAfter(error.headers) ?? backoffMs * 2 ** (tried - 1);
  }
  // A connection that is reset in the middle of the stream comes as a bare TypeError or system error; one that carries an
  // error in its stream as an APIError without status.
  return error instanceof TypeError || error instanceof APIError || hasCode(error)
    ? backoffMs * 2 ** (tried - 1)
    : null;
}

const hasCode = (error: unknown) =>
  error instanceof Error && ('code' in error || (error.cause instanceof Error && 'code' in error.cause));

/** `Retry-After` in seconds or as a date, or OpenAI's own `retry-after-ms`; ms. */
function retryAfter(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers?.get('retry-after');
  if (!text) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

/** Takes the key out of a text, and whatever looks like one (servers echo it, shortened). */
export function redact(text: string, apiKey: string): string {
  const known = apiKey.length > 3 ? text.split(apiKey).join('[key]') : text;
  return known.replace(/\b(sk|hf|pk|key)[-_][\w*.…-]{3,}/gi, '[key]').replace(/\bBearer\s+\S+/gi, 'Bearer [key]');
}

/** Any failure as a Problem; the original is not its cause, because its headers hold the key. */
export function problemOf(error: unknown, { model, baseUrl, apiKey }: Named): Problem {
  if (error instanceof Problem) return error;
  const where = baseUrl ? `The model server ${hostOf(baseUrl)}` : 'OpenAI';
  const said =
    error instanceof Error ? redact(error.message, apiKey).replace(/\s+/g, ' ').slice(0, 300) : 'unknown error';
  if (error instanceof APIConnectionError || !(error instanceof APIError)) {
    return new Problem(
      'MODEL_UNREACHABLE',
      `${where} could not be reached, or broke the connection: ${said}`,
      'Check OPENAI_BASE_URL and the network, and that the server runs.',
    );
  }
  if (error.status === 401 || error.status === 403) {
    return new Problem(
      'MODEL_UNAUTHORIZED',
      `${where} does not accept the key (${error.status}).`,
      'Give a valid key in Settings, or in OPENAI_API_KEY or HF_TOKEN where those choose the model.',
    );
  }
  if (error.status === 404)
    return new Problem(
      'MODEL_UNKNOWN',
      `${where} does not know ${model} at this address (404).`,
      'Check OPENAI_MODEL and OPENAI_BASE_URL.',
    );
  if (error.status === 402)
    return new Problem(
      'MODEL_BUSY',
      `${where} takes no more requests without credit (402): ${said}`,
      'Add credit to the account, or choose another server or the offline planner in the settings.',
    );
  if (error.status === 429)
    return new Problem(
      'MODEL_BUSY',
      `${where} takes no more requests for now (429): ${said}`,
      'Wait a little, or check the limits and the credit of the account.',
    );
  return new Problem(
    'MODEL_FAILED',
    `${where} failed${error.status ? ` (${error.status})` : ''}: ${said}`,
    'Try again; if it happens again, choose another model or look at the server.',
  );
}

const hostOf = (url: string) => {
  try {
    return new URL(url).host;
  } catch {
    return 'at OPENAI_BASE_URL';
  }
};
