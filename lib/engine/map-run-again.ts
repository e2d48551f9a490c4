/**
 * A Map Run is changed while it runs, or goes on after it failed; and what is told of its limits.
 * @module
 */
import { failFromOutside, type Stage } from './flow';
import { type ChildFrame, childId, type MapRunFrame, outputId, type ThreadFrame } from './frames';
import { dropRun, goOn, MAP_RUN_CONCURRENCY, startChildren, visitOf } from './map-run';
import type { EngineEvent, Frame } from './types';

type MapRunChanged = Extract<EngineEvent, { kind: 'MapRunChanged' }>;

/** Somebody changed what the run may do: it holds from now on. */
export async function mapRunChanged(stage: Stage, event: MapRunChanged): Promise<void> {
  const { work } = stage;
  const id = work.ids().find((id) => {
    return id.startsWith('map-run:') && work.find<MapRunFrame>(id)?.mapRunArn === event.mapRunArn;
  });
  if (id === undefined) return;
  const run = work.edit<MapRunFrame>(id);
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = event;
  if (maxConcurrency !== undefined)
    run.concurrency = Math.min(maxConcurrency || MAP_RUN_CONCURRENCY, MAP_RUN_CONCURRENCY);
  if (toleratedFailureCount !== undefined) run.toleratedCount = toleratedFailureCount;
  if (toleratedFailurePercentage !== undefined) run.toleratedPercentage = toleratedFailurePercentage;
  if (run.stage === 'running') await goOn(stage, run);
}

/**
 * The run goes on: its children that did not succeed, then what had not begun.
 * @returns false when it had not begun to run: then the state begins a new one
 */
export async function redriveRun(stage: Stage, run: MapRunFrame, thread: ThreadFrame): Promise<boolean> {
  const { work } = stage;
  if (run.stage === 'reading') {
    dropRun(work, run);
    return false;
  }
  run.redrives = (run.redrives ?? 0) + 1;
  const details = { mapRunArn: run.mapRunArn, redriveCount: run.redrives };
  thread.previous = work.record('MapRunRedriven', thread.previous, 'mapRunRedriven', details);
  run.failed = 0;
  run.running = 0;
  run.again = [];
  for (let index = 0; index < run.children; index++) {
    if (!work.find<ChildFrame>(childId(run.id, index))) continue;
    work.drop(outputId(run.id, index));
    run.again.push(index);
  }
  if (run.stage === 'writing') run.stage = 'running';
  try {
    await startChildren(visitOf(stage, thread), run);
  } catch (thrown) {
    await failFromOutside(stage, visitOf(stage, thread), thrown);
  }
  return true;
}

/** What a Map Run's frame says of its limits and its size; undefined for any other frame. */
export function mapRunSettings(frame: Frame) {
  if (frame.kind !== 'map-run') return undefined;
  const run = frame as unknown as MapRunFrame;
  const batch = run.batcher?.MaxItemsPerBatch;
  return {
    arn: run.mapRunArn,
    settings: {
      maxConcurrency: run.concurrency === MAP_RUN_CONCURRENCY ? 0 : run.concurrency,
      toleratedFailureCount: run.toleratedCount ?? 0,
      toleratedFailurePercentage: run.toleratedPercentage ?? 0,
      items: run.items,
      batch: typeof batch === 'number' ? batch : run.batcher ? 0 : null,
      hasWriter: run.writer !== undefined,
    },
  };
}
