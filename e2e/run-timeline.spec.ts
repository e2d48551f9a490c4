import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';

/** Two branches, then something tried three times and helped, then thirty items of which every seventh is helped too. */
const VARIED = {
  QueryLanguage: 'JSONata',
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Short rest', States: { 'Short rest': { Type: 'Pass', End: true } } },
        { StartAt: 'Long rest', States: { 'Long rest': { Type: 'Wait', Seconds: 1, End: true } } },
      ],
      Next: 'Fragile',
    },
    Fragile: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Break',
          States: { Break: { Type: 'Fail', Error: 'Broken', Cause: 'It is made of glass' } },
        },
      ],
      Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Each' }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: '{% [1..30] %}',
      MaxConcurrency: 5,
      ItemProcessor: {
        StartAt: 'Look',
        States: {
          Look: { Type: 'Pass', Output: { n: '{% $states.input %}' }, Next: 'Double' },
          Double: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true },
        },
      },
      End: true,
    },
  },
};
const many = (items: number, bad: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: `{% [1..${items}] %}`,
      MaxConcurrency: 40,
      ItemProcessor: {
        StartAt: 'Check',
        States: {
          Check: { Type: 'Pass', Output: `{% $states.input = ${bad} ? $error("no") : $states.input * 2 %}`, End: true },
        },
      },
      End: true,
    },
  },
});

type Run = { id: string; status: string };
const api = () => new Api();
async function ran(name: string, definition: object): Promise<{ workflow: string; run: string }> {
  const workflow = await api().saveDefinition(name, definition);
  const { id } = (await api().call('POST', `/workflows/${workflow}/runs`, {})).body as Run;
  await expect
    .poll(async () => ((await api().call('GET', `/runs/${id}`)).body as Run).status, { timeout: 60_000 })
    .toMatch(/SUCCEEDED|FAILED/);
  return { workflow, run: id };
}
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).locator('visible=true').click();
const rows = (page: Page) => page.getByRole('list', { name: 'When each step ran' }).locator('visible=true');
const moment = (page: Page) => page.getByRole('slider', { name: 'Moment of the run' }).locator('visible=true');

