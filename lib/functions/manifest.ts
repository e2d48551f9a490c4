/**
 * The manifest of a function: `lambdas/<name>/function.json`.
 *
 * One file, read by the palette, the drafter, the forms, the checker and the deployer.
 * @module
 */
import { z } from 'zod';
import type { Json } from '@/lib/base/json';

/**
 * The part of JSON Schema that manifests use. Unknown keywords are kept (`looseObject`), so ajv still honours them.
 *
 * Files travel as S3 URIs: `{ "type": "string", "format": "s3-uri", "contentMediaType": "image/*" }`.
 */
export type JsonSchema = {
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  contentMediaType?: string;
  enum?: Json[];
  default?: Json;
  examples?: Json[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  [keyword: string]: unknown;
};
export const JsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    format: z.string().optional(),
    contentMediaType: z.string().optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), JsonSchema).optional(),
    items: JsonSchema.optional(),
  }),
) as z.ZodType<JsonSchema>;

export const FunctionManifest = z.looseObject({
  /** also the Lambda function's name: letters, digits, - and _ */
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  title: z.string().min(1),
  description: z.string().min(1),
  /** AWS's own identifiers: nodejs22.x, python3.12 */
  runtime: z.string().regex(/^(nodejs|python3|provided)/),
  handler: z.string().min(1),
  input: JsonSchema,
  output: JsonSchema,
  /** example events with what they answer; where files are involved, placeholders are named in the function's tests */
  examples: z
    .array(z.object({ title: z.string().optional(), input: z.json(), output: z.json().optional() }))
    .default([]),
  /** seconds, AWS allows 1–900 */
  timeout: z.number().int().min(1).max(900).default(30),
  /** MB, AWS allows 128–10240 */
  memory: z.number().int().min(128).max(10_240).default(256),
  /** environment variables that it may see besides the runtime's own; nothing else of the server's is given */
  environment: z.array(z.string()).default([]),
  /** environment variables that hold secrets: the owner sets them in settings, and only this function receives them */
  secrets: z.array(z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/)).optional(),
  /** never in the file: those of its secrets that are not set here, as the catalogue tells */
  missingSecrets: z.array(z.string()).optional(),
  /** it calls others than the cloud's own services; else, where the local cloud can, it is given no network to do so */
  network: z.boolean().optional(),
  /** npm packages that cannot be bundled (native code): packed whole, for the target's platform */
  packages: z.array(z.string()).default([]),
  /** a lucide icon's name, and a word for grouping in the palette: images, text, data, music, files … */
  icon: z.string().optional(),
  category: z.string().default('other'),
  /** other words that people use for what it does; searched like the description */
  keywords: z.array(z.string()).default([]),
  /** a known fact about its effects: asked for before it is run twice or by surprise */
  effects: z.enum(['none', 'writes-files', 'sends']).default('none'),
});
export type FunctionManifest = z.infer<typeof FunctionManifest>;
