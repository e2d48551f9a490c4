/**
 * What tasks answer in runs that try a workflow: written into the local cloud's mock configuration, in the form of Step
 * Functions Local.
 *
 * The file holds the newest test cases of each machine; the cloud reads it anew when it has changed.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '@/lib/base/json';
import type { MockedAnswer, Mocks } from './types';

type TestCases = Record<string, Record<string, string>>;
type Config = {
  StateMachines: Record<string, { TestCases: TestCases }>;
  MockedResponses: Record<string, Record<string, MockedAnswer>>;
};

/** Test cases kept for a machine: runs that go on still ask for theirs. */
const KEPT = 20;
/** Every attempt of a task gives the same answer. */
const ALWAYS = '0-1000000';

const emptyMocks = (): Config => ({ StateMachines: {}, MockedResponses: {} });

export const mockFileIn = (dataDir: string): string => path.join(dataDir, 'mocks.json');

/** @param file may not be there yet */
export function openMockFile(file: string): Mocks {
  let last: Promise<unknown> = Promise.resolve();
  return {
    put: (machine, states) => {
      const done = last.then(() => add(file, machine, states));
      last = done.catch(() => undefined);
      return done;
    },
    clear: () => {
      const done = last.then(() => rm(file, { force: true }));
      last = done.catch(() => undefined);
      return done;
    },
  };
}

async function add(file: string, machine: string, states: Record<string, MockedAnswer>): Promise<string> {
  const config = read(file);
  const name = createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 12);
  const cases: TestCases = { ...config.StateMachines[machine]?.TestCases };
  delete cases[name]; // the newest stands last
  cases[name] = Object.fromEntries(Object.keys(states).map((state, i) => [state, `${machine}/${name}/${i}`]));
  for (const [i, answer] of Object.values(states).entries())
    config.MockedResponses[`${machine}/${name}/${i}`] = { [ALWAYS]: answer };
  for (const old of Object.keys(cases).slice(0, -KEPT)) {
    for (const response of Object.values(cases[old] ?? {})) delete config.MockedResponses[response];
    delete cases[old];
  }
  config.StateMachines[machine] = { TestCases: cases };
  await mkdir(path.dirname(file), { recursive: true });
  const made = `${file}.${process.pid}.tmp`;
  await writeFile(made, JSON.stringify(config, null, 2));
  await rename(made, file);
  return name;
}

function read(file: string): Config {
  try {
    const { StateMachines, MockedResponses } = JSON.parse(readFileSync(file, 'utf8')) as Config;
    return isObject(StateMachines) && isObject(MockedResponses) ? { StateMachines, MockedResponses } : emptyMocks();
  } catch {
    return emptyMocks(); // not there yet, or not ours: it is written anew
  }
}
