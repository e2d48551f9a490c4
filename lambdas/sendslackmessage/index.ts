import { FunctionError } from '../shared/errors';
import { text } from '../shared/input';
import { hidden, secret } from '../shared/secrets';
import { callWeb, textOf, webAddress } from '../shared/web';

export const handler = async (event: unknown): Promise<{ sent: boolean }> => {
  const words = text(event, 'text', { limit: 40_000 });
  const hook = secret('SLACK_WEBHOOK_URL', 'the address of an incoming webhook of Slack');
  if (!URL.canParse(hook) || !/^https?:/.test(hook))
    throw new FunctionError('NotConfigured', 'SLACK_WEBHOOK_URL is not a web address. Set it in Settings.');
  const answer = await callWeb(webAddress(hook, 'SLACK_WEBHOOK_URL'), {
    method: 'POST',
    trusted: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: words }),
  });
  if (answer.status !== 200) {
    throw new FunctionError(
      'SendFailed',
      `Slack answered ${answer.status}: ${hidden(textOf(answer)).slice(0, 200)}. Check SLACK_WEBHOOK_URL in Settings.`,
    );
  }
  return { sent: true };
};
