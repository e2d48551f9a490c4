/**
 * Measures the offline planner: how right its drafts are, and how long they take.
 *
 *   node bench/run.mjs draft [--sets DIR] [--out DIR] [--halves]            every set of a folder
 *   node bench/run.mjs draft [--sets DIR] --examples even | corrected | others   the odd lines, without and with examples
 *   node bench/run.mjs draft --functions F --cases F --out F                one set: predictions only
 *   node bench/run.mjs draft --other-words                                  the product's own functions, asked for in other words
 *   … --embeddings [always]                                                 any of these, with the embedding model as well
 *
 * A set is a folder with functions.json and cases.jsonl (`{ id, prompt, gold: { nodes: [{ id, fn }], edges } }` a line).
 * Printed for each: node F1, edge F1, exact graphs (`score.ts`), and milliseconds a draft; `--halves` gives the even
 * lines, on which the drafter was developed, and the odd ones, which were kept aside, apart. The index is made once.
 * `--examples even`: the even lines, with what is right for them, are saved workflows while the odd ones are drafted.
 * `corrected`: the same, as drafts of the even lines in which a person replaced what was wrong.
 * `--embeddings`: the offline planner asks the embedding model as it does in the product, which is not at all in a catalogue of
 * thousands; `always`: there, too. Time a draft includes the model; its start, memory and reading of the functions are told.
 * `--other-words` (`other-words.jsonl`, 58 requests and 16 that nothing here can do): how many get just their functions.
 * `--examples others`: the functions of all sets are one catalogue, and the saved workflows are the other sets' even lines.
 * @module
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readManifests } from '@/lib/aws/manifests';
import { type DraftExample, type PlanRequest, planOffline } from '@/lib/draft/offline';
import type { DraftPlan } from '@/lib/draft/plan';
import { createEmbeddings } from '@/lib/embeddings/embeddings';
import { type BenchFunction, type Graph, manifestsOf, predictionOf } from './convert';
import { likenessFor, readAll, type With } from './embeddings';
import { corrected, examplesOf, type Line } from './examples';
import { score } from './score';

type BenchSet = { name: string; functions: BenchFunction[]; cases: Line[] };
type Measured = {
  cases: Line[];
  graphs: Graph[];
  times: number[];
  indexMs: number;
  functions: number;
  reading: string | null;
};

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** @param argv what stands behind the bench's name; @returns the exit code: 2 where an option is missing or wrong */
export async function main(argv: readonly string[]): Promise<number> {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const root = process.env.ACTION_ENGINE_ROOT ?? process.cwd();
  if (!argv.includes('--embeddings')) return run(argv, option, root, null);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bench-draft-'));
  const model = createEmbeddings({ root, dataDir, patienceMs: Number.POSITIVE_INFINITY });
  try {
    const { missing, install } = model.state([]);
    if (missing.length > 0) return wrong(`${missing.join(', ')}: not installed. Run: ${install}`);
    return await run(argv, option, root, { model, always: option('embeddings') === 'always' });
  } finally {
    model.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(
  argv: readonly string[],
  option: (name: string) => string | undefined,
  root: string,
  embeddings: With,
): Promise<number> {
  if (argv.includes('--other-words')) return otherWords(root, embeddings, argv.includes('--show'));
  const [functions, cases, out] = [option('functions'), option('cases'), option('out')];
  if (functions || cases) {
    if (!functions || !cases || !out)
      return wrong('One set needs --functions F.json, --cases F.jsonl and --out F.jsonl.');
    const found = await measure(setOf('', functions, cases), { embeddings });
    writeFileSync(out, linesOf(found.graphs));
    say(
      `${found.cases.length} drafts, ${found.functions} functions; ${pace(found)}; index ${found.indexMs.toFixed(0)} ms`,
    );
    return 0;
  }
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
    if (from === 'others') await withOthers(all, embeddings);
    else for (const set of all) await withEven(set, from === 'corrected', embeddings);
    return 0;
  }
  if (out) mkdirSync(out, { recursive: true });
  say(HEAD);
  for (const set of all) {
    const { name } = set;
    const found = await measure(set, { embeddings });
    if (out) writeFileSync(path.join(out, `${name}.jsonl`), linesOf(found.graphs));
    if (argv.includes('--halves')) {
      row(found, `${name}, even`, (at) => at % 2 === 0);
      row(found, `${name}, odd`, isOdd);
    }
    row(found, name, () => true, pace(found));
    if (found.reading) say(`  ${found.reading}`);
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

async function withEven(set: BenchSet, mended: boolean, embeddings: With): Promise<void> {
  const { manifests, nameOf } = manifestsOf(set.functions);
  const right = examplesOf(evenOf(set.cases), new Map([...nameOf].map(([name, fn]) => [fn, name])));
  const now = new Date();
  const examples = mended ? right.map((one) => corrected(one, attempt({ prompt: one.prompt, manifests, now }))) : right;
  for (const [label, found] of [
    [set.name, await measure(set, { wanted: isOdd, embeddings })],
    [`  with ${examples.length} examples`, await measure(set, { wanted: isOdd, examples, embeddings })],
  ] as const) {
    row(found, label, isOdd, pace(found));
    row(found, '    of these, kept aside', isAside);
  }
}

/** What other people's workflows, in a catalogue that has theirs and yours, do to your drafts. */
async function withOthers(sets: readonly BenchSet[], embeddings: With): Promise<void> {
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
    const known = { manifests, nameOf, wanted: isOdd, embeddings };
    const without = await measure(joined, known);
    row(without, set.name, isOdd, pace(without));
    const found = await measure(joined, { ...known, examples });
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
  embeddings?: With;
};

async function measure({ functions, cases }: BenchSet, more: Measuring = {}): Promise<Measured> {
  const { wanted = () => true, examples, embeddings = null } = more;
  const { manifests, nameOf } =
    more.manifests && more.nameOf ? { manifests: more.manifests, nameOf: more.nameOf } : manifestsOf(functions);
  const now = new Date();
  const begun = performance.now();
  attempt({ prompt: 'hello', manifests, now, examples }); // makes the index
  const indexMs = performance.now() - begun;
  const reading = embeddings && (await readAll(manifests, embeddings));
  const times: number[] = [];
  const graphs: Graph[] = [];
  for (const [at, { id, prompt }] of cases.entries()) {
    const start = performance.now();
    const likeness = wanted(at) ? await likenessFor(prompt, manifests, now, examples, embeddings) : null;
    const plan = wanted(at) ? attempt({ prompt, manifests, now, examples, likeness }) : null;
    if (wanted(at)) times.push(performance.now() - start);
    graphs.push(plan ? predictionOf(id, plan, nameOf) : { id, nodes: [], edges: [] });
  }
  return { cases, graphs, times, indexMs, functions: manifests.length, reading };
}

/** The product's own functions, asked for in words that are not theirs, and what none of them does. */
async function otherWords(root: string, embeddings: With, show: boolean): Promise<number> {
  const manifests = (await readManifests(path.join(root, 'lambdas'))).map(({ manifest }) => manifest);
  const file = path.join(root, 'bench', 'draft', 'other-words.jsonl');
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const cases = lines.map((line) => JSON.parse(line) as Line);
  const found = await measure(
    { name: 'other words', functions: [], cases },
    { manifests, nameOf: new Map(manifests.map(({ name }) => [name, name])), embeddings },
  );
  const namesOf = (graph: { nodes: readonly { fn: string }[] } | undefined) =>
    graph?.nodes.map(({ fn }) => fn).join(' → ') ?? '';
  const told = cases.map((one, at) => ({
    prompt: one.prompt,
    wanted: namesOf(one.gold),
    drafted: namesOf(found.graphs[at]),
  }));
  const asked = told.filter(({ wanted }) => wanted !== '');
  const count = (lines: typeof told, right: (line: (typeof told)[number]) => boolean) => lines.filter(right).length;
  say(
    `${asked.length} requests: ${count(asked, ({ wanted, drafted }) => wanted === drafted)} right, ${count(asked, ({ drafted }) => drafted === '')} with nothing found, the rest wrong or in part`,
  );
  const others = told.filter(({ wanted }) => wanted === '');
  say(
    `${others.length} that no function does: ${count(others, ({ drafted }) => drafted === '')} told as missing, the rest given to some function`,
  );
  say(`${pace(found)} ms a draft${found.reading ? `; ${found.reading}` : ''}`);
  if (show)
    for (const { prompt, wanted, drafted } of told)
      if (wanted !== drafted) say(`  ${prompt} | ${wanted || 'none'} | ${drafted || 'none'}`);
  return 0;
}

/** A prompt that cannot be understood is an empty graph here. */
function attempt(request: Omit<PlanRequest, 'files'>): DraftPlan | null {
  try {
    return planOffline({ ...request, files: [] });
  } catch {
    return null;
  }
}

const linesOf = (graphs: readonly Graph[]) => `${graphs.map((graph) => JSON.stringify(graph)).join('\n')}\n`;

function pace({ times }: Measured): string {
  const sorted = [...times].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length);
  const under = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
  return `${mean.toFixed(1)} (half under ${under(0.5)}, 95 % under ${under(0.95)})`;
}

process.exitCode = await main(process.argv.slice(3));
