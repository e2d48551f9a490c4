/**
 * What differs between two documents, step by step and field by field, in words and values for a person to judge.
 *
 *   before, after ──differenceOf()──▶ steps added, removed, changed; connections; inputs
 *
 * Steps are the same where their ids are: a rename is a change, not a loss.
 * @module
 */
import { type Json, jsonEqual } from '@/lib/base/json';
import {
  type ChoiceRule,
  edgesFrom,
  expressionText,
  keepersOf,
  languageOf,
  type Mapping,
  nodeOf,
  type Workflow,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';

export type Mark = 'added' | 'removed' | 'changed';
/** `from`, `to`: as a person reads them; `null` where there was or is nothing. */
export type FieldChange = { field: string; from: string | null; to: string | null };
export type StepChange = { node: string; name: string; mark: Mark; fields: FieldChange[] };
export type EdgeChange = { from: string; to: string; mark: 'added' | 'removed' };
export type Difference = { steps: StepChange[]; edges: EdgeChange[]; inputs: FieldChange[] };

export function differenceOf(before: WorkflowDocument, after: WorkflowDocument): Difference {
  const [old, now] = [before.graph, after.graph];
  const added = now.nodes
    .filter((node) => !nodeOf(old, node.id))
    .map(
      (node): StepChange => ({ node: node.id, name: node.name, mark: 'added', fields: fieldsOf(null, node, old, now) }),
    );
  const removed = old.nodes
    .filter((node) => !nodeOf(now, node.id))
    .map((node): StepChange => ({ node: node.id, name: node.name, mark: 'removed', fields: [] }));
  const changed = now.nodes.flatMap((node): StepChange[] => {
    const was = nodeOf(old, node.id);
    const fields = was && was !== node ? fieldsOf(was, node, old, now) : [];
    return fields.length > 0 ? [{ node: node.id, name: node.name, mark: 'changed', fields }] : [];
  });
  return {
    steps: [...added, ...removed, ...changed],
    edges: edgesOf(old, now),
    inputs: flat(before.input.properties ?? {}, after.input.properties ?? {}),
  };
}

function edgesOf(old: Workflow, now: Workflow): EdgeChange[] {
  const named = (graph: Workflow, edge: WorkflowEdge, mark: EdgeChange['mark']): EdgeChange => ({
    from: nodeOf(graph, edge.from)?.name ?? edge.from,
    to: nodeOf(graph, edge.to)?.name ?? edge.to,
    mark,
  });
  return [
    ...edgesOnlyIn(now, old).map((edge) => named(now, edge, 'added')),
    ...edgesOnlyIn(old, now).map((edge) => named(old, edge, 'removed')),
  ];
}

/** The connections of a graph that another has not. A rule that only moved up or down leads where it led. */
export function edgesOnlyIn(graph: Workflow, other: Workflow): WorkflowEdge[] {
  const key = (edge: WorkflowEdge) => `${edge.from}>${edge.to}:${edge.kind}`;
  const left = new Map<string, number>();
  for (const edge of other.edges) left.set(key(edge), (left.get(key(edge)) ?? 0) + 1);
  return graph.edges.filter((edge) => {
    const count = left.get(key(edge)) ?? 0;
    if (count > 0) left.set(key(edge), count - 1);
    return count === 0;
  });
}

/** What follows from others, and what nobody reads: left out. */
const SILENT = new Set(['id', 'kind', 'extra', 'assign', 'processor', 'branches']);
/** As a person calls them. */
const WORDS: Record<string, string> = {
  name: 'Name',
  parent: 'Place',
  resource: 'What it calls',
  retry: 'Tries again',
  output: 'Output',
  items: 'List',
  wait: 'Waits',
  rules: 'Rules',
  off: 'When it comes to it',
};

function fieldsOf(was: WorkflowNode | null, node: WorkflowNode, old: Workflow, now: Workflow): FieldChange[] {
  const values = (of: WorkflowNode | null): Record<string, unknown> => {
    if (!of) return {};
    const { arguments: args, ...rest } = of as WorkflowNode & { arguments?: Mapping };
    return { ...rest, ...spelled(args) };
  };
  const [from, to] = [values(was), values(node)];
  const byId = (step: WorkflowNode) => step.id;
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((field): FieldChange[] => {
    if (SILENT.has(field) || jsonEqual(from[field], to[field])) return [];
    if (!was && !isArgument(field)) return [];
    // A step that was renamed is the same step.
    const before = was ?? node;
    if (shown(field, from[field], before, old, byId) === shown(field, to[field], node, now, byId)) return [];
    return [
      {
        field: WORDS[field] ?? field.replace(/^\./, ''),
        from: shown(field, from[field], before, old),
        to: shown(field, to[field], node, now),
      },
    ];
  });
}

type Label = (node: WorkflowNode) => string;
const byName: Label = ({ name }) => name;

const isArgument = (field: string) => field.startsWith('.');

/** A step's arguments one by one, each under its name behind a dot. */
function spelled(mapping: Mapping | undefined): Record<string, Mapping> {
  const payload = fieldsIn(mapping).find(({ name }) => name === 'Payload');
  const inner = payload ? fieldsIn(payload.value) : fieldsIn(mapping);
  const named = fieldsIn(mapping).filter(({ name }) => payload && name === 'FunctionName');
  return Object.fromEntries([
    ...named.map(({ value }) => ['.Function', value] as const),
    ...inner.map(({ name, value }) => [`.${name}`, value] as const),
  ]);
}

const fieldsIn = (mapping: Mapping | undefined): { name: string; value: Mapping }[] => {
  if (mapping?.kind === 'object') return mapping.fields;
  if (mapping?.kind !== 'literal' || typeof mapping.value !== 'object' || mapping.value === null) return [];
  return Array.isArray(mapping.value)
    ? []
    : Object.entries(mapping.value).map(([name, value]) => ({ name, value: { kind: 'literal' as const, value } }));
};

function shown(
  field: string,
  value: unknown,
  node: WorkflowNode,
  graph: Workflow,
  label: Label = byName,
): string | null {
  if (field === 'off') return value ? 'passed by (switched off)' : 'run';
  if (value === undefined || value === null) return field === 'parent' ? 'the main line' : null;
  if (field === 'parent') {
    const { id, branch } = value as { id: string; branch: number };
    const holder = nodeOf(graph, id);
    return `inside “${holder ? label(holder) : '?'}”${holder?.kind === 'parallel' ? `, branch ${branch + 1}` : ''}`;
  }
  if (isArgument(field) || field === 'items' || field === 'output')
    return readable(value as Mapping, node, graph, label);
  if (field === 'retry')
    return (value as { maxAttempts?: number; errorEquals: string[] }[])
      .map(
        ({ maxAttempts, errorEquals }) =>
          `${errorEquals.includes('States.ALL') ? 'after any error' : 'after errors that pass'} up to ${maxAttempts ?? 3} times`,
      )
      .join(', ');
  if (field === 'rules')
    return cut(
      (value as ChoiceRule[])
        .map(({ condition }) =>
          condition.language === 'JSONata'
            ? readable(condition.value, node, graph, label)
            : JSON.stringify(condition.value),
        )
        .join('; '),
    );
  if (field === 'wait') return readable((value as { value: Mapping }).value, node, graph, label);
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A mapping as a person says it: `512`, `“Resize image” → image`, `input photo`. */
export function readable(mapping: Mapping, node: WorkflowNode, graph: Workflow, label: Label = byName): string {
  if (mapping.kind === 'literal') return cut(literal(mapping.value));
  if (mapping.kind === 'reference') {
    const path = mapping.path.join('.');
    const { from } = mapping;
    if (from.kind === 'input') return path ? `input ${path}` : 'the input';
    if (from.kind === 'context' && path.startsWith('Map.Item.Value'))
      return ['each item', path.slice('Map.Item.Value.'.length)].filter(Boolean).join(' → ');
    if (from.kind === 'variable') {
      const keepers = keepersOf(graph, from.name, node.id).map((other) => `“${label(other)}”`);
      return [keepers.join(' or ') || `$${from.name}`, path].filter(Boolean).join(' → ');
    }
  }
  return cut(expressionText(mapping, languageOf(graph, node)));
}
const literal = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const cut = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}…` : text);

function flat(before: object, after: object): FieldChange[] {
  const [old, now] = [before as Record<string, Json>, after as Record<string, Json>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((field) =>
    jsonEqual(old[field], now[field]) ? [] : [{ field, from: schemaText(old[field]), to: schemaText(now[field]) }],
  );
}

/** As forms call them. */
const TYPE_WORDS: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'yes or no',
  array: 'list',
};

function schemaText(schema: Json | undefined): string | null {
  if (schema === undefined || schema === null || typeof schema !== 'object' || Array.isArray(schema)) return null;
  const type =
    schema.format === 's3-uri' ? 'file' : (TYPE_WORDS[String(schema.type)] ?? String(schema.type ?? 'anything'));
  return schema.default === undefined ? type : cut(`${type}, ${JSON.stringify(schema.default)}`);
}

/** Steps that come after a step, by name: for explaining. */
export const followersOf = (graph: Workflow, id: string): string[] =>
  edgesFrom(graph, id).flatMap(({ to }) => nodeOf(graph, to)?.name ?? []);
