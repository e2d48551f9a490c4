/**
 * Lets go early of bytes that went through this process: uploads, what functions print beyond their log, bodies that are
 * too large. The engine counts such buffers only roughly and would keep some 60 MB of them before it looks.
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** between two looks, which take a fraction of a millisecond each */
const EVERY_BYTES = 8 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;
let bytes = 0;

/** @param count bytes that have just been read, and are needed no more once the caller returns to the event loop */
export function passedThrough(count: number): void {
  bytes += count;
  if (bytes < EVERY_BYTES) return;
  bytes = 0;
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect?.({ type: 'minor' });
}
