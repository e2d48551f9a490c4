import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { grave } from './pages/axe';
import { product } from './pages/home';

/** Its second step reads a file, and fails where there is none. */
const READS = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Assign: { amount: '{% $states.input.amount %}' }, Next: 'Read' },
    Read: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
      Arguments: {
        Bucket: '{% $states.context.Execution.Input.bucket %}',
        Key: '{% $states.context.Execution.Input.key %}',
      },
      Assign: { text: '{% $states.result.Body %}' },
      Next: 'Last',
    },
    Last: { Type: 'Pass', Output: { text: '{% $text %}', doubled: '{% $amount * 2 %}' }, End: true },
  },
};
type Run = { id: string; status: string; output: unknown };
const api = () => new Api();
const runOf = async (id: string) => (await api().call('GET', `/runs/${id}`)).body as Run;
const over = (id: string) =>
  expect.poll(async () => (await runOf(id)).status, { timeout: 40_000 }).not.toMatch(/RUNNING|STARTING/);

/** A place for a file that is not there yet. */
async function placeOfFile() {
  const { body } = await api().call('POST', '/files', { name: 'late.txt', mediaType: 'text/plain', bytes: 8 });
  const { url, headers, file } = body as { url: string; headers: Record<string, string>; file: { uri: string } };
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(file.uri)!;
  return { input: { amount: 21, bucket, key }, put: () => fetch(url, { method: 'PUT', headers, body: 'here now' }) };
}

