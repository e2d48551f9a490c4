import { type Schema, Validator } from '@cfworker/json-schema';
import { FunctionError } from '../shared/errors';
import { fieldsOf } from '../shared/input';
import { dataOf } from '../shared/json';

type Fault = { place: string; message: string };

/** Checked by an interpreter: nothing of a stranger's schema is turned into code. */
export const handler = async (event: unknown): Promise<{ valid: boolean; errors: Fault[] }> => {
  const data = dataOf(event, 'data');
  const { schema } = fieldsOf(event);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new FunctionError('InvalidInput', '"schema" must be a JSON Schema, such as {"type": "object"}.');
  try {
    const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(data);
    // "does not match properties" is told by what it consists of
    const telling = errors.filter(
      ({ keyword }) => !['properties', 'items', '$ref', 'allOf', 'prefixItems'].includes(keyword),
    );
    const faults = telling.length > 0 ? telling : errors;
    return {
      valid,
      errors: faults
        .slice(0, 200)
        .map(({ instanceLocation, error }) => ({ place: instanceLocation.slice(1) || '/', message: error })),
    };
  } catch (error) {
    throw new FunctionError(
      'BadSchema',
      `"schema" is not a JSON Schema: ${String(error instanceof Error ? error.message : error)
        .split('\n')[0]
        ?.replace(/\.$/, '')}.`,
      { cause: error },
    );
  }
};
