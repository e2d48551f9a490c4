/** The timeline of real histories: whatever a machine does, each visit is told, and nothing is left running. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyTimeline, foldEvents, type Timeline, timeline } from '@/lib/history/timeline';
import { runToEnd } from './driver';
import { machineOf, options, scope } from './random-machines';

const visitsOf = (told: Timeline) => Object.values(told.states).flatMap((state) => state.visits);
const seen = ({ trace: _, ...rest }: Timeline) => rest;

test('every state that was entered has a visit, and every visit an end', async () => {
  await fc.assert(
    fc.asyncProperty(scope, async (plans) => {
      const run = await runToEnd(machineOf(plans), 1, options);
      const told = timeline(run.events);
      const count = (pattern: RegExp) => run.events.filter((event) => pattern.test(event.type)).length;
      const visits = visitsOf(told);
      expect(told.status).toBe(run.status);
      expect(visits).toHaveLength(count(/StateEntered$/));
      expect(visits.filter((visit) => visit.exitedAt === null)).toEqual([]);
      expect(visits.filter((visit) => visit.status === 'succeeded' || visit.status === 'caught')).toHaveLength(
        count(/StateExited$/),
      );
      expect(visits.flatMap((visit) => (visit.type === 'Task' ? visit.attempts : []))).toHaveLength(
        count(/^LambdaFunctionScheduled$/),
      );
      expect(visits.some((visit) => visit.status === 'failed')).toBe(run.status === 'FAILED');
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a history told event by event is the same as one told at once, and lanes are those of the machine', async () => {
  await fc.assert(
    fc.asyncProperty(scope, fc.integer({ min: 1, max: 7 }), async (plans, page) => {
      const run = await runToEnd(machineOf([{ kind: 'map', concurrency: 0, items: 2, plan: plans }]), 1, options);
      let told = emptyTimeline();
      for (let i = 0; i < run.events.length; i += page) told = foldEvents(told, run.events.slice(i, i + page));
      expect(seen(told)).toEqual(seen(timeline(run.events)));
      // S0 is the Map: everything else runs in one of its two lanes
      for (const visit of visitsOf(told)) {
        let lane = visit.lane;
        while (lane?.within) lane = lane.within;
        expect(lane && { container: lane.container, kind: lane.kind, inside: lane.index < 2 }).toEqual(
          visit.name === 'S0' ? null : { container: 'S0', kind: 'map', inside: true },
        );
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
