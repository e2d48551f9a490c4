/**
 * Goes into the network of a function that may call nobody, opens ports there and hands them to the server, in the order of
 * its arguments (0: any that is free). The server ends it once it has them all.
 *
 * A socket belongs to the network in which it was made, whoever listens on it. So the server answers inside without any
 * bytes being carried across, and there is no way out. Imports nothing of ours.
 */
import { createServer } from 'node:net';

function open([port, ...rest]: number[]): void {
  if (port === undefined) return;
  const server = createServer();
  server.once('error', (error) => process.send?.({ problem: error.message }));
  server.listen(port, '127.0.0.1', () => {
    process.send?.({}, server, () => {
      server.close(); // the server of the local cloud alone accepts
      open(rest);
    });
  });
}

process.on('disconnect', () => process.exit());
open(process.argv.slice(2).map(Number));
