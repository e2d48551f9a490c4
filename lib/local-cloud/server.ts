/**
 * The local cloud's server: one HTTP listener on loopback with Step Functions, Lambda and S3 behind it.
 *
 *   request ──▶ door ──▶ POST / with x-amz-target   Step Functions
 *                        /2015-03-31/functions …    Lambda
 *                        POST / with a form         who am I?
 *                        /_action-engine/health     is it ready?
 *                        /_action-engine/erase-runs forgets what has ended (POST)
 *                        everything else            S3, path style
 *
 * Knows how to listen, to refuse, to watch slow senders and to end; knows nothing of what the services do.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import path from 'node:path';
import { openDataDir } from './data-dir';
import { createDoor, type Route } from './door';
import { createEvaluator } from './evaluator/index';
import { armFailpoint } from './failpoint';
import { createHttpServer, listen } from './http-server';
import { createIdentity } from './identity';
import { openKeys } from './keys';
import { createLambda } from './lambda/index';
import type { IsolationSetting } from './lambda/isolation';
import { anyRunning } from './running';
import { createS3 } from './s3/index';
import type { CloudContext, Service } from './service';
import type { Refusal } from './signature';
import { watchSenders } from './slow-senders';
import { createStepFunctions } from './stepfunctions/index';
import { refusalBody } from './wire-errors';

export type LocalCloudOptions = {
  /** the project's folder */
  root: string;
  dataDir: string;
  /** given: a taken port is an error, and 0 means any. Absent: 4566, else the next that is free */
  port?: number;
  host?: '127.0.0.1';
  /** where Step Functions finds Lambda and S3; absent: here */
  lambdaEndpoint?: string;
  s3Endpoint?: string;
  /** further origins of the page, e.g. `http://laptop.local:3000` */
  pageOrigins?: readonly string[];
  /** given to functions that name these variables in their manifest or configuration */
  functionEnvironment?: Record<string, string>;
  /** waits and backoffs are multiplied by it; 1 is real time, 0 skips them */
  timeScale?: number;
  /** Step Functions Local's mock configuration file */
  mockConfig?: string;
  /** the mock configuration may be missing */
  mockOptional?: boolean;
  /** hosts (`host` or `host:port`) that HTTP Tasks may call though they are not public */
  httpAllow?: readonly string[];
  /** where further services are, by the end of `AWS_ENDPOINT_URL_<SERVICE>` */
  serviceEndpoints?: Readonly<Record<string, string>>;
  /** how functions are kept apart: absent, the best that works for each */
  isolation?: IsolationSetting;
  /** new and changed functions stay Pending for so many ms, as on AWS; absent: 0 */
  pendingMs?: number;
  /** for tests: `NAME:N`, where the process ends as by SIGKILL; see failpoint.ts */
  failpoint?: string;
  log?: (line: string) => void;
  /** ends by itself after so many ms without a request and without anything running; absent: never */
  idleMs?: number;
};

export type LocalCloud = {
  url: string;
  /** @param graceMs what running work is given before it is ended; the whole takes at most 2 s longer */
  close(graceMs?: number): Promise<void>;
  /** resolves when it has ended, by `close` or by idleness */
  done: Promise<void>;
};

type ServiceRoute = Exclude<Route, 'health' | 'erase'>;

const GRACE_MS = 8000;
/** how often the data directory is looked for */
const WATCH_MS = 1000;

const TOO_SLOW: Refusal = {
  status: 400,
  code: 'RequestTimeout',
  message: 'Your socket connection to the server was not read from or written to within the timeout period.',
};
const UNEXPECTED: Refusal = {
  status: 500,
  code: 'InternalError',
  message: 'We encountered an internal error. Please try again.',
};

