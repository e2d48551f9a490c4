/**
 * As much of CloudWatch Logs as it takes to read what functions printed, over AWS JSON 1.1: `FilterLogEvents`,
 * `GetLogEvents`, `DescribeLogGroups`, `DescribeLogStreams`. So the same SDK call reads them here and on AWS, and
 * `aws logs tail` works too.
 *
 * A function is a group, a day a stream of it. A line bears the time that it begins with, where a runtime wrote one; else
 * that of the line before, else the invocation's end. Shapes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
 * @module
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ACCOUNT_ID, REGION } from '../service';
import type { Logs } from './logs';

const ByGroup = z.looseObject({ logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() });
const Span = ByGroup.extend({
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  limit: z.number().int().min(1).max(10_000).default(10_000),
});
const Filter = Span.extend({
  filterPattern: z.string().default(''),
  logStreamNames: z.array(z.string()).optional(),
  logStreamNamePrefix: z.string().default(''),
  nextToken: z.string().regex(/^\d+$/).optional(),
});
const Get = Span.extend({
  logStreamName: z.string(),
  startFromHead: z.boolean().default(false),
  nextToken: z
    .string()
    .regex(/^[fb]\/\d+$/)
    .optional(),
});
const Page = z.looseObject({
  limit: z.number().int().min(1).max(50).default(50),
  nextToken: z.string().regex(/^\d+$/).optional(),
});
const Groups = Page.extend({
  logGroupNamePrefix: z.string().default(''),
  logGroupNamePattern: z.string().default(''),
});
const Streams = Page.extend({
  ...ByGroup.shape,
  logStreamNamePrefix: z.string().default(''),
  orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
  descending: z.boolean().default(false),
});

const GROUP = /(?:^|:)(\/aws\/lambda\/([A-Za-z0-9_-]+))(?::\*)?$/;
const MAX_BODY = 64 * 1024;

class Refused extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

type Event = { timestamp: number; ingestionTime: number; message: string; logStreamName: string };
type Operation = (logs: Logs, asked: unknown) => Promise<object>;

/** Every operation that is answered here, by its name in `X-Amz-Target`. */
export const LOGS_OPERATIONS: Readonly<Record<string, Operation>> = {
  async FilterLogEvents(logs, asked) {
    const filter = checked(Filter, asked);
    const wanted = wordsOf(filter.filterPattern);
    const { logStreamNames: streams, logStreamNamePrefix: prefix } = filter;
    const events = (await eventsOf(logs, filter, filter))
      .filter(({ logStreamName: name }) => (streams ? streams.includes(name) : name.startsWith(prefix)))
      .filter(({ message }) => wanted.every((word) => message.includes(word)))
      .map((event, i) => ({
        ...event,
        eventId: `${event.timestamp}${createHash('sha256').update(`${i}${event.message}`).digest('hex').slice(0, 16)}`,
      }));
    const { part, next } = pageOf(events, filter);
    return { events: part, searchedLogStreams: [], ...next };
  },

  async GetLogEvents(logs, asked) {
    const get = checked(Get, asked);
    const all = (await eventsOf(logs, get, { startTime: 0, endTime: Number.MAX_SAFE_INTEGER })).filter(
      ({ logStreamName }) => logStreamName === get.logStreamName,
    );
    if (all.length === 0) throw new Refused('ResourceNotFoundException', 'The specified log stream does not exist.');
    const events = all.filter(({ timestamp }) => timestamp >= get.startTime && timestamp <= get.endTime);
    const isForward = get.nextToken?.startsWith('f') ?? get.startFromHead;
    const place = Number(get.nextToken?.slice(2) ?? (isForward ? 0 : events.length));
    const [from, to] = isForward ? [place, place + get.limit] : [Math.max(0, place - get.limit), place];
    const part = events.slice(from, to);
    return {
      events: part.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      nextForwardToken: `f/${Math.min(from + part.length, events.length)}`,
      nextBackwardToken: `b/${from}`,
    };
  },

  async DescribeLogGroups(logs, asked) {
    const page = checked(Groups, asked);
    const groups = (await logs.functions())
      .map(({ name, bytes, createdAt }) => ({ ...namesOf(`/aws/lambda/${name}`), bytes, createdAt }))
      .filter(({ name }) => name.startsWith(page.logGroupNamePrefix) && name.includes(page.logGroupNamePattern));
    const { part, next } = pageOf(groups, page);
    const logGroups = part.map(({ name, arn, bytes, createdAt }) => ({
      logGroupName: name,
      creationTime: createdAt,
      metricFilterCount: 0,
      arn: `${arn}:*`,
      storedBytes: bytes,
      logGroupClass: 'STANDARD',
      logGroupArn: arn,
    }));
    return { logGroups, ...next };
  },

  async DescribeLogStreams(logs, asked) {
    const page = checked(Streams, asked);
    const { arn } = namesOf(groupOf(page));
    const streams = new Map<string, { first: number; last: number; ingested: number }>();
    for (const event of await eventsOf(logs, page, { startTime: 0, endTime: Number.MAX_SAFE_INTEGER })) {
      const { timestamp, ingestionTime } = event;
      const known = streams.get(event.logStreamName) ?? { first: timestamp, last: timestamp, ingested: ingestionTime };
      streams.set(event.logStreamName, {
        first: Math.min(known.first, timestamp),
        last: Math.max(known.last, timestamp),
        ingested: Math.max(known.ingested, ingestionTime),
      });
    }
    // A stream is a day: by name they are in the order of time as well.
    const names = [...streams.keys()].filter((name) => name.startsWith(page.logStreamNamePrefix)).sort();
    const { part, next } = pageOf(page.descending ? names.reverse() : names, page);
    const logStreams = part.map((name) => {
      const { first, last, ingested } = streams.get(name)!;
      return {
        logStreamName: name,
        creationTime: first,
        firstEventTimestamp: first,
        lastEventTimestamp: last,
        lastIngestionTime: ingested,
        arn: `${arn}:log-stream:${name}`,
        storedBytes: 0, // as on AWS, which no longer counts it
      };
    });
    return { logStreams, ...next };
  },
};

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
  try {
    const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const operation = Object.hasOwn(LOGS_OPERATIONS, name) ? LOGS_OPERATIONS[name] : undefined;
    if (!operation) {
      const known = Object.keys(LOGS_OPERATIONS).join(', ');
      throw new Refused('UnknownOperationException', `The local cloud knows ${known} of CloudWatch Logs, not ${name}.`);
    }
    send(200, await operation(logs, await bodyOf(request)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    send(400, { __type: error.type, message: error.message });
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY) throw new Refused('InvalidParameterException', 'The request is too large.');
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as unknown;
  } catch {
    throw new Refused('SerializationException', 'The request is not JSON.');
  }
}

