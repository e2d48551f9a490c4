/**
 * AWS Lambda, on this machine: its REST API as SDKs and the AWS CLI speak it, functions as child processes.
 *
 *   request ─▶ routes ─▶ operations ─▶ store            what a function is
 *                  └───▶ invoke ─▶ pool ─▶ worker       what it does, behind the Runtime API
 *
 * Start at `routes.ts`.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { CloudContext, Service } from '../service';
import { type AsyncQueue, openAsyncQueue } from './async-queue';
import { createFetchObject } from './fetch-object';
import { invoke, run } from './invoke';
import type { IsolationSetting, Level } from './isolation';
import { createLauncher, type Isolation, type Network } from './launch';
import { createLocations } from './locations';
import { createLogs, type Logs } from './logs';
import { answerLogs, isLogsCall } from './logs-api';
import { createOperations, type Operations } from './operations';
import { Pool } from './pool';
import { type Reaper, startReaper } from './reaper';
import { createRouter } from './routes';
import { type FunctionStore, openFunctionStore, type Version } from './store';
import type { Invocation } from './worker';

export type LambdaOptions = {
  /** the project's folder: the runtimes' sources are below it */
  root: string;
  /** values for variables that a function was created with and left empty, by name */
  environment?: Record<string, string>;
  /** a new function stays Pending, an updated one InProgress for so long; for trying deployments. Default 0 */
  pendingMs?: number;
  /** processes a function may have at once. Default 20 */
  concurrency?: number;
  /** a process without work is ended after so long. Default 7 minutes */
  idleMs?: number;
  /** waits before an asynchronous invocation that failed is tried again. AWS: 1 and 2 minutes */
  retryMs?: number[];
  /** false: functions are plain children also where the system could shut them off from each other */
  namespaces?: boolean;
  /** how functions are kept apart: the best that works for each (`auto`), or a level that must hold */
  isolation?: IsolationSetting;
  /** serves a connection to this cloud that a function without a network made; absent: every function shares the machine's */
  accept?(socket: Socket): void;
};

export type FunctionLevel = {
  name: string;
  level: Level | null;
  why: string | null;
  /** `none`: it reaches the local cloud and nobody else */
  network: Network;
};

/** A tag of functions: `none` for those that need no network. The deployer sets it from the manifest. */
const NETWORK_TAG = 'action-engine:network';
const networkOf = (tags: Record<string, string> | undefined): Network =>
  tags?.[NETWORK_TAG] === 'none' ? 'none' : 'shared';

export type LambdaService = Service & {
  /** how functions are kept apart here; told by the health page */
  isolation(): Promise<Isolation>;
  level(): Promise<Level>;
  /** of each function whose package was unpacked since the start; `level: null` where it would not be run */
  functionLevels(): Promise<FunctionLevel[]>;
  /** the last `bytes` (64 KB) that a function printed */
  logTail(functionName: string, bytes?: number): Promise<string>;
  /** forgets what functions printed */
  eraseLogs(): Promise<void>;
};

/** Of all functions together: a machine has only so much memory. */
const ALL_WORKERS = 64;
const QUEUE = 10_000;

