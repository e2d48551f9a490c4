/**
 * Which execution was being taken up when the process died, and how often: one that kills every start would keep all
 * others from going on.
 *
 *   taking-up        id of the execution that is being taken up at this moment, blank otherwise
 *   set-aside.json   deaths by id; one that died three times in a row is left alone from then on
 *
 * A write to the system's cache is enough, since only the end of this process matters, not that of the machine; so it
 * costs some microseconds an execution. Where these files cannot be written everything works but the counting.
 * @module
 */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const STARTS = 3;
/** room for any id, always overwritten whole */
const WIDTH = 20;

export type Suspects = {
  /** Did it kill the last three starts? */
  isSetAside(execution: number): boolean;
  /** the file that remembers it; without it all are tried again */
  file: string;
  /** Runs `work`, which takes up that execution: whatever it throws, it did not kill the process. */
  watch<T>(execution: number, work: () => T): T;
  /** All are taken up. */
  done(): void;
};

export function openSuspects(folder: string): Suspects {
  const marker = path.join(folder, 'taking-up');
  const file = path.join(folder, 'set-aside.json');
  const deaths = readDeaths(file);
  const keep = () =>
    quietly(() => {
      if (deaths.size === 0) rmSync(file, { force: true });
      else writeFileSync(file, JSON.stringify(Object.fromEntries(deaths)));
    });

  const last = Number(quietly(() => readFileSync(marker, 'utf8').trim()) || 0);
  if (last > 0) {
    deaths.set(last, (deaths.get(last) ?? 0) + 1);
    keep();
  }
  const descriptor = quietly(() => openSync(marker, 'w'));
  const mark = (text: string) => {
    if (descriptor !== undefined) quietly(() => writeSync(descriptor, text.padEnd(WIDTH), 0));
  };

  return {
    file,
    isSetAside: (execution) => (deaths.get(execution) ?? 0) >= STARTS,
    watch(execution, work) {
      mark(String(execution));
      try {
        return work();
      } finally {
        mark('');
        // It was somebody else's fault, or is over: only deaths in a row count.
        if (deaths.delete(execution)) keep();
      }
    },
    done() {
      if (descriptor !== undefined) quietly(() => closeSync(descriptor));
      quietly(() => rmSync(marker, { force: true }));
    },
  };
}

function readDeaths(file: string): Map<number, number> {
  const kept = quietly(() => JSON.parse(readFileSync(file, 'utf8')) as unknown);
  const entries = typeof kept === 'object' && kept !== null ? Object.entries(kept) : [];
  return new Map(entries.flatMap(([id, n]) => (typeof n === 'number' ? [[Number(id), n] as const] : [])));
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
