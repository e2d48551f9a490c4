/** What a step or a connection says about itself in a few words. Pure. */
import { isObject, type Json } from '@/lib/base/json';
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  type ChoiceRule,
  functionOf,
  type Mapping,
  MISSING_FUNCTION,
  mappingToText,
  type NodeKind,
  payloadOf,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';
import { countText, durationText } from '../../ui/format';

export const KIND_NAMES: Record<NodeKind, string> = {
  task: 'Task',
  pass: 'Pass',
  choice: 'Choice',
  wait: 'Wait',
  parallel: 'Parallel',
  map: 'Map',
  succeed: 'Succeed',
  fail: 'Fail',
};
export const KIND_ABOUT: Record<Exclude<NodeKind, 'task'>, string> = {
  pass: 'Passes data on, or makes new data',
  choice: 'Goes one way or another',
  wait: 'Waits for a time or until a moment',
  parallel: 'Does several things at once',
  map: 'Does the same for each item of a list',
  succeed: 'Ends the run well',
  fail: 'Ends the run with an error',
};

/** The line below a step's name. */
export function summaryOf(node: WorkflowNode, manifest: FunctionManifest | undefined): string {
  switch (node.kind) {
    case 'task': {
      if (node.resource === MISSING_FUNCTION) return 'No function does this yet';
      const name = functionOf(node);
      // A step that is called as its function says what was set, not the same once more.
      if (manifest)
        return manifest.title === node.name ? valuesText(node, manifest) || kindOf(manifest) : manifest.title;
      return name ?? (node.resource.replace(/^arn:aws[\w-]*:states:::/, '') || laterText(node.extra?.Resource));
    }
    case 'pass':
      return node.output || node.arguments || node.result !== undefined || node.assign
        ? 'Makes data'
        : 'Passes data on';
    case 'choice':
      return node.rules.length === 1 && node.rules[0] ? ruleText(node.rules[0]) : countText(node.rules.length, 'rule');
    case 'wait':
      return node.wait ? waitText(node.wait.for, node.wait.value) : 'No time set';
    case 'parallel':
      return countText(node.branches.length, 'branch', 'branches');
    case 'map':
      return node.items ? `For each of ${shortRef(node.items)}` : 'For each item';
    case 'succeed':
      return 'Ends the run';
    case 'fail':
      return node.error?.kind === 'literal' ? String(node.error.value) : 'Ends with an error';
  }
}

/** What a template fills in when it is deployed, as it is written in YAML: `!GetAtt Fetch.Arn`. */
function laterText(resource: Json | undefined): string {
  const [key, value] = isObject(resource) ? (Object.entries(resource)[0] ?? []) : [];
  if (key === undefined || value === undefined) return 'No function chosen';
  const text = Array.isArray(value) ? value.join('.') : typeof value === 'string' ? value : '…';
  return `!${key.replace(/^Fn::/, '')} ${text}`;
}

const kindOf = ({ category, name }: FunctionManifest): string =>
  category === 'other' ? name : category.charAt(0).toUpperCase() + category.slice(1);

/** Values a line has room for. */
const MAX_VALUES = 2;

/** What is written down for the function: `Width 512 · Height 300`; `''` where all of it comes from data. */
function valuesText(node: WorkflowNode, manifest: FunctionManifest): string {
  const payload = payloadOf(node);
  const given: [string, unknown][] =
    payload?.kind === 'object'
      ? payload.fields.flatMap(({ name, value }) => (value.kind === 'literal' ? [[name, value.value]] : []))
      : payload?.kind === 'literal' && isObject(payload.value)
        ? Object.entries(payload.value)
        : [];
  const shown = given.flatMap(([name, value]) => {
    const title = manifest.input.properties?.[name]?.title ?? name;
    if (typeof value === 'number') return [`${title} ${value}`];
    if (typeof value === 'string' && value !== '')
      return [value.startsWith('s3://') ? value.split('/').at(-1)! : value];
    return [];
  });
  return shown.slice(0, MAX_VALUES).join(' · ').replace(/\s+/g, ' ').slice(0, 80);
}