test('the timeline shows tries, waits and what the run waited for, and is walked by keyboard', async ({ page }) => {
  const { run } = await ran('Varied steps', VARIED);
  await page.goto(`${product()}/runs/${run}`);
  await tab(page, 'Timeline');
  const fragile = rows(page).getByRole('button', { name: /^Fragile, Caught.*3 tries: failed/ });
  await expect(fragile).toContainText('↻1');
  await expect(fragile).toContainText('↻2');
  // Of the two branches the longer one is what the run waited for.
  await expect(rows(page).getByRole('button', { name: /^Long rest, Succeeded.*On the critical path/ })).toBeVisible();
  const short = rows(page).getByRole('button', { name: /^Short rest, Succeeded/ });
  await expect(short).toBeVisible();
  await expect(short).not.toHaveAccessibleName(/critical/);

  // From the first name: down to Fragile, right to its bar, which tells itself; closer, and back to the whole.
  await rows(page).getByRole('button', { name: 'Succeeded Both', exact: true }).focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(fragile).toBeFocused();
  const width = async () => (await fragile.boundingBox())?.width ?? 0;
  const before = await width();
  await page.keyboard.press('+');
  await expect.poll(width).toBeGreaterThan(before * 1.2);
  await page.keyboard.press('0');
  await expect.poll(width).toBeCloseTo(before, 0);

  // Thirty visits are one row; opened, they are thirty more.
  await page.keyboard.press('ArrowLeft');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  await expect(rows(page).getByRole('button', { name: /^Succeeded Look/ })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Look', exact: true }).locator('visible=true')).toBeVisible();
});

test('a run is looked at as it stood at any of its events, on its page and in the editor', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { workflow, run } = await ran('Varied moments', VARIED);
  await page.goto(`${product()}/runs/${run}`);
  await tab(page, 'Timeline');
  const graph = page.locator('.react-flow').locator('visible=true');
  const fragile = graph.locator('.react-flow__node', { hasText: 'Fragile' }).first();
  await expect(fragile).toContainText('Caught');
  await moment(page).focus();
  await page.keyboard.press('Home');
  await expect(moment(page)).toHaveAttribute('aria-valuetext', /^Event 1 of \d+: execution started/);
  await expect(fragile).not.toContainText('Caught');
  await page.keyboard.press('ArrowRight');
  await expect(moment(page)).toHaveAttribute('aria-valuetext', /^Event 2 of \d+: Both begins/);
  await expect(graph.locator('.react-flow__node', { hasText: 'Both' }).first()).toContainText('Running');
  await tab(page, 'Steps');
  const steps = page.getByRole('list', { name: 'Steps', exact: true }).locator('visible=true').getByRole('button');
  await expect(steps).toHaveCount(1);
  // From the list of events too.
  await tab(page, 'Events');
  await page.getByRole('button', { name: 'See the run after event 4', exact: true }).locator('visible=true').click();
  await expect(moment(page)).toHaveAttribute('aria-valuetext', /^Event 4 of/);
  await tab(page, 'Steps');

  // What is looked at is handed on by its address.
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/runs\/.*[?&]tab=steps&?.*at=4/);
  const other = await context.newPage();
  await other.goto(link);
  await expect(moment(other)).toHaveAttribute('aria-valuetext', /^Event 4 of/);
  await expect(other.getByRole('tab', { name: /^Steps/ }).locator('visible=true')).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(other.getByText('over HTTP')).toBeVisible();
  const run8 = await other.getByTitle(/^Fingerprint of the definition/).innerText();
  await other.goto(`${product()}/workflows/${workflow}`);
  await expect(other.getByTitle(/^Fingerprint of the definition/)).toHaveText(run8);
  await other.close();

  await page.getByRole('button', { name: 'Now', exact: true }).locator('visible=true').click();
  await expect(fragile).toContainText('Caught');
  await expect.poll(async () => steps.count()).toBeGreaterThan(5);

  // The same beside the canvas of the editor, in a run that has just been made there.
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${workflow}`);
  await editor.run();
  await expect(fragile).toContainText('Caught', { timeout: 30_000 });
  await tab(page, 'Timeline');
  await moment(page).focus();
  await page.keyboard.press('Home');
  await expect(fragile).not.toContainText('Caught');
  await page.getByRole('button', { name: 'Now', exact: true }).locator('visible=true').click();
  await expect(fragile).toContainText('Caught');
});

test('six thousand items are a strip of cells: the one that failed is found, opened and read', async ({ page }) => {
  const { run } = await ran('Many items', many(6000, 5500));
  await page.goto(`${product()}/runs/${run}`);
  await tab(page, 'Steps');
  const list = page.getByRole('list', { name: 'Steps', exact: true }).locator('visible=true');
  await list.getByRole('button', { name: /^Failed Each/ }).click();
  const strip = page.getByRole('listbox', { name: 'Items of Each' }).locator('visible=true');
  // It begins where it failed.
  await expect(strip.getByRole('option')).toHaveText(/^Item 5500, Failed/);
  await strip.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(strip.getByRole('option')).toHaveText(/^Item 5499, Succeeded/);
  await page.keyboard.press('Enter');
  const item = page.getByRole('region', { name: 'Item 5,499 of Each' }).locator('visible=true');
  await expect(item.getByRole('tree', { name: 'It was given' })).toHaveText('5499');
  await expect(item.getByRole('tree', { name: 'It gave' })).toHaveText('10998');
  await page.getByRole('button', { name: 'Failed only' }).locator('visible=true').click();
  await expect(strip.getByRole('option')).toHaveText(/^Item 5500, Failed/);
  await expect(strip.getByRole('option')).toHaveAttribute('aria-setsize', '1');
  await strip.click({ position: { x: 10, y: 10 } });
  await page.getByRole('list', { name: 'Steps of Item 5,500' }).locator('visible=true').getByRole('button').click();
  await expect(page.getByRole('heading', { name: 'Check', exact: true }).locator('visible=true')).toBeVisible();
});

test('a distributed Map in an item of a distributed Map has a strip of its own, and its items their steps', async ({
  page,
}) => {
  const { run } = await ran('Items in items', {
    QueryLanguage: 'JSONata',
    StartAt: 'Outer',
    States: {
      Outer: {
        Type: 'Map',
        Items: '{% [10, 20, 30] %}',
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Inner',
          States: {
            Inner: {
              Type: 'Map',
              Items: '{% [1..4].($ + $states.input) %}',
              ToleratedFailurePercentage: 100,
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                StartAt: 'Check',
                States: {
                  Check: {
                    Type: 'Pass',
                    Output: '{% $states.input = 23 ? $error("no") : $states.input * 2 %}',
                    Next: 'Again',
                  },
                  Again: {
                    Type: 'Map',
                    Items: '{% [$states.input, 0] %}',
                    ItemProcessor: { StartAt: 'Say', States: { Say: { Type: 'Pass', End: true } } },
                    End: true,
                  },
                },
              },
              Output: '{% $count($states.result) %}',
              End: true,
            },
          },
        },
        Output: '{% $count($states.result) %}',
        End: true,
      },
    },
  });
  await page.goto(`${product()}/runs/${run}`);
  await tab(page, 'Steps');
  const at = (name: string) => page.getByRole('region', { name, exact: true }).locator('visible=true');
  const outer = page.getByRole('listbox', { name: 'Items of Outer' }).locator('visible=true');
  await outer.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await at('Item 2 of Outer').getByText('Inner', { exact: true }).click();
  const inner = at('Item 2 of Outer').getByRole('listbox', { name: 'Items of Inner' });
  await expect(inner.getByRole('option')).toHaveText(/^Item 3, Failed/);
  await inner.focus();
  await page.keyboard.press('Enter');
  await expect(at('Item 3 of Inner')).toContainText('States.QueryEvaluationError');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(at('Item 4 of Inner').getByRole('tree', { name: 'It was given' })).toHaveText('24');
  await at('Item 4 of Inner').getByText('Check', { exact: true }).click();
  await expect(at('Item 4 of Inner').getByRole('tree', { name: 'Output' })).toHaveText('48');
  // An ordinary Map in there is read from its own history.
  await at('Item 4 of Inner').getByText('Again', { exact: true }).click();
  await expect(at('Item 4 of Inner').getByRole('listbox', { name: 'Items of Again' })).toBeVisible();
  await at('Item 4 of Inner').getByRole('listbox', { name: 'Items of Again' }).focus();
  await page.keyboard.press('Enter');
  await expect(at('Item 1 of Again').getByRole('tree', { name: 'It was given' })).toHaveText('48');
});

test('the items of a distributed Map, which no history tells of, are a strip too', async ({ page }) => {
  const { run } = await ran('Distributed items', {
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: '{% [1..120] %}',
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Check',
          States: {
            Check: { Type: 'Pass', Output: '{% $states.input = 100 ? $error("no") : $states.input * 2 %}', End: true },
          },
        },
        Output: '{% $count($states.result) %}',
        End: true,
      },
    },
  });
  await page.goto(`${product()}/runs/${run}`);
  await expect(
    page.locator('.react-flow').locator('visible=true').locator('.react-flow__node', { hasText: 'Each' }).first(),
  ).toContainText('120 items');
  await tab(page, 'Steps');
  const strip = page.getByRole('listbox', { name: 'Items of Each' }).locator('visible=true');
  await expect(strip.getByRole('option')).toHaveText(/^Item 100, Failed/);
  await strip.focus();
  await page.keyboard.press('Enter');
  const failed = page.getByRole('region', { name: 'Item 100 of Each' }).locator('visible=true');
  await expect(failed).toContainText('States.QueryEvaluationError');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const item = page.getByRole('region', { name: 'Item 101 of Each' }).locator('visible=true');
  await expect(item.getByRole('tree', { name: 'It gave' })).toHaveText('202');
  await item.getByText('Check', { exact: true }).click();
  await expect(item.getByRole('tree', { name: 'Input' })).toHaveText('101');
  // Before the Map began to work there were none.
  await moment(page).focus();
  await page.keyboard.press('Home');
  await expect(strip).toHaveCount(0);
});
