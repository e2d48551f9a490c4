/**
 * What an unpacked package needs that Node's permission model forbids: native code, processes and threads of its own.
 *
 * Read from the files alone; nothing of the package is run. A package can hide such a need (`require('child_' + 'process')`):
 * then the permission model refuses it at run time, and the error says so. It can also pretend one and is then run without
 * the model. The scan decides what works, the namespaces of level 2 decide what is safe.
 * @module
 */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export type PackageNeeds = {
  /** the first file that is machine code, from the package's top; null: pure JavaScript */
  native: string | null;
  /** the first of Node's modules that start processes or threads, and the file that names it */
  asks: { module: string; file: string } | null;
};

/** bytes; a larger file is data, or made by a tool that leaves nothing to read */
const SOURCE_LIMIT = 20 * 1024 * 1024;
const SOURCE = /\.[cm]?js$/i;
const MODULES = /(["'`])(?:node:)?(child_process|worker_threads|cluster|inspector|inspector\/promises|wasi)\1/;
/** The AWS SDK starts a process only for a `credential_process` in ~/.aws/config, which no function has here. */
const HARMLESS = /(^|\/)node_modules\/(@aws-sdk|@smithy|@aws)\//;
/** What esbuild writes above the code of each file that it put into a bundle. */
const SECTION = /^\s*(?:\/\/ |")([\w@./+-]+\.[cm]?[jt]sx?)"?(?:$|\()/;
/** ELF; Mach-O in both byte orders, and of several machines; Windows' PE */
const MACHINE_CODE = ['7f454c46', 'cffaedfe', 'cefaedfe', 'feedfacf', 'feedface', 'cafebabe', '4d5a9000'];

/** @param folder the package, unpacked */
export async function scanPackage(folder: string): Promise<PackageNeeds> {
  const needs: PackageNeeds = { native: null, asks: null };
  const names = await readdir(folder, { recursive: true });
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const { size } = await stat(file).then(
      (found) => (found.isFile() ? found : { size: -1 }),
      () => ({ size: -1 }),
    );
    if (size < 0) continue;
    if (SOURCE.test(name)) {
      if (needs.asks || HARMLESS.test(name) || size > SOURCE_LIMIT) continue;
      const module = namedModule(await readFile(file, 'utf8'));
      if (module) needs.asks = { module, file: name };
    } else if (!needs.native && (name.endsWith('.node') || (await isMachineCode(file)))) needs.native = name;
    if (needs.native && needs.asks) break;
  }
  return needs;
}

/** The module that a source names, outside of what a bundle took over from the AWS SDK. */
export function namedModule(source: string): string | null {
  if (!MODULES.test(source)) return null; // most, and quickly
  let harmless = false;
  for (const line of source.split('\n')) {
    const section = line.length < 500 ? SECTION.exec(line)?.[1] : undefined;
    if (section) harmless = HARMLESS.test(section);
    const found = harmless ? undefined : MODULES.exec(line)?.[2];
    if (found) return found;
  }
  return null;
}

async function isMachineCode(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && MACHINE_CODE.includes(buffer.toString('hex'));
  } finally {
    await handle.close();
  }
}
