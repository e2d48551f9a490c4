/**
 * Who the local cloud is compared with. Both are installed on demand, into this folder: `npm ci --prefix bench/engine`.
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import type { Bench } from './machines';
import type { Command } from './subject';

export const WIRE_PEER = 'stepfunctions-local';
export const LIBRARY_PEER = 'aws-local-stepfunctions';
const LIMIT_MS = 30_000;

const folder = (root: string) => path.join(root, 'bench', 'engine');
export const isInstalled = (root: string, name: string): boolean =>
  existsSync(path.join(folder(root), 'node_modules', name, 'package.json'));

export const notInstalled = (name: string): string =>
  `${name} is not measured: it is not installed. To compare with it: npm ci --prefix bench/engine`;

export const wirePeer =
  (root: string): Command =>
  ({ port, lambda }) => [
    process.execPath,
    path.join(folder(root), 'node_modules', WIRE_PEER, 'bin', 'stepfunctions-local.js'),
    ...['start', '--port', String(port), '--region', 'us-east-1', '--lambda-endpoint', lambda],
    ...['--lambda-region', 'us-east-1'],
  ];

/**
 * @returns ms for the whole bench
 * @throws Error with the reason when the library cannot run it, or ends it with another output
 */
export function runInLibrary(root: string, bench: Omit<Bench, 'label' | 'transitions'> & { lambda?: boolean }): number {
  const { definition, input, copies, output, lambda = false } = bench;
  const child = spawnSync(process.execPath, [path.join(folder(root), 'peer-in-process.mjs')], {
    input: JSON.stringify({ definition, input, copies, lambda }),
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (child.signal) throw new Error(`not ended within ${LIMIT_MS / 1000} s`);
  if (child.status !== 0) {
    const line = child.stderr.split('\n').find((text) => /^\w*Error: /.test(text));
    throw new Error(line?.trim().slice(0, 160) ?? `it ended with code ${child.status}`);
  }
  const answer: unknown = JSON.parse(child.stdout);
  const outputs: Json = isObject(answer) ? (answer.outputs ?? []) : [];
  if (!Array.isArray(outputs) || outputs.length !== copies || !outputs.every((one) => jsonEqual(one, output))) {
    throw new Error(`a wrong output: ${JSON.stringify(outputs).slice(0, 80)}`);
  }
  return Number(isObject(answer) && answer.ms);
}
