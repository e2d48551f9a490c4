import { FunctionError } from '../shared/errors';
import { fieldsOf, oneOf, text } from '../shared/input';
import { callWeb, textOf, webAddress } from '../shared/web';

type Answer = { status: number; headers: Record<string, string>; text: string; data: unknown };
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const;

/** Any answer is a result, a 404 too; only where there is none, the call fails. */
export const handler = async (event: unknown): Promise<Answer> => {
  const url = webAddress(text(event, 'url', { limit: 8000 }), 'url');
  const method = oneOf(event, 'method', METHODS, 'get').toUpperCase();
  const headers = headersOf(fieldsOf(event).headers);
  const { body: given } = fieldsOf(event);
  const hasBody = given !== undefined && given !== null && method !== 'GET' && method !== 'HEAD';
  const body = typeof given === 'string' ? given : JSON.stringify(given);
  if (hasBody && typeof given !== 'string' && !('content-type' in headers))
    headers['content-type'] = 'application/json';
  const answer = await callWeb(url, { method, headers, ...(hasBody ? { body } : {}) });
  const words = textOf(answer);
  let data: unknown = null;
  try {
    data = JSON.parse(words);
  } catch {
    // not JSON: the text is the answer
  }
  return { status: answer.status, headers: answer.headers, text: words, data };
};

function headersOf(given: unknown): Record<string, string> {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw new FunctionError('InvalidInput', '"headers" must be an object with a text for each name.');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        throw new FunctionError('InvalidInput', `"headers" has "${name}", which must be a text.`);
      if (/^(host|content-length|transfer-encoding|connection)$/i.test(name))
        throw new FunctionError('InvalidInput', `"headers" has "${name}", which is set by itself. Leave it out.`);
      return [name.toLowerCase(), String(value)];
    }),
  );
}
