/**
 * The process in which the embedding model lives. JSON lines come in on stdin and go out on stdout, in the same order:
 *
 *   { "id": 1, "texts": ["shrink the photo"] }  ──▶  { "id": 1, "vectors": ["base64 of int8"] }   { "id": 1, "error": "…" }
 *
 * The first line out is `{ "ready": true }`, or `{ "broken": "…" }`, after which this ends. Argument: the project's folder, from
 * which the packages are looked for. Ends with its parent: when stdin does.
 *
 * A process of its own, because the model takes some 220–350 MB and has the processor for milliseconds at a time: what is
 * idle is ended, and its memory with it, and a page that answers is never held up.
 * @module
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { LIBRARY, WEIGHTS } from './packages';
import { quantised } from './vectors';

type Model = { embed(texts: string[]): Promise<number[][]> };
type Library = { initModel(source: unknown): Promise<Model> };

const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0];

/** Found at run time, from the project's folder: an option is no part of the bundle. */
async function load(root: string): Promise<Model | null> {
  try {
    const from = createRequire(path.join(root, 'package.json'));
    const { initModel } = from(LIBRARY) as Library;
    const { modelSource } = from(WEIGHTS) as { modelSource: unknown };
    const model = await initModel(modelSource);
    await model.embed(['The first one takes many times as long as the next.']);
    return model;
  } catch (error) {
    say({ broken: reasonOf(error) });
    return null;
  }
}

async function answer(model: Model, line: string): Promise<void> {
  const { id, texts } = JSON.parse(line) as { id: number; texts: string[] };
  try {
    const vectors = await model.embed(texts);
    say({ id, vectors: vectors.map((vector) => Buffer.from(quantised(vector)).toString('base64')) });
  } catch (error) {
    say({ id, error: reasonOf(error) });
  }
}

async function serve(root: string): Promise<void> {
  process.stdin.on('end', () => process.exit());
  process.stdout.on('error', () => process.exit());
  process.stdin.setEncoding('utf8');
  const early: string[] = [];
  let take = (line: string) => void early.push(line);
  let partial = '';
  process.stdin.on('data', (chunk: string) => {
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() as string;
    for (const line of lines) take(line);
  });
  const model = await load(root);
  if (!model) {
    process.stdout.write('', () => process.exit());
    return;
  }
  say({ ready: true });
  let turn = Promise.resolve();
  take = (line) => {
    turn = turn.then(() => answer(model, line));
  };
  early.forEach(take);
}

void serve(process.argv[2] as string);
