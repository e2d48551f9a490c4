import { expect, test } from 'vitest';
import { importsOf, isForbidden, reaches } from './written-code';

test('sees what is imported, however it is written', () => {
  expect(
    importsOf(`
      import { createHash } from 'node:crypto';
      import * as zlib from "zlib";
      import 'node:process';
      export { x } from './x.mjs';
      const a = await import('node:fs');
      const b = require("child_process");
      const c = await import(name);
      import/* a word */d/**/from/* another */'./d.json';
    `).sort(),
  ).toEqual(['./d.json', './x.mjs', 'child_process', 'name', 'node:crypto', 'node:fs', 'node:process', 'zlib']);
});

test('a pattern that looks like a comment hides nothing', () => {
  const source = 'const p = /[/*]/; import a from/*]*/"../../secrets.json"; const q = /[*/]/;';
  expect(importsOf(source).filter(isForbidden)).toEqual(['../../secrets.json']);
});

test.each(['node:crypto', 'util/types', 'node:http', 'action-engine/files'])('%s may be imported', (module) =>
  expect(isForbidden(module)).toBe(false),
);
test.each([
  'node:fs',
  'fs/promises',
  'child_process',
  'node:vm',
  'left-pad',
  './secrets.json',
  'file:///etc/passwd',
  'action-engine/secrets',
  '',
])('%s may not', (module) => expect(isForbidden(module)).toBe(true));

test('tells what a handler would reach', () => {
  expect(reaches('// see https://nodejs.org\nexport const handler = async ({ n }) => ({ n: n + 1 });')).toEqual({
    calls: false,
    addresses: [],
    makesCode: false,
  });
  expect(reaches("await fetch('https://pizza.example/order'); eval(text)")).toEqual({
    calls: true,
    addresses: ['https://pizza.example/order'],
    makesCode: true,
  });
  expect(reaches("import { callWeb } from 'action-engine/web';").calls).toBe(true);
  expect(reaches("import { request } from 'node:https';").calls).toBe(true);
});
