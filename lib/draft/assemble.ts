/**
 * The one assembler: a draft plan becomes a graph, whoever made the plan.
 *
 *   DraftPlan ──tidy()──▶ sound plan ──arrange, nodes, edges──▶ graph ──references──▶ WorkflowDocument + diagnostics
 *
 * JSONata with variables, as new workflows are; what data does not tie runs in parallel. The same plan gives the same
 * document, ids included. Never throws for a plan's faults: they come back as diagnostics, and the rest is assembled.
 * Longer than most, because nodes, data and input are made from one plan in three short passes. Start at `assemble`.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { type Diagnostic, Problem } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import {
  check,
  edgeId,
  emptyDocument,
  expressionText,
  idFromName,
  itemOf,
  layout,
  type Mapping,
  missingTask,
  newNode,
  nodeOf,
  type Parent,
  type Reference,
  refer,
  setArgument,
  setField,
  taskForFunction,
  uniqueName,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';
import { type Arrangement, arrange } from '@/lib/graph/arrange';
import type { Retrier } from '@/lib/graph/schema';
import { insteadOf } from './both-ways';
import type { DraftPlan, PlanArgument, PlanStep, ValueFrom } from './plan';
import { referencesOf, tidy } from './tidy';

/** An open end of what was emitted: the edge that will lead on. */
type Exit = Pick<WorkflowEdge, 'from' | 'kind' | 'index'>;
type Block = { first: string; exits: Exit[] };

type Work = {
  document: WorkflowDocument;
  steps: ReadonlyMap<string, PlanStep>;
  manifests: ReadonlyMap<string, FunctionManifest>;
  /** node of each plan step */
  ids: Map<string, string>;
  diagnostics: Diagnostic[];
};

/** `nodes`: the id of the node that each step of the plan became. */
export type Assembled = { document: WorkflowDocument; diagnostics: Diagnostic[]; nodes: Record<string, string> };

export function assemble(wish: DraftPlan, manifests: readonly FunctionManifest[]): Assembled {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const { plan, diagnostics } = tidy(wish, byName);
  const work: Work = {
    document: emptyDocument(),
    steps: new Map(plan.steps.map((step) => [step.id, step])),
    manifests: byName,
    ids: new Map(),
    diagnostics,
  };
  const root = emitScope(
    work,
    plan.steps.filter((step) => step.inside === null),
    null,
  );
  if (root) {
    work.document.graph.startAt = root.first;
    closeChoices(work, root, null);
  }
  for (const step of plan.steps) connectData(work, step);
  finish(work, plan);
  work.document = { ...work.document, input: inputSchema(plan, byName) };
  work.document = { ...work.document, layout: layout(work.document) };
  return {
    document: work.document,
    diagnostics: [...work.diagnostics, ...check(work.document, [...manifests])],
    nodes: Object.fromEntries(work.ids),
  };
}

// ------------------------------------------------------------------ nodes and edges

/** Emits the steps of one place in the plan; `null` for none. */
function emitScope(work: Work, steps: readonly PlanStep[], parent: Parent | null): Block | null {
  if (steps.length === 0) return null;
  const top = (id: string): string | undefined => {
    let at = work.steps.get(id);
    while (at && !steps.includes(at)) at = at.inside ? work.steps.get(at.inside.step) : undefined;
    return at?.id;
  };
  const members = new Map<string, PlanStep[]>(steps.map((step) => [step.id, []]));
  for (const step of work.steps.values()) {
    const id = top(step.id);
    if (id) members.get(id)?.push(step);
  }
  const needs = steps.map((step) => ({
    id: step.id,
    needs: [...new Set((members.get(step.id) ?? []).flatMap(referencesOf).flatMap((id) => top(id) ?? []))].filter(
      (id) => id !== step.id,
    ),
  }));
  return emit(work, arrange(needs), parent);
}

