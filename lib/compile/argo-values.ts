/**
 * Values of a workflow, said in the expression language of Argo Workflows (expr-lang, with Argo's `jsonpath` and `toJson`).
 *
 *   JSONata, or a JSONPath condition ──▶ `jsonpath(tasks['resize'].outputs.parameters['result'], '$.width') > 256`
 *
 * Only what both languages mean alike is translated; for anything else the answer is `null`, and the caller says so.
 * Knows nothing of YAML or templates.
 * @module
 */
import { type Node, parseJsonata } from '@/lib/asl/jsonata-parse';
import { isObject, type Json } from '@/lib/base/json';
import { parseReference, type Reference, type Segment } from '@/lib/graph/data';

/** An Argo expression that gives the value of a reference; `null` where there is none. */
export type Resolve = (reference: Reference) => string | null;

/** `{{` and `}}` are Argo's own marks, wherever they stand: inside a text they are kept apart. */
function quoted(text: string): string {
  const written = (part: string) =>
    `'${part.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;
  const parts = text.split(/(?<=\{)(?=\{)|(?<=\})(?=\})/);
  return parts.length === 1 ? written(text) : `(${parts.map(written).join(' + ')})`;
}

export function literal(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'nil';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (isObject(value)) return record(Object.entries(value).map(([name, item]) => [name, literal(item)]));
  return String(value);
}

export const record = (fields: [name: string, expression: string][]): string =>
  fields.length === 0 ? '{ }' : `{ ${fields.map(([name, value]) => `${quoted(name)}: ${value}`).join(', ')} }`;

/** A part of a JSON text, e.g. of a parameter: every parameter here holds JSON. */
export function pick(source: string, path: Segment[]): string {
  const steps = path.map((segment) => {
    if (typeof segment === 'number') return `[${segment}]`;
    return /^[A-Za-z_]\w*$/.test(segment) ? `.${segment}` : `["${segment.replace(/[\\"]/g, '\\$&')}"]`;
  });
  return `jsonpath(${source}, ${quoted(`$${steps.join('')}`)})`;
}

/** A part of what another expression gives. */
export const member = (expression: string, path: Segment[]): string =>
  path.reduce<string>(
    (before, segment) => `${before}[${literal(segment)}]`,
    path.length ? `(${expression})` : expression,
  );

// ------------------------------------------------------------------ JSONata

const BINARY: Record<string, string> = {
  '=': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  and: '&&',
  or: '||',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '%': '%',
  in: 'in',
};
/** Functions of one argument that mean the same; `$count` of something that is no list does not. */
const FUNCTIONS: Record<string, (...args: string[]) => string> = {
  not: (a) => `!(${a})`,
  string: (a) => `string(${a})`,
  number: (a) => `asFloat(${a})`,
  length: (a) => `len(${a})`,
  count: (a) => `len(${a})`,
  uppercase: (a) => `upper(${a})`,
  lowercase: (a) => `lower(${a})`,
  trim: (a) => `trim(${a})`,
  sum: (a) => `sum(${a})`,
  max: (a) => `max(${a})`,
  min: (a) => `min(${a})`,
  abs: (a) => `abs(${a})`,
  floor: (a) => `floor(${a})`,
  ceil: (a) => `ceil(${a})`,
};
const FUNCTIONS_OF_TWO: Record<string, (a: string, b: string) => string> = {
  contains: (a, b) => `(${a} contains ${b})`,
  split: (a, b) => `split(${a}, ${b})`,
  join: (a, b) => `join(${a}, ${b})`,
};

/** @param text what stands between `{%` and `%}` */
export function fromJsonata(text: string, resolve: Resolve): string | null {
  const parsed = parseJsonata(text.trim());
  return parsed.ok ? translate(parsed.ast, resolve) : null;
}

