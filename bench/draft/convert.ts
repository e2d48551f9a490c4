/**
 * Between the form of the draft benchmarks and the drafter's own: their functions become manifests, plans their graphs.
 *
 *   functions: [{ name, description, inputs: [{ name, type, description?, required? }], outputs }] ──▶ FunctionManifest[]
 *   DraftPlan ──▶ { id, nodes: [{ id, fn, args }], edges: [[from, to]] }
 *
 * Pure. A missing step is no node of a graph, for it calls nothing.
 * @module
 */
import type { Json } from '@/lib/base/json';
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
export type BenchFunction = { name: string; description?: string; inputs?: BenchField[]; outputs?: BenchField[] };
export type Graph = {
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

export function predictionOf(id: string, plan: DraftPlan, nameOf: ReadonlyMap<string, string>): Graph {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const called = plan.steps.filter((step) => step.kind === 'function');
  /** A loop's item comes from what it goes over. */
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
  /** The functions that a step waits for, through whatever is none: a missing step, a wait, a loop, a choice. */
  const needsOf = (step: PlanStep, seen: ReadonlySet<string>): string[] => {
    const data = step.kind === 'function' || step.kind === 'missing' ? step.arguments : [];
    return [...data.flatMap(({ from }) => sources(from, step)), ...step.after].flatMap((id) => {
      const before = steps.get(id);
      if (!before || seen.has(id)) return [];
      return before.kind === 'function' ? [id] : needsOf(before, new Set([...seen, id]));
    });
  };
  const edges = new Map<string, [string, string]>();
  for (const step of called) {
    for (const source of needsOf(step, new Set([step.id]))) edges.set(`${source} ${step.id}`, [source, step.id]);
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
