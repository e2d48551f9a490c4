/** What earlier workflows do to a draft: only for like words, only with functions that exist, and never with their values. */
import { describe, expect, test } from 'vitest';
import { CATALOGUE, fn } from '../testing/catalogue';
import type { DraftExample } from './examples';
import { planWithReasons } from './plan-offline';

const NOW = new Date('2026-11-22T12:00:00');
const planned = (prompt: string, examples?: readonly DraftExample[]) => {
  const { plan, reasons } = planWithReasons({ prompt, files: [], manifests: CATALOGUE, now: NOW, examples });
  const steps = plan.steps.flatMap((step) => (step.kind === 'function' ? [step] : []));
  return { plan, steps, names: steps.map(({ functionName }) => functionName), reasons: [...reasons.values()] };
};
const example = (more: Partial<DraftExample> & Pick<DraftExample, 'steps'>): DraftExample => ({
  id: 'w1',
  title: 'An earlier one',
  prompt: more.steps.map(({ words }) => words).join(' and '),
  flows: [],
  ...more,
});

const WISH = 'Translate the letter "Guten Tag" into French';
const [taken] = planned(WISH).names;
/** What else could have done it, for no word of the wish. */
const OTHER = CATALOGUE.find(({ name }) => name !== taken && !planned(WISH).names.includes(name))!.name;
const chosen = (words: string, functionName = OTHER, more: Partial<DraftExample> = {}) =>
  example({ steps: [{ functionName, words, instead: taken ?? null }], ...more });

describe('a choice of a person', () => {
  test('comes first for the same words with other values, with its reason and no question', () => {
    const { steps, names, reasons, plan } = planned(WISH, [chosen('Translate the letter "Bonjour" into Spanish')]);
    expect(names).toEqual([OTHER]);
    expect(steps[0]!.confidence).toBeGreaterThan(0.9);
    expect(steps[0]!.alternatives).toContain(taken);
    expect(plan.questions).toEqual([]);
    expect(reasons).toEqual(['You chose it for such words, as in your workflow ‘An earlier one’.']);
    expect(JSON.stringify(plan)).not.toMatch(/Bonjour|Spanish/);
  });

  test.each([
    ['a word in common by chance', 'Water the letter box in the garden every morning'],
    ['other things with the same verb', 'Translate the subtitles of all the films that the cinema shows'],
    ['only values in common', 'Count "Guten Tag" in French'],
    ['a verb that says little, and a name', 'Get Anna'],
    ['no words', ''],
  ])('changes nothing for %s', (_, words) => {
    expect(planned(WISH, [chosen(words)]).plan).toEqual(planned(WISH).plan);
    expect(planned(WISH, [chosen(words)]).reasons).toEqual([]);
  });

  test('of a wish that says little counts for no other such wish', () => {
    const little = example({
      prompt: 'Get it for Anna',
      steps: [{ functionName: OTHER, words: 'Get it for Anna', instead: null }],
    });
    expect(planned(`${WISH} and get it for Anna`, [little]).names).not.toContain(OTHER);
  });

  test('counts only in its place: where what it replaced would be drafted again, or for all but the same words', () => {
    const words = 'Translate the long letter "Bonjour" into Spanish';
    const insteadOf = (instead: string) => [example({ steps: [{ functionName: OTHER, words, instead }] })];
    expect(planned(WISH, insteadOf(taken!)).names).toEqual([OTHER]);
    expect(planned(WISH, insteadOf('geocode')).plan).toEqual(planned(WISH).plan);
    expect(planned(words, insteadOf('geocode')).names).toEqual([OTHER]);
  });

  test('a function that is gone changes nothing', () => {
    expect(planned(WISH, [chosen(WISH, 'a_function_of_old')]).plan).toEqual(planned(WISH).plan);
  });

  test('the newest counts; what was kept afterwards stays', () => {
    const third = CATALOGUE.find(({ name }) => name !== taken && name !== OTHER)!.name;
    const newer = chosen(WISH, third, { id: 'w2', title: 'The newer one' });
    expect(planned(WISH, [newer, chosen(WISH)]).names).toEqual([third]);
    const kept = example({ id: 'w3', steps: [{ functionName: OTHER, words: WISH }] });
    expect(planned(WISH, [kept, chosen(WISH)]).names).toEqual([OTHER]);
    // Who went back to what was drafted at first is understood as well.
    const back = example({ id: 'w4', steps: [{ functionName: taken!, words: WISH }] });
    expect(planned(WISH, [back, chosen(WISH)]).names).toEqual([taken]);
  });

  test('a step that no function did is done by what a person put there', () => {
    const wish = 'Frobnicate the zeppelins';
    expect(planned(wish).plan.steps.map(({ kind }) => kind)).toEqual(['missing']);
    const made = example({ steps: [{ functionName: OTHER, words: 'Frobnicate my zeppelins', instead: null }] });
    expect(planned(wish, [made]).names).toEqual([OTHER]);
  });
});

