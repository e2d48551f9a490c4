/** The timeline of real histories: whatever a machine does, each visit is told, and nothing is left running. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '@/lib/history/events';
import { emptyTimeline, foldEvents, type Timeline, timeline } from '@/lib/history/timeline';
import { redriveToEnd, runToEnd } from './driver';
import { machineOf, options, scope } from './random-machines';
import { apply, emptySnapshot, step } from './step';
import type { Changes } from './types';

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

test('of a run that was stopped and redriven, every visit ends as in the run that was not', async () => {
  await fc.assert(
    fc.asyncProperty(scope, fc.nat(), async (plans, where) => {
      const machine = machineOf(plans);
      const steps: { changes: Changes; events: HistoryEvent[]; at: number }[] = [];
      const whole = await runToEnd(machine, 1, {
        ...options,
        onStep: ({ changes, events, at }) => steps.push(structuredClone({ changes, events, at })),
      });
      if (steps.length < 2) return;
      const cut = steps.slice(0, 1 + (where % (steps.length - 1)));
      const at = cut.at(-1)!.at;
      const snapshot = emptySnapshot();
      for (const { changes } of cut) apply(snapshot, changes);
      const host = { evaluate: options.evaluate, random: () => 0.5, uuid: () => `${Math.random()}` };
      const stopped = await step(machine, snapshot, { kind: 'Stop', at }, host);
      apply(snapshot, stopped.changes);
      const again = await redriveToEnd(machine, snapshot, at, options);
      const events = [...cut.flatMap((one) => one.events), ...stopped.events, ...again.events];
      const told = timeline(events);
      const visits = visitsOf(told);
      expect(told.status).toBe(whole.status);
      expect(visits.filter((visit) => visit.exitedAt === null)).toEqual([]);
      if (whole.status !== 'SUCCEEDED') return;
      const exits = events.filter((event) => /StateExited$/.test(event.type)).length;
      expect(visits.filter(({ status }) => status === 'succeeded' || status === 'caught')).toHaveLength(exits);
    }),
    { numRuns: 100 },
  );
}, 60_000);
