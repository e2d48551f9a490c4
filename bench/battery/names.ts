/**
 * A name server of the battery's own, on loopback: names whose addresses are private, mixed, or change with each question.
 * Whoever asks must be started with a `resolv.conf` that names it, in a mount namespace of its own.
 * @module
 */
import dgram from 'node:dgram';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Bench } from './types';

/** What a name is said to be, question by question; the last answer stays. Addresses of both families may be mixed. */
export type Names = Record<string, string[][]>;

const A = 1;
const AAAA = 28;

/**
 * @returns how to start a program that asks this server (`CloudOptions.under`), and how often each name was asked;
 *   `null` where this system does not allow it
 */
export async function nameServer(
  bench: Bench,
  names: Names,
): Promise<{ under: string[]; asked: Map<string, number> } | null> {
  const asked = new Map<string, number>();
  const socket = dgram.createSocket('udp4');
  socket.on('message', (question, from) => socket.send(answer(question, names, asked), from.port, from.address));
  const open = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    // The port is not a choice: resolv.conf names none.
    socket.bind(53, '127.0.0.1', () => resolve(true));
  });
  bench.atEnd(() => {
    if (open) socket.close();
  });
  if (!open) return null;
  const folder = bench.folder('names');
  const files = {
    'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
    'nsswitch.conf': 'hosts: files dns\n',
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const mount = Object.keys(files)
    .map((file) => `{ [ ! -e /etc/${file} ] || mount --bind "$0/${file}" /etc/${file}; }`)
    .join(' && ');
  return { under: ['unshare', '-Urm', 'sh', '-c', `${mount} && exec "$@"`, folder], asked };
}

/** One question, the answers to it, nothing else: RFC 1035, section 4. */
function answer(question: Buffer, names: Names, asked: Map<string, number>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const asking = question.subarray(12, at + 5);
  const name = labels.join('.').toLowerCase();
  const turn = asked.get(`${name} ${type}`) ?? 0;
  asked.set(`${name} ${type}`, turn + 1);
  const said = names[name]?.at(turn) ?? names[name]?.at(-1);
  const fitting = (said ?? []).filter((address) => net.isIP(address) === (type === AAAA ? 6 : type === A ? 4 : 0));
  const records = fitting.map((address) => {
    const bytes = bytesOf(address);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0); // the name of the question
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt16BE(bytes.length, 10); // lives for 0 seconds
    return Buffer.concat([record, bytes]);
  });
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(said ? 0x8180 : 0x8183, 2); // no such name
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, asking, ...records]);
}

function bytesOf(address: string): Buffer {
  if (net.isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted) {
    const [a, b, c, d] = [...bytesOf(dotted[2] as string)] as [number, number, number, number];
    return bytesOf(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const [before = '', after] = address.split('::');
  const groups = (text: string | undefined): number[] =>
    text ? text.split(':').map((group) => Number.parseInt(group, 16)) : [];
  const left = groups(before);
  const right = groups(after);
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