describe('an earlier workflow that nobody changed', () => {
  const both = example({
    prompt: 'Find order 17 and refund it',
    steps: [
      { functionName: 'findOrder', words: 'Find order 17' },
      { functionName: 'refund_order', words: 'refund it' },
    ],
  });

  test('is named where the draft does the same for like words', () => {
    const { names, reasons } = planned('Find order 4711', [both]);
    expect(names).toEqual(['findOrder']);
    expect(reasons).toEqual(['It does so for like words in your workflow ‘An earlier one’.']);
  });

  test('the output that was taken is taken again, where nothing else tells which', () => {
    const manifests = [
      fn('surveyreef', 'Survey reef', 'Surveys a coral reef.', 'reef text', 'brief_note text; long_note text'),
      fn('printnotice', 'Print notice', 'Prints a notice on the board.', 'note text', 'ok boolean'),
    ];
    const from = (examples?: readonly DraftExample[]) => {
      const prompt = 'Survey the reef "Elphinstone", then print the notice';
      const { plan } = planWithReasons({ prompt, files: [], manifests, now: NOW, examples });
      const step = plan.steps.find((one) => one.kind === 'function' && one.functionName === 'printnotice');
      return step?.kind === 'function' ? step.arguments[0]?.from : undefined;
    };
    const taking = (output: string) => [
      example({
        prompt: 'quite another wish',
        steps: ['surveyreef', 'printnotice'].map((functionName) => ({ functionName, words: null })),
        flows: [{ from: 'surveyreef', to: 'printnotice', output, input: 'note' }],
      }),
    ];
    expect(from()).toMatchObject({ kind: 'step', field: 'brief_note' });
    expect(from(taking('long_note'))).toMatchObject({ kind: 'step', field: 'long_note' });
    expect(from(taking('brief_note'))).toMatchObject({ kind: 'step', field: 'brief_note' });
  });

  test('the second waits for the first, as it did there', () => {
    const functions = planned('Translate the letter "Hi" into French. Find order 4711.').names;
    expect(functions).toHaveLength(2);
    const [first, second] = functions as [string, string];
    const prompt = 'Translate the letter "Hi" into French. Find order 4711.';
    expect(planned(prompt).steps[1]!.after).toEqual([]);
    const order = example({
      prompt: 'quite another wish',
      steps: functions.map((functionName) => ({ functionName, words: null })),
      flows: [{ from: first, to: second, output: null, input: null }],
    });
    const after = planned(prompt, [order]).steps;
    expect(after[1]!.after).toEqual([after[0]!.id]);
  });
});

test('five hundred workflows cost no more than some milliseconds a draft', () => {
  const names = CATALOGUE.map(({ name }) => name);
  const many = Array.from({ length: 500 }, (_, i) =>
    example({
      id: `w${i}`,
      steps: [0, 1, 2].map((k) => ({
        functionName: names[(i * 7 + k) % names.length]!,
        words: CATALOGUE[(i * 7 + k) % names.length]!.description,
      })),
    }),
  );
  planned(WISH, many); // makes the book
  const cost = (examples?: readonly DraftExample[]) => {
    const from = process.cpuUsage();
    for (let n = 0; n < 20; n++)
      planned('Translate the letter "Hi" into French, find order 4711 and refund it', examples);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 20_000;
  };
  cost();
  expect(cost(many)).toBeLessThan(cost() + 50);
});
