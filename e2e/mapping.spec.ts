/** What a step is given: mapped by dragging, by keyboard, converted, computed; its conditions, retries and waits as forms. */
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { grave } from './pages/axe';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const invoke = (FunctionName: string, Payload: object, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName, Payload },
  ...more,
});
const report = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: invoke('wordcount', { text: 'Sales grew. It rained.' }, { Next: 'Sum up' }),
    'Sum up': invoke('summarizetext', { text: 'Sales grew. It rained.', sentences: 1 }, { Next: 'Save' }),
    Save: invoke('savetextfile', { file_name: 'note.txt' }, { End: true }),
  },
};
type State = Record<string, unknown> & { Arguments: { Payload: Record<string, unknown> } };

const settings = (page: Page) => page.getByRole('complementary', { name: 'Settings' });
/** A state as the saved workflow has it. */
const stateOf = async (page: Page, name: string): Promise<State | undefined> => {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const { body } = await new Api().call('GET', `/workflows/${id}/export`);
  return (body as { States: Record<string, State> }).States[name];
};
/** Once it is saved, a state holds this. */
const holds = (page: Page, name: string, what: Record<string, unknown>) =>
  expect(async () => expect(await stateOf(page, name)).toMatchObject(what)).toPass({ timeout: 20_000 });
test.use({ actionTimeout: 15_000 });
const sheet = (page: Page) => page.getByRole('dialog', { name: /^Input of/ });
const need = (page: Page, name: string) => page.locator(`[data-path="arguments.Payload.${name}"]`).last();

