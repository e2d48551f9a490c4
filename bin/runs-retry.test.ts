import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph/schema';
import type { HistoryEvent } from '@/lib/history/events';
import { openStore } from '@/lib/store/store';
import type { Store, StoredRun } from '@/lib/store/types';
import { retryPlan } from '@/lib/usecases/runs-retry';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'runs-retry-'));
  store = openStore(dir);
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Assign: { kept: 1 }, Next: 'Each' },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } },
      Next: 'Last',
    },
    Last: { Type: 'Pass', End: true },
  },
};
const document: WorkflowDocument = { ...emptyDocument(), graph: decompile(DEFINITION as never).graph! };
const event = (id: number, previousEventId: number, type: string, details: object = {}): HistoryEvent =>
  ({ id, previousEventId, type, timestamp: 1000 + id, ...details }) as HistoryEvent;
const entered = (name: string, input: string) => ({ stateEnteredEventDetails: { name, input } });
const UNTIL_MAP = [
  event(1, 0, 'ExecutionStarted', { executionStartedEventDetails: { input: '[3]' } }),
  event(2, 1, 'PassStateEntered', entered('First', '[3]')),
  event(3, 2, 'PassStateExited', {
    stateExitedEventDetails: { name: 'First', output: '[3]', assignedVariables: { kept: '1' } },
  }),
  event(4, 3, 'MapStateEntered', entered('Each', '[3]')),
  event(5, 4, 'MapStateStarted', { mapStateStartedEventDetails: { length: 1 } }),
  event(6, 5, 'MapIterationStarted', { mapIterationStartedEventDetails: { name: 'Each', index: 0 } }),
  event(7, 6, 'PassStateEntered', entered('In', '3')),
];
const FAILED = [
  ...UNTIL_MAP,
  event(8, 7, 'MapIterationFailed', { mapIterationFailedEventDetails: { name: 'Each', index: 0 } }),
  event(9, 8, 'MapStateFailed'),
  event(10, 9, 'ExecutionFailed', { executionFailedEventDetails: { error: 'Broken' } }),
];
/** Plans to retry a run that had these events, of a workflow that was saved once more since: as `now`. */
async function plan(events: HistoryEvent[], now = document, status: StoredRun['status'] = 'FAILED') {
  const made = { name: 'W', document, prompt: null, plan: null, planner: null, at: 1 };
  const { id: workflowId } = await store.workflows.create({ id: crypto.randomUUID(), ...made });
  await store.workflows.save({ id: workflowId, name: 'W', document: now, revision: 1, at: 3 });
  const id = crypto.randomUUID();
  const ran = { executionArn: `arn:${id}`, workflowId, workflowName: 'W', revision: 1, document, input: [3], status };
  await store.runs.add({ id, ...ran, output: null, error: null, cause: null, startedAt: 2, stoppedAt: null });
  return retryPlan({ store, cloud: { history: async () => events } }, id);
}

test('what failed inside of a Map is done again with the whole Map, and what came before is carried', async () => {
  expect(await plan(FAILED)).toMatchObject({
    step: { name: 'Each' },
    failed: 'In',
    input: [3],
    variables: { kept: 1 },
    revision: 2,
    ranRevision: 1,
  });
});

test('a renamed step is the same step; a removed one cannot be begun with', async () => {
  const { graph } = document;
  const renamed = graph.nodes.map((node) => (node.name === 'Each' ? { ...node, name: 'Every' } : node));
  expect(await plan(FAILED, { ...document, graph: { ...graph, nodes: renamed } })).toMatchObject({
    step: { name: 'Every' },
  });
  const without = graph.nodes.filter((node) => node.name !== 'Each');
  await expect(plan(FAILED, { ...document, graph: { ...graph, nodes: without } })).rejects.toMatchObject({
    code: 'RUN_STEP_GONE',
  });
});

test('a run that goes on, ended well or is not kept has no failed step', async () => {
  await expect(plan(UNTIL_MAP, document, 'RUNNING')).rejects.toMatchObject({ code: 'RUN_NOT_FAILED' });
  await expect(plan([])).rejects.toMatchObject({ code: 'RUN_NOT_FAILED' });
});
