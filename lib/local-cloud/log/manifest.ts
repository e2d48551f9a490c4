/**
 * A small file beside the database that says which database belongs here.
 *
 * SQLite takes an empty file for a fine new database, so without it a truncated disk or a wrong copy would look like a
 * cloud in which nothing ever ran.
 * @module
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';

/** `creating`: a first start that may have been cut short, so nothing was ever acknowledged from it. */
const Manifest = z.object({
  kind: z.literal('action-engine/runs'),
  id: z.string(),
  schema: z.number().int(),
  state: z.enum(['creating', 'ready']),
  createdAt: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

const manifestFile = (folder: string) => path.join(folder, 'runs.json');

/** @returns null where there is none. @throws Problem RUN_LOG_DAMAGED when it is there and cannot be read */
export function readManifest(folder: string): Manifest | null {
  let text: string;
  try {
    text = readFileSync(manifestFile(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw damaged(folder, `${manifestFile(folder)} cannot be read`, error);
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(folder, `${manifestFile(folder)} is not the manifest that was written there`, error);
  }
}

/** Written whole or not at all, and on the disk when this returns. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const draft = `${manifestFile(folder)}.new`;
  const file = openSync(draft, 'w');
  writeSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, manifestFile(folder));
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

export function damaged(folder: string, what: string, cause?: unknown): Problem {
  return new Problem(
    'RUN_LOG_DAMAGED',
    `The run log is damaged: ${what}.`,
    `Nothing was changed. Copy the folder ${folder} somewhere safe first; then put back runs.db (with runs.db-wal), runs.json and runs.mark from one backup, or try "sqlite3 runs.db .recover" on the copy. To go on with an older runs.db and without what was written later, delete runs.mark. To begin anew without the old machines and runs, move the folder away.`,
    {},
    { cause },
  );
}
