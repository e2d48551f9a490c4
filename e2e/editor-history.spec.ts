import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { withLoop } from './pages/definitions';
import { Editor } from './pages/editor';
import { product } from './pages/home';

test('two tabs edit one workflow: neither overwrites the other without being told to', async ({ page, context }) => {
  const id = await new Api().saveDefinition('In two tabs', withLoop());
  const other = await context.newPage();
  const [mine, theirs] = [new Editor(page), new Editor(other)];
  await page.goto(`${product()}/workflows/${id}`);
  await other.goto(`${product()}/workflows/${id}`);
  await mine.shows('First');
  await theirs.shows('First');

  await theirs.rename('First', 'Theirs');
  // The first page says Saved from the beginning.
  await expect(other.getByText('v2', { exact: true })).toBeVisible();
  await page.bringToFront();
  // Told before anything is edited on what is old; who goes on all the same loses nothing.
  await expect(page.getByText('A newer state of this workflow was saved in another window')).toBeVisible();
  await mine.rename('Last', 'Mine');
  await expect(page.getByText('This workflow was changed elsewhere.')).toBeVisible({ timeout: 40_000 });

  await page.getByRole('button', { name: 'See what differs' }).click();
  const changes = page.getByRole('dialog').getByRole('list', { name: 'What changed' });
  await expect(changes.getByRole('button', { name: 'Mine', exact: true })).toBeVisible();
  await expect(changes.getByText('Theirs')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByText('This workflow was changed elsewhere.')).toBeHidden();
  await mine.saved();
  await page.reload();
  await mine.shows('First', 'Mine');

  // What was overwritten by choice is a version, one click away.
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Versions…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Saved elsewhere/ })
    .click();
  await page.getByRole('button', { name: 'Go back to it' }).click();
  await mine.shows('Theirs', 'Last');
});

test('two tabs change different steps, and both changes are kept', async ({ page, context }) => {
  const id = await new Api().saveDefinition('Merged', withLoop());
  const other = await context.newPage();
  const [mine, theirs] = [new Editor(page), new Editor(other)];
  await page.goto(`${product()}/workflows/${id}`);
  await other.goto(`${product()}/workflows/${id}`);
  await mine.shows('First');
  await theirs.shows('First');
  await theirs.rename('First', 'Theirs');
  await expect(other.getByText('v2', { exact: true })).toBeVisible();
  await page.bringToFront();
  await mine.rename('Last', 'Mine');
  await expect(page.getByText('This workflow was changed elsewhere.')).toBeVisible({ timeout: 40_000 });

  await page.getByRole('button', { name: 'Merge both' }).click();
  await expect(page.getByText('The changes of both are in it now.')).toBeVisible();
  await expect(page.getByText('This workflow was changed elsewhere.')).toBeHidden();
  await mine.shows('Theirs', 'Each', 'Inside', 'Mine');
  await mine.saved();
  const stored = (await new Api().call('GET', `/workflows/${id}/export`)).body;
  expect(stored).toMatchObject({ StartAt: 'Theirs', States: { Theirs: { Next: 'Each' }, Each: { Next: 'Mine' } } });
});

test('a version is named, what changed since is seen, one step and then all of it goes back', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('With versions', withLoop())}`);
  await editor.shows('First', 'Last');
  const dialog = page.getByRole('dialog');
  const versions = async () => {
    await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Versions…' }).click();
  };
  await versions();
  await dialog.getByRole('textbox', { name: 'Name of the version' }).fill('Before the fair');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('button', { name: /^Before the fair/ })).toBeVisible();
  await page.keyboard.press('Escape');

  await editor.rename('First', 'Opening');
  await editor.step('Last').click();
  await page.keyboard.press('Delete');
  await expect(editor.step('Last')).toBeHidden();

  await versions();
  await dialog.getByRole('button', { name: /^Before the fair/ }).click();
  const changes = dialog.getByRole('list', { name: 'What changed' });
  await expect(changes.getByRole('listitem').filter({ hasText: 'Opening' }).first()).toContainText('Changed');
  const gone = changes.getByRole('listitem').filter({ hasText: 'Removed' }).filter({ hasText: 'Last' }).first();
  await gone.getByRole('button', { name: 'Restore this step' }).click();
  await page.keyboard.press('Escape');
  await editor.shows('Opening', 'Last');
  expect(await editor.definition()).toMatchObject({ States: { Each: { Next: 'Last' }, Opening: { Next: 'Each' } } });

  await versions();
  await dialog.getByRole('button', { name: /^Before the fair/ }).click();
  await dialog.getByRole('button', { name: 'Go back to it' }).click();
  await expect(dialog).toBeHidden();
  await editor.shows('First', 'Last');
  expect(await editor.definition()).toEqual(withLoop());
  await editor.undo();
  await editor.shows('Opening');
});
