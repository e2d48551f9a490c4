/**
 * The model that the owner chose in Settings: `<dataDir>/model.json`, readable by its owner alone (mode 0600), because the
 * key is in it. It comes before what the environment says; no file: the environment decides.
 *
 * The key leaves this file in one direction only, to the server that it is for.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { writePrivate } from './private-file';
import type { ModelChoice, ModelChoices } from './types';

const Choice: z.ZodType<ModelChoice> = z.object({
  provider: z.enum(['none', 'openai', 'huggingface', 'compatible']),
  model: z.string().nullable(),
  baseUrl: z.string().nullable(),
  apiKey: z.string().nullable(),
});

/** Read at each call: the page and the command line share the file. */
export function openModelChoice(dataDir: string): ModelChoices {
  const file = path.join(dataDir, 'model.json');
  return {
    get: () => read(file),
    set: (choice) => {
      if (choice === null) return rmSync(file, { force: true });
      writePrivate(file, JSON.stringify(choice));
    },
  };
}

function read(file: string): ModelChoice | null {
  if (!existsSync(file)) return null;
  try {
    const found = Choice.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (found.success) return found.data;
  } catch {
    // told below, without a word of what is in it
  }
  throw new Problem(
    'DATA_DAMAGED',
    `${file} is not the choice of a model that it should be.`,
    'Delete it, and choose the model again in Settings.',
  );
}
