import { readFileSync } from 'node:fs';
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const YAML = `# The night job
QueryLanguage: JSONata
StartAt: Load
States:
  # from the bucket
  Load:
    Type: Task
    Resource: \${LoadFunctionArn}   # filled in by SAM
    X-Team: night
    Next: Each
  Each:
    Type: Map
    Items: '{% $states.input.files %}'
    ItemProcessor:
      StartAt: Look
      States:
        Look: {Type: Pass, End: true}
    Next: Done
  Done: {Type: Succeed}
`;

class Code {
  constructor(private readonly page: Page) {}
  readonly text = () => this.page.getByRole('textbox', { name: 'Definition of the workflow' });
  readonly alert = () => this.page.getByRole('region', { name: 'Definition' }).getByRole('alert');
  async show() {
    await this.page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Code' }).click();
    await expect(this.text()).toBeVisible();
  }
  async in(format: 'JSON' | 'YAML') {
    await this.page.getByRole('group', { name: 'Written in' }).getByRole('button', { name: format }).click();
  }
  /** As a person pastes: the whole, at once. */
  async replace(text: string) {
    await this.text().fill(text);
  }
  /** What would be exported: a long text is not all on the screen. */
  async export(format: 'json' | 'yaml'): Promise<string> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: `.asl.${format}`, exact: true }).click();
    return readFileSync(await (await download).path(), 'utf8');
  }
  /** Puts the cursor behind a piece of the text. */
  async after(piece: string) {
    await this.text().getByText(piece, { exact: false }).first().click();
    await this.page.keyboard.press('End');
  }
}

async function open(page: Page, definition: object = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }) {
  await page.setViewportSize({ width: 1440, height: 900 });
  const id = await new Api().saveDefinition('Text and picture', definition);
  await page.goto(`${product()}/workflows/${id}`);
  return id;
}

test('text and picture, side by side: each changes the other, and only what was touched', async ({ page }) => {
  const [editor, code] = [new Editor(page), new Code(page)];
  await open(page);
  await editor.shows('A');
  await code.show();
  await code.in('YAML');
  await code.replace(YAML);
  await editor.shows('Load', 'Each', 'Look', 'Done');
  await expect(code.text()).toContainText('# from the bucket');

  await editor.rename('Load', 'Fetch');
  await expect(code.text()).toContainText('Fetch:');
  const renamed = YAML.replace('StartAt: Load', 'StartAt: Fetch').replace('  Load:', '  Fetch:');
  expect(await code.export('yaml')).toBe(renamed);

  await editor.undo();
  await editor.shows('Load');
  expect(await code.export('yaml')).toBe(YAML);
  await editor.undo();
  await editor.shows('A');
  await editor.redo();
  await editor.shows('Load');

  await editor.saved();
  await page.reload();
  await editor.shows('Load');
  await code.show();
  expect(await code.export('yaml')).toBe(YAML);
  await code.in('JSON');
  expect(JSON.parse(await code.export('json'))).toMatchObject({
    States: { Load: { Resource: '${LoadFunctionArn}', 'X-Team': 'night', Next: 'Each' } },
  });
});

test('a text that is wrong loses nothing: not itself, not the picture, not over a reload', async ({ page }) => {
  const [editor, code] = [new Editor(page), new Code(page)];
  await open(page);
  await code.show();
  await code.replace(
    '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "B" }\n    "B": { "Type": "Succeed" }\n  }\n}',
  );
  await expect(code.alert()).toContainText('Not JSON yet, line 5, column 5: A comma or } is missing here.');
  await editor.shows('A');
  await expect(editor.step('B')).toBeHidden();

  // The picture is not locked meanwhile, and what is changed there is kept too.
  await editor.rename('A', 'First');
  await expect(code.text()).toContainText('"B": { "Type": "Succeed" }');
  await editor.saved();
  await page.reload();
  await editor.shows('First');
  await code.show();
  await expect(code.alert()).toContainText('line 5');
  await expect(code.text()).toContainText('"Next": "B"');

  await code.after('"Next": "B" }');
  await page.keyboard.type(',');
  await expect(code.alert()).toBeHidden();
  await editor.shows('First', 'B');
});

test('a step that is selected is shown in the text, and the cursor selects its step', async ({ page }) => {
  const [editor, code] = [new Editor(page), new Code(page)];
  const states = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [
      `Step ${i}`,
      { Type: 'Pass', Comment: `number ${i}`, ...(i < 29 ? { Next: `Step ${i + 1}` } : { End: true }) },
    ]),
  );
  await open(page, { StartAt: 'Step 0', States: states });
  await code.show();
  await code.in('JSON');
  await expect(code.text()).toContainText('"Step 0"');
  await expect(code.text()).not.toContainText('"number 29"');
  await editor.step('Step 29').dispatchEvent('click');
  await expect(code.text()).toContainText('"number 29"');

  await code.text().getByText('"number 27"').click();
  await expect(
    page.getByRole('complementary', { name: 'Settings' }).getByRole('heading', { name: 'Step 27' }),
  ).toBeVisible();
});

test('on a narrow window the text is a tab of its own', async ({ page }) => {
  const code = new Code(page);
  await open(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await code.show();
  await expect(page.getByRole('application', { name: 'Workflow graph' })).toBeHidden();
  await code.replace('{ "StartAt": "Z", "States": { "Z": { "Type": "Succeed" } } }');
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Design' }).click();
  await new Editor(page).shows('Z');
});

test('problems are told with what mends them, and the key goes from one to the next', async ({ page }) => {
  const [editor, code] = [new Editor(page), new Code(page)];
  await open(page, {
    StartAt: 'One',
    States: {
      One: { Type: 'Pass', Next: 'Twoo' },
      Two: { Type: 'Wait', Seconds: 1, Next: 'Three' },
      Three: { Type: 'Pass', End: true },
      Alone: { Type: 'Succeed' },
    },
  });
  await editor.shows('One', 'Alone');
  await page.keyboard.press('F8');
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems.getByText('"One" leads to "Twoo"')).toBeVisible();
  await problems.getByRole('button', { name: 'Lead to “Two”' }).click();
  await expect(problems.getByText('Twoo')).toBeHidden();
  await problems.getByRole('button', { name: 'Connect it after “Three”' }).click();
  await expect(problems.getByText('No problems')).toBeVisible();
  await code.show();
  await code.in('JSON');
  expect(JSON.parse(await code.export('json')).States).toMatchObject({
    One: { Next: 'Two' },
    Three: { Next: 'Alone' },
  });
});
