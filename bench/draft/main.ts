/**
 * Measures the offline planner: how right its drafts are, and how long they take.
 *
 *   node bench/run.mjs draft [--sets DIR] [--out DIR] [--halves]            every set of a folder
 *   node bench/run.mjs draft [--sets DIR] --examples even | corrected | others   the odd lines, without and with examples
 *   node bench/run.mjs draft --functions F --cases F --out F                one set: predictions only
 *
 * A set is a folder with functions.json and cases.jsonl (`{ id, prompt, gold: { nodes: [{ id, fn }], edges } }` a line).
 * Printed for each: node F1, edge F1, exact graphs (`score.ts`), and milliseconds a draft; `--halves` gives the even
 * lines, on which the drafter was developed, and the odd ones, which were kept aside, apart. The index is made once.
 * `--examples even`: the even lines, with what is right for them, are saved workflows while the odd ones are drafted.
 * `corrected`: the same, as drafts of the even lines in which a person replaced what was wrong.
 * `--examples others`: the functions of all sets are one catalogue, and the saved workflows are the other sets' even lines.
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DraftExample, planOffline } from '@/lib/draft/offline';
import type { DraftPlan } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { type BenchFunction, type Graph, manifestsOf, predictionOf } from './convert';
import { corrected, examplesOf, type Line } from './examples';
import { score } from './score';

type BenchSet = { name: string; functions: BenchFunction[]; cases: Line[] };
type Measured = { cases: Line[]; graphs: Graph[]; times: number[]; indexMs: number; functions: number };

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** @param argv what stands behind the bench's name; @returns the exit code: 2 where an option is missing or wrong */
export function main(argv: readonly string[]): number {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const [functions, cases, out] = [option('functions'), option('cases'), option('out')];
  if (functions || cases) {
    if (!functions || !cases || !out)
      return wrong('One set needs --functions F.json, --cases F.jsonl and --out F.jsonl.');
    const found = measure(setOf('', functions, cases));
    writeFileSync(out, linesOf(found.graphs));
    say(
      `${found.cases.length} drafts, ${found.functions} functions; ${pace(found)}; index ${found.indexMs.toFixed(0)} ms`,
    );
    return 0;
  }
  const root = process.env.ACTION_ENGINE_ROOT ?? process.cwd();
  const folder = path.resolve(
    option('sets') ?? process.env.BENCH_DRAFT_SETS ?? path.join(root, '..', 'shared', 'benchmarks', 'draft'),
  );
  const sets = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(path.join(folder, name, 'cases.jsonl')))
        .sort()
    : [];
  if (sets.length === 0)
    return wrong(
      `No sets in ${folder}. Name a folder whose subfolders hold functions.json and cases.jsonl: --sets DIR, or BENCH_DRAFT_SETS in the environment.`,
    );
  const all = sets.map((name) =>
    setOf(name, path.join(folder, name, 'functions.json'), path.join(folder, name, 'cases.jsonl')),
  );
  if (argv.includes('--examples')) {
    const from = option('examples');
    if (from !== 'even' && from !== 'corrected' && from !== 'others')
      return wrong('--examples is even, corrected or others.');
    say(HEAD);
    if (from === 'others') withOthers(all);
    else for (const set of all) withEven(set, from === 'corrected');
    return 0;
  }
  if (out) mkdirSync(out, { recursive: true });
  say(HEAD);
  for (const set of all) {
    const { name } = set;
    const found = measure(set);
    if (out) writeFileSync(path.join(out, `${name}.jsonl`), linesOf(found.graphs));
    if (argv.includes('--halves')) {
      row(found, `${name}, even`, (at) => at % 2 === 0);
      row(found, `${name}, odd`, isOdd);
    }
    row(found, name, () => true, pace(found));
  }
  return 0;
}

const HEAD = 'set                       cases  node F1  edge F1  exact   ms a draft';
const isOdd = (at: number) => at % 2 === 1;
/** The lines on which nothing of what examples count for was tried. */
const isAside = (at: number) => at % 4 === 3;
const evenOf = <T>(lines: readonly T[]): T[] => lines.filter((_, at) => !isOdd(at));

