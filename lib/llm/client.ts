/**
 * A language model behind any OpenAI-compatible server: text in, text out.
 * @module
 */
export type ModelOptions = { apiKey: string; baseUrl: string | null; model: string; timeoutMs: number };
