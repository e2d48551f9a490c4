/**
 * Lives in the network of functions that may call nobody: opens ports there and hands them to the server.
 *
 * A socket belongs to the network in which it was made, whoever listens on it. So the server answers inside without any
 * bytes being carried across, and there is no way out. Runs as a process of its own; imports nothing of ours.
 */
import { type AddressInfo, createServer } from 'node:net';

/** @param port 0: any that is free */
function open({ id, port }: { id: number; port: number }): void {
  const server = createServer();
  server.once('error', (error) => process.send?.({ id, problem: error.message }));
  server.listen(port, '127.0.0.1', () => {
    const told = { id, port: (server.address() as AddressInfo).port };
    process.send?.(told, server, () => server.close()); // the server alone accepts
  });
}

process.on('message', open);
process.on('disconnect', () => process.exit());
