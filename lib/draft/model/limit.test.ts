import { expect, test } from 'vitest';
import type { Complete } from './complete';
import { MOST_A_MINUTE, withLimit } from './limit';

test('a model is asked as often as a minute allows, by whoever asks; another model is another matter', async () => {
  let asked = 0;
  const model: Complete = async () => String(++asked);
  const question = { system: '', user: '', schema: null };
  for (let i = 0; i < MOST_A_MINUTE; i++) await (i % 2 ? withLimit(model) : withLimit(model))(question);
  await expect(withLimit(model)(question)).rejects.toMatchObject({ code: 'MODEL_LIMIT' });
  expect(asked).toBe(MOST_A_MINUTE);
  await expect(withLimit(async () => 'ok')(question)).resolves.toBe('ok');
});
