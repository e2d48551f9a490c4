/** The model that drafts: chosen by the owner in Settings, its key going in and never coming out. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import type { SettingsView } from './types';

export const ChooseModel = z.object({
  /** `environment`: what the environment says, as if nothing had been chosen */
  provider: z.enum(['environment', 'none', 'openai', 'huggingface', 'compatible']),
  model: z.string().trim().max(200, 'The name of a model has at most 200 characters.').default(''),
  baseUrl: z.string().trim().max(2000, 'The address has at most 2,000 characters.').default(''),
  /** `null` keeps the one that is set, for the same provider; empty: none */
  apiKey: z
    .string()
    .trim()
    .max(4096, 'A key has at most 4,096 characters.')
    .refine((key) => !/\s/.test(key), 'A key has no spaces and is one line.')
    .nullable()
    .default(null),
});

/** @throws Problem MODEL_INVALID */
export async function chooseModel(
  deps: Pick<Deps, 'modelChoice' | 'settings'>,
  { provider, model, baseUrl, apiKey }: z.infer<typeof ChooseModel>,
): Promise<SettingsView> {
  if (provider === 'environment') {
    deps.modelChoice.set(null);
    return deps.settings();
  }
  const known = deps.modelChoice.get();
  const key = apiKey ?? (known?.provider === provider && sameServer(known.baseUrl, baseUrl) ? known.apiKey : null);
  if (provider === 'compatible' && !isAddress(baseUrl))
    throw new Problem(
      'MODEL_INVALID',
      baseUrl === '' ? 'A server of your own needs its address.' : `“${baseUrl}” is no address of a server.`,
      'Write it as http://127.0.0.1:11434/v1.',
    );
  if ((provider === 'openai' || provider === 'huggingface') && !key)
    throw new Problem(
      'MODEL_INVALID',
      `${provider === 'openai' ? 'OpenAI' : 'Hugging Face'} answers only with a key.`,
      'Paste the key from your account there, or choose the offline planner, which needs none.',
    );
  deps.modelChoice.set({
    provider,
    model: provider === 'none' || model === '' ? null : model,
    baseUrl: provider === 'compatible' ? baseUrl : null,
    apiKey: provider === 'none' ? null : key || null,
  });
  return deps.settings();
}

/** A key is for one server: another address does not get it. */
const sameServer = (a: string | null, b: string): boolean => (a ?? '') === b || (a === null && b === '');

function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
