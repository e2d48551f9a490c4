/** JSON data, given as such or as a text. */
import { FunctionError } from './errors';
import { fieldsOf } from './input';

/** @throws FunctionError InvalidInput */
export function dataOf(event: unknown, field: string): unknown {
  const value = fieldsOf(event)[field];
  if (value === undefined) throw new FunctionError('InvalidInput', `"${field}" is missing. Give it the data.`);
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw new FunctionError(
      'InvalidInput',
      `"${field}" is a text that is not JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
}
