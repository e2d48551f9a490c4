/**
 * A2, beyond the run log: the server ends itself at each boundary of an execution's steps, of calls, timers and tokens, of
 * packages and processes of functions, of objects and uploads; one after the other on the same data, so that each start
 * takes up what the last end left. What was answered must hold, what was not answered is as before or as after, and every
 * execution comes to what it must.
 * @module
 */
import { POINTS, type Point } from '@/lib/local-cloud/failpoint';
import { type Drive, executionsDrive, filesDrive, functionsDrive } from './boundary-drives';
import { Cloud } from './cloud';
import type { Bench, Tally } from './types';
import { each, until } from './wire';

/** How often each point was reached. */
export type Hits = Map<Point, number>;

/** In `--full` each boundary three times; else once, and of an execution's steps one of the three instants by chance. */
export async function boundaries(bench: Bench, tally: Tally, hits: Hits): Promise<void> {
  const seeds = bench.size(1, 1, 3);
  for (let seed = 0; seed < seeds; seed++) {
    const steps = bench.mode === 'full' ? [...POINTS.steps] : oneOfThree(bench, POINTS.steps);
    const half = Math.ceil(steps.length / 2);
    const chains: [string, readonly Point[], (data: string) => Drive][] = [
      ['steps', steps.slice(0, half), executionsDrive],
      ['more-steps', [...steps.slice(half), ...POINTS.runner], executionsDrive],
      ['functions', POINTS.lambda, functionsDrive],
      ['files', POINTS.s3, filesDrive],
    ];
    await each(chains, 2, ([name, points, drive]) => chain(bench, tally, hits, { name, points, drive }));
  }
}

/** The points come as triples: decided, recorded, performed. */
function oneOfThree(bench: Bench, points: readonly Point[]): Point[] {
  return points.filter((_, i) => i % 3 === 0).flatMap((_, i) => points[3 * i + Math.floor(bench.random() * 3)] ?? []);
}

type Chain = { name: string; points: readonly Point[]; drive: (data: string) => Drive };

async function chain(bench: Bench, tally: Tally, hits: Hits, { name, points, drive }: Chain): Promise<void> {
  const data = `${bench.folder(`boundaries-${name}`)}/data`;
  const cloud = new Cloud(bench, { data, args: ['--time-scale', '0.05'] });
  const driven = drive(data);
  await cloud.start();
  await driven.prepare(cloud.client);
  await cloud.kill();
  let round = 0;
  for (const point of points) {
    // Where it is reached only once, the second time never comes.
    for (const nth of bench.random() < 0.5 ? [1] : [2, 1]) {
      const ready = await cloud.start(30_000, ['--failpoint', `${point}:${nth}`]).then(
        () => true,
        () => false, // reached while it took up what was left
      );
      const said = ready ? await driven.round(cloud.client, round++).then(() => null, String) : null;
      // An end is seen a moment after its sockets were.
      if (said !== null) await until(() => cloud.exited, 2000);
      const died = cloud.exited;
      await cloud.kill();
      tally.check(`${point}:${nth}`, died || said);
      if (died) hits.set(point, (hits.get(point) ?? 0) + 1);
      if (died) break;
    }
    tally.check(`${point} is reached`, (hits.get(point) ?? 0) > 0);
  }
  await cloud.start();
  await driven.judge(cloud.client, tally);
  await cloud.kill();
}
