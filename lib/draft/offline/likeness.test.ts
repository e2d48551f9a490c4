/** What likeness counts for. The planner is pure: a table of numbers is all that it needs of a model. */
import { expect, test } from 'vitest';
import { type DraftRequest, draft } from '../draft';
import { CATALOGUE, fn } from '../testing/catalogue';
import { type Compare, type Likeness, namedText, planOffline, textsToCompare } from '.';
import { MOST_COMPARED } from './likeness';

const NOW = new Date('2026-11-22T12:00:00');
const ZIP = fn('packfolder', 'Pack folder', 'Packs files into one compressed archive.', 'files texts', 'archive file');
const WIPE = fn('wipedisk', 'Wipe disk', 'Overwrites everything that a disk holds.', 'device text', 'done boolean');
const MANIFESTS = [...CATALOGUE, ZIP, WIPE];
const PROMPT = 'Squash my belongings';

/** Likeness of every text to the functions of a table; to all others 0.1. */
const table =
  (likes: Record<string, number>): Likeness =>
  (_, name) =>
    likes[name] ?? 0.1;
const plan = (prompt: string, likeness?: Likeness | null, manifests = MANIFESTS) =>
  planOffline({ prompt, files: [], manifests, now: NOW, likeness });
const request: DraftRequest = { prompt: PROMPT, files: [], manifests: MANIFESTS, now: NOW, planner: 'offline' };
const answering =
  (likeness: Likeness | null, note: string | null = null): Compare =>
  async () => ({ likeness, note });

test('a request that shares no word with any function is missing without likeness', () => {
  expect(plan(PROMPT).steps.map(({ kind }) => kind)).toEqual(['missing']);
  expect(plan(PROMPT, null)).toEqual(plan(PROMPT));
  expect(plan(PROMPT, () => null)).toEqual(plan(PROMPT));
});

test('the function that is clearly the nearest is taken, unsurely, and the person is asked and told why', async () => {
  const likeness = table({ packfolder: 0.62, wipedisk: 0.5 });
  expect(plan(PROMPT, likeness).steps).toMatchObject([
    { kind: 'function', functionName: 'packfolder', confidence: 0.6 },
  ]);
  const { explanation } = await draft(request, { compare: answering(likeness) });
  expect(explanation.steps[0]).toMatchObject({ taken: 'packfolder' });
  expect(explanation.steps[0]!.why).toContain('the embedding model finds it the nearest');
  expect(explanation.questions[0]?.options.map(({ name }) => name)).toEqual(['packfolder', 'wipedisk']);
  expect(explanation.unplaced).toEqual([]);
});

test.each([
  ['too little alike', { packfolder: 0.44 }, 'Nearest in meaning: '],
  ['not clearly ahead of the next', { packfolder: 0.62, wipedisk: 0.6 }, 'Nearest in meaning: '],
  ['like nothing', {}, 'No function does “Squash my belongings”. Add one'],
])('%s: the step stays missing, and what is near is named', (_, likes, told) => {
  const { steps, notes } = plan(PROMPT, table(likes));
  expect(steps.map(({ kind }) => kind)).toEqual(['missing']);
  expect(notes.join(' ')).toContain(told);
});

test('the more functions there are, the nearer one must be: the best of many is alike by chance', () => {
  const many = [
    ...MANIFESTS,
    ...Array.from({ length: 600 }, (_, i) => fn(`other${i}`, `Other ${i}`, `Does number ${i}.`, 'x text', 'y text')),
  ];
  const kinds = (like: number) => plan(PROMPT, table({ packfolder: like }), many).steps.map(({ kind }) => kind);
  expect(kinds(0.5)).toEqual(['missing']);
  expect(kinds(0.62)).toEqual(['function']);
});

test('between functions whose words fit alike, likeness decides; against words that fit well it does not', () => {
  const twins = [
    fn('north', 'North', 'Keeps the parcel in the house.', 'parcel text', 'done boolean'),
    fn('south', 'South', 'Keeps the parcel in the house.', 'parcel text', 'done boolean'),
    WIPE,
  ];
  const taken = (likes: Record<string, number>) =>
    plan('Keep the parcel', table(likes), twins).steps.flatMap((step) =>
      step.kind === 'function' ? step.functionName : [],
    );
  expect(taken({ north: 0.6, south: 0.5 })).toEqual(['north']);
  expect(taken({ north: 0.5, south: 0.6 })).toEqual(['south']);
  expect(taken({ wipedisk: 0.9, north: 0.35, south: 0.3 })).toEqual(['north']);
});

test('what another part of the prompt asked for already is not offered once more', () => {
  const { steps } = plan('Find order 4711. Squash my belongings.', table({ findOrder: 0.9 }));
  expect(steps.map(({ kind }) => kind)).toEqual(['function', 'missing']);
});

test('the model is asked about what the words leave open, and not at all in a catalogue of thousands', async () => {
  const texts = (prompt: string) => textsToCompare({ prompt, files: [], manifests: MANIFESTS, now: NOW });
  expect(texts('Refund the order and squash my belongings.')).toEqual(['squash my belongings']);
  expect(texts('Refund the order.')).toEqual([]);
  const many = Array.from({ length: MOST_COMPARED + 1 }, (_, i) => ({ ...ZIP, name: `pack${i}` }));
  expect(textsToCompare({ prompt: PROMPT, files: [], manifests: many, now: NOW })).toEqual([]);
  let asked = 0;
  await draft({ ...request, manifests: many }, { compare: async () => ({ likeness: null, note: `${++asked}` }) });
  expect(asked).toBe(0);
});

test('why the model could not be asked stands in the notes of the draft, which is made without', async () => {
  const { plan: made } = await draft(request, { compare: answering(null, 'It is not installed.') });
  expect(made.steps.map(({ kind }) => kind)).toEqual(['missing']);
  expect(made.notes).toContain('It is not installed.');
});

test('of a function the model reads its title, or its name in words, and what it says of itself', () => {
  const text = (title: string) => namedText(fn('makeThumbnail', title, 'Makes small pictures.', '', '')).text;
  expect(text('Make thumbnails')).toBe('Make thumbnails: Makes small pictures.');
  expect(text('makeThumbnail')).toBe('make thumbnail: Makes small pictures.');
});
