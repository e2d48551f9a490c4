/**
 * AWS JSON 1.0 over HTTP: one POST, the operation in `X-Amz-Target`, JSON in and out.
 *
 * Knows nothing of what the operations do. Times leave as seconds with a fraction: operations answer `seconds(ms)`.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonDepth } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { reach } from '../failpoint';
import { passedThrough } from '../garbage';
import { elsewhere } from '../identity';
import { AwsError, badRequest, serviceError, tooLarge, unavailable, unknownOperation } from './errors';

const BODY_LIMIT = 1_048_576;
/** `JSON.parse` takes a million levels; what walks the value afterwards does not. */
export const DEPTH_LIMIT = 1_000;
const TARGET = 'AWSStepFunctions.';

/** `signal` aborts when the caller hangs up */
export type Operation = (request: unknown, signal: AbortSignal) => Promise<object> | object;

/** ms since 1970 as the wire has it */
export const seconds = (ms: number): number => ms / 1000;

/** @param operations null while the service starts or stops */
export async function serve(
  operations: Record<string, Operation> | null,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  const requestId = String(response.getHeader('x-amzn-requestid') ?? randomUUID());
  const answer = (status: number, body: object) => {
    if (response.headersSent || response.destroyed) return;
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'x-amzn-RequestId': requestId,
      'Content-Type': 'application/x-amz-json-1.0',
      'Content-Length': Buffer.byteLength(text),
    });
    reach('reply');
    response.end(text, () => reach('replied'));
  };
  try {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
    const text = await readBody(request);
    if (!operations) throw unavailable('The local cloud is starting or stopping: ask again in a moment.');
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation)
      throw unknownOperation(
        name === '' && /^\w+\.\w+$/.test(target)
          ? elsewhere(target)
          : `Step Functions has no operation "${target}"; the header X-Amz-Target names one, such as ${TARGET}ListStateMachines.`,
      );
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableEnded) gone.abort();
    });
    answer(200, await operation(parseBody(text), gone.signal));
  } catch (error) {
    if (error instanceof AwsError) {
      return answer(error.statusCode, { __type: `${error.namespace}#${error.code}`, message: error.message });
    }
    const failed = cannotWrite(error)
      ? unavailable(
          `The data directory cannot be written: ${(error as Error).message}. Make room there; nothing was changed.`,
        )
      : serviceError(
          error instanceof Problem
            ? `${error.message} ${error.hint}`
            : `The local cloud failed: ${(error as Error).message}`,
        );
    log(`stepfunctions: ${request.headers['x-amz-target']}: ${(error as Error).stack ?? error}`);
    answer(failed.statusCode, { __type: `${failed.namespace}#${failed.code}`, message: failed.message });
  }
}

const cannotWrite = (error: unknown): boolean =>
  /^SQLITE_(FULL|IOERR|READONLY)/.test(String((error as { code?: unknown }).code));

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped, so that the caller gets the answer instead of a broken pipe.
    if (size <= BODY_LIMIT) {
      chunks.push(chunk);
      continue;
    }
    passedThrough(chunk.length);
    if (size > 16 * BODY_LIMIT) break;
  }
  if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  if (text === '') return {};
  if (jsonDepth(text) > DEPTH_LIMIT) throw badRequest(`The request nests deeper than ${DEPTH_LIMIT} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`The request is not JSON: ${(error as Error).message}`);
  }
}
