/**
 * Scripts that run in a process of their own are TypeScript too: bundled on first use, cached by content.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param root the project's folder
 * @param entry path below it, e.g. `lib/local-cloud/evaluator/child.ts`
 * @returns path of a JavaScript file that `node` runs as it is
 */
export async function childScript(root: string, entry: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [path.join(root, entry)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
    tsconfig: path.join(root, 'tsconfig.json'),
    logLevel: 'error',
  });
  const code = outputFiles[0]!.contents;
  const folder = path.join(root, 'node_modules', '.cache', 'action-engine');
  const name = `${path.basename(path.dirname(entry))}-${path.basename(entry, '.ts')}`;
  const file = path.join(folder, `${name}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.cjs`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  return file;
}
