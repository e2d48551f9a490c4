/** Workflows and runs that a picture is worth: one that was drafted, one that failed and why, many items, an answer of a model. */
import type { Browser } from 'playwright/test';
import type { Api } from './api';
import { Editor } from './editor';
import { Home } from './home';

export type Stories = {
  music: string;
  why: string;
  wrong: string;
  versions: string;
  conflict: string;
  code: string;
  drafted: string;
  missing: string;
  seen: Record<'music' | 'why' | 'varied' | 'heat' | 'picture', string>;
  /** what a model answers: a draft, changes, a function */
  plan: string;
  edits: string;
  written: string;
};

const invoke = (FunctionName: string, Payload: object, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName, Payload },
  Output: '{% $states.result.Payload %}',
  ...more,
});
const machine = (States: Record<string, object>) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
});
const FILES = [
  ['Orders of the whole year with every customer and every piece, as exported.csv', 'text/csv'],
  ['menu.pdf', 'application/pdf'],
  ['greeting.mp3', 'audio/mpeg'],
  ['settings.json', 'application/json'],
  ['photos.zip', 'application/zip'],
] as const;
/** Refuses orders of more than ten pieces. */
const ORDER = machine({
  'Take the order': {
    Type: 'Pass',
    Output: { pieces: '{% $states.input.pieces %}' },
    Assign: { order: { customer: '{% $states.input.customer %}', pieces: '{% $states.input.pieces %}' } },
    Next: 'Check the stock',
  },
  'Check the stock': {
    Type: 'Pass',
    Output: {
      pieces: '{% $states.input.pieces > 10 ? $error("Only 10 pieces are in stock") : $states.input.pieces %}',
      customer: '{% $order.customer %}',
    },
    Next: 'Send the bill',
  },
  'Send the bill': { Type: 'Pass', Output: { bill: '{% $states.input %}' }, End: true },
});
const VARIED = machine({
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Read the weather', States: { 'Read the weather': { Type: 'Pass', End: true } } },
      { StartAt: 'Wait for the news', States: { 'Wait for the news': { Type: 'Wait', Seconds: 1, End: true } } },
    ],
    Next: 'Ask a shaky service',
  },
  'Ask a shaky service': {
    Type: 'Parallel',
    Branches: [{ StartAt: 'Break', States: { Break: { Type: 'Fail', Error: 'Busy', Cause: 'Come back later' } } }],
    Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Each reader' }],
    Next: 'Each reader',
  },
  'Each reader': {
    Type: 'Map',
    Items: '{% [1..30] %}',
    MaxConcurrency: 5,
    ItemProcessor: {
      StartAt: 'Write a letter',
      States: {
        'Write a letter': { Type: 'Pass', Output: { n: '{% $states.input %}' }, Next: 'Post it' },
        'Post it': { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true },
      },
    },
    End: true,
  },
});
const HEAT = machine({
  'Each customer': {
    Type: 'Map',
    Items: '{% [1..400].{"customer": "C-" & $} %}',
    MaxConcurrency: 40,
    ItemProcessor: {
      StartAt: 'Check the address',
      States: {
        'Check the address': {
          Type: 'Pass',
          Output: '{% $states.input.customer = "C-207" ? $error("This customer has no address") : $states.input %}',
          End: true,
        },
      },
    },
    End: true,
  },
});
const CODE = machine({
  'Make QR code': invoke(
    'makeqrcode',
    { text: 'https://example.com/menu' },
    { Assign: { code: '{% $states.result.Payload %}' }, Next: 'Rotate image' },
  ),
  'Rotate image': invoke('rotateimage', { image: '{% $code.image %}', degrees: 90 }, { End: true }),
});
const WRONG = machine({
  Turn: invoke('rotateimage', { degrees: '90' }, { Next: 'Store it' }),
  'Store it': invoke('no-such-function', {}, { End: true }),
});
const GREETING = machine({
  Greet: { Type: 'Pass', Output: { message: 'Hello' }, Next: 'Done' },
  Done: { Type: 'Succeed' },
});

const step = (
  id: string,
  title: string,
  functionName: string,
  values: Record<string, object>,
  because: string | null = null,
) => ({
  id,
  title,
  kind: 'function',
  functionName,
  inside: null,
  after: [],
  because,
  alternatives: [],
  confidence: 0.9,
  arguments: Object.entries(values).map(([name, from]) => ({ name, from, because: null })),
});
const plan = (title: string, steps: object[], result: object, more: object = {}) =>
  JSON.stringify({ title, steps, inputs: [], result, notes: [], questions: [], ...more });
