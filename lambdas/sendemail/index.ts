import { createTransport } from 'nodemailer';
import { FunctionError } from '../shared/errors';
import { readStored } from '../shared/files';
import { fieldsOf, list, optionalText, text } from '../shared/input';
import { addressesOf, distinct } from '../shared/lists';
import { hidden, secret } from '../shared/secrets';

/** bytes of all attachments; most servers take no more */
const ATTACHED_LIMIT = 20 * 1024 * 1024;
const ADDRESS = /^[^\s@,<>"]{1,64}@[^\s@,<>"]{1,255}$/;

/** SMTP_URL: smtps://name:password@mail.example.com:465 (or smtp://, which turns to TLS where the server offers it). */
export const handler = async (event: unknown): Promise<{ message_id: string; accepted: string[] }> => {
  const to = recipientsOf(text(event, 'to', { limit: 2000 }));
  const subject = text(event, 'subject', { limit: 300 }).replace(/\s+/g, ' ');
  const words = text(event, 'text', { empty: true });
  const html = optionalText(event, 'html');
  const server = secret('SMTP_URL', 'the mail server, such as smtps://name:password@mail.example.com');
  const from = secret('MAIL_FROM', 'the address that e-mails are sent from');
  if (!/^smtps?:\/\//.test(server) || !URL.canParse(server))
    throw new FunctionError('NotConfigured', 'SMTP_URL must begin with smtp:// or smtps://. Set it in Settings.');
  const attachments = await attachmentsOf(event);
  const transport = createTransport({
    url: server,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
  });
  try {
    const sent = await transport.sendMail({
      from,
      to,
      subject,
      text: words,
      ...(html ? { html } : {}),
      attachments,
      disableFileAccess: true, // a text that names a file or an address stays a text
      disableUrlAccess: true,
    });
    return { message_id: sent.messageId, accepted: sent.accepted.map(String) };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const what =
      code === 'EAUTH'
        ? 'the mail server refuses the name or password of SMTP_URL. Mend it in Settings.'
        : /^(ECONNECTION|ETIMEDOUT|EDNS|ESOCKET|ECONNREFUSED)$/.test(code)
          ? `the mail server of SMTP_URL cannot be reached (${code}). Check it in Settings.`
          : `the mail server says: ${hidden(message).slice(0, 300)}`;
    throw new FunctionError('SendFailed', `The e-mail to ${to.join(', ').slice(0, 200)} was not sent: ${what}`);
  } finally {
    transport.close();
  }
};

function recipientsOf(given: string): string[] {
  const all = given
    .split(/[,;]/)
    .map((one) => one.trim())
    .filter(Boolean);
  const wrong = all.find((one) => !ADDRESS.test(one));
  if (wrong !== undefined || all.length === 0 || all.length > 50) {
    throw new FunctionError(
      'InvalidInput',
      wrong === undefined
        ? '"to" takes from 1 to 50 addresses.'
        : `"to" has "${wrong.slice(0, 100)}", which is no e-mail address.`,
    );
  }
  return all;
}

async function attachmentsOf(event: unknown) {
  if (fieldsOf(event).attachments === undefined || fieldsOf(event).attachments === null) return [];
  const entries = list(event, 'attachments', 20);
  if (entries.length === 0) return [];
  let room = ATTACHED_LIMIT;
  const files = [];
  for (const uri of addressesOf(entries, 'attachments')) {
    const file = await readStored(uri, 'attachments', Math.max(1, room));
    room -= file.bytes.length;
    files.push(file);
  }
  const names = distinct(files.map(({ name }) => name));
  return files.map(({ bytes, mediaType }, i) => ({
    filename: names[i]!,
    content: Buffer.from(bytes),
    contentType: mediaType,
  }));
}
