import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const twoSteps = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: { First: { Type: 'Pass', Next: 'Last' }, Last: { Type: 'Pass', End: true } },
};

test('a step is put on an arrow, deleted, and brought back', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('On an arrow', twoSteps)}`);
  await editor.shows('First', 'Last');

  await editor.insertOnArrow('First', 'Last', 'Count words');
  await editor.shows('First', 'Count words', 'Last');
  expect(await editor.definition()).toMatchObject({
    States: { First: { Next: 'Count words' }, 'Count words': { Type: 'Task', Next: 'Last' } },
  });

  await editor.step('Count words').click();
  await page.keyboard.press('Delete');
  await expect(editor.step('Count words')).toBeHidden();
  expect(await editor.definition()).toEqual(twoSteps);

  await editor.undo();
  await editor.shows('Count words');
  expect(await editor.definition()).toMatchObject({ States: { First: { Next: 'Count words' } } });

  // Added from the palette again and again, the newest is never below the edge; and what it asks for is filled in there.
  const search = page.getByRole('textbox', { name: 'Search steps' });
  for (const kind of ['delay', 'delay', 'delay', 'delay', 'delay', 'if']) {
    await search.fill(kind);
    await search.press('Enter');
    await expect(search).toBeFocused();
  }
  await expect(editor.step('Choice')).toBeInViewport({ ratio: 0.95 });
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await expect(settings.getByText('Say when it applies.')).toBeVisible();
  await settings.getByRole('combobox', { name: 'Rule 1 goes to' }).click();
  await page.getByRole('option', { name: 'A new step…' }).click();
  await page.getByPlaceholder('Add a step…').fill('abort');
  await page.getByRole('option', { name: /^Fail/ }).click();
  const arrow = (name: string) => page.getByRole('group', { name: `Choice to ${name}` });
  await expect(arrow('Fail')).toBeAttached();
  await expect(arrow('Count words')).toBeAttached();
});

test('letters typed in the same breath as F2 are the new name; those after / are looked for', async ({ page }) => {
  const editor = new Editor(page);
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('In one breath', twoSteps)}`);
  await editor.shows('First', 'Last');
  // All in one task of the browser, faster than any hand: no frame is drawn in between.
  const breath = (first: string, letters: string) =>
    page.evaluate(
      ([first, letters]) => {
        const press = (key: string) =>
          document.activeElement!.dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true }),
          );
        press(first!);
        for (const letter of letters!) if (press(letter)) document.execCommand('insertText', false, letter);
      },
      [first, letters],
    );
  for (const [old, name, folded] of [
    ['First', 'Nod on mend', false],
    ['Last', 'End', true],
  ] as const) {
    // With another tab open, or with the settings put away.
    if (folded) {
      await page.getByRole('button', { name: 'Settings of the selection' }).click();
      await expect(settings).toBeHidden();
      await editor.step(old).focus();
      await page.keyboard.press('Space');
    } else await editor.select(old, 'Output');
    await editor.step(old).focus();
    await breath('F2', name);
    await expect(settings.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue(name);
    await page.keyboard.press('Enter');
    await editor.shows(name);
  }
  expect(await editor.definition()).toMatchObject({ StartAt: 'Nod on mend', States: { End: { End: true } } });

  await editor.step('End').focus();
  await breath('/', 'Count');
  await expect(page.getByRole('textbox', { name: 'Search steps' })).toHaveValue('Count');
});

test('the canvas follows the text, and keeps the last graph while the text is broken', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('As text', twoSteps)}`);
  await editor.shows('First', 'Last');

  const longer = structuredClone(twoSteps) as { States: Record<string, object> };
  longer.States.Last = { Type: 'Pass', Next: 'After all' };
  longer.States['After all'] = { Type: 'Succeed' };
  await editor.type(JSON.stringify(longer, null, 2));
  await editor.design();
  await editor.shows('First', 'Last', 'After all');

  await editor.type('{ "StartAt": "First", "States": { ');
  await expect(page.getByRole('alert').getByText(/Not JSON yet, line 1/)).toBeVisible();
  // A type on its way to be typed is valid JSON and no state: the step must not leave the canvas.
  await editor.type(JSON.stringify(longer, null, 2).replace('"Pass"', '"Pss"'));
  await expect(page.getByRole('alert').getByText(/Pss/)).toBeVisible();
  await editor.design();
  await editor.shows('First', 'Last', 'After all');
  await editor.saved();
  await page.reload();
  await editor.shows('First', 'Last', 'After all');
});

test('a definition with a loop is imported, run over a list, and each item is seen', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows`);
  await page.getByRole('button', { name: 'Import ASL' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Greets each');
  await dialog.getByLabel('Definition').fill(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Each name',
      States: {
        'Each name': {
          Type: 'Map',
          Items: '{% $states.input.names %}',
          ItemProcessor: {
            StartAt: 'Greet',
            States: { Greet: { Type: 'Pass', Output: "{% 'Hello ' & $states.input %}", End: true } },
          },
          End: true,
        },
      },
    }),
  );
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.waitForURL(/\/workflows\/./);
  await editor.shows('Each name', 'Greet');

  const broken = '{ "names": ["Ann", ';
  await editor.openRun();
  await editor.giveJson(broken);
  await editor.pressRun();
  await expect(dialog.getByText('The input is not JSON yet.')).toBeVisible();
  expect(await editor.givenJson()).toBe(broken);
  await editor.giveJson('{ "names": ["Ann", "Bob", "Cy"] }');
  await editor.pressRun();
  await editor.succeeded();
  await expect(page.getByText('Hello Cy').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Steps/ }).click();
  await page.getByRole('button', { name: /^Succeeded Each name/ }).click();
  await expect(page.getByRole('heading', { name: 'Items (3)' })).toBeVisible();
  const strip = page.getByRole('listbox').filter({ has: page.getByRole('option', { name: /^Item 1, Succeeded/ }) });
  await strip.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('option', { name: /^Item 3, Succeeded/ })).toBeAttached();
});

test('a run that is over before the page knows of it is shown as over', async ({ page }) => {
  const pause = {
    QueryLanguage: 'JSONata',
    StartAt: 'Pause',
    States: { Pause: { Type: 'Wait', Seconds: 2, Next: 'Say' }, Say: { Type: 'Pass', Output: 'all said', End: true } },
  };
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('Over at once', pause)}`);
  await editor.shows('Pause', 'Say');
  // What describes the run while it goes on arrives when it is over: what the stream told meanwhile is all there is.
  let late = 0;
  await page.route('**/*', async (route) => {
    if (!route.request().headers()['next-action']) return route.fallback();
    const response = await route.fetch();
    const body = await response.text();
    if (body.includes('"RUNNING"')) {
      late++;
      await new Promise((done) => setTimeout(done, 4000));
    }
    await route.fulfill({ response, body });
  });
  await editor.run();
  await expect(page.getByText('all said').first()).toBeVisible({ timeout: 12_000 });
  expect(late).toBeGreaterThan(0);
});