function emit(work: Work, arrangement: Arrangement, parent: Parent | null): Block {
  switch (arrangement.kind) {
    case 'step':
      return emitStep(work, work.steps.get(arrangement.id)!, parent);
    case 'sequence': {
      const blocks = arrangement.items.map((item) => emit(work, item, parent));
      blocks.forEach((block, i) => {
        const next = blocks[i + 1];
        if (next) lead(work, block.exits, next.first);
      });
      return { first: blocks[0]!.first, exits: blocks.at(-1)!.exits };
    }
    case 'parallel': {
      const node = add(work, newNode('parallel', { name: freeName(work, 'At the same time') }), parent);
      const branches = arrangement.branches.map((branch, at) => {
        const place = { id: node.id, branch: at };
        const block = emit(work, branch, place);
        closeChoices(work, block, place);
        return { startAt: block.first };
      });
      replace(work, { ...node, kind: 'parallel', branches } as WorkflowNode);
      return { first: node.id, exits: [{ from: node.id, kind: 'next' }] };
    }
  }
}

function emitStep(work: Work, step: PlanStep, parent: Parent | null): Block {
  const name = freeName(work, step.title);
  const inner = (branch: 'then' | 'otherwise' | 'each' | 'failed') =>
    [...work.steps.values()].filter((other) => other.inside?.step === step.id && other.inside.branch === branch);
  const single = (node: WorkflowNode): Block => {
    work.ids.set(step.id, add(work, node, parent).id);
    return { first: work.ids.get(step.id)!, exits: [{ from: work.ids.get(step.id)!, kind: 'next' }] };
  };
  switch (step.kind) {
    case 'function': {
      const manifest = work.manifests.get(step.functionName);
      if (!manifest) return single(missingTask(name, step.functionName));
      const task = taskForFunction(manifest, { name });
      const tried = step.retry ? { ...task, retry: [...(task.retry ?? []), retrierOf(step.retry)] } : task;
      const rescue = inner('failed');
      if (rescue.length === 0) return single(tried);
      // What is done when it fails ends the scope: what comes behind would lack the step's result.
      const block = single({ ...tried, catchers: [{ errorEquals: ['States.ALL'] }] });
      const failed = emitScope(work, rescue, parent);
      if (failed) {
        closeChoices(work, failed, parent);
        lead(work, [{ from: block.first, kind: 'catch', index: 0 }], failed.first);
      }
      return block;
    }
    case 'missing':
      return single(missingTask(name, step.description));
    case 'wait': {
      const value: Json = step.until ?? step.seconds ?? 1;
      return single({
        ...newNode('wait', { name }),
        wait: { for: step.until ? 'timestamp' : 'seconds', value: { kind: 'literal', value } },
      });
    }
    case 'loop': {
      const block = single(newNode('map', { name }));
      const place = { id: block.first, branch: 0 };
      const body = emitScope(work, inner('each'), place);
      const node = nodeOf(work.document.graph, block.first)!;
      if (body && node.kind === 'map') {
        closeChoices(work, body, place);
        replace(work, { ...node, processor: { ...node.processor, startAt: body.first } });
      }
      return block;
    }
    case 'choice': {
      const { first } = single(newNode('choice', { name }));
      const rule: Exit = { from: first, kind: 'rule', index: 0 };
      const other: Exit = { from: first, kind: 'default' };
      const yes = emitScope(work, inner('then'), parent);
      const no = emitScope(work, inner('otherwise'), parent);
      if (yes) lead(work, [rule], yes.first);
      if (no) lead(work, [other], no.first);
      return { first, exits: [...(yes?.exits ?? [rule]), ...(no?.exits ?? [other])] };
    }
  }
}

/** Whatever the error: who asks for another try does not ask why. AWS allows 1 to 99,999,999 attempts. */
const retrierOf = ({ attempts, seconds }: NonNullable<Extract<PlanStep, { kind: 'function' }>['retry']>): Retrier => ({
  errorEquals: ['States.ALL'],
  intervalSeconds: Math.max(1, Math.round(seconds ?? 1)),
  maxAttempts: Math.min(99_999_999, Math.max(1, Math.round(attempts))),
  backoffRate: seconds === null ? 2 : 1,
});

