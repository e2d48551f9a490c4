import Mustache from 'mustache';
import { FunctionError } from '../shared/errors';
import { fieldsOf, text } from '../shared/input';

/** A plain text comes out: nothing is escaped as for a page. */
export const handler = async (event: unknown): Promise<{ text: string }> => {
  const template = text(event, 'template', { limit: 500_000 });
  const { values } = fieldsOf(event);
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new FunctionError('InvalidInput', '"values" must be an object with a value for each placeholder.');
  }
  try {
    return { text: Mustache.render(template, values, {}, { escape: String }) };
  } catch (error) {
    throw new FunctionError(
      'BadTemplate',
      `The template cannot be read: ${error instanceof Error ? error.message : error}. Check its braces.`,
      { cause: error },
    );
  }
};
