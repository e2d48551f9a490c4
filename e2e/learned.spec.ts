/** What a person changed in a draft, the next draft of such a wish knows, and it says from where. */
import { expect, test } from 'playwright/test';
import { Editor } from './pages/editor';
import { Home } from './pages/home';

test('a function that was chosen once is proposed for the next such wish, with the workflow’s name', async ({
  page,
}) => {
  const [home, editor] = [new Home(page), new Editor(page)];
  await home.open();
  await home.draft('Make a QR code of "crate 7" and send the crew a message that it is there');
  await editor.shows('Make QR code', 'Send Slack message');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await editor.select('Send Slack message');
  await page.getByText('Why this step').click();
  await page
    .getByRole('group', { name: 'Function of Send Slack message' })
    .getByRole('button', { name: 'Send e-mail' })
    .click();
  await editor.shows('Send e-mail');
  await editor.saved();
  const name = await page.getByLabel('Name of the workflow').inputValue();

  await home.open();
  await home.draft('Count the words of "a b c" and send the crew a message that the boat is late');
  await editor.shows('Count words', 'Send e-mail');
  await expect(page.getByRole('list', { name: 'Questions about the draft' })).toBeHidden();
  await page.getByRole('button', { name: 'Why?' }).click();
  const why = page.getByRole('list', { name: 'Why each step' });
  await expect(why).toContainText(`You chose it for such words, as in your workflow ‘${name}’.`);
  await expect(why).not.toContainText('crate 7');
});
