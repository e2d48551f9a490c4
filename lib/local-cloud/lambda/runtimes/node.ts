/**
 * The Node.js runtime: loads a function's handler, then asks the Runtime API for work, one invocation after another.
 *
 * Runs as a process of its own beside code that it does not know; it imports nothing of ours. What it does follows AWS's
 * own Node.js runtime: how a handler is found, the context it gets, how errors and console lines look.
 */
import { existsSync, writeSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

type Callback = (error?: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: object, callback: Callback) => unknown;
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

const env = process.env;
const [hostname, port] = (env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

class RuntimeFault extends Error {
  constructor(
    readonly type: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = type;
  }
}

function call(method: 'GET' | 'POST', route: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const sent = request(
      { agent, hostname, port, method, path: `/2018-06-01/runtime/${route}`, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.setNoDelay(true);
    sent.end(body);
  });
}

/** `folder/file.export` or `file.outer.inner`: the file's name ends at the first dot. */
async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const folder = path.dirname(name);
  const [file = '', ...exported] = path.basename(name).split('.');
  if (exported.length === 0)
    throw new RuntimeFault(
      'Runtime.MalformedHandlerName',
      `Bad handler: ${name}. It must look like index.handler: a file's name, a dot, the name of its export.`,
    );
  const base = path.resolve(taskRoot, folder, file);
  if (!`${base}/`.startsWith(`${path.resolve(taskRoot)}${path.sep}`))
    throw new RuntimeFault('Runtime.MalformedHandlerName', `Bad handler: ${name} leads out of the package.`);
  const found = ['', '.js', '.mjs', '.cjs']
    .map((extension) => `${base}${extension}`)
    .find((candidate) => candidate !== base && existsSync(candidate));
  if (!found)
    throw new RuntimeFault(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${file}' in ${path.join(folder, '.')}: the package holds no ${file}.js, ${file}.mjs or ${file}.cjs.`,
    );
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(found).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RuntimeFault('Runtime.UserCodeSyntaxError', String(error), { cause: error });
    if (/^(ERR_)?MODULE_NOT_FOUND$/.test(String((error as { code?: unknown } | null)?.code))) {
      throw new RuntimeFault('Runtime.ImportModuleError', String(error), { cause: error });
    }
    throw error;
  }
  const reach = (from: unknown): unknown =>
    exported.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], from);
  const handler = reach(loaded) ?? reach(loaded.default);
  if (handler === undefined) throw new RuntimeFault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new RuntimeFault('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler as Handler;
}

/** As on AWS: the package's folder is /var/task; our own frames say nothing to anybody. */
const traceOf = (stack: string): string[] =>
  stack
    .split('\n')
    .filter((line) => !line.includes(__filename))
    .map((line) => line.replaceAll(`${env.LAMBDA_TASK_ROOT}/`, '/var/task/'));

/** how the launcher says that only the local cloud can be reached */
const NO_NETWORK = '--no-network';

function isUnreachable(error: unknown, depth = 0): boolean {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (/^(ENETUNREACH|EAI_AGAIN|ENOTFOUND|ECONNREFUSED)$/.test(String(code))) return true;
  const below = [cause, ...(Array.isArray(errors) ? errors : [])];
  return depth < 5 && below.some((one) => typeof one === 'object' && one !== null && isUnreachable(one, depth + 1));
}

/** What AWS would allow and this function's isolation does not: said with a way out. */
function deniedHint(error: unknown): string {
  if (process.argv.includes(NO_NETWORK) && isUnreachable(error))
    return '. The local cloud gives this function no network, because its function.json does not say "network": true; docs/isolation.md tells more.';
  const { code, permission } = error as { code?: unknown; permission?: unknown };
  if (code !== 'ERR_ACCESS_DENIED' && code !== 'ERR_DLOPEN_DISABLED') return '';
  const what = typeof permission === 'string' ? ` (${permission})` : '';
  return `. The local cloud runs this function under Node's permission model, which denies this${what}; docs/isolation.md tells how to allow it.`;
}

