/**
 * The private networks of functions, one each: made when a function's first process starts, let go when its last one has
 * been gone for a while.
 * @module
 */
import type { Socket } from 'node:net';
import { openNetwork, type PrivateNetwork } from './network';

export type Networks = {
  /**
   * @returns null: this system can do no better than the machine's own
   * @throws Error when it cannot be made now, on a system that can
   */
  of(functionName: string, user: boolean): Promise<PrivateNetwork | null>;
  /** Would `of` give one? */
  possible(user: boolean): Promise<boolean>;
  close(): void;
};

/** ms for which a network is kept that nobody uses */
const IDLE = 60_000;

type Kept = { network: Promise<PrivateNetwork | null>; users: number; timer?: NodeJS.Timeout };

export function createNetworks(
  script: () => Promise<string>,
  cloud: { port(): number; accept(socket: Socket): void },
): Networks {
  const kept = new Map<string, Kept>();
  /** Once known, it stays so: what is missing here stays missing, and a function is never let out by a passing failure. */
  let works: boolean | undefined;
  let closed = false;
  let probe: Promise<boolean> | undefined;

  const make = async (user: boolean): Promise<PrivateNetwork | null> => {
    if (works === false) return null;
    try {
      const network = await openNetwork({ script: await script(), user, port: cloud.port(), accept: cloud.accept });
      works = true;
      return network;
    } catch (error) {
      if (works) throw error;
      works = false;
      return null;
    }
  };
  const letGo = (name: string, one: Kept) => {
    if (kept.get(name) === one) kept.delete(name);
    clearTimeout(one.timer);
    void one.network.then(
      (network) => network?.close(),
      () => {},
    );
  };

  return {
    async of(name, user) {
      const before = kept.get(name);
      const isGone = async () => (await before?.network.catch(() => null))?.alive() !== true;
      if (before && (await isGone())) letGo(name, before);
      const mine: Kept = kept.get(name) ?? { network: make(user), users: 0 };
      kept.set(name, mine);
      const network = await mine.network;
      if (!network || closed) {
        letGo(name, mine);
        return null;
      }
      clearTimeout(mine.timer);
      return {
        ...network,
        async listen(onConnection) {
          mine.users++;
          clearTimeout(mine.timer);
          const leave = () => {
            if (--mine.users === 0) mine.timer = setTimeout(() => letGo(name, mine), IDLE).unref();
          };
          try {
            const door = await network.listen(onConnection);
            let isOpen = true;
            return {
              port: door.port,
              close() {
                door.close();
                if (isOpen) leave();
                isOpen = false;
              },
            };
          } catch (error) {
            leave();
            throw error;
          }
        },
      };
    },

    possible(user) {
      probe ??= make(user).then(
        (network) => {
          network?.close();
          return network !== null;
        },
        () => true, // another one was made
      );
      return probe;
    },

    close() {
      closed = true;
      for (const [name, one] of [...kept]) letGo(name, one);
    },
  };
}
