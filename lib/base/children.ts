/**
 * Scripts that run in a process of their own are TypeScript too: bundled on first use, cached by content.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BuildOptions } from 'esbuild';

const run = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;
const BUILD = `
  const { build } = require('esbuild');
  build(JSON.parse(process.argv[1])).then(
    ({ outputFiles }) => process.stdout.write(outputFiles[0].contents, () => process.exit()),
    (error) => { process.stderr.write(error.message, () => process.exit(1)); });
`;

/** In a process of its own: esbuild else keeps one, some 20 MB, for as long as this one lives. */
async function bundled(root: string, entry: string): Promise<Buffer> {
  const options: BuildOptions = {
    entryPoints: [path.join(root, entry)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
    tsconfig: path.join(root, 'tsconfig.json'),
    logLevel: 'silent',
  };
  const { stdout } = await run(process.execPath, ['-e', BUILD, JSON.stringify(options)], {
    cwd: root,
    encoding: 'buffer',
    maxBuffer: MAX_BYTES,
    windowsHide: true,
  }).catch((error: Error & { stderr?: Buffer }) => {
    throw new Error(`${entry} could not be bundled: ${error.stderr?.toString() || error.message}`);
  });
  return stdout;
}

/**
 * @param root the project's folder
 * @param entry path below it, e.g. `lib/local-cloud/evaluator/child.ts`
 * @returns path of a JavaScript file that `node` runs as it is
 * @throws Error with what esbuild says is wrong
 */
export async function childScript(root: string, entry: string): Promise<string> {
  const code = await bundled(root, entry);
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
