import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test.each([
  ['The weather is lovely today and we are walking along the river with our friends.', 'en'],
  ['Le temps est magnifique aujourd’hui et nous marchons le long de la rivière.', 'fr'],
  ['El tiempo es hermoso hoy y caminamos por la orilla del río con amigos.', 'es'],
  [
    'Сегодня очень хорошая погода, поэтому мы решили выйти из дома и погулять вдоль реки, чтобы увидеть новые мосты.',
    'ru',
  ],
  ['今日はとても良い天気です。友達と川沿いを歩いています。', 'ja'],
])('%s', async (text, code) => {
  expect((await handler({ text })).language_code).toBe(code);
});

test('too little to tell is said', async () => {
  expect(await handler({ text: '12' })).toMatchObject({ certain: false });
});
