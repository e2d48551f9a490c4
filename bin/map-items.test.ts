/**
 * The items of a distributed Map, through the real store and the real local cloud.
 */
import { expect, test } from 'vitest';
import { timeline } from '@/lib/history/timeline';
import { getMapItem, getMapItems } from '@/lib/usecases/map-items';
import { getRun } from '@/lib/usecases/read';
import { startRun } from '@/lib/usecases/start-run';
import { importDefinition } from '@/lib/usecases/workflows';
import { wired } from './wired';

const deps = wired();

/** More items than one page of the cloud's list holds; the last one fails. */
const ITEMS = 1_050;
const DOUBLED = {
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: `{% [1..${ITEMS}] %}`,
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Double',
        States: {
          Double: {
            Type: 'Pass',
            Output: `{% $states.input = ${ITEMS} ? $error("the last") : $states.input * 2 %}`,
            End: true,
          },
        },
      },
      Output: '{% $count($states.result) %}',
      End: true,
    },
  },
};

test('each item has its status, in order, and tells what happened in it', { timeout: 120_000 }, async () => {
  const workflowId = (await importDefinition(deps(), { name: 'Doubled', text: JSON.stringify(DOUBLED) })).id;
  const run = async (): Promise<{ id: string; mapRunArn: string }> => {
    const { id } = await startRun(deps(), { workflowId, input: {} });
    await expect
      .poll(async () => (await deps().store.runs.get(id))?.status, { timeout: 100_000, interval: 100 })
      .toBe('SUCCEEDED');
    const states = timeline((await getRun(deps(), id)).events).states;
    return { id, mapRunArn: states.Each?.mapRunArn ?? '' };
  };
  const one = await run();
  const { total, items } = await getMapItems(deps(), one);
  expect(total).toBe(ITEMS);
  expect(items).toHaveLength(ITEMS);
  expect(items.findIndex(({ status }) => status === 'FAILED')).toBe(ITEMS - 1);
  const item = async (index: number) => getMapItem(deps(), { ...one, executionArn: items[index]?.executionArn ?? '' });
  expect(await item(6)).toMatchObject({ input: { value: 7 }, output: { value: 14 }, error: null });
  const last = await item(ITEMS - 1);
  expect(last).toMatchObject({ input: { value: ITEMS }, output: null, error: 'States.QueryEvaluationError' });
  expect(timeline(last.events).states.Double?.status).toBe('failed');

  // Another run's items are not shown as this one's.
  const small = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } };
  const other = await importDefinition(deps(), { name: 'Other', text: JSON.stringify(small) });
  const stranger = await startRun(deps(), { workflowId: other.id, input: {} });
  await expect(getMapItems(deps(), { id: stranger.id, mapRunArn: one.mapRunArn })).rejects.toMatchObject({
    code: 'MAP_RUN_UNKNOWN',
  });
  await expect(getMapItems(deps(), { ...one, mapRunArn: `${one.mapRunArn}x` })).rejects.toMatchObject({
    code: 'MAP_RUN_UNKNOWN',
  });
});
