/**
 * Which field of a node stands for which field of a state: one table, read in both directions.
 *
 * `write` and `read` are inverses row by row; `decompile` takes a row's reading only when writing it again gives the
 * same JSON, so whatever a row cannot hold stays in `extra`, word for word.
 * @module
 */
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import type { Dollar } from '@/lib/graph/data';
import {
  type Cannot,
  expressionFromText,
  expressionToText,
  fieldsFromJson,
  fieldsToJson,
  mappingFromJson,
  mappingToJson,
  type Tongue,
} from '@/lib/graph/mappings';
import type { Assignments, Mapping, NodeKind, QueryLanguage, Retrier } from '@/lib/graph/schema';

export type Row = {
  /** in the node */
  field: string;
  /** in the state, the preferred first */
  keys: (language: QueryLanguage) => string[];
  write: (value: unknown, context: RowContext) => [key: string, value: Json];
  /** `undefined`: this row cannot hold it */
  read: (key: string, json: Json, context: RowContext) => unknown;
  /** a value that stands for "not there" */
  absent?: unknown;
};
export type RowContext = { language: QueryLanguage; kind: NodeKind; cannot: Cannot };

const both =
  (...keys: string[]) =>
  (_spoken: QueryLanguage) =>
    keys;
const only =
  (language: QueryLanguage, ...keys: string[]) =>
  (spoken: QueryLanguage) =>
    spoken === language ? keys : [];

/** `$` in JSONPath's Assign is what the state's work gave; a state that does no work gives its input. */
const assignDollar = (kind: NodeKind): Dollar =>
  kind === 'task' || kind === 'map' || kind === 'parallel' || kind === 'pass' ? 'result' : 'state-input';
const DOLLARS: Record<string, (kind: NodeKind) => Dollar> = { resultSelector: () => 'result', assign: assignDollar };
const tongue = (field: string, { language, kind }: RowContext): Tongue => ({
  language,
  dollar: DOLLARS[field]?.(kind),
});

const text = (field: string, key: string): Row => ({
  field,
  keys: both(key),
  write: (value) => [key, value as string],
  read: (_, json) => (typeof json === 'string' ? json : undefined),
});

/** Paths of JSONPath's data flow: `null` means "throw it away". */
const path = (field: string, key: string): Row => ({
  field,
  keys: only('JSONPath', key),
  write: (value) => [key, value as string | null],
  read: (_, json) => (typeof json === 'string' || json === null ? json : undefined),
});

const anything = (field: string, key: string, keys = both(key)): Row => ({
  field,
  keys,
  write: (value) => [key, value as Json],
  read: (_, json) => json,
});

const object = (field: string, key: string): Row => ({
  field,
  keys: both(key),
  write: (value) => [key, value as Json],
  read: (_, json) => (isObject(json) ? json : undefined),
});

const template = (field: string, keys: Row['keys']): Row => ({
  field,
  keys,
  write: (value, c) => [keys(c.language)[0]!, mappingToJson(value as Mapping, tongue(field, c), c.cannot)],
  read: (_, json, c) => mappingFromJson(json, tongue(field, c)),
});

const assignments = (field: string, key: string): Row => ({
  field,
  keys: both(key),
  write: (value, c) => [key, fieldsToJson(value as Assignments, tongue(field, c), c.cannot)],
  read: (_, json, c) => (isObject(json) ? fieldsFromJson(json, tongue(field, c)) : undefined),
});

/** A value, or in JSONPath the path of one: `Seconds` and `SecondsPath`. */
export const valueOrPath = (field: string, key: string, pathKey = `${key}Path`): Row => ({
  field,
  keys: (language) => (language === 'JSONPath' ? [key, pathKey] : [key]),
  write: (value, c) => {
    const mapping = value as Mapping;
    const atPath = c.language === 'JSONPath' && (mapping.kind === 'reference' || mapping.kind === 'expression');
    return atPath
      ? [pathKey, expressionToText(mapping, tongue(field, c), c.cannot)]
      : [key, mappingToJson(mapping, tongue(field, c), c.cannot)];
  },
  read: (found, json, c) => {
    if (found === key) return mappingFromJson(json, tongue(field, c));
    return typeof json === 'string' ? expressionFromText(json, tongue(field, c)) : undefined;
  },
});

// ------------------------------------------------------------------ retriers and catchers

const RETRIER = {
  intervalSeconds: ['IntervalSeconds', 'number'],
  maxAttempts: ['MaxAttempts', 'number'],
  backoffRate: ['BackoffRate', 'number'],
  maxDelaySeconds: ['MaxDelaySeconds', 'number'],
  jitterStrategy: ['JitterStrategy', 'string'],
  comment: ['Comment', 'string'],
} as const;

