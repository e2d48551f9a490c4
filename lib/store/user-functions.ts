/**
 * Functions that the owner made or brought: `<dataDir>/functions/<name>/`, folders like those of lambdas/.
 * A folder appears whole or not at all. What is replaced or changed is kept as a version, `<dataDir>/functions-versions/
 * <name>/<when, ms since 1970>/`: the last 20 of each, as long as there is the function.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
  /** by name */
  names(): string[];
  /** the states before the present one, the last that was replaced first; `at`: when it was replaced, ms since 1970 */
  versions(name: string): Promise<{ at: number; files: FunctionFile[] }[]>;
};

/** earlier states of a function that are kept */
const KEPT = 20;

export function openUserFunctions(dataDir: string): UserFunctions {
  const folder = path.join(dataDir, 'functions');
  const drafts = path.join(dataDir, 'functions-drafts');
  const at = (name: string) => path.join(folder, path.basename(name));
  const letGo = async (name: string) => {
    const old = path.join(drafts, randomUUID());
    if (existsSync(at(name))) await rename(at(name), old);
    return () => rm(old, { recursive: true, force: true });
  };
  const versionsOf = (name: string) => path.join(dataDir, 'functions-versions', path.basename(name));
  const timesOf = (name: string) =>
    existsSync(versionsOf(name))
      ? readdirSync(versionsOf(name))
          .flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []))
          .sort((a, b) => b - a)
      : [];
  /** As it is now becomes the newest version, unless `next` says the same. */
  const keep = async (name: string, next: FunctionFile[]) => {
    if (!existsSync(at(name))) return;
    const now = await filesBelow(at(name));
    if (next.every((one) => now.some((other) => sameFile(one, other))) && next.length === now.length) return;
    const copy = path.join(drafts, randomUUID());
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    await cp(at(name), copy, { recursive: true });
    await mkdir(versionsOf(name), { recursive: true, mode: 0o700 });
    const times = timesOf(name);
    // Two within a millisecond are two.
    await rename(copy, path.join(versionsOf(name), String(Math.max(Date.now(), (times[0] ?? 0) + 1))));
    for (const old of times.slice(KEPT - 1)) await rm(path.join(versionsOf(name), String(old)), { recursive: true });
  };
  return {
    folder,
    names: () =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => existsSync(path.join(at(name), 'function.json')))
            .sort()
        : [],
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
      await keep(name, files);
      const forget = await letGo(name);
      await rename(draft, at(name));
      await forget();
    },
    put: async (name, file, text) => {
      const draft = path.join(drafts, randomUUID());
      const now = existsSync(at(name)) ? await filesBelow(at(name)) : [];
      await keep(name, [...now.filter((one) => one.file !== file), { file, content: text }]);
      await mkdir(drafts, { recursive: true, mode: 0o700 });
      await writeFile(draft, text);
      await rename(draft, path.join(at(name), path.basename(file)));
    },
    remove: async (name) => {
      await mkdir(drafts, { recursive: true });
      await (await letGo(name))();
      await rm(versionsOf(name), { recursive: true, force: true });
    },
    versions: (name) =>
      Promise.all(
        timesOf(name).map(async (time) => ({
          at: time,
          files: await filesBelow(path.join(versionsOf(name), String(time))),
        })),
      ),
  };
}

/** Every file of a folder, by its path from there with `/`. */
async function filesBelow(folder: string): Promise<FunctionFile[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found = await Promise.all(
    entries.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return { file: path.relative(folder, file).split(path.sep).join('/'), content: await readFile(file) };
    }),
  );
  return found.sort((a, b) => (a.file < b.file ? -1 : 1));
}

const sameFile = (a: FunctionFile, b: FunctionFile): boolean =>
  a.file === b.file && Buffer.from(a.content).equals(Buffer.from(b.content));
