import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mockFileIn, openMockFile } from './mocks';

const folder = mkdtempSync(path.join(tmpdir(), 'mocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test('the same answers are the same test case, and many at once are all there', async () => {
  const file = mockFileIn(folder);
  const mocks = openMockFile(file);
  const names = await Promise.all([1, 2, 3, 1].map((n) => mocks.put('machine', { A: { Return: n } })));
  expect(names[0]).toBe(names[3]);
  const { StateMachines, MockedResponses } = read(file);
  expect(Object.keys(StateMachines.machine.TestCases).sort()).toEqual([...new Set(names)].sort());
  const response = StateMachines.machine.TestCases[names[1]!].A;
  expect(MockedResponses[response]).toEqual({ '0-1000000': { Return: 2 } });
});

test('old test cases give way, with their answers', async () => {
  const file = mockFileIn(folder);
  const mocks = openMockFile(file);
  for (let n = 0; n < 30; n++) await mocks.put('other', { A: { Return: n } });
  const { StateMachines, MockedResponses } = read(file);
  expect(Object.keys(StateMachines.other.TestCases)).toHaveLength(20);
  expect(Object.keys(MockedResponses).filter((name) => name.startsWith('other/'))).toHaveLength(20);
});

test('a file that cannot be read is written anew', async () => {
  const file = mockFileIn(folder);
  writeFileSync(file, '{ half');
  const name = await openMockFile(file).put('machine', { A: { Return: 1 } });
  expect(read(file).StateMachines).toEqual({ machine: { TestCases: { [name]: { A: `machine/${name}/0` } } } });
});
