import { expect, test } from 'vitest';
import { partOf, type WriteRequest, writeFunction, writtenFrom } from './write-function';

const good = {
  description: 'Turns a text round.',
  input: '{"type":"object","required":["text"],"properties":{"text":{"type":"string","title":"Text"}}}',
  output: '{"type":"object","required":["reversed"],"properties":{"reversed":{"type":"string"}}}',
  example: { input: '{"text":"abc"}', output: '{"reversed":"cba"}' },
  handler: "export const handler = async ({ text }) => ({ reversed: [...text].reverse().join('') });",
  test: "import { test } from 'node:test';",
  network: false,
  effects: 'none',
  secrets: [],
};
const request: WriteRequest = {
  name: 'reverse-a-text',
  wish: {
    title: 'Reverse a text',
    description: 'reverse the text',
    input: { type: 'object', required: ['text'], properties: { text: { type: 'string', title: 'Text' } } },
    output: { type: 'object', required: ['reversed'], properties: { reversed: { type: 'string' } } },
  },
  secrets: ['SMTP_URL'],
};
/** Answers one text after another, and keeps what it was asked. */
function scripted(...answers: string[]) {
  const asked: string[] = [];
  const complete = async ({ user, onText }: { user: string; onText?: ((text: string) => void) | undefined }) => {
    asked.push(user);
    const text = answers[Math.min(asked.length, answers.length) - 1]!;
    for (let at = 20; at < text.length; at += 20) onText?.(text.slice(0, at));
    return text;
  };
  return { asked, complete };
}
const changed = (change: object) => JSON.stringify({ ...good, ...change });
const faultsOf = (change: object) => {
  const read = writtenFrom(changed(change), request);
  return 'faults' in read ? read.faults.join(' ') : 'none';
};

test('handler, test and manifest come out, with the types of the step', async () => {
  const { complete } = scripted(`Here it is:\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\``);
  const seen: string[] = [];
  const answer = await writeFunction(request, { complete, onSource: (source) => seen.push(source) });
  if (!answer.ok) throw new Error(answer.reason);
  expect(answer.written.files.map(({ file }) => file)).toEqual(['index.mjs', 'index.test.mjs', 'function.json']);
  expect(answer.written.manifest).toMatchObject({
    name: 'reverse-a-text',
    title: 'Reverse a text',
    input: { required: ['text'], properties: { text: { type: 'string' } } },
    output: { required: ['reversed'] },
    examples: [{ input: { text: 'abc' }, output: { reversed: 'cba' } }],
    effects: 'none',
  });
  expect(answer.written.manifest.stub).toBeUndefined();
  expect(answer.written.alerts).toEqual([]);
  expect(seen.length).toBeGreaterThan(3);
  expect(good.handler.startsWith(seen[0]!)).toBe(true);
});

test('what is wrong is said to the model, which mends it', async () => {
  const { asked, complete } = scripted('I like trains.', changed({ handler: 'export const run = 1;' }), changed({}));
  expect((await writeFunction(request, { complete })).ok).toBe(true);
  expect(asked).toHaveLength(3);
  expect(asked[1]).toContain('not a JSON object');
  expect(asked[2]).toContain('exports no function named handler');
});

test('after two corrections it is left, with the reason; so is a model that fails', async () => {
  const { asked, complete } = scripted('I like trains.');
  const answer = await writeFunction(request, { complete });
  expect(answer).toEqual({ ok: false, reason: expect.stringContaining('not a JSON object') });
  expect(asked).toHaveLength(3);
  const broken = async () => {
    throw new Error('The line is dead.');
  };
  expect(await writeFunction(request, { complete: broken })).toEqual({ ok: false, reason: 'The line is dead.' });
  expect((await writeFunction(request, {})).ok).toBe(false);
});

test('what the caller finds wrong with it is repaired as well', async () => {
  const { asked, complete } = scripted(changed({}));
  const answer = await writeFunction(request, { complete, check: async () => ['It cannot be packed: line 3.'] });
  expect(answer).toEqual({ ok: false, reason: expect.stringContaining('It cannot be packed: line 3.') });
  expect(asked[1]).toContain('line 3');
});

test.each([
  ['an import of files of the machine', { handler: `import fs from 'node:fs';\n${good.handler}` }, 'node:fs'],
  ['a secret of another function', { secrets: ['SMTP_URL'] }, 'SMTP_URL belongs to other functions'],
  ['the key of the model', { secrets: ['OPENAI_API_KEY'] }, 'OPENAI_API_KEY belongs to other functions'],
  ['a schema that is none', { input: 'text' }, '"input" is not JSON text'],
  [
    'an input that nobody gives',
    { input: JSON.stringify({ required: ['text', 'card'], properties: { card: { type: 'string' } } }) },
    'asks for "card"',
  ],
  ['a field too few', { handler: undefined }, '"handler"'],
])('%s is refused', (_, change, reason) => expect(faultsOf(change)).toContain(reason));

test('a model that says less of the schemas takes nothing from them, and other types change none', () => {
  const read = writtenFrom(
    changed({
      input: '{"properties":{"text":{"type":"number","description":"What to turn."}}}',
      output: '{}',
    }),
    request,
  );
  if ('faults' in read) throw new Error(read.faults.join());
  expect(read.written.manifest).toMatchObject({
    input: { required: ['text'], properties: { text: { type: 'string', description: 'What to turn.' } } },
    output: { required: ['reversed'], properties: { reversed: { type: 'string' } } },
  });
});

test('what it would reach is said: calls, addresses that nobody wrote, its secrets', () => {
  const handler = `import { callWeb, webAddress } from 'action-engine/web';
export const handler = async () => callWeb(webAddress('https://evil.example/x', 'url'));`;
  const read = writtenFrom(changed({ handler, network: false, secrets: ['PIZZA_KEY'], effects: 'sends' }), request);
  if ('faults' in read) throw new Error(read.faults.join());
  expect(read.written.manifest).toMatchObject({ network: true, secrets: ['PIZZA_KEY'], effects: 'sends' });
  expect(read.written.alerts.join(' ')).toMatch(/calls other machines.*https:\/\/evil\.example\/x.*PIZZA_KEY/);
});

test('a text that is still being written is read as far as it is there, escapes too', () => {
  const whole = '{"description":"x","handler":"a \\"b\\"\\n\\u0041 c\\\\","test":""}';
  const source = 'a "b"\nA c\\';
  for (let at = 0; at <= whole.length; at++) {
    const part = partOf(whole.slice(0, at), 'handler');
    if (part !== null) expect(source.startsWith(part)).toBe(true);
  }
  expect(partOf(whole, 'handler')).toBe(source);
});
