/**
 * As much of CloudWatch Logs as it takes to read what functions printed: `FilterLogEvents` of `/aws/lambda/<function>`,
 * over AWS JSON 1.1. So the same SDK call reads them here and on AWS, and `aws logs tail` works too.
 *
 * A line bears the time that it begins with, where a runtime wrote one; else that of the line before, else the
 * invocation's end. Shapes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 * @module
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Logs } from './logs';

const Filter = z.looseObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().default(''),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().regex(/^\d+$/).optional(),
});
const GROUP = /(?:^|:)\/aws\/lambda\/([A-Za-z0-9_-]+)(?::\*)?$/;
const MAX_BODY = 64 * 1024;

export const isLogsCall = (request: IncomingMessage): boolean =>
  String(request.headers['x-amz-target'] ?? '').startsWith('Logs_');

export async function answerLogs(logs: Logs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: object) => {
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
  const refuse = (type: string, message: string) => send(400, { __type: type, message });

  const operation = String(request.headers['x-amz-target']).split('.')[1];
  if (operation !== 'FilterLogEvents') {
    return refuse(
      'UnknownOperationException',
      `The local cloud knows FilterLogEvents of CloudWatch Logs, not ${operation}.`,
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY) return refuse('InvalidParameterException', 'The request is too large.');
    chunks.push(chunk as Buffer);
  }
  const filter = readFilter(Buffer.concat(chunks).toString('utf8'));
  const name = filter && GROUP.exec(filter.logGroupName ?? filter.logGroupIdentifier ?? '')?.[1];
  if (!filter) return refuse('InvalidParameterException', 'The request is not a FilterLogEvents request.');
  if (!name) return refuse('ResourceNotFoundException', 'The specified log group does not exist.');

  const wanted = wordsOf(filter.filterPattern);
  const records = await logs.records(name, filter.startTime, Number.MAX_SAFE_INTEGER);
  const events = records
    .flatMap(({ at, text }) => linesOf(at, text))
    .filter(
      ({ timestamp, message }) =>
        timestamp >= filter.startTime && timestamp <= filter.endTime && wanted.every((word) => message.includes(word)),
    )
    .map((event, i) => ({
      ...event,
      eventId: `${event.timestamp}${createHash('sha256').update(`${i}${event.message}`).digest('hex').slice(0, 16)}`,
      logStreamName: `${new Date(event.timestamp).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]local`,
    }));
  const from = Number(filter.nextToken ?? 0);
  const next = from + filter.limit;
  send(200, {
    events: events.slice(from, next),
    searchedLogStreams: [],
    ...(next < events.length ? { nextToken: String(next) } : {}),
  });
}

function readFilter(text: string): z.infer<typeof Filter> | null {
  try {
    return Filter.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Plain words and quoted phrases, all of which have to be there; the richer patterns of AWS are not known here. */
const wordsOf = (pattern: string): string[] =>
  [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word!);

function linesOf(end: number, text: string): { timestamp: number; ingestionTime: number; message: string }[] {
  let timestamp: number | null = null;
  const lines = text.split('\n').filter((line) => line !== '');
  // START comes before the first line that bears a time: it takes that one's.
  const first = lines.map(timeOf).find((time) => time !== null) ?? null;
  return lines.map((line) => {
    timestamp = timeOf(line) ?? timestamp ?? first ?? end;
    return {
      timestamp: line.startsWith('REPORT ') || line.startsWith('END ') ? end : timestamp,
      ingestionTime: end,
      message: `${line}\n`,
    };
  });
}

const timeOf = (line: string): number | null => {
  const found = /^(?:\[\w+\]\t)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/.exec(line);
  return found ? Date.parse(found[1]!) : null;
};