async function open(page: Page, definition: object, name = 'Mapping'): Promise<Editor> {
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition(name, definition)}`);
  return new Editor(page);
}

/** Nothing serious or critical in what is in sight. */
const accessible = async (page: Page) => expect(await grave(page)).toEqual([]);

test('a value is dragged onto a field, says why it does not fit, and is converted', async ({ page }) => {
  const editor = await open(page, report);
  await editor.select('Save', 'Input');
  // What is there already for a value that is needed is one press away, and so is asking for it.
  const needed = settings(page).locator('[data-path="arguments.Payload.text"]');
  await expect(needed).toContainText('Needed: fill it in, or take it from data.');
  await needed.getByRole('button', { name: 'Take “text” of “Sum up”' }).click();
  await expect(needed.getByRole('button', { name: 'Text: Sum up › text' })).toBeVisible();
  await editor.undo();
  await needed.getByRole('button', { name: 'Ask for it when the run starts' }).click();
  await expect(needed.getByRole('button', { name: 'Text: Workflow input › text' })).toBeVisible();
  await editor.undo();
  await settings(page).getByRole('button', { name: 'Map in a wide view' }).click();
  const words = sheet(page).getByRole('option', { name: /^words/ });
  await expect(words).toContainText('e.g. 4');
  await words.dragTo(need(page, 'text'));
  const text = need(page, 'text');
  await expect(text.getByRole('button', { name: 'Text: Count › words' })).toBeVisible();
  await expect(text).toContainText('whole number, but has to be a text');
  await accessible(page);
  await text.getByRole('button', { name: 'Make it a text' }).click();
  await expect(text.getByRole('button', { name: 'as text' })).toBeVisible();
  await expect(text).not.toContainText('has to be a text');
  await page.keyboard.press('Escape');
  await expect(sheet(page)).toBeHidden();
  await holds(page, 'Save', { Arguments: { Payload: { text: '{% $string($count.words) %}' } } });
  await holds(page, 'Count', { Assign: { count: '{% $states.result.Payload %}' } });
});

test('the same by keyboard alone', async ({ page }) => {
  const editor = await open(page, report);
  await editor.select('Save', 'Input');
  const wide = settings(page).getByRole('button', { name: 'Map in a wide view' });
  await wide.focus();
  await page.keyboard.press('Enter');
  const text = need(page, 'text');
  await text.getByRole('button', { name: 'From an earlier step or the workflow’s input' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab'); // the expression’s switch
  await page.keyboard.press('Tab');
  await expect(text.getByRole('button', { name: 'Text: Choose data…' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(sheet(page).getByRole('combobox', { name: 'Search the available data' })).toBeFocused();
  await page.keyboard.type('sum up text');
  await page.keyboard.press('Enter');
  await expect(text.getByRole('button', { name: 'Text: Sum up › text' })).toBeFocused();
  await page.keyboard.press('Escape');
  // In the narrow list too: Enter opens it, the arrows choose.
  await settings(page).getByRole('button', { name: 'Text: Sum up › text' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('count characters');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(settings(page).getByRole('button', { name: 'Text: Count › characters' })).toBeVisible();
});

test('an expression is completed, shows what it comes to and where it is wrong', async ({ page }) => {
  test.slow(); // a run is part of it
  const editor = await open(page, {
    ...report,
    States: {
      ...report.States,
      Count: { ...report.States.Count, Assign: { count: '{% $states.result.Payload %}' } },
    },
  });
  await editor.select('Save', 'Input');
  const text = need(page, 'text');
  await text.getByRole('button', { name: 'Computed by an expression' }).click();
  const code = text.getByRole('textbox', { name: 'Text' });
  await code.click();
  await page.keyboard.type('"Words: " & $cou');
  await page.getByRole('option', { name: /^\$count\s?object/ }).click();
  await page.keyboard.type('.wo');
  await page.getByRole('option', { name: /^words/ }).click();
  await expect(text.getByRole('status', { name: 'Result' })).toContainText('"Words: 4"');
  await expect(text.getByRole('status', { name: 'Result' })).toContainText('text');
  await accessible(page);
  await page.keyboard.type(' & )');
  await expect(text.getByRole('status', { name: 'Result' })).toContainText(/Column \d+:/);
  for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace');
  // Data of one’s own.
  await settings(page).getByRole('combobox', { name: 'Values of' }).click();
  await page.getByRole('option', { name: 'your own input…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Input as JSON' }).fill('{ "who": "Ann" }');
  await page.getByRole('dialog').getByRole('button', { name: 'Use it' }).click();
  await code.fill('$uppercase($states.context.Execution.Input.who)');
  await expect(text.getByRole('status', { name: 'Result' })).toContainText('"ANN"');
  // The values of a run, once there was one.
  await code.fill('$count.words & " words"');
  await editor.run();
  await editor.succeeded();
  await settings(page).getByRole('combobox', { name: 'Values of' }).click();
  await page.getByRole('option', { name: /^the last run/ }).click();
  await expect(text.getByRole('status', { name: 'Result' })).toContainText('with the run’s data');
});

test('switching between a value and an expression keeps it, both ways', async ({ page }) => {
  const editor = await open(page, report);
  await editor.select('Save', 'Input');
  const name = need(page, 'file_name');
  await name.getByRole('button', { name: 'Computed by an expression' }).click();
  await expect(name.getByRole('status', { name: 'Result' })).toContainText('"note.txt"');
  await name.getByRole('button', { name: 'A value, written down' }).click();
  await expect(name.getByRole('textbox')).toHaveValue('note.txt');
  // What is computed has no such value: it is kept until one is typed.
  await name.getByRole('button', { name: 'Computed by an expression' }).click();
  await name.getByRole('textbox').fill('$uppercase("a")');
  await expect(name.getByRole('status', { name: 'Result' })).toContainText('"A"');
  await name.getByRole('button', { name: 'A value, written down' }).click();
  await expect(name).toContainText('still computed');
  await name.getByRole('button', { name: 'Computed by an expression' }).click();
  await expect(name.getByRole('textbox')).toHaveText('$uppercase("a")');
  await holds(page, 'Save', { Arguments: { Payload: { file_name: '{% $uppercase("a") %}' } } });
});

test('retries, catches, limits and a callback are filled in as forms', async ({ page }) => {
  const editor = await open(page, report);
  await editor.select('Sum up', 'Errors');
  await settings(page).getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByRole('menuitem', { name: '3 times: 2 s, doubling' }).click();
  const retry = settings(page).getByRole('region', { name: 'Retry 1' });
  await expect(retry.getByRole('note', { name: 'Waits' })).toHaveText('2 s · 4 s · 8 s, at most 14 s');
  await retry.getByLabel('Times', { exact: true }).fill('4');
  await retry.getByLabel('No wait over, s').fill('5');
  await expect(retry.getByRole('note', { name: 'Waits' })).toHaveText('2 s · 4 s · 5 s · 5 s, at most 16 s');
  await retry.getByLabel('Spread the tries by chance (jitter)').check();
  await settings(page).getByRole('button', { name: 'Catch', exact: true }).click();
  const catcher = settings(page).getByRole('region', { name: 'Catcher 1' });
  await catcher.getByRole('combobox', { name: 'Add an error' }).click();
  await page.getByRole('option', { name: /^It took too long/ }).click();
  await catcher.getByRole('button', { name: 'Remove Any error' }).click();
  await catcher.getByRole('combobox', { name: 'Catcher 1 goes to' }).click();
  await page.getByRole('option', { name: 'Save' }).click();
  await catcher.getByRole('combobox', { name: 'Where catcher 1 keeps the error' }).click();
  await page.getByRole('option', { name: 'kept in a variable too' }).click();
  await settings(page)
    .getByLabel(/^Give up after, seconds/)
    .and(page.locator('input'))
    .fill('60');
  await accessible(page);
  await settings(page).getByRole('tab', { name: 'Setup' }).click();
  await settings(page)
    .getByRole('checkbox', { name: /^Wait for a callback/ })
    .check();
  await holds(page, 'Sum up', {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    TimeoutSeconds: 60,
    Retry: [
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 2,
        MaxAttempts: 4,
        BackoffRate: 2,
        MaxDelaySeconds: 5,
        JitterStrategy: 'FULL',
      },
    ],
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Save', Assign: { error: '{% $states.errorOutput %}' } }],
  });
});

test('conditions are joined by and, or and not, in both languages; a wait has units', async ({ page }) => {
  const editor = await open(page, {
    QueryLanguage: 'JSONata',
    StartAt: 'Pause',
    States: {
      Pause: { Type: 'Wait', Seconds: 5, Next: 'Long?' },
      'Long?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.context.Execution.Input.n > 5 %}', Next: 'Done' }],
        Default: 'By path?',
      },
      'By path?': {
        Type: 'Choice',
        QueryLanguage: 'JSONPath',
        Choices: [{ Variable: '$.n', NumericGreaterThan: 1, Next: 'Done' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  });
  await editor.select('Pause', 'Setup');
  await settings(page).getByRole('combobox', { name: 'Unit' }).click();
  await page.getByRole('option', { name: 'minutes' }).click();
  await settings(page).getByLabel('How long').fill('1.5');
  await expect(settings(page).getByText('1 min 30 s · up to a year')).toBeVisible();

  await editor.select('Long?', 'Setup');
  const rule = settings(page).getByRole('region', { name: 'Rule 1' });
  await rule.getByRole('button', { name: 'And, or' }).click();
  await rule.getByRole('button', { name: 'Any of these' }).click();
  await rule.getByRole('button', { name: 'Value to compare' }).last().click();
  await page.getByRole('combobox', { name: 'Search the available data' }).fill('its name');
  await page.keyboard.press('Enter');
  await rule.getByRole('textbox', { name: 'Value compared with' }).last().fill('trial');
  await rule.getByRole('button', { name: 'not' }).last().click();
  await accessible(page);

  await editor.select('By path?', 'Setup');
  await rule.getByRole('button', { name: 'And, or' }).click();
  await rule.getByRole('button', { name: 'Value to compare' }).last().click();
  await page.getByRole('combobox', { name: 'Search the available data' }).fill('its name');
  await page.keyboard.press('Enter');
  await rule.getByRole('textbox', { name: 'Value compared with' }).last().fill('trial');

  await holds(page, 'Pause', { Seconds: 90 });
  await holds(page, 'Long?', {
    Choices: [
      { Condition: '{% $states.context.Execution.Input.n > 5 or $not($states.context.Execution.Name = "trial") %}' },
    ],
  });
  await holds(page, 'By path?', {
    Choices: [
      {
        And: [
          { Variable: '$.n', NumericGreaterThan: 1 },
          { Variable: '$$.Execution.Name', StringEquals: 'trial' },
        ],
      },
    ],
  });
});

test('a loop over a file, in batches, with results written away', async ({ page }) => {
  const editor = await open(page, {
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
        End: true,
      },
    },
  });
  await editor.step('Each').click({ position: { x: 80, y: 14 } });
  await settings(page).getByRole('tab', { name: 'Items' }).click();
  await settings(page)
    .getByRole('checkbox', { name: /^At large scale/ })
    .check();
  await settings(page).getByRole('combobox', { name: 'Go over' }).click();
  await page.getByRole('option', { name: 'a CSV file' }).click();
  await settings(page).getByLabel('Bucket', { exact: true }).fill('orders');
  await settings(page).getByLabel('File', { exact: true }).fill('today.csv');
  await settings(page).getByLabel('Items in one').fill('10');
  await settings(page).getByRole('checkbox', { name: 'Write them to S3' }).check();
  await settings(page).getByLabel('Bucket for the results').fill('done');
  await accessible(page);
  await holds(page, 'Each', {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      Arguments: { Bucket: 'orders', Key: 'today.csv' },
      ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
    },
    ItemBatcher: { MaxItemsPerBatch: 10 },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'done' } },
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } },
  });
});

test('renaming tells what followed; deleting asks what is used instead', async ({ page }) => {
  const editor = await open(page, {
    ...report,
    States: {
      Count: invoke('summarizetext', { text: 'Sales grew. It rained.' }, { Next: 'Sum up' }),
      'Sum up': { ...report.States['Sum up'], Assign: { sumUp: '{% $states.result.Payload %}' } },
      Save: invoke(
        'savetextfile',
        { text: '{% $sumUp.text %}', file_name: '{% $sumUp.text & ".txt" %}' },
        { End: true },
      ),
    },
  });
  await editor.rename('Sum up', 'Shorten');
  await expect(page.getByText('2 references updated')).toBeVisible();
  await holds(page, 'Save', { Arguments: { Payload: { text: '{% $shorten.text %}' } } });

  await editor.step('Shorten').click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete “Shorten”?' });
  await expect(dialog.getByRole('list', { name: 'What uses it' }).getByRole('listitem')).toHaveCount(1);
  await expect(dialog).toContainText('Save uses Shorten › text');
  await expect(dialog.getByRole('combobox')).toHaveText('Count › text');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Delete and change' }).click();
  await expect(editor.step('Shorten')).toBeHidden();
  await holds(page, 'Save', {
    Arguments: { Payload: { text: '{% $count.text %}', file_name: '{% $count.text & ".txt" %}' } },
  });
  await editor.undo();
  await editor.shows('Shorten');
  await holds(page, 'Save', { Arguments: { Payload: { text: '{% $shorten.text %}' } } });
});