/** A choice cannot end a scope: where one of its ways has no step, both ways meet in one that does nothing. */
function closeChoices(work: Work, block: Block, parent: Parent | null): void {
  if (block.exits.every((exit) => exit.kind === 'next')) return;
  const node = add(work, newNode('pass', { name: freeName(work, 'Go on') }), parent);
  lead(work, block.exits, node.id);
  block.exits = [{ from: node.id, kind: 'next' }];
}

function lead(work: Work, exits: readonly Exit[], to: string): void {
  const edges = exits.map((exit) => ({ ...exit, id: edgeId(exit), to }));
  work.document = {
    ...work.document,
    graph: { ...work.document.graph, edges: [...work.document.graph.edges, ...edges] },
  };
}

function add(work: Work, node: WorkflowNode, parent: Parent | null): WorkflowNode {
  const { graph } = work.document;
  const id = idFromName(node.name, (wish) => graph.nodes.some((other) => other.id === wish));
  const made = { ...node, id, parent };
  work.document = { ...work.document, graph: { ...graph, nodes: [...graph.nodes, made] } };
  return made;
}

function replace(work: Work, node: WorkflowNode): void {
  const { graph } = work.document;
  work.document = {
    ...work.document,
    graph: { ...graph, nodes: graph.nodes.map((other) => (other.id === node.id ? node : other)) },
  };
}

const freeName = (work: Work, wish: string) =>
  uniqueName(wish.trim() || 'Step', (name) => work.document.graph.nodes.some((node) => node.name === name));

// ------------------------------------------------------------------ data

function connectData(work: Work, step: PlanStep): void {
  const id = work.ids.get(step.id);
  if (!id) return;
  if (step.kind === 'function' || step.kind === 'missing') {
    for (const argument of step.arguments) {
      const mapping = attempt(work, id, () => listed(work, step, argument, onBothWays(work, step, id, argument.from)));
      if (mapping) work.document = setArgument(work.document, id, [argument.name], mapping).document;
    }
  } else if (step.kind === 'loop') {
    const items = attempt(work, id, () => mappingOf(work, id, step.over));
    if (items) work.document = setField(work.document, id, 'items', items).document;
  } else if (step.kind === 'choice') {
    const value = attempt(work, id, () => conditionOf(work, id, step.condition));
    if (value)
      work.document = setField(work.document, id, 'rules', [{ condition: { language: 'JSONata', value } }]).document;
  }
}

function attempt<T>(work: Work, node: string, action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    work.diagnostics.push({
      code: error.code,
      severity: 'error',
      message: error.message,
      hint: error.hint,
      at: { node },
    });
    return null;
  }
}

/**
 * "If it is large, shrink it. Give me a link": what stands on one way of a choice is not there on the other. Behind the choice,
 * where the two ways have met, what the other way made is taken instead, else what the step itself was made from.
 */
function onBothWays(work: Work, step: PlanStep, target: string, from: ValueFrom, met: readonly string[] = []): Mapping {
  const mapping = mappingOf(work, target, from);
  const choice = from.kind === 'step' ? work.steps.get(from.step)?.inside?.step : undefined;
  if (from.kind !== 'step' || choice === undefined || met.includes(choice)) return mapping;
  const other = insteadOf(work.steps, work.manifests, step, from);
  if (!other) return mapping;
  const rest = onBothWays(work, step, target, other, [...met, choice]);
  const [made, instead] = [mapping, rest].map((one) => expressionText(one, 'JSONata'));
  return { kind: 'expression', text: ` $exists(${made}) ? ${made} : ${instead} ` };
}

