/**
 * A15: how long a start takes with many executions that wait and many more that are over, and how soon what fell due
 * meanwhile is done.
 * @module
 */
import { copyClosed } from '../engine/closed';
import { Cloud } from './cloud';
import { judgeHistory } from './mix';
import { type Part, Tally } from './types';
import { each, sleep, until } from './wire';

export const manyOpen: Part = {
  ids: ['A15'],
  long: true,
  async run(bench) {
    const open = bench.size(100, 1000, 10_000);
    const closed = bench.size(500, 10_000, 100_000);
    const tally = new Tally();
    const cloud = new Cloud(bench, { data: `${bench.folder('many')}/data` });
    await cloud.start();
    const { client } = cloud;
    const one = await client.start(
      await client.create('one', { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
    );
    await client.ended(one);
    const machine = await client.create('due', {
      StartAt: 'W',
      States: { W: { Type: 'Wait', TimestampPath: '$.at', End: true } },
    });
    // as long as the starts take on a busy machine
    const due = Date.now() + 3000 + open * 4;
    const at = new Date(due).toISOString();
    const names = Array.from({ length: open }, (_, i) => i);
    const arns = await each(names, 50, (i) => client.start(machine, { at, i }));
    const inTime = Date.now() < due - 500;
    await cloud.kill();
    tally.check('all were started before the first was due', inTime);
    copyClosed(cloud.data, one, closed);
    await sleep(due + 200 - Date.now());
    const ready = await cloud.start(60_000);
    tally.timed(bench, 'ready in 3 s', ready <= 3000 || `${Math.round(ready)} ms`);
    const running = async () =>
      (await client.call('ListExecutions', { stateMachineArn: machine, statusFilter: 'RUNNING', maxResults: 1 }))
        .executions;
    const done = await until(async () => ((await running()) as unknown[]).length === 0, 30_000, 50);
    tally.check('what was overdue is done', done !== null);
    tally.timed(bench, 'in 10 s', (done ?? 9e9) <= 10_000 || `${done} ms`);
    const sample = arns.filter((_, i) => i % Math.ceil(open / 100) === 0);
    await each(sample, 8, async (arn) => tally.check(arn, judgeHistory(await client.history(arn))));
    await cloud.kill();
    return [
      tally.row(
        'A15',
        `${open} open and ${closed} closed executions: ready in ${Math.round(ready)} ms, all that was overdue done ${done} ms later`,
      ),
    ];
  },
};
