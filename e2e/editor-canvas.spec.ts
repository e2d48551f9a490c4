import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { withLoop } from './pages/definitions';
import { Editor } from './pages/editor';
import { product } from './pages/home';

test('steps are cut from one workflow and pasted into another', async ({ page }) => {
  const api = new Api();
  const [from, to] = [
    await api.saveDefinition('Cut from', withLoop()),
    await api.saveDefinition('Pasted to', {
      QueryLanguage: 'JSONata',
      StartAt: 'Alone',
      States: { Alone: { Type: 'Pass', End: true } },
    }),
  ];
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${from}`);
  await editor.shows('First', 'Inside', 'Last');

  // What a button is called is told to who rests on it or comes to it by keyboard, until they go on.
  const name = page.getByRole('tooltip');
  await page.getByRole('button', { name: 'Zoom in' }).hover();
  await expect(name).toHaveText(/^Zoom in\s*\+$/);
  await page.keyboard.press('Escape');
  await expect(name).toBeHidden();
  await editor.step('Last').click();
  // Tabs are gone along by arrow keys, round at the ends; the Tab key finds the chosen one.
  const tab = (which: string) =>
    page.getByRole('complementary', { name: 'Settings' }).getByRole('tab', { name: which });
  await tab('Setup').focus();
  for (const [key, which] of [
    ['ArrowRight', 'Output'],
    ['End', 'ASL'],
    ['ArrowRight', 'Setup'],
    ['ArrowLeft', 'ASL'],
    ['Home', 'Setup'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(tab(which)).toBeFocused();
    await expect(tab(which)).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('tabpanel', { name: which })).toBeVisible();
  }

  await editor.step('Last').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+x');
  await expect(editor.step('First')).toBeHidden();
  await editor.undo();
  await editor.shows('First', 'Inside', 'Last');

  await page.goto(`${product()}/workflows/${to}`);
  await editor.step('Alone').click();
  await page.keyboard.press('Control+v');
  await editor.shows('Alone', 'First', 'Each', 'Inside', 'Last');
  expect(await editor.definition()).toMatchObject({
    States: {
      Alone: { Type: 'Pass' },
      First: { Next: 'Each' },
      Each: { Next: 'Last', ItemProcessor: { StartAt: 'Inside' } },
    },
  });
});

test('a step is dragged into a loop and out of it again', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('Dragged', withLoop())}`);
  await editor.shows('First', 'Inside', 'Last');
  const drag = async (name: string, to: { x: number; y: number }) => {
    const box = (await editor.step(name).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x - 20, to.y - 10, { steps: 5 });
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await page.mouse.up();
  };
  const inside = (await editor.step('Inside').boundingBox())!;
  await drag('Last', { x: inside.x + inside.width / 2, y: inside.y + inside.height });
  await expect(page.getByText('“Last” is in “Each” now')).toBeVisible();
  expect(await editor.definition()).toMatchObject({
    States: { Each: { End: true, ItemProcessor: { States: { Inside: {}, Last: { Type: 'Pass' } } } } },
  });

  const loop = (await editor.step('Each').boundingBox())!;
  await drag('Last', { x: loop.x + loop.width + 160, y: loop.y + 60 });
  await expect(page.getByText('“Last” stands on the main line now')).toBeVisible();
  expect(await editor.definition()).toMatchObject({ States: { Last: { Type: 'Pass' } } });
});
