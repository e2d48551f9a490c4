/** Answers as models write them: thoughts, fences and prose around the JSON, or the form of a call. */
import { expect, test } from 'vitest';
import { jsonIn, partialPlan } from './read-answer';

const PLAN = '{"title":"T","steps":[],"inputs":[]}';

test.each<[string, string]>([
  ['as it is', PLAN],
  ['in a fence', `Here it is:\n\`\`\`json\n${PLAN}\n\`\`\`\nThat is all.`],
  ['in the second fence', `First:\n\`\`\`text\nread, then resize\n\`\`\`\nthen\n\`\`\`\n${PLAN}\n\`\`\``],
  ['after a thought', `<think>The user wants {"title":"no"} perhaps</think>\n${PLAN}`],
  ['after a thought whose beginning was cut', `maybe {"steps":"no"}\n</think>\n\n${PLAN}`],
  ['in prose with braces of its own', `I use {placeholders} here: ${PLAN} Good luck {you}.`],
  ['as a call', `{"name":"workflow_plan","arguments":${PLAN}}`],
  ['as a call with its arguments as a text', JSON.stringify({ name: 'workflow_plan', arguments: PLAN })],
  ['as a call with parameters', `{"tool":"plan","parameters":${PLAN}}`],
])('%s', (_, text) => expect(jsonIn(text)).toEqual(JSON.parse(PLAN)));

test('words that speak of thinking are no thought', () => {
  const text = '{"title":"close </think> tags","steps":[]}';
  expect(jsonIn(text)).toEqual({ title: 'close </think> tags', steps: [] });
});

test.each(['', 'no', '{"a":', '[1]', '<think>{"steps":[]}', '{'.repeat(5000)])('nothing in %s', (text) => {
  expect(jsonIn(text.slice(0, 5000))).toEqual(text === '<think>{"steps":[]}' ? { steps: [] } : null);
});

test('while a model thinks, no step is shown', () => {
  const step = '{"kind":"wait","id":"w","title":"W","seconds":1,"inside":null,"after":[],"because":null}';
  expect(partialPlan(`<think>perhaps {"steps":[${step},`)).toBeNull();
  expect(partialPlan(`<think>hm</think>{"steps":[${step},`)?.steps).toHaveLength(1);
});
