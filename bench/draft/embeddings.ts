/** The embedding model in the drafter's bench: started, asked as the product asks it, and measured. */
import { readFileSync } from 'node:fs';
import { type DraftExample, type Likeness, MOST_COMPARED, namedText, textsToCompare } from '@/lib/draft/offline';
import type { Embeddings } from '@/lib/embeddings/embeddings';
import type { FunctionManifest } from '@/lib/functions/manifest';

/** The embedding model, where the bench is to use it; `always`: also in a catalogue where the product does not. */
export type With = { model: Embeddings; always: boolean } | null;

/** Loads the model and reads the functions, as the page does when it starts. @returns what that took, in words */
export async function readAll(manifests: readonly FunctionManifest[], { model, always }: NonNullable<With>) {
  if (!always && manifests.length > MOST_COMPARED) return null;
  model.close();
  const start = performance.now();
  await model.warm([{ name: 'first', text: `${start}` }]);
  const loaded = performance.now();
  await model.warm(manifests.map(namedText));
  const ms = performance.now() - loaded;
  return `model loaded in ${(loaded - start).toFixed(0)} ms, ${manifests.length} functions read in ${ms.toFixed(0)} ms, its memory ${memoryOf(model.pid())}`;
}

/** The most that a process had, where the system tells. */
function memoryOf(pid: number | undefined): string {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return `${Math.round(Number(kilobytes) / 1024)} MB`;
  } catch {
    return 'unknown';
  }
}

export async function likenessFor(
  prompt: string,
  manifests: FunctionManifest[],
  now: Date,
  examples: readonly DraftExample[] | undefined,
  embeddings: With,
): Promise<Likeness | null> {
  if (!embeddings) return null;
  const texts = textsToCompare(
    { prompt, files: [], manifests, now, examples },
    embeddings.always ? Number.POSITIVE_INFINITY : undefined,
  );
  if (texts.length === 0) return null;
  const { likeness, note } = await embeddings.model.compare(texts, manifests.map(namedText));
  if (note) throw new Error(note);
  return likeness;
}
