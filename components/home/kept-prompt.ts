/** A prompt that was sent and has not become a workflow yet: it is there again when its person comes back to the box. */
import type { AttachedFile } from '@/lib/draft/plan';

const KEY = 'action-engine:prompt';
type KeptPrompt = { prompt: string; files: AttachedFile[] };

export function keepPrompt(kept: KeptPrompt): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that withholds its storage keeps nothing; the prompt is among the recent queries all the same.
  }
}

export function forgetPrompt(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // see above
  }
}

export function keptPrompt(): KeptPrompt | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<KeptPrompt> | null;
    return typeof kept?.prompt === 'string' && Array.isArray(kept.files)
      ? { prompt: kept.prompt, files: kept.files }
      : null;
  } catch {
    return null;
  }
}
