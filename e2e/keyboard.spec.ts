/** Everything without a mouse: the shortcuts that are listed, and a workflow from nothing to a run that was mended. */
import { expect, type Locator, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Ask } from './pages/ask';
import { Editor } from './pages/editor';
import { product } from './pages/home';

/** Presses Tab (or Shift+Tab) until it is there: nothing is focused in any other way. */
async function tabTo(page: Page, target: Locator, { back = false, most = 160 } = {}) {
  await expect(target).toBeVisible();
  for (let i = 0; i < most; i++) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  throw new Error(`${target} was not reached by Tab; the focus is at ${at}`);
}

test('a workflow is built from nothing, run, mended and run again, by keyboard alone', async ({ page }) => {
  test.setTimeout(180_000);
  const editor = new Editor(page);
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await page.goto(product());
  await page.keyboard.press('Tab'); // out of the prompt, where letters are letters
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await page.waitForURL(/\/workflows$/);
  await tabTo(page, page.getByRole('button', { name: 'New workflow' }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/workflows\/./);

  // Steps from the palette: one looked for, and one after it.
  await expect(page.getByRole('textbox', { name: 'Search steps' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Search steps' })).toBeFocused();
  await page.keyboard.type('Add to date');
  await page.keyboard.press('Enter');
  await editor.shows('Add to date');

  await tabTo(page, editor.step('Add to date'));
  await page.keyboard.press('F2');
  await expect(settings.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.type('Shift the day');
  await page.keyboard.press('Enter');
  await editor.shows('Shift the day');

  // Its fields. The date is wrong on purpose.
  await tabTo(page, editor.step('Shift the day'), { back: true });
  await page.keyboard.press('Enter');
  await tabTo(page, settings.getByRole('tab', { selected: true }));
  while (!(await settings.getByRole('tab', { name: 'Input' }).evaluate((it) => it === document.activeElement)))
    await page.keyboard.press('ArrowRight');
  const date = settings.getByLabel(/^Date/).and(page.locator('input'));
  await tabTo(page, date);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('the day after never');
  const amount = settings.getByLabel(/^Amount/).and(page.locator('input'));
  await tabTo(page, amount);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('2');
  const unit = settings.getByRole('combobox', { name: /^Unit/ });
  await tabTo(page, unit);
  await page.keyboard.press('Enter');
  // No person types before the list is there: it would take the first letters for nothing.
  await expect(page.locator('[role="listbox"]:focus, [role="listbox"] :focus')).toBeVisible();
  await page.keyboard.type('days');
  await expect(page.getByRole('option', { name: 'days' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(unit).toHaveText('days');
  await editor.saved();

  // Run: the step that failed is chosen without being looked for, and the panel says why.
  await page.keyboard.press('ControlOrMeta+Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await tabTo(page, dialog.getByRole('button', { name: 'Run', exact: true }));
  await page.keyboard.press('Enter');
  const run = page.getByRole('region', { name: 'Run', exact: true });
  await expect(run.getByText('Failed').first()).toBeVisible({ timeout: 40_000 });
  await expect(run.getByText(/the day after never/).first()).toBeVisible();
  await expect(editor.step('Shift the day')).toHaveAccessibleName(/Failed/);

  await tabTo(page, date, { back: true });
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('2024-02-28');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(dialog).toBeVisible();
  await tabTo(page, dialog.getByRole('button', { name: 'Run', exact: true }));
  await page.keyboard.press('Enter');
  // “Succeeded” is said of the step first; the result is there when the run has ended.
  await expect(run.getByText('Succeeded').first()).toBeVisible({ timeout: 40_000 });
  await expect(run.getByText('2024-03-01').first()).toBeVisible({ timeout: 40_000 });
});

test('the keys that run a workflow start it from anywhere in the form, and stop the run', async ({ page }) => {
  const id = await new Api().saveDefinition('Long', {
    StartAt: 'Stay',
    States: { Stay: { Type: 'Wait', Seconds: 600, End: true } },
  });
  await page.goto(`${product()}/workflows/${id}`);
  const editor = new Editor(page);
  await editor.shows('Stay');
  await page.keyboard.press('ControlOrMeta+Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.focus();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(dialog).toBeHidden({ timeout: 20_000 });
  await expect(editor.step('Stay')).toHaveAccessibleName(/Running|Waiting/, { timeout: 40_000 });
  await page.keyboard.press('ControlOrMeta+Enter');
  const run = page.getByRole('region', { name: 'Run', exact: true });
  await expect(run.getByText('Stopped').first()).toBeVisible({ timeout: 20_000 });
  await expect(dialog).toBeHidden();
});

test('after a dialog the focus is where it was, and after a deletion at the neighbour', async ({ page }) => {
  const editor = new Editor(page);
  const id = await new Api().saveDefinition('Focus', {
    StartAt: 'First',
    States: { First: { Type: 'Pass', Next: 'Second' }, Second: { Type: 'Pass', End: true } },
  });
  await page.goto(`${product()}/workflows/${id}`);
  await editor.shows('First', 'Second');
  for (const name of ['Keyboard shortcuts', 'Search and commands', 'More']) {
    const opener = page.getByRole('banner').getByRole('button', { name, exact: true });
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').or(page.getByRole('menu'))).toBeVisible();
    // It hears Esc from when it has the focus on.
    const inside = () => page.evaluate(() => !!document.activeElement?.closest('[role="dialog"], [role="menu"]'));
    await expect.poll(inside).toBe(true);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog').or(page.getByRole('menu'))).toBeHidden();
    await expect(opener, name).toBeFocused();
  }
  await editor.step('Second').focus();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor.step('Second')).toBeFocused();

  await editor.step('First').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Delete');
  await expect(editor.step('First')).toBeHidden();
  await expect(editor.step('Second')).toBeFocused();
});

test('each shortcut that is listed is there, and the list has those that people look for', async ({ page }) => {
  const id = await new Api().saveDefinition('Shortcuts', {
    StartAt: 'Only',
    States: { Only: { Type: 'Pass', End: true } },
  });
  await page.goto(`${product()}/workflows/${id}`);
  await new Editor(page).shows('Only');
  const rows = page.getByRole('dialog').locator('[data-shortcut]');
  const listed = () =>
    rows.evaluateAll((all) =>
      all.map((row) => ({
        chord: row.getAttribute('data-shortcut')!,
        bound: row.getAttribute('data-bound'),
        during: row.getAttribute('data-during'),
      })),
    );
  await page.keyboard.press('?');
  await expect(rows.first()).toBeVisible();
  const now = await listed();
  expect(now.filter(({ bound, during }) => bound === 'no' && !during).map(({ chord }) => chord)).toEqual([]);
  expect(new Set(now.map(({ chord, during }) => `${during} ${chord}`)).size).toBe(now.length);
  expect(now.map(({ chord }) => chord)).toEqual(
    expect.arrayContaining([
      ...['Mod+K', 'Mod+J', 'Mod+S', '?', 'Mod+Shift+D', 'Mod+Z', 'Mod+Shift+Z', 'Mod+C', 'Mod+X', 'Mod+V', 'Mod+D'],
      ...[
        'Mod+A',
        '/',
        'Enter',
        'F2',
        'Delete',
        'Arrows',
        'Shift+L',
        '1',
        '0',
        '+',
        '-',
        '[',
        ']',
        'E',
        'Escape',
        'F8',
      ],
      ...['Mod+Enter', 'G then H', 'G then W', 'G then R', 'G then F', 'G then L', 'J', 'K', 'A', 'R'],
    ]),
  );
  await page.keyboard.press('Escape');

  await new Ask(page).ask('rename “Only” to “One”');
  await expect(page.getByRole('region', { name: 'Proposed changes' })).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).focus();
  await page.keyboard.press('Enter');
  await expect(rows.first()).toBeVisible();
  const reviewing = (await listed()).filter(({ during }) => during === 'review');
  expect(reviewing.length).toBeGreaterThan(4);
  expect(reviewing.filter(({ bound }) => bound !== 'yes').map(({ chord }) => chord)).toEqual([]);
});

test('G and a letter goes to each screen', async ({ page }) => {
  await page.goto(`${product()}/settings`);
  for (const [letter, address] of [
    ['h', '/'],
    ['w', '/workflows'],
    ['r', '/runs'],
    ['f', '/functions'],
    ['l', '/files'],
    ['s', '/settings'],
  ] as const) {
    await page.getByRole('main').focus();
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await page.waitForURL(`${product()}${address}`);
  }
  // The first Tab leads past the menu.
  await page.reload();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a command gets other keys, changes places with another, or goes without; single letters can rest', async ({
  page,
}) => {
  const id = await new Api().saveDefinition('Own keys', {
    StartAt: 'Only',
    States: { Only: { Type: 'Pass', End: true } },
  });
  const editor = new Editor(page);
  const card = page.getByRole('region', { name: 'Keyboard shortcuts' });
  const row = (does: string) => card.getByRole('listitem').filter({ hasText: does });
  const press = async (does: string, keys: string) => {
    await row(does).getByRole('button', { name: 'Change' }).click();
    await expect(card.getByRole('button', { name: `Press the new keys for: ${does}` })).toBeFocused();
    await page.keyboard.press(keys);
  };
  await page.goto(`${product()}/settings#shortcuts`);
  // However long the screen, the bars around it stay.
  expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
  await card.getByRole('textbox', { name: 'Find a shortcut' }).fill('canvas note');
  await press('Add a note', 'Control+t');
  await expect(card.getByRole('alert')).toHaveText(/^(Ctrl\+|⌘)T belongs to the browser.*Press other keys/);
  await page.keyboard.press('Alt+Shift+n');
  await expect(row('Add a note').locator('kbd')).toHaveText(/^(Alt\+Shift\+|⌥⇧)N$/);
  await expect(row('Add a note').getByRole('button', { name: 'Change' })).toBeFocused();

  await card.getByRole('textbox', { name: 'Find a shortcut' }).fill('outline');
  await press('Outline and back', 'e');
  await expect(card.getByRole('alert')).toContainText('E is now: Code beside the picture, and back.');
  await page.keyboard.press('Enter'); // the offer to change places has the focus
  await expect(row('Outline and back').locator('kbd')).toHaveText('E');
  await card.getByRole('textbox', { name: 'Find a shortcut' }).fill('select all');
  await row('Select all').getByRole('button', { name: 'No key for' }).click();
  await expect(row('Select all')).toContainText('no key');

  await page.goto(`${product()}/workflows/${id}`);
  await editor.shows('Only');
  const notes = page.locator('.react-flow__node-note');
  await page.keyboard.press('n');
  await page.keyboard.press('Alt+Shift+n');
  await expect(notes).toHaveCount(1);
  await page.keyboard.press('Escape');
  await editor.step('Only').focus();
  await page.keyboard.press('e');
  await expect(page.getByRole('tree').or(page.getByRole('treegrid'))).toBeVisible();
  await page.keyboard.press('e');
  await editor.shows('Only');
  await page.keyboard.press('?');
  const listed = page.getByRole('dialog').locator('[data-shortcut="O"]');
  await expect(listed).toContainText('Outline and back');
  await expect(listed.locator('kbd')).toHaveText('E');
  await page.getByRole('dialog').getByRole('link', { name: 'Settings' }).click();

  await page.waitForURL(/settings#shortcuts$/);
  await card.getByRole('button', { name: 'All as shipped' }).click();
  await card.getByRole('checkbox', { name: 'Single letters and signs are commands' }).uncheck();
  await page.goto(`${product()}/workflows/${id}`);
  await editor.shows('Only');
  await editor.step('Only').focus();
  await page.keyboard.press('o');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor.step('Only')).toBeVisible();
});
