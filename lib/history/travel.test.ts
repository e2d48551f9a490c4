import { expect, test } from 'vitest';
import type { HistoryEvent } from './events';
import { timeline } from './timeline';
import { eventsUntil, traveller, withoutGap } from './travel';

/** A loop of `rounds` through two states, a millisecond an event. */
function loop(rounds: number, from = 0): HistoryEvent[] {
  const events: HistoryEvent[] = [
    {
      id: 1,
      previousEventId: 0,
      type: 'ExecutionStarted',
      timestamp: from,
      executionStartedEventDetails: { input: '{}' },
    },
  ];
  const add = (type: string, name: string) => {
    const id = events.length + 1;
    const key = type.endsWith('Entered') ? 'stateEnteredEventDetails' : 'stateExitedEventDetails';
    events.push({
      id,
      previousEventId: id - 1,
      type,
      timestamp: from + id,
      ...{ [key]: { name, input: `${id}`, output: `${id}` } },
    });
  };
  for (let i = 0; i < rounds; i++)
    for (const name of ['One', 'Two']) {
      add('PassStateEntered', name);
      add('PassStateExited', name);
    }
  return events;
}
const told = (of: ReturnType<typeof timeline>) => ({ ...of, trace: null });

test('any moment, in any order, is what the first events tell', () => {
  const events = loop(700);
  const past = traveller(events);
  for (const n of [2801, 3, 499, 500, 501, 1700, 0, 1699, 2800, 9999, 4])
    expect(told(past.at(n)), `after ${n}`).toEqual(told(timeline(events.slice(0, n))));
});

test('a run that goes on is travelled without beginning anew, another run is', () => {
  const events = loop(400);
  const past = traveller(events.slice(0, 900));
  past.at(900);
  past.grow(events);
  expect(told(past.at(1300))).toEqual(told(timeline(events.slice(0, 1300))));
  expect(told(past.at(10))).toEqual(told(timeline(events.slice(0, 10))));
  const other = loop(400, 50_000);
  past.grow(other);
  expect(told(past.at(1200))).toEqual(told(timeline(other.slice(0, 1200))));
});

test('a list with a gap ends before it', () => {
  const events = loop(3);
  expect(withoutGap(events)).toBe(events);
  expect(withoutGap(events.filter(({ id }) => id !== 5 && id !== 9)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(withoutGap(events.slice(1))).toEqual([]);
  expect(withoutGap([])).toEqual([]);
});

test('how many events had happened at a time', () => {
  const at = (timestamp: number): HistoryEvent => ({ id: 1, previousEventId: 0, type: 'X', timestamp });
  const events = [10, 20, 20, 30].map(at);
  expect([5, 10, 19, 20, 29, 30, 99].map((time) => eventsUntil(events, time))).toEqual([0, 1, 1, 3, 3, 4, 4]);
});
