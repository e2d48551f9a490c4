/**
 * The items of a distributed Map: they are in no history of the run, because each is an execution of its own.
 *
 *   getMapItems(run, map run) ─▶ the status and times of each      getMapItem(…, its ARN) ─▶ what happened in it
 *
 * A Map may stand in an item of another: then its items are asked for in the same way, with its own ARN.
 * @module
 */
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import { unknownRun } from './read';
import type { MapItemDetail, MapItemsView } from './types';

const Arn = z.string().min(1).max(2000);
export const MapItems = z.object({ id: z.string().min(1).max(200), mapRunArn: Arn });
export const MapItemOf = MapItems.extend({ executionArn: Arn });

/** @throws Problem RUN_UNKNOWN, MAP_RUN_UNKNOWN */
export async function getMapItems(deps: Deps, { id, mapRunArn }: z.infer<typeof MapItems>): Promise<MapItemsView> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  const { executionArn, total, items } = await deps.cloud.mapRunItems(mapRunArn).catch((error: unknown) => {
    throw error instanceof Problem ? error : unknownMapRun(mapRunArn, error);
  });
  if (!(await belongs(deps, run.executionArn, executionArn))) throw unknownMapRun(mapRunArn);
  return { total: Math.max(total, items.length), items };
}

/** @throws Problem RUN_UNKNOWN, MAP_RUN_UNKNOWN */
export async function getMapItem(deps: Deps, asked: z.infer<typeof MapItemOf>): Promise<MapItemDetail> {
  const run = await deps.store.runs.get(asked.id);
  if (!run) throw unknownRun(asked.id);
  const found = await deps.cloud.mapRunItem(asked.executionArn).catch((error: unknown) => {
    throw error instanceof Problem ? error : unknownMapRun(asked.mapRunArn, error);
  });
  if (found.mapRunArn !== asked.mapRunArn) throw unknownMapRun(asked.mapRunArn);
  const owner = await deps.cloud.mapRunOwner(asked.mapRunArn);
  if (!(await belongs(deps, run.executionArn, owner))) throw unknownMapRun(asked.mapRunArn);
  return {
    input: jsonIn(found.input),
    output: jsonIn(found.output),
    error: found.error,
    cause: found.cause,
    // Of an express child AWS keeps no history.
    events: await deps.cloud.history(asked.executionArn, 0).catch(() => []),
  };
}

/** How deep distributed Maps stand in one another at most, here; nobody reads deeper. */
const DEEPEST = 12;

/** Whether an execution is the run's own, or a child of one that is: an item of a Map within an item of a Map. */
async function belongs({ cloud }: Pick<Deps, 'cloud'>, run: string, execution: string): Promise<boolean> {
  let at = execution;
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (at === run) return true;
    const { mapRunArn } = await cloud.mapRunItem(at);
    if (mapRunArn === null) return false;
    at = await cloud.mapRunOwner(mapRunArn);
  }
  return false;
}

function jsonIn(text: string | null): { value: Json } | null {
  if (text === null) return null;
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { value: text };
  }
}

const unknownMapRun = (mapRunArn: string, cause?: unknown) =>
  new Problem(
    'MAP_RUN_UNKNOWN',
    `The cloud knows no items of this run for the map run "${mapRunArn}".`,
    'Runs are forgotten some time after they end. Run the workflow again to see its items.',
    {},
    { cause },
  );