/** What a caller sees of whatever was thrown. */
function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (
    error instanceof Error ||
    (typeof error === 'object' && error !== null && 'message' in error && 'stack' in error)
  ) {
    const { name, message, stack } = error as Error;
    return {
      errorType: name || 'Error',
      errorMessage: String(message) + deniedHint(error),
      trace: traceOf(String(stack ?? '')),
    };
  }
  let text: string;
  try {
    text = typeof error === 'object' ? JSON.stringify(error) : String(error);
  } catch {
    text = String(error);
  }
  return { errorType: typeof error, errorMessage: text ?? 'undefined', trace: [] };
}

let requestId: string | undefined;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Waits until the pipe has room, unlike `process.stdout`, which keeps what does not fit in memory and loses it at the end. */
function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** Console lines carry the time, the request and the level. */
function dressConsole(): void {
  const printer =
    (level: string) =>
    (...values: unknown[]) =>
      print(`${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...values)}\n`);
  const info = printer('INFO');
  const levels = { debug: printer('DEBUG'), trace: printer('TRACE'), warn: printer('WARN'), error: printer('ERROR') };
  Object.assign(console, { log: info, info, ...levels });
}

function contextOf(headers: IncomingHttpHeaders, done: (error: unknown, result?: unknown) => void) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    clientContext: typeof client === 'string' ? (JSON.parse(client) as unknown) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done,
    succeed: (result: unknown) => done(null, result),
    fail: (error: unknown) => done(error ?? new Error('handler called context.fail')),
  };
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

/** Ends when the handler's promise does, or its callback was called and, unless it says otherwise, nothing is left to do. */
function invoke(handler: Handler, event: unknown, headers: IncomingHttpHeaders): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let called = false;
    const finish = (error: unknown, result?: unknown) => {
      if (called) return;
      called = true;
      const settle = () => (error === undefined || error === null ? resolve(result) : reject(error));
      if (context.callbackWaitsForEmptyEventLoop) process.once('beforeExit', settle);
      else setImmediate(settle);
    };
    const context = contextOf(headers, finish);
    // A handler that neither answers nor leaves anything to wait for: AWS answers null.
    process.once('beforeExit', () => !called && resolve(null));
    const returned = handler(event, context, finish);
    if (isThenable(returned)) returned.then(resolve, reject);
  });
}

const textOf = (result: unknown): string => {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw new RuntimeFault('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`, {
      cause: error,
    });
  }
};

async function report(error: unknown): Promise<void> {
  const told = describe(error);
  console.error(`Invoke Error \t${JSON.stringify(told)}`);
  await call('POST', `invocation/${requestId}/error`, JSON.stringify(told));
}

/** Thrown where nobody waits: the process cannot be trusted any more. */
async function onStray(type: string, error: unknown): Promise<void> {
  const told = type ? { ...describe(error), errorType: type } : describe(error);
  console.error(`${type || 'Uncaught Exception'} \t${JSON.stringify(told)}`);
  await call('POST', requestId ? `invocation/${requestId}/error` : 'init/error', JSON.stringify(told)).catch(
    () => undefined,
  );
  process.exit(129);
}

async function main(): Promise<void> {
  dressConsole();
  process.on('uncaughtException', (error) => void onStray('', error));
  process.on('unhandledRejection', (error) => void onStray('Runtime.UnhandledPromiseRejection', error));
  let handler: Handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? process.cwd(), env._HANDLER ?? '');
  } catch (error) {
    const told = describe(error);
    console.error(`Uncaught Exception \t${JSON.stringify(told)}`);
    await call('POST', 'init/error', JSON.stringify(told));
    process.exit(1);
  }
  for (;;) {
    requestId = undefined;
    const { headers, body } = await call('GET', 'invocation/next');
    requestId = String(headers['lambda-runtime-aws-request-id']);
    if (headers['lambda-runtime-trace-id']) env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
    try {
      const text = textOf(await invoke(handler, JSON.parse(body), headers));
      await call('POST', `invocation/${requestId}/response`, text);
    } catch (error) {
      await report(error);
    }
    process.removeAllListeners('beforeExit');
  }
}

main().catch(() => process.exit(1)); // the Runtime API is gone, and with it the reason to be
