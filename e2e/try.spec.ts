import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { withLoop } from './pages/definitions';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const PARTS = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Output: { n: 20 }, Assign: { kept: 'from the first' }, Next: 'Double' },
    Double: { Type: 'Pass', Output: { n: '{% $states.input.n * 2 %}', kept: '{% $kept %}' }, Next: 'Last' },
    Last: { Type: 'Pass', Output: { end: '{% $states.input.n + 1 %}', kept: '{% $states.input.kept %}' }, End: true },
  },
};
const CALLS = {
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'nobodysFunction', Payload: {} },
      Output: '{% $states.result.Payload %}',
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Sorry' }],
      Next: 'Big?',
    },
    'Big?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.size > 10 %}', Next: 'Big' }],
      Default: 'Small',
    },
    Big: { Type: 'Pass', End: true },
    Small: { Type: 'Pass', End: true },
    Sorry: { Type: 'Pass', Output: 'sorry', End: true },
  },
};

async function open(page: Page, definition: object): Promise<string> {
  await page.setViewportSize({ width: 1440, height: 900 });
  const id = await new Api().saveDefinition('On trial', definition);
  await page.goto(`${product()}/workflows/${id}`);
  return id;
}
const lastRun = async (id: string) =>
  ((await new Api().call('GET', `/runs?workflowId=${id}`)).body as { id: string; workflowName: string }[])[0] ?? {
    id: 'none',
    workflowName: '',
  };
const details = async (id: string) =>
  (await new Api().call('GET', `/runs/${(await lastRun(id)).id}`)).body as { output: unknown; workflowName: string };
const dialog = (page: Page) => page.getByRole('dialog');

