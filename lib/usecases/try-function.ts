/** Calls one function by itself, with an input that fits its schema. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { schemaErrors } from './check-input';
import type { Deps } from './deps';
import { manifestOf } from './read';
import { checkSecrets } from './secrets';
import type { FunctionTry } from './types';

export const TryFunction = z.object({ name: z.string().min(1), input: z.json() });

/** @throws Problem FUNCTION_UNKNOWN, INPUT_INVALID, SECRET_MISSING: nothing was called */
export async function tryFunction(deps: Deps, { name, input }: z.infer<typeof TryFunction>): Promise<FunctionTry> {
  const manifest = await manifestOf(deps, name);
  const [first] = schemaErrors(manifest.input, input);
  if (first)
    throw new Problem(
      'INPUT_INVALID',
      `The input${first.field ? ` "${first.field}"` : ''} ${first.message}.`,
      'Mend it, and try again.',
      { path: [first.field] },
    );
  checkSecrets([{ manifest, step: manifest.title }]);
  await deps.cloud.ready();
  await deps.cloud.deployFunction(manifest);
  const began = deps.now();
  const answer = await deps.cloud.invokeFunction(name, input);
  return { ...answer, ms: deps.now() - began };
}