export function writeRetrier(retrier: Retrier): Json {
  const entries: [string, Json][] = [['ErrorEquals', retrier.errorEquals]];
  for (const [field, [key]] of Object.entries(RETRIER)) {
    const value = retrier[field as keyof typeof RETRIER];
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries([...without(retrier.extra, entries), ...entries]);
}

export function readRetrier(json: Json): Retrier | undefined {
  if (!isObject(json) || !isNames(json.ErrorEquals)) return undefined;
  const retrier: Record<string, unknown> = { errorEquals: json.ErrorEquals };
  const extra: [string, Json][] = [];
  const fields = new Map<string, [string, string]>(
    Object.entries(RETRIER).map(([field, [key, type]]) => [key, [field, type]]),
  );
  for (const [key, value] of Object.entries(json)) {
    const known = fields.get(key);
    if (known && typeof value === known[1]) retrier[known[0]] = value;
    else if (key !== 'ErrorEquals') extra.push([key, value]);
  }
  if (extra.length) retrier.extra = Object.fromEntries(extra);
  return retrier as Retrier;
}

const retry: Row = {
  field: 'retry',
  keys: both('Retry'),
  write: (value) => ['Retry', (value as Retrier[]).map(writeRetrier)],
  read: (_, json) => {
    if (!Array.isArray(json)) return undefined;
    const retriers = json.map(readRetrier);
    return retriers.every((retrier) => retrier !== undefined) ? retriers : undefined;
  },
};

/** Rows of a catcher; `Next` is an edge. */
export const CATCHER: Row[] = [
  path('resultPath', 'ResultPath'),
  {
    ...assignments('assign', 'Assign'),
    write: (value, c) => [
      'Assign',
      fieldsToJson(value as Assignments, { language: c.language, dollar: 'error' }, c.cannot),
    ],
    read: (_, json, c) =>
      isObject(json) ? fieldsFromJson(json, { language: c.language, dollar: 'error' }) : undefined,
  },
  template('output', only('JSONata', 'Output')),
  text('comment', 'Comment'),
];
/** Rows of a choice rule; its condition and `Next` are not in the table. */
export const CONDITION: Row = valueOrPath('condition', 'Condition');
export const RULE: Row[] = [
  assignments('assign', 'Assign'),
  template('output', only('JSONata', 'Output')),
  text('comment', 'Comment'),
];

// ------------------------------------------------------------------ states

const COMMON: Row[] = [
  text('comment', 'Comment'),
  {
    ...text('queryLanguage', 'QueryLanguage'),
    read: (_, json) => (json === 'JSONPath' || json === 'JSONata' ? json : undefined),
  },
  path('inputPath', 'InputPath'),
  path('outputPath', 'OutputPath'),
  path('resultPath', 'ResultPath'),
  template('resultSelector', only('JSONPath', 'ResultSelector')),
  assignments('assign', 'Assign'),
  template('output', only('JSONata', 'Output')),
];
const argumentsRow = template('arguments', (language) => [language === 'JSONata' ? 'Arguments' : 'Parameters']);

/** What is not here is written and read by hand: edges, `Branches`, processors, `Choices`, `Catch`, a Wait's time. */
export const ROWS: Record<NodeKind, Row[]> = {
  task: [
    ...COMMON,
    argumentsRow,
    retry,
    {
      ...text('resource', 'Resource'),
      absent: '',
      read: (_, json) => (typeof json === 'string' && json ? json : undefined),
    },
    template('credentials', both('Credentials')),
    valueOrPath('timeout', 'TimeoutSeconds'),
    valueOrPath('heartbeat', 'HeartbeatSeconds'),
  ],
  pass: [...COMMON, argumentsRow, anything('result', 'Result', only('JSONPath', 'Result'))],
  choice: COMMON,
  wait: COMMON,
  parallel: [...COMMON, argumentsRow, retry],
  map: [
    ...COMMON,
    retry,
    { ...valueOrPath('items', 'Items'), keys: (l) => (l === 'JSONPath' ? ['ItemsPath', 'Items'] : ['Items']) },
    object('itemReader', 'ItemReader'),
    object('itemBatcher', 'ItemBatcher'),
    object('resultWriter', 'ResultWriter'),
    valueOrPath('maxConcurrency', 'MaxConcurrency'),
    valueOrPath('toleratedFailureCount', 'ToleratedFailureCount'),
    valueOrPath('toleratedFailurePercentage', 'ToleratedFailurePercentage'),
    text('label', 'Label'),
  ],
  succeed: COMMON,
  fail: [...COMMON, valueOrPath('error', 'Error'), valueOrPath('cause', 'Cause')],
};
export const itemSelector = (legacy: boolean): Row =>
  template('itemSelector', both(legacy ? 'Parameters' : 'ItemSelector'));
export const WAITS: { for: 'seconds' | 'timestamp'; row: Row }[] = [
  { for: 'seconds', row: valueOrPath('value', 'Seconds') },
  { for: 'timestamp', row: valueOrPath('value', 'Timestamp') },
];

// ------------------------------------------------------------------ using rows

/** Fields that the rows find in an object, with the keys that they took. */
export function readRows(rows: Row[], json: { [key: string]: Json }, context: RowContext) {
  const fields: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const row of rows) {
    for (const key of row.keys(context.language)) {
      if (!Object.hasOwn(json, key) || taken.has(key) || row.field in fields) continue;
      const value = row.read(key, json[key]!, context);
      if (value === undefined) continue;
      const [written, again] = row.write(value, context);
      if (written !== key || !jsonEqual(again, json[key])) continue;
      fields[row.field] = value;
      taken.add(key);
    }
  }
  return { fields, taken };
}

/** What the rows write for an object's fields. */
export function writeRows(rows: Row[], fields: object, context: RowContext): [string, Json][] {
  const entries: [string, Json][] = [];
  for (const row of rows) {
    const value = Object.hasOwn(fields, row.field) ? (fields as Record<string, unknown>)[row.field] : undefined;
    if (value === undefined || value === row.absent) continue;
    if (row.keys(context.language).length) entries.push(row.write(value, context));
    else {
      context.cannot(
        'FIELD_NOT_IN_LANGUAGE',
        `"${row.field}" has no place in a step whose query language is ${context.language}.`,
        'Clear the field, or change the step’s query language.',
      );
    }
  }
  return entries;
}

/** The extra fields, less those that are written anyway. */
export function without(extra: { [key: string]: Json } | undefined, entries: [string, Json][]): [string, Json][] {
  const written = new Set(entries.map(([key]) => key));
  return Object.entries(extra ?? {}).filter(([key]) => !written.has(key));
}

export const isNames = (json: unknown): json is string[] =>
  Array.isArray(json) && json.every((name) => typeof name === 'string');
