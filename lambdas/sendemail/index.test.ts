import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const mails: { from: string; to: string[]; raw: string }[] = [];
const server = new SMTPServer({
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _session, done) =>
    password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
  onRcptTo: ({ address }, _session, done) => done(address.startsWith('nobody') ? new Error('no such mailbox') : null),
  onData: (stream, session, done) => {
    let raw = '';
    stream.on('data', (chunk: Buffer) => {
      raw += chunk.toString('utf8');
    });
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw });
      done();
    });
  },
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  process.env.SMTP_URL = `smtp://me:right@127.0.0.1:${port}`;
  process.env.MAIL_FROM = 'Me <me@example.com>';
});
const mail = { to: 'anna@example.com', subject: 'Your report', text: 'Here it is.' };

test('the server gets the e-mail with its attachment', async () => {
  const attachments = [await cloud.put('report.txt', 'figures', 'text/plain')];
  const sent = await handler({ ...mail, to: 'anna@example.com, bob@example.com', attachments });
  expect(sent.accepted).toEqual(['anna@example.com', 'bob@example.com']);
  const got = mails.at(-1)!;
  expect(got).toMatchObject({ from: 'me@example.com', to: ['anna@example.com', 'bob@example.com'] });
  expect(got.raw).toContain('Subject: Your report');
  expect(got.raw).toContain('filename=report.txt');
  expect(got.raw).toContain(Buffer.from('figures').toString('base64'));
});

test('no header can be slipped in through the subject, no second one through the recipient', async () => {
  await handler({ ...mail, subject: 'Hi\r\nBcc: eve@example.com' });
  expect(mails.at(-1)!.raw).not.toMatch(/^Bcc:/m);
  expect(mails.at(-1)!.to).toEqual(['anna@example.com']);
  await expect(handler({ ...mail, to: 'anna@example.com\r\nBcc: eve@example.com' })).rejects.toThrow(
    'no e-mail address',
  );
});

test('what goes wrong is told, without the password', async () => {
  await expect(handler({ ...mail, to: 'nobody@example.com' })).rejects.toMatchObject({
    name: 'SendFailed',
    message: expect.stringContaining('no such mailbox'),
  });
  process.env.SMTP_URL = `smtp://me:hunter2@127.0.0.1:${port}`;
  const refused = (await handler(mail).catch((error: Error) => error)) as Error;
  expect(refused.message).toContain('refuses the name or password');
  expect(refused.message).not.toContain('hunter2');
  process.env.SMTP_URL = 'smtp://127.0.0.1:1';
  await expect(handler(mail)).rejects.toThrow('cannot be reached');
  delete process.env.SMTP_URL;
  await expect(handler(mail)).rejects.toMatchObject({
    name: 'NotConfigured',
    message: expect.stringContaining('SMTP_URL'),
  });
});