function row(found: Measured, label: string, wanted: (at: number) => boolean, end = ''): void {
  const pairs = found.cases.flatMap((one, at) =>
    one.gold && wanted(at) ? [[one.gold, found.graphs[at]!] as const] : [],
  );
  const { nodeF1, edgeF1, exact } = score(pairs);
  const figures = [nodeF1, edgeF1, exact].map((figure) => figure.toFixed(3).padEnd(9)).join('');
  say(`${label.padEnd(26)}${String(pairs.length).padEnd(7)}${figures}${end}`);
}

function withEven(set: BenchSet, mended: boolean): void {
  const { manifests, nameOf } = manifestsOf(set.functions);
  const right = examplesOf(evenOf(set.cases), new Map([...nameOf].map(([name, fn]) => [fn, name])));
  const now = new Date();
  const examples = mended ? right.map((one) => corrected(one, attempt(one.prompt, manifests, now, undefined))) : right;
  for (const [label, found] of [
    [set.name, measure(set, { wanted: isOdd })],
    [`  with ${examples.length} examples`, measure(set, { wanted: isOdd, examples })],
  ] as const) {
    row(found, label, isOdd, pace(found));
    row(found, '    of these, kept aside', isAside);
  }
}

/** What other people's workflows, in a catalogue that has theirs and yours, do to your drafts. */
function withOthers(sets: readonly BenchSet[]): void {
  const functions = sets.flatMap((set) => set.functions);
  const { manifests, nameOf } = manifestsOf(functions);
  const names = new Map<BenchSet, Map<string, string>>();
  let at = 0;
  for (const set of sets)
    names.set(set, new Map(set.functions.map(({ name }) => [name, manifests[at++]!.name] as const)));
  for (const set of sets) {
    const others = sets.filter((other) => other !== set);
    const examples = others.flatMap((other) => examplesOf(evenOf(other.cases), names.get(other)!));
    const joined = { ...set, functions };
    const known = { manifests, nameOf, wanted: isOdd };
    const without = measure(joined, known);
    row(without, set.name, isOdd, pace(without));
    const found = measure(joined, { ...known, examples });
    row(found, `  with ${examples.length} of others`, isOdd, pace(found));
  }
}

function wrong(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

const setOf = (name: string, functionsFile: string, casesFile: string): BenchSet => ({
  name,
  functions: JSON.parse(readFileSync(functionsFile, 'utf8')) as BenchFunction[],
  cases: readFileSync(casesFile, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line),
});

type Measuring = Partial<ReturnType<typeof manifestsOf>> & {
  examples?: readonly DraftExample[];
  /** the lines that are drafted */
  wanted?: (at: number) => boolean;
};

function measure({ functions, cases }: BenchSet, more: Measuring = {}): Measured {
  const { wanted = () => true, examples } = more;
  const { manifests, nameOf } =
    more.manifests && more.nameOf ? { manifests: more.manifests, nameOf: more.nameOf } : manifestsOf(functions);
  const now = new Date();
  const begun = performance.now();
  attempt('hello', manifests, now, examples); // makes the index
  const indexMs = performance.now() - begun;
  const times: number[] = [];
  const graphs = cases.map(({ id, prompt }, at) => {
    if (!wanted(at)) return { id, nodes: [], edges: [] };
    const start = performance.now();
    const plan = attempt(prompt, manifests, now, examples);
    times.push(performance.now() - start);
    return plan ? predictionOf(id, plan, nameOf) : { id, nodes: [], edges: [] };
  });
  return { cases, graphs, times, indexMs, functions: manifests.length };
}

/** A prompt that cannot be understood is an empty graph here. */
function attempt(
  prompt: string,
  manifests: FunctionManifest[],
  now: Date,
  examples: readonly DraftExample[] | undefined,
): DraftPlan | null {
  try {
    return planOffline({ prompt, files: [], manifests, now, examples });
  } catch {
    return null;
  }
}

const linesOf = (graphs: readonly Graph[]) => `${graphs.map((graph) => JSON.stringify(graph)).join('\n')}\n`;

function pace({ times }: Measured): string {
  const sorted = [...times].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length);
  return `${mean.toFixed(1)} (95 % under ${(sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(1)})`;
}

process.exitCode = main(process.argv.slice(3));
