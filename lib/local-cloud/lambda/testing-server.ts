/** For tests: Lambda in a process of its own, to be killed. Arguments: the project's folder, the data folder, namespaces or plain. */
import { startTestLambda } from './testing';

const [, , root, dataDir, kind] = process.argv;
startTestLambda({ root, dataDir, namespaces: kind === 'namespaces' }).then(
  ({ url }) => process.stdout.write(`${url}\n`),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
