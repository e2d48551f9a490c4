/** Reads `function.json` of every function in a folder: the adapter that hands manifests to the pure modules. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import { FunctionManifest } from '@/lib/functions/manifest';

/**
 * @param folder holds one folder a function; folders without a `function.json` (shared code) are passed over
 * @returns by name, in alphabetical order
 * @throws Problem MANIFEST_INVALID naming the file and the field
 */
export async function readManifests(folder: string): Promise<{ manifest: FunctionManifest; folder: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = await Promise.all(names.sort().map((name) => readManifest(path.join(folder, name))));
  return read.filter((found) => found !== null);
}

async function readManifest(folder: string): Promise<{ manifest: FunctionManifest; folder: string } | null> {
  const file = path.join(folder, 'function.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const shown = path.join(path.basename(path.dirname(folder)), path.basename(folder), 'function.json');
  const invalid = (what: string, fields: (string | number)[] = []) =>
    new Problem(
      'MANIFEST_INVALID',
      `${shown}: ${what}`,
      'Mend that field of the file; docs/functions.md says what each is for.',
      { path: fields },
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const checked = FunctionManifest.safeParse(json);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const fields = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
    throw invalid(`"${fields.join('.') || 'the whole file'}": ${issue?.message ?? 'it is not a manifest'}`, fields);
  }
  const manifest = checked.data;
  if (manifest.name !== path.basename(folder)) {
    throw invalid(
      `"name" is "${manifest.name}", but the folder is "${path.basename(folder)}"; they must be the same.`,
      ['name'],
    );
  }
  return { manifest, folder };
}
