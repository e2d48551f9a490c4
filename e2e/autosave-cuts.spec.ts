/** What is typed is never lost, also over cuts and lost answers, at times that count: little else goes on beside it. */
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';
import { comment, numbers, oneStep, openComment, saved, stored } from './pages/typing';
import { Wire } from './pages/wire';

test('200 edits while the connection is cut again and again: none is lost', async ({ page }) => {
  test.setTimeout(300_000);
  const id = await new Api().saveDefinition('Cut again and again', oneStep);
  const wire = await Wire.to(product());
  await openComment(page, wire.origin, id);
  const offline = page.getByText('The server is not answering. You can go on editing');
  const random = numbers(20);
  let typed = '';
  const edit = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const letter = 'abcdefghijklmnopqrstuvwxyz'[Math.floor(random() * 26)]!;
      await page.keyboard.type(letter);
      typed += letter;
      await page.waitForTimeout(random() * 60);
    }
  };
  for (const [kind, ms] of [
    ['answers', 100],
    ['all', 4000],
    ['answers', 1500],
    ['all', 300],
    ['all', 9000],
    ['answers', 5000],
    ['all', 1000],
    ['all', 2500],
  ] as const) {
    await edit(12);
    // Sometimes in the rest before a save, sometimes in its midst.
    await page.waitForTimeout(random() * 900);
    const began = Date.now();
    if (kind === 'all') await wire.cut();
    else wire.loseAnswers();
    if (ms >= 4000) {
      if (kind === 'all') await expect(offline).toBeVisible({ timeout: 4000 });
      await edit(13);
    } else await edit(13);
    await page.waitForTimeout(Math.max(0, ms - (Date.now() - began)));
    await wire.mend();
    await expect.poll(() => stored(id), { timeout: 8000 }).toBe(typed);
    await expect(saved(page)).toBeVisible();
    await expect(offline).toBeHidden();
  }
  expect(typed).toHaveLength(200);
  await expect(page.getByText('changed elsewhere')).toHaveCount(0);
  await page.reload();
  await new Editor(page).select('Only', 'Setup');
  await expect(comment(page)).toHaveValue(typed);
  await wire.cut();
});
