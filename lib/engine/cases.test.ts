/** Rows of data, one test: each file in `cases/` is a machine, its input, what its tasks answer, and what must come of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import { isObject, type Json, own } from '@/lib/base/json';
import { type Asked, runToEnd, type TaskAnswer } from './driver';
import type { Machine } from './types';

type Row = {
  title: string;
  machine: Machine;
  input?: Json;
  /** by the function's name, or `reader` and `writer`: one after the other, the last again and again */
  answers?: Record<string, TaskAnswer[]>;
  expected: {
    status: string;
    output?: Json;
    error?: string | null;
    cause?: string | null;
    /** types of the events, and what they follow */
    events?: string[];
    previous?: number[];
    /** ms on the run's clock */
    took?: number;
    /** readers and writers as they were asked, and the statuses written */
    asked?: Json[];
    written?: string[];
  };
};

const folder = path.join(import.meta.dirname, 'cases');
const rows = (name: string): Row[] =>
  readdirSync(path.join(folder, name)).map(
    (file) => JSON.parse(readFileSync(path.join(folder, name, file), 'utf8')) as Row,
  );

function nameOf(command: Asked): string {
  if (command.kind !== 'StartTask') return command.kind === 'ReadItems' ? 'reader' : 'writer';
  const named = own(command.input, 'FunctionName');
  return typeof named === 'string' ? named : (command.resource.split(':').at(-1) ?? '');
}

describe.each(readdirSync(folder))('%s', (name) => {
  test.each(rows(name))('$title', async ({ machine, input = {}, answers = {}, expected }) => {
    const asked: Json[] = [];
    const written: Json[] = [];
    const counts = new Map<string, number>();
    const run = await runToEnd(machine, input, {
      evaluate: evaluateJsonata,
      answer(command) {
        if (command.kind === 'ReadItems') asked.push(command.reader);
        if (command.kind === 'WriteResults') {
          asked.push(command.writer);
          written.push(...command.results.map((result) => (isObject(result) ? (result.Status ?? null) : null)));
        }
        const key = nameOf(command);
        const count = counts.get(key) ?? 0;
        counts.set(key, count + 1);
        const list = answers[key] ?? [{ output: {} }];
        return list[Math.min(count, list.length - 1)] ?? 'never';
      },
    });
    expect({ status: run.status, error: run.error }).toEqual({
      status: expected.status,
      error: expected.error === undefined ? run.error : (expected.error ?? undefined),
    });
    if ('output' in expected) expect(run.output).toEqual(expected.output);
    if ('cause' in expected) expect(run.cause).toBe(expected.cause ?? undefined);
    if (expected.events) expect(run.events.map((event) => event.type)).toEqual(expected.events);
    if (expected.previous) expect(run.events.map((event) => event.previousEventId)).toEqual(expected.previous);
    if (expected.took !== undefined) expect(run.took).toBe(expected.took);
    if (expected.asked) expect(asked).toEqual(expected.asked);
    if (expected.written) expect(written).toEqual(expected.written);
    expect(run.events.map((event) => event.id)).toEqual(run.events.map((_, i) => i + 1));
  });
});