function translate(node: Node, resolve: Resolve): string | null {
  if (node.type !== 'variable' && (node.predicate || node.stages)) return null;
  if (node.group || node.focus || node.index) return null;
  const one = (inner: unknown) => (inner && !Array.isArray(inner) ? translate(inner as Node, resolve) : null);
  const all = (inner: Node[] | undefined): string[] | null => {
    const made = (inner ?? []).map((item) => translate(item, resolve));
    return made.every((item) => item !== null) ? made : null;
  };
  switch (node.type) {
    case 'string':
    case 'number':
      return literal(node.value as Json);
    case 'value':
      return literal(node.value as Json);
    case 'variable':
    case 'path':
      return reference(node, resolve);
    case 'block': {
      const inner = all(node.expressions);
      return inner?.length === 1 ? `(${inner[0]})` : null;
    }
    case 'condition': {
      const [test, yes, no] = [one(node.condition), one(node.then), one(node.else)];
      return test && yes && no ? `(${test} ? ${yes} : ${no})` : null;
    }
    case 'binary': {
      const [left, right] = [one(node.lhs), one(node.rhs)];
      const sign = String(node.value);
      if (left === null || right === null) return null;
      if (sign === '&') return `(string(${left}) + string(${right}))`;
      return BINARY[sign] ? `(${left} ${BINARY[sign]} ${right})` : null;
    }
    case 'unary': {
      if (node.value === '-') {
        const inner = one(node.expression);
        return inner === null ? null : `-${inner}`;
      }
      if (node.value === '[') {
        const items = all(node.expressions);
        return items && `[${items.join(', ')}]`;
      }
      if (node.value !== '{' || !Array.isArray(node.lhs)) return null;
      const fields: [string, string][] = [];
      for (const [name, value] of node.lhs) {
        const made = translate(value, resolve);
        if (name.type !== 'string' || made === null) return null;
        fields.push([String(name.value), made]);
      }
      return record(fields);
    }
    case 'function': {
      const name = String(node.procedure?.value);
      const args = all(node.arguments);
      if (args?.length === 1 && Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(args[0]!);
      if (args?.length === 2 && Object.hasOwn(FUNCTIONS_OF_TWO, name))
        return FUNCTIONS_OF_TWO[name]!(args[0]!, args[1]!);
      return null;
    }
    default:
      return null;
  }
}

/** A path of names and fixed places, read as the graph reads a reference. */
function reference(node: Node, resolve: Resolve): string | null {
  const steps = node.type === 'variable' ? [node] : (node.steps ?? []);
  let text = '';
  for (const [i, step] of steps.entries()) {
    if (step.group || step.focus || step.index) return null;
    if (i === 0 ? step.type !== 'variable' : step.type !== 'name') return null;
    text +=
      i === 0
        ? `$${step.value}`
        : /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(String(step.value))
          ? `.${step.value}`
          : `.\`${step.value}\``;
    for (const { expr } of [...(step.stages ?? []), ...(step.predicate ?? [])]) {
      if (expr?.type !== 'number') return null;
      text += `[${expr.value}]`;
    }
  }
  const found = parseReference(text, 'JSONata');
  return found && resolve(found);
}

// ------------------------------------------------------------------ JSONPath conditions

const COMPARE: [ending: string, sign: string][] = [
  ['LessThanEquals', '<='],
  ['GreaterThanEquals', '>='],
  ['LessThan', '<'],
  ['GreaterThan', '>'],
  ['Equals', '=='],
];

/** @param condition a tree of comparisons: `{ Variable: '$.n', NumericGreaterThan: 1 }` */
export function fromComparison(condition: Json, resolve: Resolve): string | null {
  if (!isObject(condition)) return null;
  for (const [key, sign] of [
    ['And', ' && '],
    ['Or', ' || '],
  ] as const) {
    const list = condition[key];
    if (!Array.isArray(list)) continue;
    const made = list.map((inner) => fromComparison(inner, resolve));
    return made.every((inner) => inner !== null) ? `(${made.join(sign)})` : null;
  }
  if (condition.Not !== undefined) {
    const inner = fromComparison(condition.Not, resolve);
    return inner && `!(${inner})`;
  }
  const { Variable: variable, ...rest } = condition;
  const [operator, ...others] = Object.entries(rest);
  const at = (path: Json) => {
    const found = typeof path === 'string' ? parseReference(path, 'JSONPath') : null;
    return found && resolve(found);
  };
  const left = at(variable ?? null);
  if (!operator || others.length > 0 || left === null) return null;
  const [name, value] = operator;
  if (name === 'IsNull') return `(${left} ${value === true ? '==' : '!='} nil)`;
  const match = /^(?:String|Numeric|Boolean)(\w+?)(Path)?$/.exec(name);
  const sign = COMPARE.find(([ending]) => ending === match?.[1])?.[1];
  const right = match?.[2] ? at(value) : literal(value);
  return sign && right !== null ? `(${left} ${sign} ${right})` : null;
}
