/** The input of a run against the workflow's own schema, before anything is started. */
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { type Json, utf8Bytes } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';

/** AWS's limit for the input of an execution. */
const MAX_INPUT_BYTES = 262_144;

/** @throws Problem INPUT_TOO_LARGE, INPUT_INVALID naming the field */
export function checkInput(schema: JsonSchema, input: Json): void {
  const bytes = utf8Bytes(JSON.stringify(input));
  if (bytes > MAX_INPUT_BYTES) {
    throw new Problem(
      'INPUT_TOO_LARGE',
      `The input has ${bytes.toLocaleString('en')} bytes; Step Functions takes ${MAX_INPUT_BYTES.toLocaleString('en')}.`,
      'Upload large data as a file and pass its address.',
    );
  }
  // A schema that names no field asks for nothing: AWS takes any JSON, a list or a text too.
  if (Object.keys(schema.properties ?? {}).length === 0 && !schema.required?.length) return;
  const [first] = schemaErrors(schema, input);
  if (first) {
    throw new Problem(
      'INPUT_INVALID',
      `The input${first.field ? ` "${first.field}"` : ''} ${first.message}.`,
      'Fill it in as its description says, and run again.',
      {
        path: first.field ? [first.field] : [],
      },
    );
  }
}

/** What does not fit, by field. A schema that is itself broken asks for nothing. */
export function schemaErrors(schema: JsonSchema, value: Json): { field: string; message: string }[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('s3-uri', /^s3:\/\/[^/]+\/.+/s);
  try {
    const validate = ajv.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => ({
      field:
        error.keyword === 'required'
          ? String(error.params.missingProperty)
          : error.instancePath.slice(1).replaceAll('/', '.'),
      message: wording(error),
    }));
  } catch {
    return [];
  }
}

const FORMATS: Record<string, string> = {
  's3-uri': 'must be the address of an uploaded file (s3://…)',
  uri: 'must be an address such as https://example.com',
  email: 'must be an e-mail address',
  date: 'must be a date such as 2026-05-01',
  'date-time': 'must be a time such as 2026-05-01T12:00:00Z',
};

/** What is asked for, in words: the library's own are for those who know JSON Schema. */
function wording({ keyword, params, message = 'does not fit' }: ErrorObject): string {
  const limit = Number(params.limit);
  const count = `${limit.toLocaleString('en')} ${limit === 1 ? 'item' : 'items'}`;
  const length = `${limit.toLocaleString('en')} ${limit === 1 ? 'character' : 'characters'}`;
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'enum':
      return `must be one of ${params.allowedValues.map((value: Json) => JSON.stringify(value)).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'minItems':
      return `must have at least ${count}`;
    case 'maxItems':
      return `must have at most ${count}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${length}`;
    case 'maxLength':
      return `must have at most ${length}`;
    case 'additionalProperties':
      return `must not have a field "${params.additionalProperty}"`;
    case 'format':
      return FORMATS[params.format] ?? message;
    default:
      return message;
  }
}
