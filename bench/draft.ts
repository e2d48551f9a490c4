/**
 * Drafts the cases of a benchmark with the offline planner and writes its predictions.
 *
 *   --functions F   functions: [{ name, description, inputs: [{ name, type, description?, required? }], outputs }]
 *   --cases F       one case a line: { id, prompt }
 *   --out F         one prediction a line: { id, nodes: [{ id, fn, args }], edges: [[from, to]] }
 *
 * Prints the number of cases and the milliseconds that a draft takes (mean, 95th percentile; the index is made once).
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Json } from '@/lib/base/json';
import { planOffline } from '@/lib/draft/offline';
import type { DraftPlan, PlanStep, ValueFrom } from '@/lib/draft/plan';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';

type BenchField = {
  name: string;
  type?: string;
  description?: string;
  required?: boolean;
  enum?: Json[];
  default?: Json;
};
type BenchFunction = { name: string; description?: string; inputs?: BenchField[]; outputs?: BenchField[] };
type BenchCase = { id: string; prompt: string };
type Prediction = {
  id: string;
  nodes: { id: string; fn: string; args: Record<string, Json> }[];
  edges: [string, string][];
};

const JSON_TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object']);
const PLAIN: Record<string, string> = {
  str: 'string',
  float: 'number',
  double: 'number',
  int: 'integer',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
  any: '',
};

function schemaOf({ type = '', description, enum: members, default: value }: BenchField): JsonSchema {
  const lower = type.toLowerCase();
  const named = lower.split(/[\s(<[]/)[0]!;
  const json = JSON_TYPES.has(named) ? named : PLAIN[named];
  return {
    // A type that JSON has no word for (image, url, date) says what a text means.
    ...(json
      ? { type: json }
      : json === '' || named === '' || named === 'enum'
        ? {}
        : { type: 'string', format: named }),
    ...(description ? { description } : {}),
    ...(Array.isArray(members) ? { enum: members } : {}),
    ...(value !== undefined && value !== null ? { default: value } : {}),
  };
}

const objectOf = (fields: BenchField[] = [], all = false): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
  required: fields.filter((field) => all || field.required === true).map((field) => field.name),
});

/** Names of functions here are freer than a manifest's, so the manifest gets a name of its own. @returns in the same order */
export function manifestsOf(functions: BenchFunction[]): {
  manifests: FunctionManifest[];
  nameOf: Map<string, string>;
} {
  const nameOf = new Map<string, string>();
  // A set that never says what is required means that everything is.
  const all = !functions.some((fn) => fn.inputs?.some((input) => input.required !== undefined));
  const manifests = functions.map((fn): FunctionManifest => {
    const wish = fn.name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 60) || 'f';
    let name = wish;
    for (let n = 2; nameOf.has(name); n++) name = `${wish}_${n}`;
    nameOf.set(name, fn.name);
    return {
      name,
      title: fn.name,
      description: fn.description || fn.name,
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      input: objectOf(fn.inputs, all),
      output: objectOf(fn.outputs),
      examples: [],
      timeout: 30,
      memory: 256,
      environment: [],
      packages: [],
      category: 'other',
      keywords: [],
      effects: 'none',
    };
  });
  return { manifests, nameOf };
}

export function predictionOf(id: string, plan: DraftPlan, nameOf: ReadonlyMap<string, string>): Prediction {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const called = plan.steps.filter((step) => step.kind === 'function');
  /** A loop's item comes from what it goes over; order passes through what is no function. */
  const sources = (from: ValueFrom, step: PlanStep): string[] => {
    if (from.kind === 'step') return [from.step];
    if (from.kind === 'text') return from.parts.flatMap((part) => (part.kind === 'step' ? [part.step] : []));
    const loop = from.kind === 'item' && step.inside ? steps.get(step.inside.step) : undefined;
    return loop?.kind === 'loop' ? sources(loop.over, loop) : [];
  };
  const argumentOf = (from: ValueFrom, step: PlanStep): Json => {
    if (from.kind === 'literal') return JSON.parse(from.json) as Json;
    if (from.kind === 'step') return `\${${from.step}${from.field ? `.${from.field}` : ''}}`;
    if (from.kind === 'item')
      return sources(from, step)
        .map((source) => `\${${source}}`)
        .join('');
    return from.kind === 'input' ? from.field : '';
  };
  const edges = new Map<string, [string, string]>();
  for (const step of called) {
    const before = [...step.arguments.flatMap(({ from }) => sources(from, step)), ...step.after];
    for (const source of before)
      if (steps.get(source)?.kind === 'function') edges.set(`${source} ${step.id}`, [source, step.id]);
  }
  const nodes = called.map((step) => ({
    id: step.id,
    fn: nameOf.get(step.functionName) ?? step.functionName,
    args: Object.fromEntries(
      step.arguments
        .filter(({ from }) => from.kind !== 'input')
        .map(({ name, from }) => [name, argumentOf(from, step)]),
    ),
  }));
  // Where the order of the words was kept, an edge that only repeats a longer way says nothing more.
  const told = plan.steps.some((step) => step.after.length > 0) ? shortest([...edges.values()]) : [...edges.values()];
  return { id, nodes, edges: told };
}

/** Without the edges whose ends a longer way joins as well. */
function shortest(edges: [string, string][]): [string, string][] {
  const leads = (from: string, to: string, skip: [string, string] | null): boolean =>
    edges.some((edge) => edge !== skip && edge[0] === from && (edge[1] === to || leads(edge[1], to, null)));
  return edges.filter((edge) => !leads(edge[0], edge[1], edge));
}

/** @returns 0, or 2 when an option is missing */
export function main(argv: string[]): number {
  const option = (name: string) => argv[argv.indexOf(`--${name}`) + 1];
  const [functions, cases, out] = ['functions', 'cases', 'out'].map((name) =>
    argv.includes(`--${name}`) ? option(name) : undefined,
  );
  if (!functions || !cases || !out) {
    process.stderr.write('Use: --functions FUNCTIONS.json --cases CASES.jsonl --out PREDICTIONS.jsonl\n');
    return 2;
  }
  const { manifests, nameOf } = manifestsOf(JSON.parse(readFileSync(functions, 'utf8')) as BenchFunction[]);
  const lines = readFileSync(cases, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const now = new Date();
  const begun = performance.now();
  attempt('hello', manifests, now); // makes the index
  const index = performance.now() - begun;
  const times: number[] = [];
  const predictions = lines.map((line) => {
    const { id, prompt } = JSON.parse(line) as BenchCase;
    const start = performance.now();
    const plan = attempt(prompt, manifests, now);
    times.push(performance.now() - start);
    return plan ? predictionOf(id, plan, nameOf) : { id, nodes: [], edges: [] };
  });
  writeFileSync(out, `${predictions.map((prediction) => JSON.stringify(prediction)).join('\n')}\n`);
  times.sort((a, b) => a - b);
  const mean = times.reduce((sum, ms) => sum + ms, 0) / Math.max(1, times.length);
  process.stdout.write(
    `${predictions.length} drafts, ${manifests.length} functions; ${mean.toFixed(1)} ms a draft, 95 % under ${(times[Math.floor(times.length * 0.95)] ?? 0).toFixed(1)} ms; index ${index.toFixed(0)} ms\n`,
  );
  return 0;
}

/** A prompt that cannot be understood is an empty graph here. */
function attempt(prompt: string, manifests: FunctionManifest[], now: Date): DraftPlan | null {
  try {
    return planOffline({ prompt, files: [], manifests, now });
  } catch {
    return null;
  }
}
