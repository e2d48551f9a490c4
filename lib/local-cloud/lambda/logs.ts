/**
 * What functions print: kept per function in a file, the last part of an invocation for `LogType: Tail`.
 *
 * Bounded everywhere: so much an invocation, so much a file, so much waiting to be written.
 */
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** bytes */
const INVOCATION_LIMIT = 256 * 1024;
const FILE_LIMIT = 5 * 1024 * 1024;
const WAITING_LIMIT = 8 * 1024 * 1024;
/** AWS: the last 4 KB */
const TAIL = 4096;

/** The lines of one invocation. */
export class InvocationLog {
  private readonly parts: Buffer[] = [];
  private bytes = 0;
  private full = false;

  /** @returns false when there is no more room: what comes now is thrown away */
  add(chunk: Buffer | string): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.full) return false;
    const room = INVOCATION_LIMIT - this.bytes;
    this.parts.push(bytes.subarray(0, room));
    this.bytes += Math.min(room, bytes.length);
    if (bytes.length > room) {
      this.full = true;
      this.parts.push(
        Buffer.from(`\n[the rest is not kept: more than ${INVOCATION_LIMIT / 1024} KB in one invocation]`),
      );
    }
    return !this.full;
  }
  /** A line of the platform's own; always kept, on a line of its own. */
  line(text: string): void {
    const last = this.parts.at(-1);
    const broken = last && last.length > 0 && last.at(-1) !== 10;
    this.parts.push(Buffer.from(`${broken ? '\n' : ''}${text}\n`));
  }
  whole(): Buffer {
    return Buffer.concat(this.parts);
  }
  /** base64 of the last 4 KB */
  tail(): string {
    const whole = this.whole();
    return whole.subarray(Math.max(0, whole.length - TAIL)).toString('base64');
  }
}

export type Logs = ReturnType<typeof createLogs>;
/** What one invocation printed; `at` is when it ended, ms since 1970. */
export type LogRecord = { at: number; text: string };

/** Begins each invocation in a function's file, followed by its time: no text that is printed as lines holds it so. */
const MARK = '\u001e';
const MARKS = new RegExp(`^${MARK}\\d+\\n`, 'gm');

export function createLogs(folder: string) {
  const waiting = new Map<string, Buffer[]>();
  let waitingBytes = 0;
  let writing: Promise<void> | null = null;
  const fileOf = (name: string) => path.join(folder, `${name}.log`);

  const write = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    while (waiting.size > 0) {
      const [name, parts] = waiting.entries().next().value!;
      waiting.delete(name);
      const bytes = Buffer.concat(parts);
      waitingBytes -= bytes.length;
      const file = fileOf(name);
      const size = await stat(file).then(
        (found) => found.size,
        () => 0,
      );
      if (size > 0 && size + bytes.length > FILE_LIMIT) await rename(file, `${file}.1`);
      await appendFile(file, bytes, { mode: 0o600 });
    }
  };
  const flush = (): Promise<void> => {
    writing ??= write()
      .catch(() => {
        waiting.clear(); // a full disk must not stop functions
        waitingBytes = 0;
      })
      .finally(() => {
        writing = null;
      });
    return writing;
  };
  let timer: NodeJS.Timeout | null = null;

  return {
    /** @param at when it ended, ms since 1970 */
    append(name: string, bytes: Buffer, at: number): void {
      if (waitingBytes > WAITING_LIMIT) return;
      waitingBytes += bytes.length;
      const marked = [Buffer.from(`${MARK}${at}\n`), bytes];
      const parts = waiting.get(name);
      if (parts) parts.push(...marked);
      else waiting.set(name, marked);
      timer ??= setTimeout(() => {
        timer = null;
        void flush();
      }, 100);
    },
    /** everything that was appended is in its file */
    async close(): Promise<void> {
      if (timer) clearTimeout(timer);
      timer = null;
      while (waiting.size > 0 || writing) await flush();
    },
    /** Everything that was printed is gone. */
    async erase(): Promise<void> {
      while (waiting.size > 0 || writing) await flush();
      for (const file of await readdir(folder).catch(() => [])) await rm(path.join(folder, file), { force: true });
    },
    /** The last `bytes` of a function's log, as text. */
    async tail(name: string, bytes = 64 * 1024): Promise<string> {
      while (waiting.size > 0 || writing) await flush();
      const file = await open(fileOf(name), 'r').catch(() => null);
      if (!file) return '';
      try {
        const { size } = await file.stat();
        const length = Math.min(size, bytes);
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.toString('utf8').replace(MARKS, '');
      } finally {
        await file.close();
      }
    },
    /** Functions that printed something, by name; `bytes` are those kept, `createdAt` ms since 1970. */
    async functions(): Promise<{ name: string; bytes: number; createdAt: number }[]> {
      while (waiting.size > 0 || writing) await flush();
      const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.log')).sort();
      return Promise.all(
        files.map(async (file) => {
          const { size, birthtimeMs } = await stat(path.join(folder, file));
          return { name: file.slice(0, -'.log'.length), bytes: size, createdAt: Math.floor(birthtimeMs) };
        }),
      );
    },
    /** The invocations that ended from `from` to `to` (ms since 1970), oldest first. */
    async records(name: string, from: number, to: number): Promise<LogRecord[]> {
      while (waiting.size > 0 || writing) await flush();
      const found: LogRecord[] = [];
      for (const file of [`${fileOf(name)}.1`, fileOf(name)]) {
        const text = await readFile(file, 'utf8').catch(() => '');
        for (const part of text.split(MARK).slice(1)) {
          const end = part.indexOf('\n');
          const at = Number(part.slice(0, end));
          if (at >= from && at <= to) found.push({ at, text: part.slice(end + 1) });
        }
      }
      return found;
    },
  };
}