test('one state is tested alone, stage by stage, and what it gave is pinned', async ({ page }) => {
  const editor = new Editor(page);
  await open(page, PARTS);
  await editor.select('Double');
  await page.keyboard.press('Shift+Enter');
  await expect(dialog(page).getByRole('heading', { name: 'Test “Double”' })).toBeVisible();
  await dialog(page).getByRole('textbox', { name: 'Input of the step' }).fill('{ "n": 21 }');
  await dialog(page).getByRole('textbox', { name: 'Variables that it finds' }).fill('{ "kept": "by hand" }');
  await dialog(page).getByRole('button', { name: 'Test', exact: true }).click();
  const result = dialog(page).getByRole('region', { name: 'Result of the test' });
  await expect(result.getByText('Succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(result.getByRole('tree', { name: 'Output' })).toContainText('42');
  await expect(result.getByRole('tree', { name: 'Output' })).toContainText('by hand');
  await dialog(page).getByRole('button', { name: 'Pin as sample' }).click();
  await dialog(page).getByRole('button', { name: 'Close', exact: true }).first().click();
  await expect(page.getByText('Sample', { exact: true })).toBeVisible();

  // The step after it begins with the sample.
  await editor.select('Last');
  await page.keyboard.press('Alt+Enter');
  await editor.succeeded();
  await expect(page.getByText('With the sample that is pinned.')).toBeVisible();
});

test('from a step on, with what it had in the last run; until a step, no further', async ({ page }) => {
  const editor = new Editor(page);
  const id = await open(page, PARTS);
  await editor.run();
  await editor.succeeded();
  await editor.select('Double');
  await page.keyboard.press('Alt+Enter');
  await expect.poll(async () => (await lastRun(id)).workflowName, { timeout: 30_000 }).toContain('from “Double”');
  await expect
    .poll(async () => (await details(id)).output, { timeout: 30_000 })
    .toEqual({ end: 41, kept: 'from the first' });

  await editor.select('Double');
  await page.keyboard.press('Alt+Shift+Enter');
  await expect.poll(async () => (await lastRun(id)).workflowName, { timeout: 30_000 }).toContain('until “Double”');
  await expect
    .poll(async () => (await details(id)).output, { timeout: 30_000 })
    .toEqual({ n: 40, kept: 'from the first' });
});

test('a step that nothing can do yet is mocked: with an answer, then with an error that is caught', async ({
  page,
}) => {
  const editor = new Editor(page);
  const id = await open(page, CALLS);
  await editor.select('Call');
  await page.keyboard.press('m');
  await dialog(page).getByRole('textbox', { name: 'Its answer' }).fill('{ "size": 99 }');
  await dialog(page).getByRole('button', { name: 'Mock it' }).click();
  await expect(page.getByRole('button', { name: 'Mocked' })).toBeVisible();
  expect(JSON.stringify(await editor.definition())).not.toContain('99');
  await editor.openRun();
  await expect(dialog(page).getByText('Use 1 mocked answer')).toBeVisible();
  await editor.pressRun();
  await expect.poll(async () => (await details(id)).output, { timeout: 40_000 }).toEqual({ size: 99 });
  expect((await lastRun(id)).workflowName).toContain('mocked');

  await page.getByRole('button', { name: 'Mocked' }).click();
  await dialog(page).getByRole('button', { name: 'Fails' }).click();
  await dialog(page).getByRole('textbox', { name: 'Error' }).fill('States.Timeout');
  await dialog(page).getByRole('button', { name: 'Mock it' }).click();
  await editor.openRun();
  await editor.pressRun();
  await expect.poll(async () => (await details(id)).output, { timeout: 40_000 }).toBe('sorry');
});

test('a step is switched off: it is passed by, what its error alone led to as well, and all is back when it is on', async ({
  page,
}) => {
  const editor = new Editor(page);
  const id = await open(page, CALLS);
  await editor.select('Call');
  await page.keyboard.press('d');
  await expect(page.getByRole('button', { name: /^Call, Task, switched off/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Sorry, Pass, not run: a step before it is off/ })).toBeVisible();
  expect(await editor.definition()).toMatchObject({
    States: { Call: { Type: 'Pass', Comment: 'Switched off.', Next: 'Big?' } },
  });
  await page.reload(); // it is kept
  await editor.openRun();
  await editor.giveJson('{ "size": 3 }');
  await editor.pressRun();
  await expect.poll(async () => (await details(id)).output, { timeout: 40_000 }).toEqual({ size: 3 });
  await expect(page.getByRole('button', { name: /^Call, Task, Skipped switched off/ })).toBeVisible();

  // With the choice off as well it goes its default way, whatever it was given.
  await editor.select('Big?');
  await page.keyboard.press('d');
  await editor.openRun();
  await editor.giveJson('{ "size": 99 }');
  await editor.pressRun();
  await expect.poll(async () => (await details(id)).output, { timeout: 40_000 }).toEqual({ size: 99 });
  await expect(
    page.getByRole('button', { name: 'Small, Pass, Succeeded, 5 of 5, then the end', exact: true }),
  ).toBeVisible();

  await page.keyboard.press('d');
  await editor.select('Call', 'Setup');
  await page.getByRole('button', { name: 'Switch on' }).click();
  const saved = async () => (await new Api().call('GET', `/workflows/${id}/export?format=asl`)).body;
  await expect.poll(saved, { timeout: 15_000 }).toEqual(CALLS);
});

test('every branch is tried without calling anything, and painted', async ({ page }) => {
  const editor = new Editor(page);
  await open(page, PARTS);
  await editor.shows('Double');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByPlaceholder(/Go to a screen/).fill('Dry run');
  await page.getByRole('option', { name: /^Dry run/ }).click();
  await expect(page.getByText(/Dry run: 1 of 1 branch tried/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Tried', { exact: true })).toHaveCount(3);

  // A definition that says nothing of its input is tried, asked for and described by what its steps read.
  await open(page, withLoop());
  await editor.shows('First');
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await expect(settings.getByText(/Its steps read names of the input/)).toBeVisible();

  await page.keyboard.press('ControlOrMeta+k');
  await page.getByPlaceholder(/Go to a screen/).fill('Dry run');
  await page.getByRole('option', { name: /^Dry run/ }).click();
  await expect(page.getByText(/Dry run: 2 of 2 branches tried/)).toBeVisible({ timeout: 30_000 });

  await editor.openRun();
  await expect(dialog(page).getByText('Its steps read names of the input.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'JSON', exact: true }).click();
  expect(JSON.parse(await editor.givenJson())).toEqual({ names: [] });
  await page.keyboard.press('Escape');

  await settings.getByRole('button', { name: 'Describe it' }).click();
  await expect(settings.getByRole('combobox', { name: 'Type of names' })).toContainText('List');
  await editor.undo();
  await expect(settings.getByRole('button', { name: 'Describe it' })).toBeVisible();
});

test('what a run would cost and take is told before it, and from what that is assumed', async ({ page }) => {
  await open(page, { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3, End: true } } });
  const chip = page.getByRole('button', { name: /^Estimated cost and time/ });
  await expect(chip).toContainText('$0.000025');
  await expect(chip).toContainText('3');
  await chip.click();
  const told = page.getByRole('dialog', { name: 'Estimate of a run' });
  await told.getByRole('button', { name: 'Express' }).click();
  await expect(chip).toContainText('$0.0000041');
});

test('a placeholder is kept in the definition, and a run asks what it stands for', async ({ page }) => {
  const editor = new Editor(page);
  const id = await open(page, {
    StartAt: 'Count',
    States: {
      Count: { Type: 'Task', Resource: '${CountFunctionArn}', Parameters: { text: 'one two three' }, End: true },
    },
  });
  await editor.openRun();
  await dialog(page).getByRole('combobox', { name: '${CountFunctionArn}' }).fill('wordcount');
  await editor.pressRun();
  await expect.poll(async () => (await details(id)).output, { timeout: 60_000 }).toMatchObject({ words: 3 });
  expect(JSON.stringify(await editor.definition())).toContain('${CountFunctionArn}');
});
