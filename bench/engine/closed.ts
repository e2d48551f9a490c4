/**
 * Fills a data directory with closed executions: one is run by the server, and the rest are written through the run log's
 * own interface with the same records under other names.
 * @module
 */
import path from 'node:path';
import { openRunLog } from '@/lib/local-cloud/log';
import { ONE_PASS, ONE_PASS_INPUT } from './machines';
import type { Subject } from './subject';

const GROUP = 5000;

/** Runs the one that is copied. @returns its ARN */
export async function runOne({ client }: Subject): Promise<string> {
  const executionArn = await client.start(await client.create('closed', ONE_PASS), ONE_PASS_INPUT, 'first');
  const { status } = await client.ended(executionArn);
  if (status !== 'SUCCEEDED') throw new Error(`the run to be copied is ${String(status)}`);
  return executionArn;
}

/** The server must have ended. @throws Error when the run is not in the log */
export function copyClosed(dataDir: string, executionArn: string, count: number): void {
  const log = openRunLog(path.join(dataDir, 'cloud', 'stepfunctions'));
  try {
    const { executions } = log;
    const row = executions.byArn(executionArn);
    if (!row) throw new Error(`${executionArn} is not in the log`);
    const events = executions.events(row.id, 1, executions.lastEvent(row.id));
    const { chain, at } = executions.fold(row.id);
    const record = {
      firstEvent: 1,
      lastEvent: events.length,
      at,
      events: JSON.stringify(events),
      changes: null,
      chain,
    };
    for (let from = 1; from < count; from += GROUP) {
      log.transact(() => {
        for (let i = from; i < Math.min(count, from + GROUP); i++) {
          const id = executions.newId();
          const name = `closed-${i}`;
          executions.add({ ...row, id, name, arn: `${executionArn.slice(0, -row.name.length)}${name}` });
          executions.append({ ...record, execution: id });
          executions.end(id, row);
        }
      });
    }
  } finally {
    log.close();
  }
}
