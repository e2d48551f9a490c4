/**
 * Erases what a person made here: the runs alone, or everything, so that the product is as it was on its first day.
 *
 * Nothing is erased while a run goes on. The cloud comes first, because it may refuse; what is cut off half-way is
 * finished by asking again. On AWS, what was deployed and the files of the bucket stay where they are.
 */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import type { ErasableView } from './types';

/** what a person types, so that nobody erases by a slip */
const WORDS = { runs: 'erase runs', everything: 'erase everything' } as const;

export const Erase = z.object({ what: z.enum(['runs', 'everything']), typed: z.string().max(100) });

export async function getErasable(deps: Deps): Promise<ErasableView> {
  const [counts, running, files] = await Promise.all([
    deps.store.counts(),
    deps.store.runs.list({ running: true, limit: 100 }),
    // The cloud may be away: the rest is told all the same.
    deps.cloud.erase === null
      ? null
      : deps.cloud.files.list().then(
          ({ length }) => length,
          () => null,
        ),
  ]);
  return {
    ...counts,
    files,
    functions: deps.userFunctions.names().length,
    secrets: deps.secrets.names().length,
    modelKey: deps.modelChoice.get()?.apiKey != null,
    running: running.map(({ id, workflowName }) => ({ id, workflowName })),
  };
}

/** @throws Problem ERASE_NOT_CONFIRMED, ERASE_RUNS_GO_ON: nothing was erased */
export async function erase(deps: Deps, { what, typed }: z.infer<typeof Erase>): Promise<void> {
  if (typed.trim().toLowerCase() !== WORDS[what])
    throw new Problem(
      'ERASE_NOT_CONFIRMED',
      `Nothing was erased: the words typed are not "${WORDS[what]}".`,
      `Type "${WORDS[what]}" into the field, and press the button again.`,
    );
  const running = await deps.store.runs.list({ running: true, limit: 100 });
  if (running.length > 0) {
    const names = running.slice(0, 3).map(({ workflowName }) => `"${workflowName}"`);
    const more = running.length > names.length ? ` and ${running.length - names.length} more` : '';
    throw new Problem(
      'ERASE_RUNS_GO_ON',
      `Nothing was erased: ${names.join(', ')}${more} ${running.length === 1 ? 'still runs' : 'still run'}.`,
      'Wait for the end, or stop it on its page, then erase again.',
    );
  }
  await deps.cloud.erase?.(what);
  if (what === 'everything') {
    for (const name of deps.userFunctions.names()) await deps.userFunctions.remove(name);
    await deps.userFunctions.forgetPackages();
    for (const name of deps.secrets.names()) deps.secrets.set(name, null);
    deps.modelChoice.set(null);
    await deps.cloud.mocks?.clear();
  }
  await deps.store.erase(what);
}
