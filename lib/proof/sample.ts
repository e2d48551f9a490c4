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

export function sampleOf(schema: JsonSchema, depth = 0): Json {
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
      const least = schema.minimum ?? Math.min(1, schema.maximum ?? 1);
      return type === 'integer' ? Math.ceil(least) : least;
    }
    case 'boolean':
      return true;
    case 'array': {
      const wanted = Math.min(Math.max(ITEMS, schema.minItems ?? 0), schema.maxItems ?? ITEMS, 50);
      return depth >= MAX_DEPTH
        ? []
        : Array.from({ length: Math.max(wanted, 0) }, () => sampleOf(schema.items ?? { type: 'string' }, depth + 1));
    }
    case 'object':
      return depth >= MAX_DEPTH
        ? {}
        : Object.fromEntries(
            Object.entries(schema.properties ?? {}).map(([name, field]) => [name, sampleOf(field, depth + 1)]),
          );
    default:
      return 'example';
  }
}

const FORMATS: Record<string, string> = {
  uri: 'https://example.com/page',
  url: 'https://example.com/page',
  email: 'someone@example.com',
  date: '2030-01-01',
  'date-time': '2030-01-01T12:00:00Z',
  time: '12:00:00Z',
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