type Gate = { opened: Promise<void>; open(): void };
function createGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/**
 * @throws Problem PORT_TAKEN, DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, KEYS_DAMAGED, or what a service says of its own data
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  if (options.failpoint !== undefined) armFailpoint(options.failpoint);
  const log = options.log ?? (() => {});
  const version = readVersion(options.root);
  const dataDir = openDataDir(options.dataDir);
  const startedAt = Date.now();
  let port = 0;
  let ready = false;
  let lastUse = Date.now();
  let inFlight = 0;
  let probing = false;

  let server: Server | undefined;
  try {
    const keys = openKeys(options.dataDir);
    const url = () => `http://127.0.0.1:${port}`;
    const context: CloudContext = {
      dataDir: options.dataDir,
      endpoint: url,
      lambdaEndpoint: () => options.lambdaEndpoint ?? url(),
      s3Endpoint: () => options.s3Endpoint ?? url(),
      credentials: { page: keys.page, functions: keys.functions, self: keys.self },
      secretOf: keys.secretOf,
      log,
    };
    const evaluator = createEvaluator({ root: options.root });
    const lambda = createLambda(context, {
      root: options.root,
      environment: options.functionEnvironment ?? {},
      pendingMs: options.pendingMs ?? 0,
      ...(options.isolation !== undefined && { isolation: options.isolation }),
      accept: (socket) => server?.emit('connection', socket),
    });
    const stepfunctions = createStepFunctions(context, {
      evaluate: evaluator.evaluate,
      httpAllow: options.httpAllow ?? [],
      serviceEndpoints: options.serviceEndpoints ?? {},
      ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
      ...(options.mockConfig !== undefined && { mockConfig: options.mockConfig }),
      ...(options.mockOptional !== undefined && { mockOptional: options.mockOptional }),
    });
    const services: Record<ServiceRoute, Service> = {
      identity: createIdentity(),
      s3: createS3(context),
      lambda,
      stepfunctions,
    };
    /** a request that comes while its service still opens waits for it */
    const gates: Record<ServiceRoute, Gate> = {
      identity: createGate(),
      s3: createGate(),
      lambda: createGate(),
      stepfunctions: createGate(),
    };
    const door = createDoor({
      dataDir: options.dataDir,
      pageOrigins: options.pageOrigins ?? [],
      keys,
      port: () => port,
    });
    const senders = watchSenders();

    const health = async (response: ServerResponse, detailed: boolean) => {
      const isolation = await lambda.isolation();
      const isolationLevel = await lambda.level();
      const uptimeSeconds = Math.round((Date.now() - startedAt) / 1000);
      const functions = detailed && ready ? { functions: await lambda.functionLevels() } : {};
      const body = { ready, version, isolation, isolationLevel, ...functions, uptimeSeconds };
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    };

    /** Refused while anything runs: what goes on would write anew what was to be forgotten. */
    const eraseRuns = async (response: ServerResponse) => {
      const busy = stepfunctions.busy();
      const forgotten = busy ? 0 : await stepfunctions.erase();
      if (!busy) await lambda.eraseLogs();
      response
        .writeHead(busy ? 409 : 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(busy ? { code: 'ExecutionsRunning' } : { forgotten }));
    };

    const serve = async (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
      // What the cloud asks of itself to know whether it is idle is no use of it.
      const isUse = !(probing && request.headers['x-amz-target'] !== undefined);
      if (isUse) {
        lastUse = Date.now();
        inFlight++;
        response.once('close', () => {
          inFlight--;
          lastUse = Date.now();
        });
      }
      const requestId = randomUUID();
      const verdict = door.admit({
        method: request.method ?? '',
        target: request.url ?? '',
        rawHeaders: request.rawHeaders,
      });
      for (const [name, value] of Object.entries(verdict.cors)) response.setHeader(name, value);
      if (verdict.kind === 'preflight') return void response.writeHead(200, { 'content-length': 0 }).end();
      const { route } = verdict;
      const refuse = (refusal: Refusal) => answerRefusal(request, response, route, refusal, requestId);
      senders.watch(request, route === 's3' ? 'large' : 'small', () => refuse(TOO_SLOW));
      if (verdict.kind === 'refuse') return refuse(verdict.refusal);
      try {
        if (route === 'health') return await health(response, request.url?.endsWith('?functions') ?? false);
        if (route === 'erase') {
          for (const gate of Object.values(gates)) await gate.opened;
          return await eraseRuns(response);
        }
        request.url = verdict.target;
        response.setHeader(route === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid', requestId);
        if (expectsContinue) response.writeContinue();
        await gates[route].opened;
        await services[route].handle(request, response);
      } catch (error) {
        if (response.writableEnded || request.destroyed) return;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log(`${request.method} ${pathOf(request)}: ${text}`);
        if (response.headersSent) response.destroy();
        else refuse(UNEXPECTED);
      }
    };

    const http = createHttpServer(
      (request, response, expectsContinue) => void serve(request, response, expectsContinue),
    );
    server = http;
    port = await listen(http, options.host ?? '127.0.0.1', options.port);

    let settle: (() => void) | undefined;
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    let closing: Promise<void> | undefined;
    const idle =
      options.idleMs === undefined
        ? undefined
        : setInterval(() => void endWhenIdle(options.idleMs!), Math.min(options.idleMs / 4, 5000));
    async function endWhenIdle(idleMs: number) {
      if (probing || inFlight > 0 || Date.now() - lastUse < idleMs) return;
      probing = true;
      const running = await anyRunning(url());
      probing = false;
      if (running) lastUse = Date.now();
      // somebody may have come meanwhile
      else if (inFlight === 0 && Date.now() - lastUse >= idleMs) void close(0);
    }

    // What is written to files that were taken away is lost at the end of the process: better to end at once.
    const watch = setInterval(() => {
      if (dataDir.isThere()) return;
      log(
        `The data directory ${options.dataDir} is gone or was replaced. This cloud ends; start it again on the directory's new place.`,
      );
      void close(0);
    }, WATCH_MS);
    watch.unref();

    function close(graceMs = GRACE_MS): Promise<void> {
      closing ??= (async () => {
        const deadline = Date.now() + graceMs;
        clearInterval(idle);
        clearInterval(watch);
        ready = false;
        dataDir.withdraw();
        // In this order, and while the server still answers: a run that ends calls Lambda, a function calls S3.
        for (const name of ['stepfunctions', 'lambda', 's3'] as const) {
          const left = Math.max(0, deadline - Date.now());
          await withinMs(services[name].close(left), left + 500).catch((error) =>
            log(`closing ${name}: ${String(error)}`),
          );
        }
        evaluator.close();
        senders.stop();
        const closed = new Promise<void>((resolve) => http.close(() => resolve()));
        http.closeAllConnections();
        await closed;
        dataDir.release();
        settle?.();
      })();
      return closing;
    }

    try {
      for (const name of ['identity', 's3', 'lambda', 'stepfunctions'] as const) {
        await services[name].open();
        gates[name].open();
      }
    } catch (error) {
      await close(0);
      throw error;
    }
    ready = true;
    dataDir.announce({ url: url(), credentials: keys.page, version });
    return { url: url(), close, done };
  } catch (error) {
    server?.close();
    dataDir.release();
    throw error;
  }
}

function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  refusal: Refusal,
  requestId: string,
) {
  if (response.writableEnded) return;
  const { body, headers } = refusalBody(route, refusal, requestId, pathOf(request));
  response.writeHead(refusal.status, headers).end(request.method === 'HEAD' ? undefined : body);
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ended after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readVersion(root: string): string {
  try {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