function waitText(how: 'seconds' | 'timestamp', value: Mapping): string {
  if (value.kind !== 'literal') return how === 'seconds' ? `${shortRef(value)} seconds` : `Until ${shortRef(value)}`;
  return how === 'seconds' && typeof value.value === 'number'
    ? durationText(value.value * 1000)
    : `Until ${String(value.value)}`;
}

/** A reference by its last words: `$states.context.Execution.Input.photo` → `input.photo`. */
const shortRef = (mapping: Mapping): string => shortText(mappingToText(mapping, 'JSONata').text);

const shortText = (text: string): string =>
  text
    .replaceAll('$states.context.Execution.Input', 'input')
    .replaceAll('$states.input', 'its input')
    .replaceAll('$states.context.Map.Item.Value', 'item')
    .replaceAll('$$.Execution.Input', 'input')
    .replace(/\$(?=[\p{ID_Start}])/gu, '')
    .trim();

/** A rule as a condition a person reads: `total > 100`. */
export function ruleText(rule: ChoiceRule): string {
  if (rule.comment) return rule.comment;
  const { condition } = rule;
  if (condition.language === 'JSONata') {
    const text = shortRef(condition.value);
    return text === 'false' || text === '' ? 'No condition yet' : text;
  }
  return comparisonText(condition.value as Record<string, unknown>);
}

const OPERATORS: [suffix: string, sign: string][] = [
  ['GreaterThanEquals', '≥'],
  ['LessThanEquals', '≤'],
  ['GreaterThan', '>'],
  ['LessThan', '<'],
  ['Equals', '='],
  ['Matches', 'like'],
];

/** JSONPath's tree of comparisons in one line. */
function comparisonText(value: Record<string, unknown>): string {
  const list = (key: string) =>
    Array.isArray(value[key]) ? (value[key] as Record<string, unknown>[]).map(comparisonText) : null;
  // As it is to be read: "a and (b or c)" is another rule than "a and b or c".
  const within = (key: 'And' | 'Or', other: 'And' | 'Or') =>
    list(key)?.map((text, i) => (other in (value[key] as Record<string, unknown>[])[i]! ? `(${text})` : text));
  const and = within('And', 'Or');
  if (and) return and.join(' and ');
  const or = within('Or', 'And');
  if (or) return or.join(' or ');
  if (typeof value.Not === 'object' && value.Not !== null)
    return `not (${comparisonText(value.Not as Record<string, unknown>)})`;
  const variable = shortText(String(value.Variable ?? '')).replace(/^\$\.?/, '');
  const key = Object.keys(value).find((name) => name !== 'Variable' && name !== 'Comment');
  if (!key) return variable;
  const against = value[key];
  if (key.startsWith('Is')) return `${variable} is ${against === false ? 'not ' : ''}${key.slice(2).toLowerCase()}`;
  const base = key.replace(/Path$/, '');
  const sign = OPERATORS.find(([suffix]) => base.endsWith(suffix))?.[1] ?? '=';
  // A path is another value, and a text that looks like a number is still a text.
  const path = key.endsWith('Path') && typeof against === 'string';
  return `${variable} ${sign} ${path ? shortText(against).replace(/^\$\.?/, '') : JSON.stringify(against)}`;
}

/** The words on a connection; `null` for a plain one. */
export function edgeText(edge: WorkflowEdge, from: WorkflowNode | undefined): string | null {
  if (edge.kind === 'next') return null;
  if (edge.kind === 'default') return 'otherwise';
  if (edge.kind === 'rule') {
    const rule = from?.kind === 'choice' ? from.rules[edge.index ?? 0] : undefined;
    return rule ? ruleText(rule) : `rule ${(edge.index ?? 0) + 1}`;
  }
  const catcher = from && 'catchers' in from ? from.catchers?.[edge.index ?? 0] : undefined;
  const errors = catcher?.errorEquals ?? [];
  if (errors.length === 0 || errors.includes('States.ALL')) return 'on any error';
  return `on ${errors[0]}${errors.length > 1 ? ` +${errors.length - 1}` : ''}`;
}
