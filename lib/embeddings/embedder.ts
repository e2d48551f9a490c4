/**
 * The child process that holds the model, from outside: started with the first text, ended when idle, started again when
 * it died.
 *
 *   embed(texts) ──▶ child.ts ──▶ vectors, in the order of the texts
 *
 * Texts go in portions of 16; a portion of a request that a person waits for goes before those of others.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { childScript } from '@/lib/base/children';
import type { Vector } from './vectors';

/** Why there are no vectors, as a sentence: the model does not work as it should. */
export class NoEmbeddings extends Error {
  override readonly name = 'NoEmbeddings';
}

export type Embedder = {
  /** @throws NoEmbeddings */
  embed(texts: readonly string[], first?: boolean): Promise<Vector[]>;
  /** whether the model is in memory now */
  running(): boolean;
  pid(): number | undefined;
  close(): void;
};

export type EmbedderOptions = {
  /** the project's folder, below which the packages are */
  root: string;
  /** ms without a request, after which the process is ended and its memory given back */
  idleMs?: number;
  /** ms for loading the model and for one portion; then the process is ended */
  startMs?: number;
  answerMs?: number;
  /** another script that speaks the protocol */
  script?: string;
};

const PORTION = 16;
/** Longer texts tell no more of what is wanted, and take longer. */
const MAX_TEXT = 400;

type Portion = { texts: string[]; resolve(vectors: Vector[]): void; reject(error: NoEmbeddings): void };
type Message = { ready?: true; broken?: string; id?: number; vectors?: string[]; error?: string };

export function createEmbedder({
  root,
  idleMs = 180_000,
  startMs = 60_000,
  answerMs = 30_000,
  script,
}: EmbedderOptions): Embedder {
  const waiting: Portion[] = [];
  let child: ChildProcess | null = null;
  let starting = false;
  let ready = false;
  let asked: { id: number; portion: Portion } | null = null;
  let lastId = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Ends the process; who waits for its answers is told why. */
  const stop = (why: NoEmbeddings | null) => {
    clearTimeout(timer);
    const old = child;
    child = null;
    ready = false;
    old?.removeAllListeners();
    old?.stdout?.removeAllListeners();
    old?.kill('SIGKILL');
    const lost = [...(asked ? [asked.portion] : []), ...waiting.splice(0)];
    asked = null;
    for (const portion of lost) portion.reject(why ?? new NoEmbeddings('It was closed.'));
  };
  /** Something is expected within `ms`. */
  const expect = (ms: number, what: string) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => stop(new NoEmbeddings(`The embedding model ${what} within ${Math.round(ms / 1000)} s.`)),
      ms,
    );
    hold(true);
  };
  /** An idle model keeps no program alive that has nothing else to do. */
  const hold = (busy: boolean) => {
    const streams = [child?.stdin, child?.stdout] as unknown as ({ ref?(): void; unref?(): void } | null)[];
    for (const one of [child, ...streams]) busy ? one?.ref?.() : one?.unref?.();
  };
  const next = () => {
    if (!child || !ready || asked) return;
    const portion = waiting.shift();
    if (!portion) {
      hold(false);
      timer = setTimeout(() => stop(null), idleMs);
      timer.unref();
      return;
    }
    asked = { id: ++lastId, portion };
    expect(answerMs, 'did not answer');
    child.stdin?.write(`${JSON.stringify({ id: asked.id, texts: portion.texts })}\n`);
  };
  const hear = (message: Message) => {
    if (message.broken) return stop(new NoEmbeddings(`The embedding model cannot be loaded: ${message.broken}`));
    clearTimeout(timer);
    if (message.ready) ready = true;
    else if (asked && message.id === asked.id) {
      const { portion } = asked;
      asked = null;
      const vectors = message.vectors?.map((text) => new Int8Array(Buffer.from(text, 'base64')));
      if (vectors?.length === portion.texts.length) portion.resolve(vectors);
      else portion.reject(new NoEmbeddings(`The embedding model failed: ${message.error ?? 'no vectors'}`));
    }
    next();
  };
  const start = async () => {
    starting = true;
    try {
      const file = script ?? (await childScript(root, 'lib/embeddings/child.ts'));
      if (waiting.length === 0) return; // closed meanwhile
      const made = spawn(process.execPath, [file, root], {
        env: {} as NodeJS.ProcessEnv, // no key of anybody's
        stdio: ['pipe', 'pipe', 'ignore'],
        windowsHide: true,
      });
      child = made;
      expect(startMs, 'was not loaded');
      let partial = '';
      made.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (partial + chunk).split('\n');
        partial = lines.pop() as string;
        for (const line of lines) if (child === made) read(line);
      });
      made.stdin?.on('error', () => {});
      const gone = () => child === made && stop(new NoEmbeddings('The process of the embedding model ended.'));
      made.on('error', gone);
      // Not at its exit: what it said last may still have to be read.
      made.on('close', gone);
    } catch (error) {
      stop(new NoEmbeddings(error instanceof Error ? error.message : String(error)));
    } finally {
      starting = false;
    }
  };
  const read = (line: string) => {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      stop(new NoEmbeddings('The process of the embedding model said something that is no JSON.'));
      return;
    }
    hear(message);
  };

  return {
    async embed(texts, first = false) {
      const portions: Promise<Vector[]>[] = [];
      const made: Portion[] = [];
      for (let at = 0; at < texts.length; at += PORTION) {
        portions.push(
          new Promise((resolve, reject) => {
            made.push({ texts: texts.slice(at, at + PORTION).map((text) => text.slice(0, MAX_TEXT)), resolve, reject });
          }),
        );
      }
      if (first) waiting.unshift(...made);
      else waiting.push(...made);
      if (made.length > 0 && !child && !starting) void start();
      else if (made.length > 0) {
        if (!asked && ready) clearTimeout(timer);
        next();
      }
      return (await Promise.all(portions)).flat();
    },
    running: () => child !== null,
    pid: () => child?.pid,
    close: () => stop(null),
  };
}