export function createLambda(context: CloudContext, options: LambdaOptions): LambdaService {
  const base = path.join(context.dataDir, 'cloud', 'lambda');
  const { concurrency = 20, idleMs = 7 * 60_000, pendingMs = 0 } = options;
  const launcher = createLauncher({
    root: options.root,
    dataDir: context.dataDir,
    ...(options.isolation !== undefined && { isolation: options.isolation }),
    ...(options.namespaces !== undefined && { namespaces: options.namespaces }),
    ...(options.accept && { cloud: { endpoint: context.endpoint, accept: options.accept } }),
  });
  const pools = new Map<string, Pool>();
  /** hash of the code that a pool runs, by the pool's key */
  const codes = new Map<string, string>();
  /** of versions that were replaced: they end what they do */
  const retired = new Set<Pool>();
  let store: FunctionStore;
  let logs: Logs;
  let reaper: Reaper;
  let operations: Operations;
  let route: ReturnType<typeof createRouter>;
  let queue: AsyncQueue;
  let sweeper: NodeJS.Timeout | undefined;
  let closing = false;

  const everyPool = () => [...pools.values(), ...retired];
  const makeRoom = (): boolean => {
    const all = everyPool().flatMap((pool) => [...pool.workers]);
    if (all.length < ALL_WORKERS) return true;
    const oldest = everyPool()
      .flatMap((pool) => pool.idle)
      .sort((a, b) => a.lastUsed - b.lastUsed)[0];
    oldest?.end();
    return false; // its end calls `freed`
  };
  /** Lets go of code that no function has and no process runs. */
  const sweep = () => {
    if (retired.size === 0) store.sweep(new Set([...codes.values(), ...operations.lingering()]));
  };
  const freed = () => {
    if (closing) return;
    for (const pool of retired) {
      if (pool.workers.size > 0 || pool.busy) continue;
      retired.delete(pool);
      sweep();
    }
    for (const pool of everyPool()) pool.pump();
  };
  const poolOf = (name: string, version: Version): Pool => {
    const network = networkOf(store.get(name)?.tags);
    const key = `${name}:${version.version}:${version.revisionId}:${network}`;
    let pool = pools.get(key);
    if (!pool) {
      const specOf = () => ({
        functionName: name,
        version: version.version,
        settings: version.settings,
        taskRoot: store.folderOf(version.code),
        unpacked: () => store.unpacked(version.code),
        environment: options.environment ?? {},
        endpoint: context.endpoint(),
        credentials: context.credentials.functions,
        tmp: path.join(base, 'tmp', randomUUID()),
        network,
      });
      pool = new Pool(specOf, { launcher, reaper, makeRoom, freed }, { limit: concurrency, queue: QUEUE });
      pools.set(key, pool);
      codes.set(key, version.code.hash);
    }
    return pool;
  };
  const changed = (name: string, before: Version | null) => {
    const prefix = before ? `${name}:${before.version}:${before.revisionId}` : `${name}:`;
    for (const [key, pool] of pools) {
      if (!key.startsWith(prefix)) continue;
      pools.delete(key);
      codes.delete(key);
      retired.add(pool);
      pool.retire();
    }
    sweep();
    freed();
  };

  return {
    async open() {
      closing = false;
      rmSync(path.join(base, 'tmp'), { recursive: true, force: true }); // of processes that ended with the server before
      store = openFunctionStore(base);
      logs = createLogs(path.join(base, 'logs'));
      reaper = startReaper();
      const locations = createLocations(context);
      operations = createOperations({
        store,
        now: Date.now,
        pendingMs,
        locationOf: locations.make,
        fetchObject: createFetchObject(context),
        changed,
      });
      const running = {
        logs,
        run: (name: string, version: Version, invocation: Invocation, gone?: AbortSignal) =>
          poolOf(name, version).invoke(invocation, gone),
      };
      queue = openAsyncQueue({
        folder: path.join(base, 'events'),
        retryMs: options.retryMs ?? [60_000, 120_000],
        log: context.log,
        run: (name, qualifier, invocation) => {
          const ref = { name, qualifier, arn: invocation.arn };
          const record = operations.recordOf(ref);
          return run(running, name, operations.runnable(record, operations.versionOf(record, ref)), invocation);
        },
      });
      const invoking = { ...running, operations, enqueue: queue.add };
      route = createRouter({ operations, locations, store, invoke: (ref, request) => invoke(invoking, ref, request) });
      sweeper = setInterval(
        () => {
          const before = Date.now() - idleMs;
          for (const pool of everyPool()) for (const worker of pool.idle) if (worker.lastUsed < before) worker.end();
        },
        Math.min(30_000, idleMs),
      );
      sweeper.unref();
      queue.start();
    },
    handle: (request, response) =>
      isLogsCall(request) ? answerLogs(logs, request, response) : route(request, response),
    async close(graceMs) {
      closing = true;
      clearInterval(sweeper);
      queue.stop();
      const until = Date.now() + graceMs;
      while (everyPool().some((pool) => pool.busy) && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      for (const pool of everyPool()) pool.end();
      pools.clear();
      reaper.close();
      launcher.close();
      await logs.close();
    },
    isolation: launcher.isolation,
    level: launcher.level,
    async functionLevels() {
      const told: FunctionLevel[] = [];
      for (const { name, tags, latest } of store.all()) {
        const spec = { settings: latest.settings, taskRoot: store.folderOf(latest.code), network: networkOf(tags) };
        if (!existsSync(spec.taskRoot)) continue;
        const isolation = await launcher.isolationOf(spec);
        const { level = null, why = null, network = spec.network } = isolation ?? {};
        told.push({ name, level, why, network });
      }
      return told;
    },
    logTail: (name, bytes) => logs.tail(name, bytes),
    eraseLogs: () => logs.erase(),
  };
}
