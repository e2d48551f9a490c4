import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { withLoop } from './pages/definitions';
import { Editor } from './pages/editor';
import { product } from './pages/home';

test('the outline does by keyboard what the canvas does: go, fold, add, connect, move, delete, run', async ({
  page,
}) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('In outline', withLoop('{% [1, 2] %}'))}`);
  await editor.shows('First');
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Outline' }).click();
  const row = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name},`) });
  const tools = page.getByRole('toolbar', { name: /^Do/ });

  await expect(page.getByRole('treeitem')).toHaveCount(4);
  await expect(row('Inside')).toHaveAttribute('aria-level', '2');
  await row('First').focus();
  await page.keyboard.press('ArrowDown');
  await expect(row('Each')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(row('Each')).toHaveAttribute('aria-expanded', 'false');
  await expect(row('Inside')).toBeHidden();
  await page.keyboard.press('ArrowRight');
  await expect(row('Inside')).toBeVisible();

  await page.keyboard.press('End');
  await expect(row('Last')).toBeFocused();
  await tools.getByRole('button', { name: 'Move to' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Each' }).press('Enter');
  await expect(row('Last')).toHaveAttribute('aria-level', '2');

  await row('Inside').focus();
  await tools.getByRole('button', { name: 'Connect to' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Last' }).press('Enter');
  await expect(row('Inside')).toHaveAccessibleName(/then Last/);

  await row('Each').focus();
  await tools.getByRole('button', { name: 'Add a step after' }).press('Enter');
  await page.getByPlaceholder('Add a step…').last().fill('Wait');
  await page.getByRole('option', { name: /^Wait/ }).first().click();
  await expect(page.getByRole('treeitem', { name: /^Wait.*, Wait/ })).toBeVisible();
  await page.getByRole('treeitem', { name: /^Wait.*, Wait/ }).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('treeitem', { name: /^Wait.*, Wait/ })).toBeHidden();
  expect(await editor.definition()).toMatchObject({
    StartAt: 'First',
    States: { First: { Next: 'Each' }, Each: { End: true, ItemProcessor: { States: { Inside: { Next: 'Last' } } } } },
  });

  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Outline' }).click();
  await editor.run();
  await expect(row('First')).toHaveAccessibleName(/Succeeded/, { timeout: 40_000 });
  await editor.design();
  await expect(editor.step('First')).toHaveAccessibleName(/Pass, Succeeded/);
});

test('at 320 px the outline is whole and its buttons are within reach', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('Narrow', withLoop('{% [1, 2] %}'))}`);
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Outline' }).click();
  await expect(page.getByRole('treeitem')).toHaveCount(4);
  for (const button of await page.getByRole('toolbar', { name: /^Do/ }).getByRole('button').all()) {
    const box = (await button.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(320);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
