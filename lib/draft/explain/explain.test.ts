import { expect, test } from 'vitest';
import { draft } from '../draft';
import { applyEdits } from '../edit/apply';
import { CATALOGUE, fn } from '../testing/catalogue';
import { explainDraft } from './explain';
import { swapPlan } from './swap';

const NOW = new Date('2030-01-01');
const drafted = (prompt: string) => draft({ prompt, files: [], manifests: CATALOGUE, now: NOW, planner: 'offline' });

test('each step tells its words, where they stand, why this function, and where each argument is from', async () => {
  const prompt = 'Please find order 4711 and refund it.';
  const { explanation, document } = await drafted(prompt);
  const [find, refund] = explanation.steps;
  expect(find).toMatchObject({ taken: 'findOrder', asked: [{ text: 'find order 4711' }] });
  const [span] = find!.asked;
  expect(prompt.slice(span!.start, span!.end)).toBe('find order 4711');
  expect(find!.why).toContain('“order”');
  expect(find!.arguments[0]).toMatchObject({ value: '4711', origin: 'prompt', said: '4711' });
  expect(refund).toMatchObject({ taken: 'refund_order', asked: [{ text: 'refund it' }] });
  expect(explanation.steps.map(({ node }) => node)).toEqual(document.graph.nodes.map(({ id }) => id));
  expect(explanation.unplaced).toEqual([]);
});

test('words that led to nothing are told where they stand; neighbours are one', async () => {
  const prompt = 'Find order 4711 in a purple submarine and refund it before breakfast.';
  const { explanation } = await drafted(prompt);
  expect(explanation.unplaced.map(({ text }) => text)).toEqual(['purple submarine', 'breakfast']);
  for (const { text, start, end } of explanation.unplaced) expect(prompt.slice(start, end)).toBe(text);
});

test('what another step gives, and what a person is asked for, is told as that', async () => {
  const { explanation } = await drafted('Crop the picture to 300 x 200 and make a share link');
  const origins = explanation.steps.flatMap((step) => step.arguments.map(({ origin }) => origin));
  expect(origins).toEqual(expect.arrayContaining(['prompt', 'step', 'input']));
});

test('an address that went nowhere is told whole', async () => {
  const { document, explanation } = await drafted('Find order 4711 at https://shop.example/a?b=1.');
  expect(JSON.stringify(document.graph)).not.toContain('shop.example');
  expect(explanation.unplaced.map(({ text }) => text)).toEqual(['https://shop.example/a?b=1']);
});

test('at most two questions, the most unsure first; what is done elsewhere and what is not there is no choice', async () => {
  const { plan, document } = await drafted('Find order 4711 and refund it.');
  const ids = document.graph.nodes.map(({ id }) => id);
  const step = (id: string, confidence: number, alternatives: string[]) => ({
    ...plan.steps[0]!,
    id,
    kind: 'function' as const,
    functionName: 'findOrder',
    arguments: [],
    confidence,
    alternatives,
  });
  const asks = (step: string, ...options: string[]) => ({ id: step, step, text: '?', options, default: 'findOrder' });
  const made = explainDraft({
    prompt: 'Find order 4711',
    manifests: CATALOGUE,
    by: 'model',
    nodes: { a: ids[0]!, b: ids[1]!, c: 'c', d: 'd', e: 'e' },
    plan: {
      ...plan,
      questions: [asks('a', 'refund_order', 'sendmail'), asks('b', 'sendmail', 'ghost'), asks('e', 'sendmail')],
      steps: [
        step('a', 0.6, []),
        step('b', 0.5, []),
        step('c', 0.4, ['ghost', 'findOrder']),
        step('d', 0.9, ['sendmail']),
        step('e', 0.64, []),
      ],
    },
  });
  expect(made.questions.map(({ id }) => id)).toEqual(['which_b', 'which_a']);
  expect(made.questions[0]!.options.map(({ name }) => name)).toEqual(['findOrder', 'sendmail']);
  expect(made.questions[1]!.options.map(({ name }) => name)).toEqual(['findOrder', 'refund_order', 'sendmail']);
});

