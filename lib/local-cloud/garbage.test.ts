import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { passedThrough } from './garbage';

test('what a process prints does not gather in memory when it is thrown away', async () => {
  const most = async (note: (bytes: number) => void): Promise<number> => {
    const before = process.memoryUsage().arrayBuffers;
    const child = spawn(process.execPath, [
      '-e',
      `const b = Buffer.alloc(1 << 20); let n = 0; const go = () => { if (n++ < 100) process.stdout.write(b, go); }; go();`,
    ]);
    let peak = 0;
    let read = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      read += chunk.length;
      note(chunk.length);
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }
    expect(read).toBe(100 << 20);
    return peak / 2 ** 20;
  };
  const without = await most(() => {});
  const withIt = await most(passedThrough);
  expect(withIt, `${without.toFixed(0)} MB without`).toBeLessThan(24);
});