/** One thing where a list is wanted becomes a list of one; what a loop gives to a step behind it is a list already. */
function listed(work: Work, step: PlanStep, { name, from }: PlanArgument, mapping: Mapping): Mapping {
  const source = from.kind === 'step' && from.field !== null ? work.steps.get(from.step) : undefined;
  if (step.kind !== 'function' || source?.kind !== 'function' || from.kind !== 'step') return mapping;
  const wanted = work.manifests.get(step.functionName)?.input.properties?.[name];
  const given = work.manifests.get(source.functionName)?.output.properties?.[from.field ?? ''];
  const loop = source.inside?.branch === 'each' ? source.inside.step : null;
  const alone = loop === null || step.inside?.step === loop;
  return wanted?.type === 'array' && typeof given?.type === 'string' && given.type !== 'array' && alone
    ? { kind: 'list', items: [mapping] }
    : mapping;
}

/** The mapping by which `target` reads a value; steps that it refers to get their variables on the way. */
function mappingOf(work: Work, target: string, from: ValueFrom): Mapping {
  switch (from.kind) {
    case 'literal':
      return { kind: 'literal', value: JSON.parse(from.json) as Json };
    case 'input':
      return { kind: 'reference', from: { kind: 'input' }, path: pathOf(from.field) };
    case 'item': {
      const { document, mapping } = itemOf(work.document, target, pathOf(from.field));
      work.document = document;
      return mapping;
    }
    case 'step': {
      const step = work.steps.get(from.step)!;
      const schema = step.kind === 'function' ? work.manifests.get(step.functionName)?.output : undefined;
      const { document, mapping } = refer(work.document, target, {
        step: work.ids.get(from.step)!,
        path: pathOf(from.field),
        ...(schema ? { schema } : {}),
      });
      work.document = document;
      return mapping;
    }
    case 'text': {
      const parts = from.parts.map((part) =>
        part.kind === 'words'
          ? JSON.stringify(part.text)
          : writtenOut(work, part, expressionText(mappingOf(work, target, part), 'JSONata')),
      );
      return { kind: 'expression', text: ` ${parts.join(' & ') || '""'} ` };
    }
  }
}

/** A value within a text: a list of texts one after the other (those of a table's rows a line each), all else as it is. */
function writtenOut(work: Work, part: Extract<ValueFrom, { kind: 'text' }>['parts'][number], text: string): string {
  const source = part.kind === 'step' && part.field !== null ? work.steps.get(part.step) : undefined;
  const [first = '', ...rest] = part.kind === 'step' ? pathOf(part.field).map(String) : [];
  const output =
    source?.kind === 'function' ? work.manifests.get(source.functionName)?.output.properties?.[first] : undefined;
  if (output?.type === 'array' && rest.length > 0) return `$join(${text}, "\\n")`;
  return output?.type === 'array' && output.items?.type === 'string' ? `$join(${text}, ", ")` : `$string(${text})`;
}

const pathOf = (field: string | null): (string | number)[] =>
  field
    ? field
        .replace(/\[(\d+)\]/g, '.$1')
        .split('.')
        .filter(Boolean)
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    : [];

function conditionOf(
  work: Work,
  target: string,
  condition: Extract<PlanStep, { kind: 'choice' }>['condition'],
): Mapping {
  const left = expressionText(mappingOf(work, target, condition.left), 'JSONata');
  const right = condition.right ? expressionText(mappingOf(work, target, condition.right), 'JSONata') : 'null';
  const text = {
    contains: `$type(${left}) = "array" ? ${right} in ${left} : $contains($string(${left}), $string(${right}))`,
    exists: `$exists(${left}) and ${left} != null`,
    'is true': `${left} = true`,
    '=': '',
    '!=': '',
    '>': '',
    '>=': '',
    '<': '',
    '<=': '',
  }[condition.operator];
  return { kind: 'expression', text: ` ${text || `${left} ${condition.operator} ${right}`} ` };
}