// A catalogue of two that could be meant, and of some that could not.
const DATES = [
  fn('addDays', 'Add days', 'Gives the date some days after another.', 'start date; days integer', 'date date'),
  fn(
    'daysBetween',
    'Days between',
    'Counts the days from one date to another.',
    'start date; end date',
    'days integer',
  ),
  fn('dayName', 'Name of a day', 'Tells the day of the week.', 'start date', 'name text'),
  fn('mergePapers', 'Merge papers', 'Joins papers into one.', 'first pdf; second pdf', 'paper pdf'),
];
const ask = (because: string, given: Record<string, unknown>, alternatives: string[], confidence = 0.57) => {
  const arguments_ = Object.entries(given).map(([name, value]) => ({
    name,
    from: { kind: 'literal' as const, json: JSON.stringify(value) },
    because: String(value),
  }));
  const common = { id: 'a', title: 'A', inside: null, after: [], because, kind: 'function' as const };
  return explainDraft({
    prompt: because,
    manifests: DATES,
    nodes: { a: 'n' },
    by: 'offline',
    plan: {
      title: 'T',
      inputs: [],
      notes: [],
      questions: [],
      result: null,
      steps: [{ ...common, functionName: 'daysBetween', arguments: arguments_, alternatives, confidence }],
    },
  }).questions.flatMap(({ options }) => options.map(({ name }) => name));
};

test('a question is asked where another function is as near to the words, and takes what they give', () => {
  expect(ask('what is 45 days after 2030-03-01', { start: '2030-03-01' }, ['addDays', 'mergePapers'])).toEqual([
    'daysBetween',
    'addDays',
  ]);
});

test.each([
  ['it could not take both dates', { start: '2030-01-01', end: '2030-02-01' }, ['addDays', 'dayName'], 0.57],
  ['the words do not speak of it', { start: '2030-01-01' }, ['mergePapers'], 0.57],
  ['the choice is sure', { start: '2030-01-01' }, ['addDays'], 0.9],
])('none is asked where %s', (_, given, alternatives, confidence) =>
  expect(ask('how many days are between those dates', given, alternatives, confidence)).toEqual([]),
);

test('a step that nobody asked for says what needs it; a missing one, what is missing', async () => {
  const { explanation } = await drafted('Defragment the flux capacitor.');
  for (const step of explanation.steps) expect(step.why.length).toBeGreaterThan(10);
  expect(explanation.steps.some(({ taken }) => taken === null)).toBe(true);
});

test('another function takes a step over: what was given stays, what only it takes is read from the words', async () => {
  const { document, explanation } = await drafted('Find order 4711 and refund it.');
  const { node, asked } = explanation.steps[1]!;
  const before = structuredClone(document);
  const swap = (functionName: string, words: string) =>
    applyEdits(document, swapPlan({ document, node, functionName, words, manifests: CATALOGUE, now: NOW }), CATALOGUE);
  const made = swap('sendmail', 'send an e-mail saying "hello" to ann@example.com');
  expect(made.outcomes).toMatchObject([{ status: 'done' }]);
  const text = JSON.stringify(made.document.graph.nodes.find(({ id }) => id === node));
  expect(text).toContain('sendmail');
  expect(text).toContain('ann@example.com');
  expect(document).toEqual(before);
  expect(swap('ghost', asked[0]!.text).outcomes).toMatchObject([{ status: 'refused' }]);
  // There and back again: the same function with the same values.
  const back = applyEdits(
    made.document,
    swapPlan({
      document: made.document,
      node,
      functionName: 'refund_order',
      words: 'refund order 4711',
      manifests: CATALOGUE,
      now: NOW,
    }),
    CATALOGUE,
  );
  expect(JSON.stringify(back.document.graph.nodes.find(({ id }) => id === node))).toContain('4711');
});