function checked<T extends z.ZodType>(shape: T, asked: unknown): z.infer<T> {
  const read = shape.safeParse(asked);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refused('InvalidParameterException', `${issue?.path.join('.')}: ${issue?.message}`);
}

type Named = z.infer<typeof ByGroup>;
/** @throws Refused where it is no function's */
function groupOf({ logGroupName, logGroupIdentifier }: Named): string {
  const group = GROUP.exec(logGroupName ?? logGroupIdentifier ?? '')?.[1];
  if (group === undefined) throw new Refused('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

const namesOf = (name: string) => ({ name, arn: `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${name}` });

async function eventsOf(logs: Logs, named: Named, span: { startTime: number; endTime: number }): Promise<Event[]> {
  const records = await logs.records(
    groupOf(named).slice('/aws/lambda/'.length),
    span.startTime,
    Number.MAX_SAFE_INTEGER,
  );
  return records
    .flatMap(({ at, text }) => linesOf(at, text))
    .filter(({ timestamp }) => timestamp >= span.startTime && timestamp <= span.endTime)
    .map((event) => ({
      ...event,
      logStreamName: `${new Date(event.timestamp).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]local`,
    }));
}

function pageOf<T>(all: readonly T[], { limit, nextToken }: { limit: number; nextToken?: string | undefined }) {
  const from = Number(nextToken ?? 0);
  const to = from + limit;
  return { part: all.slice(from, to), next: to < all.length ? { nextToken: String(to) } : {} };
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
