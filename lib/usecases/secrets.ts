/** Secrets of functions: which are needed, which are set. Their values go in, and never come out. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { Deps } from './deps';
import type { SecretView } from './types';

export const SetSecret = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[A-Z][A-Z0-9_]{1,63}$/, 'A secret’s name has capital letters, digits and _, such as SMTP_URL.')
    .refine((name) => !/^(AWS_|LAMBDA_|ACTION_ENGINE_|NODE_|LD_|PATH$|HOME$)/.test(name), {
      message: 'This name belongs to the system. Choose another one.',
    }),
  /** `null` forgets it */
  value: z
    .string()
    .trim()
    .min(1, 'The value is empty.')
    .max(4096, 'A secret has at most 4,096 characters.')
    .refine((value) => !value.includes('\0') && !/[\r\n]/.test(value), 'A secret is one line.')
    .nullable(),
});

/** Every secret that a function names or that is set, with who needs it. */
export async function listSecrets(deps: Pick<Deps, 'manifests' | 'secrets'>): Promise<SecretView[]> {
  const set = new Set(deps.secrets.names());
  const needed = new Map<string, SecretView['neededBy']>([...set].map((name) => [name, []]));
  for (const { name: id, title, secrets = [] } of await deps.manifests()) {
    for (const name of secrets) needed.set(name, [...(needed.get(name) ?? []), { name: id, title }]);
  }
  return [...needed]
    .map(([name, neededBy]) => ({ name, set: set.has(name), neededBy }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function setSecret(
  deps: Pick<Deps, 'manifests' | 'secrets'>,
  { name, value }: z.infer<typeof SetSecret>,
): Promise<SecretView[]> {
  deps.secrets.set(name, value);
  return listSecrets(deps);
}

/**
 * @param steps functions that will be called, each with the step that calls it
 * @throws Problem SECRET_MISSING for the first that lacks one
 */
export function checkSecrets(steps: readonly { manifest: FunctionManifest; step: string; node?: string }[]): void {
  for (const { manifest, step, node } of steps) {
    const [missing] = manifest.missingSecrets ?? [];
    if (missing === undefined) continue;
    throw new Problem(
      'SECRET_MISSING',
      `"${step}" needs ${(manifest.missingSecrets ?? []).join(' and ')}, which ${manifest.missingSecrets?.length === 1 ? 'is' : 'are'} not set.`,
      'Set it in Settings, then run again.',
      node === undefined ? {} : { node },
    );
  }
}
