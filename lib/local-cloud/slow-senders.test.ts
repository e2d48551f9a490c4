import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchSenders } from './slow-senders';

const LIMIT = 300;
const watch = watchSenders(LIMIT, 20);
const server = createServer((request, response) => {
  watch.watch(request, request.url === '/small' ? 'small' : 'large', () => response.writeHead(400).end('too slow'));
  request.resume().on('end', () => response.end('received'));
  request.on('error', () => {});
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  watch.stop();
  server.close();
});

/** Sends `pieces` of `bytes` each, one every `everyMs`. */
const send = (target: string, { pieces, bytes, everyMs }: { pieces: number; bytes: number; everyMs: number }) =>
  new Promise<string>((resolve) => {
    let got = '';
    const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`PUT ${target} HTTP/1.1\r\nhost: x\r\ncontent-length: ${pieces * bytes}\r\nconnection: close\r\n\r\n`);
    let left = pieces;
    const timer = setInterval(() => {
      if (left-- > 0 && socket.writable) socket.write(Buffer.alloc(bytes));
      else clearInterval(timer);
    }, everyMs);
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(got);
    });
  });

test('an upload that goes on may take longer than the limit', async () => {
  expect(await send('/large', { pieces: 10, bytes: 2000, everyMs: 60 })).toMatch(/200 OK.*received$/s);
});
test('an upload that trickles is cut', async () => {
  expect(await send('/large', { pieces: 1000, bytes: 1, everyMs: 20 })).toMatch(/400 .*too slow/s);
});
test('a small body must be there in time, however fast it comes', async () => {
  expect(await send('/small', { pieces: 100, bytes: 2000, everyMs: 20 })).toMatch(/400 .*too slow/s);
  expect(await send('/small', { pieces: 2, bytes: 10, everyMs: 20 })).toMatch(/200 OK.*received$/s);
});
