/**
 * The credentials that this cloud issued, made once and kept in `<dataDir>/cloud/keys.json` (mode 0600).
 *
 * Three pairs, so that a log or a refusal tells who signed: the page, the functions, the cloud's own Step Functions.
 * `local` / `local` is documented and therefore no secret.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { writeWhole } from './data-dir';
import type { Credentials } from './service';

const Pair = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
const Kept = z.object({ page: Pair, functions: Pair, self: Pair });

export type Keys = {
  page: Credentials;
  functions: Credentials;
  self: Credentials;
  /** undefined for a key that nobody was given */
  secretOf(accessKeyId: string): string | undefined;
  /** issued and never published: only such a key proves that its user was given it */
  isSecret(accessKeyId: string): boolean;
};

export const DOCUMENTED: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Reads the keys, making them where there are none.
 * @throws Problem KEYS_DAMAGED
 */
export function openKeys(dataDir: string): Keys {
  const file = path.join(dataDir, 'cloud', 'keys.json');
  const kept = read(file) ?? make(file);
  const secrets = new Map(Object.values(kept).map((pair) => [pair.accessKeyId, pair.secretAccessKey]));
  const secretOf = (id: string) => (id === DOCUMENTED.accessKeyId ? DOCUMENTED.secretAccessKey : secrets.get(id));
  return { ...kept, secretOf, isSecret: (id) => secrets.has(id) };
}

function read(file: string): z.infer<typeof Kept> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    throw new Problem(
      'KEYS_DAMAGED',
      `${file} cannot be read: it does not hold the keys that the local cloud wrote.`,
      'Delete it and start again: new keys are made, and links signed with the old ones stop working.',
    );
  }
}

function make(file: string): z.infer<typeof Kept> {
  // Twenty characters, like AWS's own: some tools check the length.
  const pair = (who: string): Credentials => ({
    accessKeyId: `LOCAL${who}${randomBytes(10).toString('hex').toUpperCase()}`.slice(0, 20),
    secretAccessKey: randomBytes(30).toString('base64url'),
  });
  const made = { page: pair('PAGE'), functions: pair('FUNC'), self: pair('SELF') };
  writeWhole(file, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}