/** What the run answers: the last step's own output where that is the result, else said by the last step. */
function finish(work: Work, plan: DraftPlan): void {
  const { result } = plan;
  const { graph } = work.document;
  const ends = graph.nodes.filter((node) => node.parent === null && !graph.edges.some((edge) => edge.from === node.id));
  if (!result || ends.length === 0) return;
  const holder = result.kind === 'step' ? work.ids.get(result.step) : undefined;
  if (ends.length === 1 && holder === ends[0]!.id && result.kind === 'step' && result.field === null) return;
  // Several ends: the ways of a choice. Where each says its own answer, that is the answer; the result is one of them.
  if (ends.length > 1 && holder && ends.some((end) => end.id === holder)) return;
  const end = ends[0]!;
  const branch = holder ? nodeOf(graph, holder) : undefined;
  if (
    ends.length === 1 &&
    end.kind === 'parallel' &&
    branch?.parent?.id === end.id &&
    !graph.edges.some((edge) => edge.from === branch.id) &&
    result.kind === 'step'
  ) {
    const output: Reference = {
      kind: 'reference',
      from: { kind: 'result' },
      path: [branch.parent.branch, ...pathOf(result.field)],
    };
    work.document = setField(work.document, end.id, 'output', output).document;
    return;
  }
  if (
    ends.length === 1 &&
    end.kind === 'map' &&
    branch?.parent?.id === end.id &&
    !graph.edges.some((edge) => edge.from === branch.id) &&
    result.kind === 'step' &&
    result.field === null
  )
    return;
  const only =
    ends.length === 1 && end.kind === 'pass'
      ? end
      : add(work, newNode('pass', { name: freeName(work, 'Answer') }), null);
  if (only !== end)
    lead(
      work,
      ends.map((node) => ({ from: node.id, kind: 'next' as const })),
      only.id,
    );
  const mapping = attempt(work, only.id, () => mappingOf(work, only.id, result));
  if (!mapping) return;
  // A step inside a choice may not have run.
  const maybe = result.kind === 'step' && inChoice(work, result.step);
  const text = maybe ? expressionText(mapping, 'JSONata') : '';
  work.document = setField(
    work.document,
    only.id,
    'output',
    maybe ? { kind: 'expression', text: ` $exists(${text}) ? ${text} : null ` } : mapping,
  ).document;
}

function inChoice(work: Work, id: string): boolean {
  for (let at = work.steps.get(id); at?.inside; at = work.steps.get(at.inside.step))
    if (at.inside.branch !== 'each') return true;
  return false;
}

// ------------------------------------------------------------------ the workflow's input

function inputSchema(plan: DraftPlan, manifests: ReadonlyMap<string, FunctionManifest>): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const input of plan.inputs) {
    const said = {
      ...(input.format ? { format: input.format } : {}),
      ...(input.contentMediaType ? { contentMediaType: input.contentMediaType } : {}),
    };
    const used = input.type === 'array' ? undefined : consumerOf(plan, input.field, manifests);
    properties[input.field] = {
      ...limitsOf(used),
      type: input.type,
      title: input.title,
      ...(input.description ? { description: input.description } : {}),
      ...(input.type === 'array'
        ? input.format || input.contentMediaType
          ? { items: { type: 'string', ...said } }
          : {}
        : said),
      ...(input.json === null ? {} : { default: JSON.parse(input.json) as Json }),
    };
  }
  const required = plan.inputs.filter((input) => input.required).map((input) => input.field);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

/** The schema of the argument that an input goes into: its limits hold for the input as well. */
function consumerOf(
  plan: DraftPlan,
  field: string,
  manifests: ReadonlyMap<string, FunctionManifest>,
): JsonSchema | undefined {
  for (const step of plan.steps) {
    if (step.kind !== 'function') continue;
    const argument = step.arguments.find(({ from }) => from.kind === 'input' && from.field === field);
    const schema = argument && manifests.get(step.functionName)?.input.properties?.[argument.name];
    if (schema) return schema;
  }
  return undefined;
}

const LIMITS = [
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'examples',
  'items',
  'minItems',
  'maxItems',
  'properties',
  'required',
] as const;
const limitsOf = (schema: JsonSchema | undefined): JsonSchema =>
  Object.fromEntries(LIMITS.flatMap((key) => (schema?.[key] === undefined ? [] : [[key, schema[key]]]))) as JsonSchema;
