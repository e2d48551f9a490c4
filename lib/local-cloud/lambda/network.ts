/**
 * A network with nobody in it but functions and what the server opens for them: for functions that may call nobody else.
 *
 *   enter ─▶ unshare ─▶ function ── 127.0.0.1:port ──▶ a listener made inside, answered by the server itself
 *
 * One for all such functions, kept by a small process that opens ports in it. It ends with the server.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Server, Socket } from 'node:net';

export type PrivateNetwork = {
  /** put before the command that makes the namespaces; with it those need no user namespace of their own */
  enter: string[];
  /**
   * Listens at 127.0.0.1 in it.
   * @param port 0: any that is free
   * @throws Error when it cannot
   */
  listen(port: number, onConnection: (socket: Socket) => void): Promise<{ port: number; close(): void }>;
  /** false: its keeper ended, and nobody can enter any more */
  alive(): boolean;
  close(): void;
};

/** ms */
const PATIENCE = 10_000;
const LOOPBACK = '{ ip link set lo up || ifconfig lo up || busybox ip link set lo up; } 2>/dev/null && exec "$@"';

/**
 * @param script the keeper's, ready to run
 * @param user with a user namespace, for those who are not root
 * @throws Error where the system does not allow it, or has no tool that brings the loopback up
 */
export async function openNetwork(script: string, user: boolean): Promise<PrivateNetwork> {
  const flags = user ? ['--user', '--map-root-user', '--net'] : ['--net'];
  const keeper = spawn(
    '/usr/bin/unshare',
    [...flags, '--', '/bin/sh', '-c', LOOPBACK, 'keeper', process.execPath, script],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as unknown as NodeJS.ProcessEnv,
    },
  );
  keeper.on('error', () => undefined); // it counts as ended
  const ask = asker(keeper);
  const network: PrivateNetwork = {
    enter: [
      '/usr/bin/nsenter',
      ...(user ? [`--user=/proc/${keeper.pid}/ns/user`, '--preserve-credentials'] : []),
      `--net=/proc/${keeper.pid}/ns/net`,
      '--',
    ],
    async listen(port, onConnection) {
      const server = await ask(port);
      server.on('connection', (socket) => {
        socket.setNoDelay(true);
        onConnection(socket);
      });
      return { port: portOf(server), close: () => server.close() };
    },
    alive: () => keeper.exitCode === null && keeper.signalCode === null && keeper.connected,
    close: () => void keeper.kill('SIGKILL'),
  };
  try {
    (await ask(0)).close(); // the loopback is there
  } catch (error) {
    network.close();
    throw error;
  }
  keeper.unref();
  keeper.channel?.unref();
  return network;
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

function asker(keeper: ChildProcess): (port: number) => Promise<Server> {
  let next = 0;
  const waiting = new Map<number, { resolve: (server: Server) => void; reject: (error: Error) => void }>();
  keeper.on('message', (told: { id: number; problem?: string }, server) => {
    const who = waiting.get(told.id);
    waiting.delete(told.id);
    if (told.problem) who?.reject(new Error(told.problem));
    else who?.resolve(server as Server);
  });
  const end = () => {
    for (const { reject } of waiting.values()) reject(new Error('The network of functions could not be made here.'));
    waiting.clear();
  };
  keeper.on('exit', end);
  keeper.on('error', end);
  return (port) =>
    new Promise((resolve, reject) => {
      const id = next++;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error('The network of functions did not answer.'));
      }, PATIENCE);
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      keeper.send({ id, port }, (error) => {
        if (error) waiting.get(id)?.reject(error);
      });
    });
}
