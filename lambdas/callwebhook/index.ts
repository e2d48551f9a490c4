import { FunctionError } from '../shared/errors';
import { fieldsOf, text } from '../shared/input';
import { callWeb, textOf, webAddress } from '../shared/web';

/** An answer that is no success fails the step, so that it is tried again or caught. */
export const handler = async (event: unknown): Promise<{ status: number; text: string }> => {
  const url = webAddress(text(event, 'url', { limit: 8000 }), 'url');
  const { data } = fieldsOf(event);
  if (data === undefined) throw new FunctionError('InvalidInput', '"data" is missing. Give it what is to be sent.');
  const answer = await callWeb(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(data),
  });
  if (answer.status >= 400) {
    throw new FunctionError(
      'SendFailed',
      `The webhook of ${url.host} answered ${answer.status}: ${textOf(answer).slice(0, 200)}`,
    );
  }
  return { status: answer.status, text: textOf(answer).slice(0, 1_000_000) };
};
