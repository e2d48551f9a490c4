/** The input of a run against the workflow's own schema, before anything is started. */
import { Ajv } from 'ajv';
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
      message: error.keyword === 'required' ? 'is missing' : wording(error.message ?? 'does not fit'),
    }));
  } catch {
    return [];
  }
}

const wording = (message: string) =>
  message.startsWith('must match format "s3-uri"') ? 'must be the address of an uploaded file (s3://…)' : message;
