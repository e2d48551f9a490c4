/**
 * A network with nobody in it but one function and what the server opens for it: for functions that may call nobody else.
 *
 *   enter ─▶ unshare ─▶ function ── 127.0.0.1:port ──▶ a listener made inside, answered by the server itself
 *
 * It lives as long as a `cat` in it, which ends with the server. Listeners are made a few at a time by a short-lived process
 * that goes in, opens them, hands them over and ends.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Server, Socket } from 'node:net';

export type PrivateNetwork = {
  /** put before the command that makes the namespaces; with it those need no user namespace of their own */
  enter: string[];
  /**
   * Listens at 127.0.0.1 in it, at a port that is free.
   * @throws Error when it cannot
   */
  listen(onConnection: (socket: Socket) => void): Promise<{ port: number; close(): void }>;
  /** false: its keeper ended, and nobody can enter any more */
  alive(): boolean;
  close(): void;
};
export type NetworkOptions = {
  /** of the process that opens listeners, ready to run */
  script: string;
  /** with a user namespace, for those who are not root */
  user: boolean;
  /** the local cloud's port, the same inside as outside */
  port: number;
  /** serves a connection to that port */
  accept(socket: Socket): void;
};

/** ms */
const PATIENCE = 10_000;
/** listeners made in one go: a process of the function needs one, and to make them takes a process of ours */
const BATCH = 4;
const LOOPBACK =
  '{ ip link set lo up || ifconfig lo up || busybox ip link set lo up; } 2>/dev/null && echo up && exec cat';
const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as unknown as NodeJS.ProcessEnv;

/** @throws Error where the system does not allow it, or has no tool that brings the loopback up */
export async function openNetwork({ script, user, port, accept }: NetworkOptions): Promise<PrivateNetwork> {
  const flags = user ? ['--user', '--map-root-user', '--net'] : ['--net'];
  const keeper = spawn('/usr/bin/unshare', [...flags, '--', '/bin/sh', '-c', LOOPBACK, 'keeper'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...ENV, ACTION_ENGINE_NETWORK: 'keeper' },
  });
  const enter = [
    '/usr/bin/nsenter',
    ...(user ? [`--user=/proc/${keeper.pid}/ns/user`, '--preserve-credentials'] : []),
    `--net=/proc/${keeper.pid}/ns/net`,
    '--',
  ];
  const listeners = new Set<Server>();
  const alive = () => keeper.exitCode === null && keeper.signalCode === null;
  const close = () => {
    keeper.kill('SIGKILL');
    for (const server of listeners) server.close();
    listeners.clear();
  };
  const open = async (ports: readonly number[]): Promise<Server[]> => {
    const opened = await openInside([...enter, process.execPath, script, ...ports.map(String)], ports.length);
    for (const server of opened) listeners.add(server);
    return opened;
  };
  const answerBy = (server: Server, onConnection: (socket: Socket) => void) =>
    server.on('connection', (socket) => {
      socket.setNoDelay(true);
      onConnection(socket);
    });

  let spare: Server[];
  try {
    await cameUp(keeper);
    const [cloud, ...rest] = await open([port, ...Array<number>(BATCH).fill(0)]);
    answerBy(cloud as Server, accept);
    spare = rest;
  } catch (error) {
    close();
    throw error;
  }
  keeper.unref();
  for (const stream of [keeper.stdin, keeper.stdout]) (stream as unknown as { unref?(): void } | null)?.unref?.();
  let opening: Promise<void> | null = null;
  const more = () => {
    opening ??= open(Array<number>(BATCH).fill(0))
      .then((opened) => void spare.push(...opened))
      .finally(() => {
        opening = null;
      });
    return opening;
  };
  return {
    enter,
    async listen(onConnection) {
      while (spare.length === 0) await more();
      const server = spare.shift() as Server;
      answerBy(server, onConnection);
      return {
        port: portOf(server),
        close() {
          listeners.delete(server);
          server.close();
        },
      };
    },
    alive,
    close,
  };
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

const refused = () => new Error('The network of a function could not be made here.');

function cameUp(keeper: ChildProcess): Promise<void> {
  return withPatience((resolve, reject) => {
    keeper.stdout?.once('data', () => resolve());
    keeper.once('error', () => reject(refused()));
    keeper.once('exit', () => reject(refused()));
  });
}

/** @returns the listeners in the order in which they were asked for */
function openInside([command, ...args]: string[], count: number): Promise<Server[]> {
  const helper = spawn(command as string, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: ENV });
  const opened: Server[] = [];
  const work = withPatience<Server[]>((resolve, reject) => {
    helper.on('message', ({ problem }: { problem?: string }, server) => {
      if (problem !== undefined) return reject(new Error(problem));
      opened.push(server as Server);
      if (opened.length === count) resolve(opened);
    });
    helper.once('error', () => reject(refused()));
    helper.once('exit', () => reject(refused()));
  });
  work.catch(() => {
    for (const server of opened) server.close();
  });
  return work.finally(() => helper.kill('SIGKILL'));
}

function withPatience<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The network of a function did not answer.')), PATIENCE);
    begin(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
