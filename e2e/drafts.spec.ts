/** A draft explains itself: why each step, where each value is from, what led to nothing, and what it was unsure of. */
import { expect, test } from 'playwright/test';
import { Editor } from './pages/editor';
import { Home } from './pages/home';

test('a draft tells why each step is there, where values are from and what led to nothing; also after a reload', async ({
  page,
}) => {
  const [home, editor] = [new Home(page), new Editor(page)];
  await home.open();
  await home.draft('Resize my holiday photo to 320x200 in sepia and make a share link');
  await editor.shows('Resize image');
  await expect(page.getByText('Led to nothing:')).toBeVisible();
  await expect(page.getByText('sepia', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Why?' }).click();
  const why = page.getByRole('list', { name: 'Why each step' });
  await expect(why).toContainText('Resize my holiday photo to 320x200 in sepia');
  await expect(why).toContainText('Its name says “resize”');
  await expect(why).toContainText(/Width = 320 · from your words “320x200”/);
  await expect(why).toContainText('asked when it runs');
  await why.getByRole('button', { name: 'Resize image' }).click();
  await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText('Resize image');

  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.reload();
  await editor.select('Resize image');
  await page.getByText('Why this step').press('Enter');
  await expect(page.getByText('“Resize my holiday photo to 320x200 in sepia”')).toBeVisible();
});

test('a question about an unsure step is answered by a chip, undone as one step, or left as guessed', async ({
  page,
}) => {
  const [home, editor] = [new Home(page), new Editor(page)];
  await home.open();
  await home.draft('Make a QR code of "hello" and notify me when it is done');
  await editor.shows('Make QR code', 'Send Slack message');
  const questions = page.getByRole('list', { name: 'Questions about the draft' });
  const question = questions.getByRole('listitem').filter({ hasText: 'notify me when it is done' });
  await expect(question.getByRole('button', { name: 'Send Slack message' })).toHaveAttribute('aria-pressed', 'true');
  await question.getByRole('button', { name: 'Send e-mail' }).click();
  await editor.shows('Make QR code', 'Send e-mail');
  await expect(question).toBeHidden();
  await expect(editor.step('Send Slack message')).toBeHidden();
  await editor.undo();
  await editor.shows('Make QR code', 'Send Slack message');

  // The same choice stays at hand with the step itself.
  await editor.select('Send Slack message');
  await page.getByText('Why this step').click();
  await page
    .getByRole('group', { name: 'Function of Send Slack message' })
    .getByRole('button', { name: 'Send e-mail' })
    .click();
  await editor.shows('Send e-mail');
});

test('what was guessed can stand: the question goes away, and nothing changes', async ({ page }) => {
  const [home, editor] = [new Home(page), new Editor(page)];
  await home.open();
  await home.draft('Make a QR code of "hello" and notify me when it is done');
  const questions = page.getByRole('list', { name: 'Questions about the draft' });
  while ((await questions.getByRole('button', { name: 'Just guess' }).count()) > 0)
    await questions.getByRole('button', { name: 'Just guess' }).first().click();
  await expect(questions).toBeHidden();
  await editor.shows('Make QR code', 'Send Slack message');
});