const MENU = plan(
  'A QR code of the menu',
  [
    step(
      'code',
      'Make QR code',
      'makeqrcode',
      { text: { kind: 'literal', json: '"https://example.com/menu"' } },
      'you asked for a QR code',
    ),
    step('link', 'Generate public URL', 'generatepublicurl', { file: { kind: 'step', step: 'code', field: 'image' } }),
  ],
  { kind: 'step', step: 'link', field: null },
);
const TURN = plan(
  'Words turned round',
  [
    {
      id: 'turn',
      title: 'Turn words round',
      kind: 'missing',
      description: 'turn the words of a text round',
      inside: null,
      after: [],
      because: null,
      arguments: [{ name: 'text', from: { kind: 'literal', json: '"to be or not"' }, because: null }],
    },
  ],
  { kind: 'step', step: 'turn', field: null },
);
const EDITS = JSON.stringify({
  edits: [
    { id: 'a', kind: 'remove', step: 'Rotate image' },
    {
      id: 'b',
      kind: 'set',
      step: 'Make QR code',
      argument: 'size',
      from: { kind: 'literal', json: '512' },
      because: 'you asked for 512',
    },
    {
      id: 'c',
      kind: 'add',
      title: 'Generate public URL',
      functionName: 'generatepublicurl',
      place: { where: 'end', step: null },
    },
  ],
  inputs: [],
  answer: null,
  notes: [],
});
const WRITTEN = JSON.stringify({
  description: 'Turns the words of a text round.',
  input: '{"type":"object","required":["text"],"properties":{"text":{"type":"string","title":"Text"}}}',
  output: '{"type":"object","required":["result"],"properties":{"result":{"type":"string","title":"Turned"}}}',
  example: { input: '{"text":"one two three"}', output: '{"result":"three two one"}' },
  handler:
    "/** Turns the words of a text round. */\nexport const handler = async ({ text }) => {\n  const words = text.split(/\\s+/).filter(Boolean);\n  return { result: words.reverse().join(' ') };\n};\n",
  test: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from './index.mjs';
test('turns words', async () => assert.deepEqual(await handler({ text: 'a b' }), { result: 'b a' }));
`,
  network: true,
  effects: 'none',
  secrets: [],
});

type Run = { id: string; status: string };

/** Before there is a model: what the offline planner drafts, and all that needs no draft. */
export async function tell(api: Api, browser: Browser, origin: string): Promise<Stories> {
  const ran = async (workflow: string, input: object = {}): Promise<string> => {
    const { id } = (await api.call('POST', `/workflows/${workflow}/runs`, input)).body as Run;
    for (let tries = 0; tries < 200; tries++) {
      if (((await api.call('GET', `/runs/${id}`)).body as Run).status !== 'RUNNING') break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return id;
  };
  const [why, varied, heat, versions] = [
    await api.saveDefinition('Orders of pieces', ORDER),
    await api.saveDefinition('Letters to every reader', VARIED),
    await api.saveDefinition('Addresses of all customers', HEAT),
    await api.saveDefinition('A greeting that changed', GREETING),
  ];
  for (const [name, mediaType] of FILES) {
    const { body } = await api.call('POST', '/files', { name, mediaType, bytes: 5 });
    const { url, headers } = body as { url: string; headers: Record<string, string> };
    await fetch(url, { method: 'PUT', headers, body: 'a,b\n1' });
  }
  await ran(why, { customer: { name: 'Ada', mail: 'ada@example.com' }, pieces: 4 });
  const page = await browser.newPage();
  const drafted = async (wish: string) => {
    const home = new Home(page, origin);
    await home.open();
    await home.draft(wish);
    return new URL(page.url()).pathname.split('/').at(-1)!;
  };
  const music = await drafted('It will be perfect if you play music that matches my mood. This is Anna.');
  const menu = await drafted('Make a QR code for "https://example.com/menu" and give me a public link');
  const unsure = await drafted('Convert the picture I upload to webp and give me a public link');
  await page.goto(`${origin}/workflows/${versions}`);
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Versions…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the version' }).fill('As it was');
  await dialog.getByRole('textbox', { name: 'Name of the version' }).press('Enter');
  await dialog.getByRole('button', { name: /^As it was/ }).waitFor();
  await page.keyboard.press('Escape');
  await new Editor(page).select('Done');
  await page.keyboard.press('Delete');
  await new Editor(page).saved();
  await page.close();
  return {
    music,
    why,
    versions,
    drafted: unsure,
    missing: '',
    wrong: await api.saveDefinition('A picture that cannot be turned', WRONG),
    conflict: await api.saveDefinition('A greeting of two authors', GREETING),
    code: await api.saveDefinition('A QR code of the menu', CODE),
    seen: {
      music: await ran(music),
      why: await ran(why, { customer: { name: 'Ada', mail: 'ada@example.com' }, pieces: 40 }),
      varied: await ran(varied),
      heat: await ran(heat),
      picture: await ran(menu),
    },
    plan: MENU,
    edits: EDITS,
    written: WRITTEN,
  };
}

/** With a model that answers so: a draft with a step that no function does. @returns its workflow */
export const TURNED = { kind: 'text', text: TURN } as const;
