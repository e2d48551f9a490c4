/**
 * A11: what a power cut may leave. The files of a server that works are copied at random instants (it stands still
 * meanwhile), the write-ahead log is cut at a random byte, and the run log is opened: nothing that the mark counts may be
 * missing, or the loss is named; either way each execution's records are a whole beginning.
 * @module
 */
import { cpSync, mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import { openRunLog } from '@/lib/local-cloud/log';
import { markFile, readMark } from '@/lib/local-cloud/log/mark';
import { Cloud } from './cloud';
import { MIX } from './mix';
import { type Bench, type Part, Tally } from './types';
import { each, sleep } from './wire';

const FILES = ['runs.db', 'runs.db-wal', 'runs.json', 'runs.mark'];

export const tornLog: Part = {
  ids: ['A11'],
  long: true,
  async run(bench) {
    const trials = bench.size(20, 100, 1000);
    const tally = new Tally();
    const cloud = new Cloud(bench, { data: `${bench.folder('torn')}/data` });
    await cloud.start();
    const live = path.join(cloud.data, 'cloud', 'stepfunctions');
    const machine = await cloud.client.create('loop', MIX.loop.definition);
    let over = false;
    const acked: string[] = [];
    const working = each([1, 2, 3], 3, async () => {
      while (!over) {
        const arn = await cloud.client.start(machine, { factor: 3 }).catch(() => null);
        if (arn !== null) acked.push(arn);
        await sleep(5);
      }
    });
    let whole = 0;
    let named = 0;
    for (let trial = 0; trial < trials; trial++) {
      await sleep(5 + bench.random() * 60);
      process.kill(cloud.pid, 'SIGSTOP');
      const known = acked.length;
      const folder = path.join(path.dirname(cloud.data), `copy-${trial}`);
      mkdirSync(folder);
      try {
        for (const file of FILES) cpSync(path.join(live, file), path.join(folder, file));
      } finally {
        process.kill(cloud.pid, 'SIGCONT');
      }
      const outcome = judge(bench, tally, `copy ${trial}`, folder, acked.slice(0, known), trial % 4 === 0);
      if (outcome === 'whole') whole++;
      else named++;
      rmSync(folder, { recursive: true });
    }
    over = true;
    await working;
    await cloud.kill();
    return [
      tally.row(
        'A11',
        `${trials} copies of a server at work, their log cut at a random byte: ${whole} opened with all that was acknowledged, ${named} were named as having lost some and opened as a whole beginning once that was accepted`,
      ),
    ];
  },
};

/** @param atTail cuts nothing that was written, but adds half a frame of rubbish: the write that the power cut ended */
function judge(bench: Bench, tally: Tally, what: string, folder: string, acked: string[], atTail: boolean) {
  const wal = path.join(folder, 'runs.db-wal');
  const size = statSync(wal).size;
  if (atTail) truncateSync(wal, size + Math.floor(bench.random() * 4000));
  else truncateSync(wal, Math.floor(bench.random() * size));
  const counted = readMark(folder)?.number ?? 0;
  tally.check(`${what}: has a mark`, counted > 0);
  let outcome: 'whole' | 'named' = 'whole';
  try {
    openAndRead(tally, what, folder, acked);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'RUN_LOG_DAMAGED') {
      tally.check(what, String(error));
      return outcome;
    }
    outcome = 'named';
    tally.check(`${what}: names the file`, error.message.includes(path.join(folder, 'runs.db')) || error.message);
    rmSync(markFile(folder));
    openAndRead(tally, what, folder, []);
  }
  tally.check(`${what}: nothing but the tail was touched`, !atTail || outcome === 'whole' || 'it did not open');
  return outcome;
}

/** @throws Problem when it does not open */
function openAndRead(tally: Tally, what: string, folder: string, acked: string[]): void {
  const log = openRunLog(folder);
  try {
    const lost = acked.filter((arn) => log.executions.byArn(arn) === undefined);
    tally.check(`${what}: what was acknowledged`, lost.length === 0 || `${lost.length} are lost: ${lost[0]}`);
    for (const { id, arn } of log.executions.running()) {
      const { lastEvent } = log.executions.fold(id);
      const ids = log.executions.events(id, 1, lastEvent).map((event) => event.id);
      const isBeginning = ids.length === lastEvent && ids.every((n, i) => n === i + 1);
      if (!isBeginning) tally.check(`${what}: ${arn}`, `events ${ids.length} of ${lastEvent}`);
    }
    tally.check(`${what}: each run is a whole beginning`, true);
  } finally {
    log.close();
  }
}
