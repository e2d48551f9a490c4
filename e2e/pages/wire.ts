import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../start-product';

/** A wire between the browser and the product that can be cut, also in the midst of an answer, and mended. */
export class Wire {
  private readonly pairs = new Set<[Socket, Socket]>();
  private server: Server | null = null;
  private answersLost = false;

  private constructor(
    readonly port: number,
    private readonly to: number,
  ) {}

  static async to(origin: string): Promise<Wire> {
    const wire = new Wire(await freePort(), Number(new URL(origin).port));
    await wire.mend();
    return wire;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  async mend(): Promise<void> {
    this.answersLost = false;
    if (this.server) return;
    this.server = createServer((near) => {
      const far = connect(this.to, '127.0.0.1');
      const pair: [Socket, Socket] = [near, far];
      this.pairs.add(pair);
      const end = () => {
        near.destroy();
        far.destroy();
        this.pairs.delete(pair);
      };
      for (const socket of pair) socket.on('error', end).on('close', end);
      near.on('data', (bytes) => far.write(bytes));
      far.on('data', (bytes) => (this.answersLost ? end() : near.write(bytes)));
    });
    const { server } = this;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Requests still arrive; whatever is answered is lost, with its connection. */
  loseAnswers(): void {
    this.answersLost = true;
  }

  /** Nothing passes, nothing connects. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    const closed = server ? new Promise((resolve) => server.close(resolve)) : null;
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.pairs.clear();
    await closed;
  }
}
