import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const threeSteps = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Next: 'Each' },
    Each: {
      Type: 'Map',
      Items: '{% $states.input.names %}',
      ItemProcessor: { StartAt: 'Inside', States: { Inside: { Type: 'Pass', End: true } } },
      Next: 'Last',
    },
    Last: { Type: 'Pass', End: true },
  },
};

test('a version is named, what changed since is seen, one step and then all of it goes back', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('With versions', threeSteps)}`);
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
  expect(await editor.definition()).toEqual(threeSteps);
  await editor.undo();
  await editor.shows('Opening');
});
