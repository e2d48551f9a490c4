/**
 * Functions that the owner made or brought: `<dataDir>/functions/<name>/`, folders like those of lambdas/.
 * A folder appears whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type FunctionFile = { file: string; content: string | Uint8Array };
export type UserFunctions = {
  /** where they are */
  folder: string;
  has(name: string): boolean;
  /** replaces what is there under this name; `name` and the files' paths have been checked */
  write(name: string, files: FunctionFile[]): Promise<void>;
  /** one file of a function that is there */
  put(name: string, file: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
};

export function openUserFunctions(dataDir: string): UserFunctions {
  const folder = path.join(dataDir, 'functions');
  const drafts = path.join(dataDir, 'functions-drafts');
  const at = (name: string) => path.join(folder, path.basename(name));
  const letGo = async (name: string) => {
    const old = path.join(drafts, randomUUID());
    if (existsSync(at(name))) await rename(at(name), old);
    return () => rm(old, { recursive: true, force: true });
  };
  return {
    folder,
    has: (name) => existsSync(path.join(at(name), 'function.json')),
    write: async (name, files) => {
      const draft = path.join(drafts, randomUUID());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await mkdir(draft, { recursive: true, mode: 0o700 });
      for (const { file, content } of files) {
        const target = path.join(draft, file);
        if (!target.startsWith(`${draft}${path.sep}`)) throw new Error(`${file} leads out of the function's folder.`);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content, { flag: 'wx' });
      }
      const forget = await letGo(name);
      await rename(draft, at(name));
      await forget();
    },
    put: async (name, file, text) => {
      const draft = path.join(drafts, randomUUID());
      await mkdir(drafts, { recursive: true, mode: 0o700 });
      await writeFile(draft, text);
      await rename(draft, path.join(at(name), path.basename(file)));
    },
    remove: async (name) => {
      await mkdir(drafts, { recursive: true });
      await (await letGo(name))();
    },
  };
}
