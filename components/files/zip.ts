import { type ProblemView, viewOf } from '@/lib/base/problem';

/** Lets the browser save these files as one zip. @returns what went wrong, or null */
export async function takeZip(keys: string[]): Promise<ProblemView | null> {
  try {
    const answer = await fetch('/files/zip', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(keys),
    });
    if (!answer.ok) return ((await answer.json()) as { problem: ProblemView }).problem;
    const url = URL.createObjectURL(await answer.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = 'files.zip';
    link.click();
    // The browser has taken it over by then; freed at once, some browsers would save nothing.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return null;
  } catch (error) {
    return viewOf(error);
  }
}
