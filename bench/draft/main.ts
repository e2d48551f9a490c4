/**
 * Measures the offline planner: how right its drafts are, and how long they take.
 *
 *   node bench/run.mjs draft [--sets DIR] [--out DIR] [--halves]            every set of a folder
 *   node bench/run.mjs draft --functions F --cases F --out F                one set: predictions only
 *
 * A set is a folder with functions.json and cases.jsonl (`{ id, prompt, gold: { nodes: [{ id, fn }], edges } }` a line).
 * Printed for each: node F1, edge F1, exact graphs (`score.ts`), and milliseconds a draft; `--halves` gives the even
 * lines, on which the drafter was developed, and the odd ones, which were kept aside, apart. The index is made once.
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { planOffline } from '@/lib/draft/offline';
import type { DraftPlan } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { type BenchFunction, type Graph, manifestsOf, predictionOf } from './convert';
import { type Shape, score } from './score';

type BenchCase = { id: string; prompt: string; gold?: Shape };
type Measured = { cases: BenchCase[]; graphs: Graph[]; times: number[]; indexMs: number; functions: number };

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** @param argv what stands behind the bench's name; @returns the exit code: 2 where an option is missing or wrong */
export function main(argv: readonly string[]): number {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const [functions, cases, out] = [option('functions'), option('cases'), option('out')];
  if (functions || cases) {
    if (!functions || !cases || !out)
      return wrong('One set needs --functions F.json, --cases F.jsonl and --out F.jsonl.');
    const found = measure(functions, cases);
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
  if (out) mkdirSync(out, { recursive: true });
  say('set                     cases  node F1  edge F1  exact   ms a draft');
  for (const name of sets) {
    const found = measure(path.join(folder, name, 'functions.json'), path.join(folder, name, 'cases.jsonl'));
    if (out) writeFileSync(path.join(out, `${name}.jsonl`), linesOf(found.graphs));
    const row = (label: string, wanted: (at: number) => boolean, end = '') => {
      const pairs = found.cases.flatMap((one, at) =>
        one.gold && wanted(at) ? [[one.gold, found.graphs[at]!] as const] : [],
      );
      const { nodeF1, edgeF1, exact } = score(pairs);
      const figures = [nodeF1, edgeF1, exact].map((figure) => figure.toFixed(3).padEnd(9)).join('');
      say(`${label.padEnd(24)}${String(pairs.length).padEnd(7)}${figures}${end}`);
    };
    if (argv.includes('--halves')) {
      row(`${name}, even`, (at) => at % 2 === 0);
      row(`${name}, odd`, (at) => at % 2 === 1);
    }
    row(name, () => true, pace(found));
  }
  return 0;
}

function wrong(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

function measure(functionsFile: string, casesFile: string): Measured {
  const { manifests, nameOf } = manifestsOf(JSON.parse(readFileSync(functionsFile, 'utf8')) as BenchFunction[]);
  const cases = readFileSync(casesFile, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as BenchCase);
  const now = new Date();
  const begun = performance.now();
  attempt('hello', manifests, now); // makes the index
  const indexMs = performance.now() - begun;
  const times: number[] = [];
  const graphs = cases.map(({ id, prompt }) => {
    const start = performance.now();
    const plan = attempt(prompt, manifests, now);
    times.push(performance.now() - start);
    return plan ? predictionOf(id, plan, nameOf) : { id, nodes: [], edges: [] };
  });
  return { cases, graphs, times, indexMs, functions: manifests.length };
}

/** A prompt that cannot be understood is an empty graph here. */
function attempt(prompt: string, manifests: FunctionManifest[], now: Date): DraftPlan | null {
  try {
    return planOffline({ prompt, files: [], manifests, now });
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
