/**
 * A value that a schema describes: what a dry run uses where nobody gave data.
 *
 *   JsonSchema ──sampleOf()──▶ its default, its example, its first choice, else something of its type and format
 *
 * The same schema gives the same value.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';

/** Schemas may nest without end where they were made by a program. */
const MAX_DEPTH = 8;
/** Two, so that a loop goes round more than once. */
const ITEMS = 2;

/** @param root where `$ref` looks: the whole schema */
export function sampleOf(given: JsonSchema, depth = 0, root: JsonSchema = given): Json {
  const schema = plainOf(given, root);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const as Json;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const [example] = schema.examples ?? [];
  if (example !== undefined) return example;
  const type = [schema.type].flat().find((each) => each !== 'null') ?? (schema.properties ? 'object' : undefined);
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number': {
      return numberOf(schema, type === 'integer');
    }
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array': {
      const wanted = Math.min(Math.max(ITEMS, schema.minItems ?? 0), schema.maxItems ?? ITEMS, 50);
      return depth >= MAX_DEPTH
        ? []
        : Array.from({ length: Math.max(wanted, 0) }, (_, at) => sampleOf(itemOf(schema, at), depth + 1, root));
    }
    case 'object':
      return depth >= MAX_DEPTH
        ? {}
        : Object.fromEntries(
            Object.entries(schema.properties ?? {}).map(([name, field]) => [name, sampleOf(field, depth + 1, root)]),
          );
    default:
      return 'example';
  }
}

/** A schema without `$ref`, `allOf`, `oneOf` and `anyOf` at its top: of several that would do, the first that is not null. */
function plainOf(given: JsonSchema, root: JsonSchema): JsonSchema {
  let schema = given;
  for (let turns = 0; turns < MAX_DEPTH; turns++) {
    const { $ref, allOf, oneOf, anyOf, ...rest } = schema;
    const parts: JsonSchema[] = [
      ...(typeof $ref === 'string' ? [refOf($ref, root)] : []),
      ...schemasIn(allOf),
      ...[oneOf, anyOf].flatMap((options): JsonSchema[] => {
        const each = schemasIn(options);
        const held = each.filter(({ type, const: only }) => type !== 'null' && only !== null);
        return (held.length > 0 ? held : each).slice(0, 1);
      }),
    ];
    if (parts.length === 0) return schema;
    schema = rest;
    for (const part of parts) {
      const properties = { ...part.properties, ...schema.properties };
      schema = { ...part, ...schema, ...(Object.keys(properties).length > 0 ? { properties } : {}) };
    }
  }
  return schema;
}

const schemasIn = (value: unknown): JsonSchema[] =>
  Array.isArray(value) ? value.filter((each): each is JsonSchema => isObject(each as Json)) : [];

/** "#/$defs/address" within the whole schema; one of another document is anything. */
function refOf(ref: string, root: JsonSchema): JsonSchema {
  if (!ref.startsWith('#')) return {};
  let at: Json | undefined = root as Json;
  for (const part of ref.slice(1).split('/').filter(Boolean)) {
    const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isObject(at) ? (at as JsonSchema) : {};
}

/** What a list holds at an index: a tuple names each. */
function itemOf({ items, prefixItems }: JsonSchema, at: number): JsonSchema {
  return schemasIn(prefixItems)[at] ?? (isObject(items as Json) ? items! : { type: 'string' });
}

function numberOf(schema: JsonSchema, whole: boolean): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : whole ? 1 : 0;
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : null;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : null;
  const off = whole ? 1 : step > 0 ? step / 1000 : 0.5;
  const most = Math.min(maximum ?? Number.POSITIVE_INFINITY, below === null ? Number.POSITIVE_INFINITY : below - off);
  const least = Math.max(minimum ?? Number.NEGATIVE_INFINITY, above === null ? Number.NEGATIVE_INFINITY : above + off);
  const wanted = Number.isFinite(least) ? least : Math.min(step || 1, most);
  if (step === 0) return Math.min(wanted, most);
  const rounded = Math.ceil(wanted / step) * step;
  return rounded <= most ? rounded : Math.floor(most / step) * step;
}

const FORMATS: Record<string, string> = {
  uri: 'https://example.com/page',
  url: 'https://example.com/page',
  email: 'someone@example.com',
  date: '2030-01-01',
  'date-time': '2030-01-01T12:00:00Z',
  time: '12:00:00Z',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  duration: 'PT1H',
  uuid: '00000000-0000-4000-8000-000000000000',
};
const ENDINGS: [pattern: RegExp, ending: string][] = [
  [/image/, 'png'],
  [/audio/, 'mp3'],
  [/video/, 'mp4'],
  [/pdf/, 'pdf'],
  [/csv/, 'csv'],
  [/json/, 'json'],
];

function textOf(schema: JsonSchema): string {
  if (schema.format === 's3-uri') {
    const media = schema.contentMediaType ?? '';
    return `s3://example-bucket/example.${ENDINGS.find(([pattern]) => pattern.test(media))?.[1] ?? 'txt'}`;
  }
  const text = FORMATS[schema.format ?? ''] ?? 'example';
  const padded = text.padEnd(Math.min(schema.minLength ?? 0, 10_000), 'x');
  return schema.maxLength !== undefined ? padded.slice(0, schema.maxLength) : padded;
}

/** What a function answers in a dry run: its first example that has all it promises, else a value of its schema. */
export function answerOf(manifest: FunctionManifest): Json {
  const made = sampleOf(manifest.output);
  for (const { output } of manifest.examples) {
    if (output === undefined) continue;
    if (!isObject(made) || !isObject(output)) return output;
    return { ...made, ...output } as JsonObject;
  }
  return made;
}
