import { expect, test } from 'vitest';
import { unplaced } from './unplaced';

/** What led to nothing where a step turns pictures and one sends letters. */
const SPEAKING = [
  'Resize image',
  'Makes an image larger or smaller.',
  'width',
  'Send letter',
  'Sends a letter to a person',
];
const left = (prompt: string, ...used: string[]) => unplaced(prompt, SPEAKING, used).map(({ text }) => text);

test.each([
  ['politeness', 'Hey, could you kindly resize the picture quickly? That would be great, thanks a lot!'],
  [
    'why somebody wants it',
    'Resize the picture so that I can frame it, and send the letter because the deadline looms.',
  ],
  ['what it is for', 'Resize the picture for printing, then send the letter for approval.'],
  [
    'what a file is about',
    'Resize my photo of mountains and our wedding pictures, and send this letter of complaint with my Picture of bills.',
  ],
  ['a verb between two things of a step', 'See that the width suits the picture.'],
])('%s is none of it', (_, prompt) => expect(left(prompt)).toEqual([]));

test('the unit of a number is covered where the number is', () => {
  expect(left('Make the picture 300 px wide.', '300')).toEqual([]);
  expect(left('Make the picture 300 px wide.')).toEqual(['300 px wide']);
});

test.each([
  ['Resize the picture every Monday.', ['Monday']],
  ['Send the letter in Portuguese.', ['Portuguese']],
  ['Resize the picture and paint a chart of revenue.', ['paint a chart of revenue']],
  ['Send it to the team for review.', ['team']],
  ['Send it for each subscriber.', ['subscriber']],
  ['Resize the picture so that it glows.', ['glows']],
  ['Send it in order to tell ann@example.com.', ['ann@example.com']],
  ['Send the purple letter.', ['purple']],
])('%s', (prompt, expected) => expect(left(prompt)).toEqual(expected));
