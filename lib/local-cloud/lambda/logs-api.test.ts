import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchLogs, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogs, type Logs } from './logs';
import { answerLogs } from './logs-api';

let logs: Logs;
let client: CloudWatchLogs;
let end: () => void;
const at = Date.parse('2026-05-01T10:00:00Z');

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logs-'));
  logs = createLogs(folder);
  const server = createServer((request, response) => void answerLogs(logs, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new CloudWatchLogs({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  end = () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  logs.append(
    'talks',
    Buffer.from('START RequestId: a\n2026-05-01T09:59:59.500Z\ta\tINFO\thello\nEND RequestId: a\n'),
    at,
  );
  logs.append('talks', Buffer.from('START RequestId: b\nplain words\nEND RequestId: b\n'), at + 60_000);
});
afterAll(() => end());

const filter = (input: object) =>
  client.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/talks', ...input }));

test('gives each line its time and its words, as CloudWatch does', async () => {
  const { events } = await filter({});
  expect(events!.map(({ timestamp, message }) => [timestamp! - at, message])).toEqual([
    [-500, 'START RequestId: a\n'],
    [-500, '2026-05-01T09:59:59.500Z\ta\tINFO\thello\n'],
    [0, 'END RequestId: a\n'],
    [60_000, 'START RequestId: b\n'],
    [60_000, 'plain words\n'],
    [60_000, 'END RequestId: b\n'],
  ]);
});

test('narrows by time and by words, and pages', async () => {
  expect((await filter({ startTime: at + 1 })).events).toHaveLength(3);
  expect((await filter({ endTime: at - 1 })).events).toHaveLength(2);
  expect((await filter({ filterPattern: '"RequestId: b"' })).events).toHaveLength(2);
  const first = await filter({ limit: 4 });
  const second = await filter({ limit: 4, nextToken: first.nextToken });
  expect([first.events!.length, second.events!.length, second.nextToken]).toEqual([4, 2, undefined]);
});

test('a group that is not there is refused as AWS refuses it', async () => {
  await expect(filter({ logGroupName: '/other/group' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await logs.tail('talks')).not.toContain('\u001e');
});

test('groups and streams are listed, and a stream is read from either end', async () => {
  logs.append('talks', Buffer.from('START RequestId: c\nnext day\nEND RequestId: c\n'), at + 86_400_000);
  logs.append('other', Buffer.from('START RequestId: d\n'), at);
  const { logGroups } = await client.describeLogGroups({ logGroupNamePrefix: '/aws/lambda/t' });
  expect(logGroups!.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/lambda/talks']);
  expect(logGroups![0]!.logGroupArn).toMatch(/:log-group:\/aws\/lambda\/talks$/);
  const pages = await client.describeLogGroups({ limit: 1 });
  const rest = await client.describeLogGroups({ limit: 1, nextToken: pages.nextToken });
  expect([pages, rest].flatMap((page) => page.logGroups!.map(({ logGroupName }) => logGroupName))).toEqual([
    '/aws/lambda/other',
    '/aws/lambda/talks',
  ]);
  expect(rest.nextToken).toBeUndefined();

  const logGroupName = '/aws/lambda/talks';
  const { logStreams } = await client.describeLogStreams({ logGroupName, orderBy: 'LastEventTime', descending: true });
  const [newest, older] = logStreams!.map(({ logStreamName }) => logStreamName!);
  expect(newest! > older!).toBe(true);
  expect(logStreams![1]).toMatchObject({ firstEventTimestamp: at - 500, lastEventTimestamp: at + 60_000 });
  expect((await filter({ logStreamNames: [newest] })).events).toHaveLength(3);

  const stream = { logGroupName, logStreamName: older!, limit: 4 };
  const last = await client.getLogEvents(stream);
  expect(last.events!.map(({ message }) => message)).toEqual([
    'END RequestId: a\n',
    'START RequestId: b\n',
    'plain words\n',
    'END RequestId: b\n',
  ]);
  expect((await client.getLogEvents({ ...stream, nextToken: last.nextBackwardToken })).events).toHaveLength(2);
  const first = await client.getLogEvents({ ...stream, startFromHead: true });
  const second = await client.getLogEvents({ ...stream, nextToken: first.nextForwardToken });
  const over = await client.getLogEvents({ ...stream, nextToken: second.nextForwardToken });
  expect([first, second, over].map(({ events }) => events!.length)).toEqual([4, 2, 0]);
  // whoever reads on until the token stays the same comes to an end
  expect(over.nextForwardToken).toBe(second.nextForwardToken);
  await expect(client.getLogEvents({ ...stream, logStreamName: 'none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
