/**
 * The import table of ARCHITECTURE.md, kept: a wrong import fails here and names its file.
 *
 * A module is a folder of lib, or a top-level folder; lib/config.ts and lib/wiring.ts are modules of their own.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PURE = ['base', 'asl', 'history', 'functions', 'graph', 'compile', 'cost'];
const ANY_LIB = [
  ...PURE,
  'draft',
  'engine',
  'proof',
  'local-cloud',
  'aws',
  'llm',
  'store',
  'embeddings',
  'usecases',
  'config',
];

const MAY_IMPORT: Record<string, string[]> = {
  base: [],
  asl: ['base'],
  history: ['base'],
  functions: ['base'],
  graph: ['base', 'asl', 'functions'],
  compile: ['base', 'asl', 'graph', 'functions'],
  cost: ['base', 'history', 'functions', 'graph'],
  engine: ['base', 'asl', 'history'], // runs the language; never heard of the canvas
  draft: ['base', 'graph', 'functions'],
  proof: ['base', 'asl', 'history', 'functions', 'graph', 'compile', 'engine'],
  config: ['base'],
  // adapters: base, and the shapes they carry; never one another
  store: ['base', 'graph', 'draft'],
  llm: ['base'],
  embeddings: ['base'],
  aws: ['base', 'functions', 'history'],
  'local-cloud': ['base', 'asl', 'history', 'functions', 'engine'],
  usecases: [...PURE, 'draft', 'proof', 'store', 'aws', 'llm'],
  wiring: ANY_LIB,
  actions: ['base', 'graph', 'usecases', 'wiring', 'functions'],
  components: [...PURE, 'draft', 'actions', 'usecases'],
  app: [...PURE, 'components', 'actions', 'wiring', 'usecases'],
  proxy: ['config'],
  bin: [...ANY_LIB, 'wiring'],
  lambdas: ['functions'], // the shape of a manifest, in their tests; nothing at run time
  e2e: [],
};

/** Narrower than the table: of these modules only the named files may be known. */
const ONLY: { from: string; to: string; files: RegExp }[] = [
  { from: 'usecases', to: 'store', files: /^lib\/store\/types$/ },
  { from: 'usecases', to: 'aws', files: /^lib\/aws\/types$/ },
  { from: 'store', to: 'draft', files: /^lib\/draft\/plan$/ },
  { from: 'components', to: 'draft', files: /^lib\/draft\/plan$/ },
  { from: 'components', to: 'usecases', files: /^lib\/usecases\/types$/ },
];

const root = path.resolve(__dirname, '..');
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|(?:^|[^.\w])import\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

function filesBelow(folder: string): string[] {
  const at = path.join(root, folder);
  if (!statSync(at, { throwIfNoEntry: false })) return [];
  if (statSync(at).isFile()) return [folder];
  return readdirSync(at).flatMap((name) => (name === 'node_modules' ? [] : filesBelow(path.join(folder, name))));
}

/** `lib/graph/edits.ts` → graph, `components/editor/x.tsx` → components */
function moduleOf(file: string): string {
  const [first, second] = file.split('/');
  return (first === 'lib' ? second! : first!).replace(/(\.test)?\.[mc]?tsx?$/, '');
}

const sources = ['lib', 'components', 'app', 'bin', 'lambdas', 'e2e', 'proxy.ts']
  .flatMap(filesBelow)
  .filter((file) => /\.(ts|tsx)$/.test(file));

const imports = sources.flatMap((file) => {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, a, b, c]) => {
    const named = a ?? b ?? c!;
    if (!named.startsWith('@/') && !named.startsWith('.')) return [];
    const target = named.startsWith('@/') ? named.slice(2) : path.join(path.dirname(file), named);
    return [{ file, target, from: moduleOf(file), to: moduleOf(target) }];
  });
});

test('the table sees the project', () => {
  expect(imports.length).toBeGreaterThan(50);
});

test('no module imports what the table does not allow it', () => {
  const wrong = imports
    .filter(({ from, to }) => from !== to && from !== 'floors')
    .filter(({ from, to, target }) => {
      if (!MAY_IMPORT[from]?.includes(to)) return true;
      return ONLY.some(
        (rule) => rule.from === from && rule.to === to && !rule.files.test(target.replace(/\.tsx?$/, '')),
      );
    })
    .map(({ file, target }) => `${file} may not import ${target}`);
  expect(wrong).toEqual([]);
});

test('the parts of the local cloud speak over the wire: stepfunctions, lambda and s3 do not import one another', () => {
  const parts = ['stepfunctions', 'lambda', 's3'];
  const partOf = (file: string) => parts.find((part) => file.startsWith(`lib/local-cloud/${part}/`));
  const wrong = imports.filter(
    ({ file, target }) => !file.includes('.test.') && partOf(file) && partOf(target) && partOf(file) !== partOf(target),
  );
  expect(wrong).toEqual([]);
});

test('only lib/config.ts reads the environment', () => {
  const readers = sources.filter(
    (file) =>
      file.startsWith('lib/') &&
      file !== 'lib/config.ts' &&
      !/\.test\.ts$|\/(child|runtimes\/.*)\.ts$/.test(file) &&
      /process\.env/.test(readFileSync(path.join(root, file), 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '')),
  );
  expect(readers).toEqual([]);
});
