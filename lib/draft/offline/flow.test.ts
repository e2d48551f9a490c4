/** What no function does, and how steps follow one another: missing steps, loops, choices, waiting, trying again. */
import { expect, test } from 'vitest';
import { assemble } from '../assemble';
import type { AttachedFile, DraftPlan } from '../plan';
import { CATALOGUE, fn } from '../testing/catalogue';
import { lines } from '../testing/lines';
import { planOffline } from './index';

const NOW = new Date('2026-11-22T12:00:00');
const file = (name: string): AttachedFile => ({ name, mediaType: '', bytes: 10, uri: `s3://bucket/uploads/${name}` });
const plan = (prompt: string, files: string[] = [], manifests = CATALOGUE): DraftPlan =>
  planOffline({ prompt, files: files.map(file), manifests, now: NOW });

const MORE = [
  ...CATALOGUE,
  fn(
    'measure',
    'Measure picture',
    'Tells how big a picture is.',
    'picture image',
    'width integer: pixels; height integer',
  ),
  fn(
    'reformat',
    'Save as',
    'Saves a picture in another format.',
    'picture image; format png|webp|jpeg',
    'picture image',
  ),
  fn('countwords', 'Count words', 'Counts the words of a text.', 'text text', 'words integer'),
];

test.each<[string, string[], string[]]>([
  [
    'summarize the text of the pdf and fax it to +49 30 1234567',
    ['lease.pdf'],
    [
      'pdf2text(document=?document)',
      'summarize(text=@pdf2text.text)',
      'missing Fax it(summary=@summarize.summary, phone=+49 30 1234567)',
    ],
  ],
  ['fly me to the moon', [], ['missing Fly me to the moon()']],
  ['juggle the balls and dim the lights', [], ['missing Juggle the balls()', 'missing Dim the lights()']],
  [
    'Remove the background of the photo, then crop it to 100x80',
    ['me.png'],
    [
      'missing Remove the background of the photo(image=?image)',
      'cropPicture(picture=@missing.null, width=100, height=80)',
    ],
  ],
  ['Water the garden and tell Bob', [], ['missing Water the garden()', 'missing Tell Bob(name=Bob)']],
  [
    'Find order 4711 and print it',
    [],
    ['findOrder(order_number=4711)', 'missing Print it(customer_id=@findorder.customer_id)'],
  ],
  [
    'Sing the text of the attached document and summarize it',
    ['song.pdf'],
    [
      'pdf2text(document=?document)',
      'missing Sing the text of the attached document(text=@pdf2text.text)',
      'summarize(text=@missing.null)',
    ],
  ],
])('missing: %s', (prompt, files, expected) => expect(lines(plan(prompt, files))).toEqual(expected));

test('a missing step becomes a node that says so, with its values, and the rest of the workflow stands', () => {
  const made = plan('summarize the text of the pdf and fax it to +49 30 1234567', ['lease.pdf']);
  expect(made.steps.at(-1)).toMatchObject({ kind: 'missing', description: 'fax it to +49 30 1234567' });
  expect(made.notes.join()).toContain('fax it');
  const { document, diagnostics } = assemble(made, CATALOGUE);
  expect(document.graph.nodes.map(({ name }) => name)).toContain('Fax it');
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
    'FUNCTION_MISSING',
  ]);
});

test('the word for an attached file is never a value', () => {
  for (const prompt of [
    'summarize the pdf',
    'summarize the attached document',
    'summarize the content of the pdf file',
  ])
    expect(lines(plan(prompt, ['a.pdf']))).toEqual(['pdf2text(document=?document)', 'summarize(text=@pdf2text.text)']);
});

test.each<[string, string[], string[], Record<string, unknown>]>([
  [
    'for each picture in the list, make it black and white',
    [],
    ['loop ?pictures', 'each: to_grayscale(picture=each)'],
    { pictures: null },
  ],
  [
    'crop all the photos I upload to 200x200 and share links',
    ['a.jpg', 'b.jpg', 'c.jpg'],
    [
      'loop ?files',
      'each: cropPicture(picture=each, width=200, height=200)',
      'each: sharelink(file=@croppicture.picture)',
    ],
    { files: ['s3://bucket/uploads/a.jpg', 's3://bucket/uploads/b.jpg', 's3://bucket/uploads/c.jpg'] },
  ],
  [
    'Summarize every document',
    ['one.pdf'],
    ['loop ?documents', 'each: pdf2text(document=each)', 'each: summarize(text=@pdf2text.text)'],
    { documents: ['s3://bucket/uploads/one.pdf'] },
  ],
  ['For each order, refund it', [], ['loop ?orders', 'each: refund_order(order_number=each)'], { orders: null }],
])('loop: %s', (prompt, files, expected, inputs) => {
  const made = plan(prompt, files);
  expect(lines(made)).toEqual(expected);
  expect(Object.fromEntries(made.inputs.map(({ field, json }) => [field, json && JSON.parse(json)]))).toEqual(inputs);
  expect(made.inputs[0]!.type).toBe('array');
  expect(assemble(made, CATALOGUE).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.each<[string, string[]]>([
  [
    'If the picture is wider than 1000 pixels, crop it to 900x900, otherwise save it as webp.',
    [
      'if @measure.width > 1000',
      'measure(picture=?picture)',
      'then: cropPicture(picture=?picture, width=900, height=900)',
      'otherwise: reformat(picture=?picture, format=webp)',
    ],
  ],
  [
    'Make the picture black and white if it is taller than 300 pixels',
    ['if @measure.height > 300', 'measure(picture=?picture)', 'then: to_grayscale(picture=?picture)'],
  ],
  [
    'If the text has more than 500 words, summarize it.',
    ['if @countwords.words > 500', 'countwords(text=?text)', 'then: summarize(text=?text)'],
  ],
  [
    'Find order 88. If the total is over 100, refund it.',
    ['if @findorder.total > 100', 'findOrder(order_number=88)', 'then: refund_order(order_number=88)'],
  ],
])('choice: %s', (prompt, expected) => {
  const made = plan(prompt, [], MORE);
  expect(lines(made)).toEqual(expected);
  expect(assemble(made, MORE).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('"at the same time" makes two steps that wait for nothing of one another', () => {
  expect(lines(plan('crop the photo to 20x30 and at the same time detect the faces', ['a.png']))).toEqual([
    'cropPicture(picture=?picture, width=20, height=30)',
    'detectFaces(picture=?picture)',
  ]);
});

test.each<[string, { attempts: number; seconds: number | null }]>([
  ['refund order 7 and retry up to 4 times if it fails', { attempts: 4, seconds: null }],
  ['Refund order 7. If it fails, try again 5 times every 10 seconds.', { attempts: 5, seconds: 10 }],
])('retry: %s', (prompt, retry) => {
  const made = plan(prompt);
  expect(lines(made)).toEqual(['refund_order(order_number=7)']);
  expect(made.steps[0]).toMatchObject({ retry });
  const [task] = assemble(made, CATALOGUE).document.graph.nodes;
  expect(task?.kind === 'task' && task.retry?.at(-1)).toMatchObject({
    errorEquals: ['States.ALL'],
    maxAttempts: retry.attempts,
    intervalSeconds: retry.seconds ?? 1,
  });
});
