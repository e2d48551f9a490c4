import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModelChoice } from './model-choice';
import type { ModelChoice } from './types';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'action-engine-model-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const OWN: ModelChoice = { provider: 'compatible', model: 'tiny', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'k-123' };

test('nothing is chosen at first; a choice is kept for its owner alone, replaced whole, and forgotten', () => {
  const choices = openModelChoice(dir);
  expect(choices.get()).toBeNull();
  choices.set(OWN);
  expect(openModelChoice(dir).get()).toEqual(OWN);
  expect(statSync(path.join(dir, 'model.json')).mode & 0o777).toBe(0o600);
  choices.set({ provider: 'none', model: null, baseUrl: null, apiKey: null });
  expect(choices.get()).toMatchObject({ provider: 'none', apiKey: null });
  choices.set(null);
  expect(choices.get()).toBeNull();
  expect(readdirSync(dir)).toEqual([]);
});

test.each([['not JSON k-123'], ['{"provider":"elsewhere","apiKey":"k-123"}']])(
  'a damaged file is told without its content: %s',
  (text) => {
    writeFileSync(path.join(dir, 'model.json'), text);
    expect(() => openModelChoice(dir).get()).toThrow(/not the choice of a model/);
    expect(() => openModelChoice(dir).get()).not.toThrow(/k-123/);
  },
);
