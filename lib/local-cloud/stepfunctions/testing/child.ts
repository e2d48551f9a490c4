/** For tests: the services in a process of their own, to be killed. Arguments: data directory, Lambda's address. */
import { startTestCloud } from './cloud';

const [dataDir = '', lambdaEndpoint = ''] = process.argv.slice(2);
void startTestCloud(dataDir, { lambdaEndpoint }).then(({ url, close }) => {
  process.once('SIGTERM', () => void close().then(() => process.exit(0)));
  process.stdout.write(`${url}\n`);
});
