/**
 * Every code that a person can see has a page in docs/errors, and every page a code.
 *
 * A code is any text in SCREAMING_SNAKE in the sources, unless it is named below as something else: a new one has to be
 * either, so that none is forgotten because it came through a helper function. Codes of one word are looked for where
 * codes stand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(__dirname, '..');
const pages = path.join(root, 'docs', 'errors');

/** Texts in SCREAMING_SNAKE that are no codes of ours. */
const NO_CODES: Record<string, RegExp> = {
  'names of environment variables': /^(ACTION_ENGINE|OPENAI|HF|SFN)_|^AWS_(?!NOT_CONFIGURED$|NO_CREDENTIALS$)/,
  'codes of Node': /^(ERR|ABORT)_/,
  'the status of a run': /^(TIMED_OUT|PENDING_REDRIVE)$/,
  'what S3 is asked for': /^WHEN_REQUIRED$/,
  'a file of Next.js': /^BUILD_ID$/,
  'where a table has its headings, in Amazon States Language': /^FIRST_ROW$/,
};
/** These speak AWS's language, which is full of such words: there a code is what a Problem is made with. */
const SPEAKS_AWS = /^lib\/(asl|engine|local-cloud)\//;

const WORDS = /['"`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)['"`]/g;
const PROBLEM = /new Problem\(\s*'([A-Z0-9_]+)'/g;
const ONE_WORD = /(?:new Problem\(|\bsay\(|\bcannot\(|\bproblem\(\d+,|\bcode:)\s*'([A-Z]{3,})'/g;

function sourcesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesBelow(file);
    return /\.(ts|tsx|mjs)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [file] : [];
  });
}

/** Each code with the first file that has it. */
const found = new Map<string, string>();
for (const file of ['lib', 'bin', 'app', 'components'].flatMap(sourcesBelow)) {
  const text = readFileSync(path.join(root, file), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  const places = SPEAKS_AWS.test(file) ? [PROBLEM] : [WORDS, ONE_WORD];
  for (const [, code] of places.flatMap((place) => [...text.matchAll(place)])) {
    if (!found.has(code!) && !Object.values(NO_CODES).some((pattern) => pattern.test(code!))) found.set(code!, file);
  }
}
const written = readdirSync(pages).flatMap((name) =>
  /^[A-Z0-9_]+\.md$/.test(name) && name !== 'README.md' ? [name.slice(0, -3)] : [],
);
const read = (code: string) => readFileSync(path.join(pages, `${code}.md`), 'utf8');

test('the scan sees the codes, also those of one word and those that a helper function is given', () => {
  expect([...found.keys()]).toEqual(
    expect.arrayContaining(['WORKFLOW_UNKNOWN', 'UNEXPECTED', 'UNREACHABLE', 'ROUTE_UNKNOWN', 'EDGE_TWICE']),
  );
});

test('every code has a page', () => {
  const missing = [...found]
    .filter(([code]) => !written.includes(code))
    .map(([code, file]) => `docs/errors/${code}.md is missing; ${file} has the code`);
  expect(missing).toEqual([]);
});

test('every page has a code', () => {
  const idle = written
    .filter((code) => !found.has(code))
    .map((code) => `no source has the code of docs/errors/${code}.md`);
  expect(idle).toEqual([]);
});

test('the index names every page, and every page says how it comes about and what to do', () => {
  const index = readFileSync(path.join(pages, 'README.md'), 'utf8');
  const wrong = written.filter((code) => {
    const text = read(code);
    return (
      index.split(`| [${code}](${code}.md) |`).length !== 2 ||
      !text.startsWith(`# ${code}\n\n`) ||
      !/\*\*How it comes about\.\*\* \S/.test(text) ||
      !/\*\*What to do\.\*\* \S/.test(text)
    );
  });
  expect(wrong).toEqual([]);
});

test('links between the pages lead somewhere', () => {
  const broken = [...written, 'README'].flatMap((code) =>
    [...read(code).matchAll(/\]\((?!https?:)([^)#]+)/g)].flatMap(([, to]) => {
      const target = path.resolve(pages, to!);
      try {
        readFileSync(target);
        return [];
      } catch {
        return [`${code}.md → ${to}`];
      }
    }),
  );
  expect(broken).toEqual([]);
});
