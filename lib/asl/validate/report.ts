/** Collects what is wrong with a definition, in the shape of AWS's ValidateStateMachineDefinition. */
import { isObject, type Json } from '@/lib/base/json';

export type AslCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

/**
 * `message` is AWS's own wording where it is known; `hint`, which AWS does not give, says what to do next.
 * `location` is written as AWS does, `/States/Check/Choices[0]/Next`; `null` when the problem is the whole definition's.
 */
export type AslDiagnostic = {
  severity: 'ERROR' | 'WARNING';
  code: AslCode;
  message: string;
  location: string | null;
  hint: string;
};

const TYPES = {
  STRING: (value: unknown) => typeof value === 'string',
  INTEGER: (value: unknown) => typeof value === 'number' && Number.isInteger(value),
  NUMBER: (value: unknown) => typeof value === 'number',
  BOOLEAN: (value: unknown) => typeof value === 'boolean',
  ARRAY: (value: unknown) => Array.isArray(value),
  OBJECT: isObject,
  NULL: (value: unknown) => value === null,
};
type JsonType = keyof typeof TYPES;

/** A place in a definition. */
export class Place {
  constructor(readonly text: string) {}
  field(name: string): Place {
    return new Place(`${this.text === '/' ? '' : this.text}/${name}`);
  }
  item(index: number): Place {
    return new Place(`${this.text}[${index}]`);
  }
}
export const ROOT = new Place('/');

export class Report {
  readonly diagnostics: AslDiagnostic[] = [];

  add(code: AslCode, message: string, at: Place | null, hint: string): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location: at?.text ?? null, hint });
  }

  schema(message: string, at: Place, hint: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', message, at, hint);
  }

  required(fields: string[], at: Place): void {
    this.schema(
      `These fields are required: [${fields.join(', ')}]`,
      at,
      `Add ${fields.map((field) => `"${field}"`).join(', ')} here.`,
    );
  }

  unsupported(field: string, at: Place, what: string): void {
    this.schema(`Field '${field}' is not supported`, at, `Remove "${field}": ${what} has no such field.`);
  }

  /** @returns whether the value is of one of the types; says so when not */
  type(value: Json | undefined, types: JsonType[], at: Place): boolean {
    if (types.some((type) => TYPES[type](value))) return true;
    this.schema(
      `Expected value of type [${types.join(', ')}]`,
      at,
      `Write a value of type ${types.join(' or ').toLowerCase()} here.`,
    );
    return false;
  }

  oneOf(value: Json | undefined, allowed: readonly string[], at: Place): boolean {
    if (!this.type(value, ['STRING'], at)) return false;
    if (allowed.includes(value as string)) return true;
    this.schema(
      `Value should be one of the following: [${allowed.join(', ')}]`,
      at,
      `Write one of ${allowed.join(', ')}, with this spelling.`,
    );
    return false;
  }

  /** At most one of two ways to say the same. */
  exclusive(holder: object, fields: readonly string[], at: Place): void {
    const present = fields.filter((field) => Object.hasOwn(holder, field));
    if (present.length > 1) {
      this.schema(
        `Only one of these fields is allowed: [${present.join(', ')}]`,
        at,
        `Keep one of ${present.join(', ')} and remove the others.`,
      );
    }
  }
}
