/** A file that only its owner can read (mode 0600), replaced whole: whoever reads it sees the old text or the new one. */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.part`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600); // a draft left by a crash keeps the mode that it had
  renameSync(draft, file);
}
