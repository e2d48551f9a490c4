'use client';
import { createUploadAction } from '@/lib/actions/files';
import { Problem } from '@/lib/base/problem';
import type { AttachedFile } from '@/lib/draft/plan';

/**
 * Sends a file to S3 by presigned PUT.
 *
 * @param onProgress fraction sent, 0–1
 * @throws Problem when the server refuses it, the network fails, or `signal` is aborted
 */
export async function uploadFile(
  file: File,
  { onProgress, signal }: { onProgress?: (fraction: number) => void; signal?: AbortSignal } = {},
): Promise<AttachedFile> {
  const answer = await createUploadAction({
    name: file.name,
    mediaType: file.type || 'application/octet-stream',
    bytes: file.size,
  });
  if (!answer.ok) throw new Problem(answer.problem.code, answer.problem.message, answer.problem.hint);
  const ticket = answer.value;
  // fetch cannot tell how much was sent; XMLHttpRequest can.
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (message: string, hint: string) => reject(new Problem('UPLOAD_FAILED', message, hint));
    request.open('PUT', ticket.url);
    for (const [name, value] of Object.entries(ticket.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve();
      else
        fail(
          `“${file.name}” was refused (HTTP ${request.status}).`,
          'Try again; if it stays so, look at Settings → where it runs.',
        );
    };
    request.onerror = () =>
      fail(`“${file.name}” could not be sent.`, 'Check that the local cloud is running (Settings), then try again.');
    request.onabort = () => fail(`Sending “${file.name}” was cancelled.`, 'Choose the file again when you want it.');
    if (signal?.aborted) return request.abort();
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
  onProgress?.(1);
  return ticket.file;
}
