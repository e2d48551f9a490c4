/**
 * The embedding option of the offline planner: how like a prompt's words are to what the functions do.
 *
 *   texts, functions ──compare──▶ likeness(text, function's name): cosine, −1 to 1; or a note why there is none
 *
 * Vectors of functions are kept on disk, those of prompts for a while in memory: a prompt that was seen before asks no model,
 * and where no vector is wanted none is loaded. Nobody waits long: where the functions are not read yet, a draft is made
 * without likeness, and they are read on for the next one.
 * @module
 */
import path from 'node:path';
import { openVectorCache, type VectorCache } from './cache';
import { createEmbedder, type Embedder, NoEmbeddings } from './embedder';
import { findPackages, INSTALL } from './packages';
import { cosine, type Measured, measured } from './vectors';

type Named = { name: string; text: string };
type Likeness = (text: string, functionName: string) => number | null;

export type EmbeddingsState = {
  /** packages that are not installed, and the line that installs them */
  missing: string[];
  install: string;
  /** how many of the functions have a vector */
  known: number;
  functions: number;
  /** the model is in memory now */
  loaded: boolean;
  /** what went wrong last, as a sentence */
  problem: string | null;
};

export type Embeddings = {
  /** `note`: why there is no likeness; never throws */
  compare(
    texts: readonly string[],
    functions: readonly Named[],
  ): Promise<{ likeness: Likeness | null; note: string | null }>;
  /** Reads the functions that have no vector yet; never throws. */
  warm(functions: readonly Named[]): Promise<void>;
  state(functions: readonly Named[]): EmbeddingsState;
  /** of the process that holds the model, while there is one */
  pid(): number | undefined;
  close(): void;
};

export type EmbeddingsOptions = {
  /** the project's folder */
  root: string;
  dataDir: string;
  /** ms that a draft waits for vectors at most */
  patienceMs?: number;
  embedder?: Embedder;
};

/** Texts of prompts whose vectors are kept: a prompt is drafted again, changed a little, more often than not. */
const MOST_TEXTS = 500;
/** Functions a portion of reading, after which what was read is kept. */
const AT_ONCE = 64;

export function createEmbeddings({ root, dataDir, patienceMs = 3000, embedder }: EmbeddingsOptions): Embeddings {
  const model = embedder ?? createEmbedder({ root });
  const prompts = new Map<string, Measured>();
  let opened: { version: string; cache: VectorCache } | null = null;
  let problem: string | null = null;
  let reading: Promise<void> | null = null;

  const cacheOf = (version: string): VectorCache => {
    if (opened?.version !== version)
      opened = { version, cache: openVectorCache(path.join(dataDir, 'embeddings.bin'), version) };
    return opened.cache;
  };
  /** One reading at a time; what a second one wants beside is read after it. */
  const read = async (functions: readonly Named[], cache: VectorCache): Promise<void> => {
    while (reading) await reading.catch(() => undefined);
    const texts = [...new Set(functions.map(({ text }) => text))].filter((text) => !cache.get(text));
    if (texts.length === 0) return;
    reading = (async () => {
      for (let at = 0; at < texts.length; at += AT_ONCE) {
        const part = texts.slice(at, at + AT_ONCE);
        const vectors = await model.embed(part);
        part.forEach((text, i) => {
          cache.add(text, measured(vectors[i]!));
        });
        cache.save();
      }
    })().finally(() => {
      reading = null;
    });
    await reading;
  };
  const readPrompt = async (texts: readonly string[]): Promise<Map<string, Measured>> => {
    const found = new Map<string, Measured>();
    for (const text of texts) {
      const vector = prompts.get(text);
      if (!vector) continue;
      found.set(text, vector);
      prompts.delete(text); // the last one used stands last
      prompts.set(text, vector);
    }
    const wanted = texts.filter((text) => !found.has(text));
    const vectors = wanted.length > 0 ? await model.embed(wanted, true) : [];
    wanted.forEach((text, i) => {
      const vector = measured(vectors[i]!);
      found.set(text, vector);
      prompts.set(text, vector);
    });
    for (const text of [...prompts.keys()].slice(0, Math.max(0, prompts.size - MOST_TEXTS))) prompts.delete(text);
    return found;
  };
  const none = (note: string) => ({ likeness: null, note });

  return {
    async compare(texts, functions) {
      const { missing, version } = findPackages(root);
      if (missing.length > 0)
        return none(
          `Drafted without the embedding model, which is not installed (${missing.join(', ')}). Install it with: ${INSTALL}`,
        );
      const cache = cacheOf(version);
      try {
        const work = Promise.all([readPrompt(texts), read(functions, cache)]);
        const [found] = (await within(patienceMs, work)) ?? [null];
        if (!found) {
          const known = functions.filter(({ text }) => cache.get(text)).length;
          return none(
            `Drafted without the embedding model, which is still being loaded or reading the functions (${known} of ${functions.length}). Draft again in a moment to use it.`,
          );
        }
        problem = null;
        return { likeness: likenessOf(found, functions, cache.get), note: null };
      } catch (error) {
        if (!(error instanceof NoEmbeddings)) throw error;
        problem = error.message;
        return none(
          `Drafted without the embedding model. ${problem} Install it again (${INSTALL}), or set ACTION_ENGINE_EMBEDDINGS=off.`,
        );
      }
    },
    async warm(functions) {
      const { missing, version } = findPackages(root);
      if (missing.length > 0) return;
      try {
        await read(functions, cacheOf(version));
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    },
    state(functions) {
      const { missing, version } = findPackages(root);
      const cache = missing.length === 0 ? cacheOf(version) : null;
      return {
        missing,
        install: INSTALL,
        known: cache ? functions.filter(({ text }) => cache.get(text)).length : 0,
        functions: functions.length,
        loaded: model.running(),
        problem,
      };
    },
    pid: () => model.pid(),
    close: () => model.close(),
  };
}

function likenessOf(
  prompt: ReadonlyMap<string, Measured>,
  functions: readonly Named[],
  vectorOf: (text: string) => Measured | undefined,
): Likeness {
  const byName = new Map(functions.map(({ name, text }) => [name, vectorOf(text)]));
  return (text, name) => {
    const [a, b] = [prompt.get(text), byName.get(name)];
    return a && b ? cosine(a, b) : null;
  };
}

/** @returns null when the time is over; what was begun goes on, and its failure is told the next one who asks */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  work.catch(() => undefined);
  try {
    return await Promise.race([
      work,
      new Promise<null>((resolve) => {
        if (Number.isFinite(ms)) timer = setTimeout(() => resolve(null), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