test('a failed run is redriven when what it lacked is there, then forked with another value', async ({ page }) => {
  const workflow = await api().saveDefinition('Reads a file', READS);
  const { input, put } = await placeOfFile();
  const { id } = (await api().call('POST', `/workflows/${workflow}/runs`, input)).body as Run;
  await over(id);
  await page.goto(`${product()}/runs/${id}`);
  const head = page.getByRole('main').locator('header').first();
  await expect(head.getByText('Failed', { exact: true })).toBeVisible();

  // Without the file it fails again, in the same run.
  await head.getByRole('button', { name: 'Redrive' }).click();
  await expect(head.getByText(/^Redriven/)).toBeVisible();
  await over(id);
  await expect(head.getByText('Failed', { exact: true })).toBeVisible();
  expect((await put()).ok).toBe(true);
  await head.getByRole('button', { name: 'Redrive' }).click();
  await expect(head.getByText('Succeeded', { exact: true })).toBeVisible({ timeout: 40_000 });
  await expect(head.getByText(/2 times/)).toBeVisible();
  expect((await runOf(id)).output).toEqual({ text: 'here now', doubled: 42 });
  expect(page.url()).toContain(id);

  // What AWS refuses is refused here, with the reason.
  const refused = head.getByRole('button', { name: 'Redrive' });
  await expect(refused).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Tab'); // by keyboard: what a click leaves focused tells nothing
  await refused.focus();
  await expect(page.getByRole('tooltip')).toContainText('It succeeded');

  // Three states and two redrives.
  await head.getByRole('button', { name: /^Cost on AWS/ }).click();
  await expect(page.getByRole('row', { name: /State transitions/ })).toContainText(/3\s*5$/);
  expect(await grave(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await head.getByRole('button', { name: 'Fork…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Begin with' }).click();
  await page.getByRole('option', { name: /^Last/ }).click();
  await expect(page.getByRole('dialog', { name: 'Fork from “Last”' })).toContainText('This step reads $amount, $text.');
  const variables = dialog.getByRole('textbox', { name: 'Variables that earlier steps kept' });
  await expect(variables).toContainText('here now');
  expect(await grave(page)).toEqual([]);
  const write = async (text: string) => {
    await variables.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  };
  await write('{ "amount": 100, "text": ');
  await expect(dialog.getByRole('button', { name: 'Start the fork' })).toBeDisabled();
  await write('{ "amount": 100, "text": "other" }');
  await expect(dialog.getByText('Changed: Variables that earlier steps kept.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Start the fork' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(id), { timeout: 40_000 });
  const child = new URL(page.url()).pathname.split('/').at(-1)!;
  await over(child);
  expect((await runOf(child)).output).toEqual({ text: 'other', doubled: 200 });
  await expect(head.getByText('at “Last”, with changed values')).toBeVisible();
  await head.getByRole('link', { name: 'another run' }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${id}$`));

  // Back in time, to the step that was being done then.
  await page.getByRole('tab', { name: 'Steps' }).locator('visible=true').click();
  await page.getByRole('slider', { name: 'Moment of the run' }).locator('visible=true').fill('4');
  await page.getByRole('button', { name: 'Fork here…' }).locator('visible=true').click();
  await expect(page.getByRole('dialog', { name: 'Fork from “Read”' })).toBeVisible();
});

test('from the step that failed, everything that can be done about it is one press away', async ({ page }) => {
  const workflow = await api().saveDefinition('Lacks a file', READS);
  const { input } = await placeOfFile();
  const { id } = (await api().call('POST', `/workflows/${workflow}/runs`, input)).body as Run;
  await over(id);
  await page.goto(`${product()}/runs/${id}`);
  const doors = page.getByRole('group', { name: 'What to do about it' }).locator('visible=true');
  await expect(doors.getByRole('button', { name: 'Redrive' })).toBeVisible();
  await doors.getByRole('link', { name: 'Fix or mock it in the editor' }).click();

  const panel = page.getByRole('region', { name: 'Run', exact: true });
  await expect(panel.getByRole('heading', { name: 'Read' })).toBeVisible();
  for (const name of [
    'Propose a fix',
    'Edit input & retry from here…',
    'Redrive',
    'Run from the start',
    'Mock this step',
  ])
    await expect(doors.getByRole('button', { name })).toBeVisible();
  await doors.getByRole('button', { name: 'Mock this step' }).click();
  await expect(page.getByRole('dialog')).toContainText('Read');
  await page.keyboard.press('Escape');

  // Its input is mended for this once; the panel goes on to the new run.
  await doors.getByRole('button', { name: 'Edit input & retry from here…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Fork from “Read”' });
  const { input: other, put } = await placeOfFile();
  expect((await put()).ok).toBe(true);
  const given = dialog.getByRole('textbox', { name: 'Input of the run' });
  await given.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(JSON.stringify(other));
  await dialog.getByRole('button', { name: 'Start the fork' }).click();
  await expect(panel.getByText('Succeeded').first()).toBeVisible({ timeout: 40_000 });
  await expect(panel).toContainText('here now');
  expect((await runOf(id)).status).toBe('FAILED');
});

test('a value that made a step fail is led back to the field of the input that it came from', async ({ page }) => {
  const workflow = await api().saveDefinition('Bills an order', {
    QueryLanguage: 'JSONata',
    StartAt: 'Take the order',
    States: {
      'Take the order': {
        Type: 'Pass',
        Assign: { order: { to: '{% $states.input.customer.mail %}', items: '{% $states.input.items %}' } },
        Next: 'Price all',
      },
      'Price all': {
        Type: 'Map',
        Items: '{% $order.items %}',
        ItemProcessor: {
          StartAt: 'Price one',
          States: { 'Price one': { Type: 'Pass', Output: '{% $states.input.cost * 2 %}', End: true } },
        },
        Assign: { prices: '{% $states.result %}' },
        Next: 'Read the terms',
      },
      'Read the terms': {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
        Arguments: { Bucket: 'action-engine-files', Key: '{% $order.to %}', IfMatch: '{% $string($prices[1]) %}' },
        End: true,
      },
    },
  });
  const input = { customer: { mail: 'ada@example.com' }, items: [{ cost: 1 }, { cost: 4 }] };
  const { id } = (await api().call('POST', `/workflows/${workflow}/runs`, input)).body as Run;
  await over(id);
  await page.goto(`${product()}/runs/${id}`);
  await page.getByRole('tab', { name: 'Why' }).locator('visible=true').click();

  const key = page.getByRole('row', { name: /^Key/ }).locator('visible=true');
  await expect(key).toContainText('ada@example.com');
  await expect(key.getByRole('listitem')).toContainText([
    '$order.to, kept by Take the order',
    '$order.to, kept by Take the order',
    'customer.mail of the input of the run',
  ]);
  const price = page.getByRole('row', { name: /^IfMatch/ }).locator('visible=true');
  await expect(price).toContainText('$prices[1], kept by Price all');
  await expect(price).toContainText('Handed on by Price one');
  await expect(price).toContainText('cost of item 2 of Price all = 4');
  await expect(price).toContainText('items[1].cost of the input of the run');
  expect(await grave(page)).toEqual([]);

  // Each step of the way leads to all that is known of it, and the end to the input itself.
  await price.getByRole('button', { name: 'the input of the run' }).click();
  await expect(page.getByRole('tree', { name: 'Input of the run' }).locator('visible=true')).toContainText(
    'ada@example.com',
  );
  await page.getByRole('tab', { name: 'Why' }).locator('visible=true').click();
  await price.getByRole('button', { name: 'Price one' }).click();
  await expect(page.getByRole('heading', { name: 'Price one' }).locator('visible=true')).toBeVisible();
});
