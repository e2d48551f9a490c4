/** A run can be cut off after any step, and taken up again from its log: it comes to the same end. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import { type Json, own } from '@/lib/base/json';
import { resumeToEnd, runToEnd, START } from './driver';
import { machineOf, options, scope } from './random-machines';
import { apply, emptySnapshot, pending, step } from './step';
import type { Changes, Command, EngineEvent, Host, Snapshot } from './types';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

// ------------------------------------------------------------------ properties

describe('a run that is cut off', () => {
  test('comes to the same end from any step, with the same ids', async () => {
    await fc.assert(
      fc.asyncProperty(scope, async (plans) => {
        const machine = machineOf(plans);
        const log: { changes: Changes; commands: Command[]; events: number; at: number }[] = [];
        const whole = await runToEnd(machine, 1, {
          ...options,
          onStep: ({ changes, commands, events, at }) =>
            log.push(throughJson({ changes, commands, events: events.length, at })),
        });
        let eventsBefore = 0;
        const every = Math.max(1, Math.floor(log.length / 12));
        for (const [k, record] of log.entries()) {
          eventsBefore += record.events;
          if (k === log.length - 1 || k % every !== 0) continue;
          const snapshot = emptySnapshot();
          for (const { changes } of log.slice(0, k + 1)) apply(snapshot, throughJson(changes));
          const commands = pending(machine, snapshot);
          const again = await resumeToEnd(machine, snapshot, throughJson(commands), record.at, options);
          expect({ status: again.status, output: again.output, error: again.error, cause: again.cause }).toEqual({
            status: whole.status,
            output: whole.output,
            error: whole.error,
            cause: whole.cause,
          });
          expect(again.events.map((event) => event.id)).toEqual(again.events.map((_, i) => eventsBefore + i + 1));
        }
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  test('has pending exactly what was commanded and has not ended', async () => {
    await fc.assert(
      fc.asyncProperty(scope, async (plans) => {
        const machine = machineOf(plans);
        const outstanding = new Map<string, string>();
        const key = (c: Command) =>
          'timer' in c ? c.timer : 'index' in c ? `${c.task}#${c.index}` : 'task' in c ? c.task : c.kind;
        await runToEnd(machine, 1, {
          ...options,
          onStep({ event, changes, commands, snapshot }) {
            if (event.kind === 'TimerFired') outstanding.delete(event.timer);
            if (event.kind === 'ChildEnded') outstanding.delete(`${event.task}#${event.index}`);
            else if ('task' in event && (event.kind === 'TaskSucceeded' || event.kind === 'TaskFailed'))
              outstanding.delete(event.task);
            outstanding.delete('Continue');
            for (const command of commands) {
              if (command.kind === 'CancelTask' || command.kind === 'ClearTimer') outstanding.delete(key(command));
              else if (command.kind === 'StopChildren') {
                for (const one of [...outstanding.keys()])
                  if (one === command.task || one.startsWith(`${command.task}#`)) outstanding.delete(one);
              } else outstanding.set(key(command), command.kind);
            }
            const after: Snapshot = { frames: { ...snapshot.frames } };
            apply(after, changes);
            expect(new Map(pending(machine, after).map((c) => [key(c), c.kind]))).toEqual(outstanding);
          },
        });
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  test('is not moved by an answer or a timer that comes twice', async () => {
    await fc.assert(
      fc.asyncProperty(scope, async (plans) => {
        const machine = machineOf(plans);
        const host: Host = { evaluate: evaluateJsonata, random: () => 0.5, uuid: () => 'id' };
        const checks: Promise<void>[] = [];
        await runToEnd(machine, 1, {
          ...options,
          onStep({ event, changes, snapshot }) {
            const after: Snapshot = { frames: { ...snapshot.frames } };
            apply(after, changes);
            if ((own(after.frames.execution, 'ready') as Json[]).length > 0) return;
            checks.push(
              step(machine, after, event as EngineEvent, host).then((outcome) => {
                expect(outcome).toEqual({ events: [], changes: { put: [], drop: [] }, commands: [] });
              }),
            );
          },
        });
        await Promise.all(checks);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('begins at the time it was given', async () => {
    const { events } = await runToEnd(machineOf([{ kind: 'wait', seconds: 3 }]), 1, options);
    expect(events.map((event) => event.timestamp - START)).toEqual([0, 0, 3000, 3000]);
  });
});
