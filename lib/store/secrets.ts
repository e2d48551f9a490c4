/**
 * What functions need to prove who they are: `<dataDir>/secrets.json`, readable by its owner alone (mode 0600).
 *
 * Values leave this file in one direction only, into the environment of the functions that name them. They are never
 * shown again, never part of a workflow, a backup of one or a log.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import { writePrivate } from './private-file';

export type Secrets = {
  /** those that are set, in alphabetical order */
  names(): string[];
  /** of those names that are set */
  values(names: readonly string[]): Record<string, string>;
  /** a text without the values that are set, also as they stand in JSON */
  hide(text: string): string;
  /** `null` forgets it */
  set(name: string, value: string | null): void;
};

/** Characters; a shorter value is found in words that have nothing to do with it. */
const TELLING = 8;

/** Read at each call: the page and the command line share the file. */
export function openSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  return {
    names: () => Object.keys(read(file)).sort(),
    values: (names) => {
      const all = read(file);
      return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name]!]] : [])));
    },
    hide: (text) => {
      // The longest first: one value may hold another.
      const values = Object.values(read(file))
        .filter(({ length }) => length >= TELLING)
        .sort((a, b) => b.length - a.length);
      return values
        .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
        .reduce((left, value) => left.replaceAll(value, '•••'), text);
    },
    set: (name, value) => {
      const { [name]: _old, ...others } = read(file);
      writePrivate(file, JSON.stringify(value === null ? others : { ...others, [name]: value }));
    },
  };
}

function read(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found === 'object' && found !== null && Object.values(found).every((value) => typeof value === 'string'))
      return found as Record<string, string>;
  } catch {
    // told below, without a word of what is in it
  }
  throw new Problem(
    'DATA_DAMAGED',
    `${file} is not the list of secrets that it should be.`,
    'Delete it, and set the secrets again in Settings.',
  );
}
