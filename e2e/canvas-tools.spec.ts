import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const line = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Comment: 'the photo', Next: 'Second' },
    Second: { Type: 'Pass', Output: { photo: '{% $states.input.photo %}' }, Next: 'Third' },
    Third: { Type: 'Pass', End: true },
  },
};
const open = async (page: Page, name: string, definition: object) => {
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition(name, definition)}`);
  return new Editor(page);
};
/** What leads where in what is saved: the code view draws only the lines that are in sight. */
const ways = async (page: Page): Promise<string[]> => {
  const { body } = await new Api().call('GET', `/workflows/${page.url().split('/').at(-1)}`);
  const { nodes, edges } = (body as Saved).document.graph;
  const name = (id: string) => nodes.find((node) => node.id === id)?.name;
  return edges.map(({ from, to }) => `${name(from)} > ${name(to)}`);
};
type Saved = {
  document: { graph: { nodes: { id: string; name: string }[]; edges: { from: string; to: string }[] } };
};
const left = async (editor: Editor, name: string) => Math.round((await editor.step(name).boundingBox())!.x);
const top = async (editor: Editor, name: string) => Math.round((await editor.step(name).boundingBox())!.y);

test('a pattern is put between two steps, and what it is made of runs', async ({ page }) => {
  const editor = await open(page, 'With a pattern', line);
  await editor.step('First').click();
  const palette = page.getByRole('complementary', { name: 'Steps to add' });
  await palette.getByRole('button', { name: 'Patterns' }).click();
  await palette.getByRole('button', { name: /^Loop that goes on after errors/ }).click();
  await editor.shows('First', 'Each on its own', 'Do one', 'Count them', 'Second');
  await expect
    .poll(() => ways(page))
    .toEqual(expect.arrayContaining(['First > Each on its own', 'Count them > Second', 'Do one > Note the error']));
  await editor.run();
  await editor.succeeded();
  await expect(editor.step('Count them').locator('[data-status="succeeded"]').first()).toBeVisible({ timeout: 20_000 });
  // All of it is one step of the history.
  await editor.undo();
  await expect(editor.step('Count them')).toBeHidden();
});

test('words are found all over a workflow, and others put in their place in one step', async ({ page }) => {
  const editor = await open(page, 'To be searched', line);
  await editor.shows('First', 'Third');
  await page.keyboard.press('Control+f');
  const bar = page.getByRole('search', { name: 'Find in the workflow' });
  await bar.getByRole('textbox', { name: 'Find' }).fill('photo');
  await expect(bar.getByRole('status')).toHaveText('1 of 2 · First · Comment');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(bar.getByRole('status')).toHaveText('2 of 2 · Second · Output: photo');
  await page.keyboard.press('Control+h');
  await bar.getByRole('textbox', { name: 'Replace by' }).fill('image');
  await bar.getByRole('button', { name: 'All', exact: true }).click();
  await expect(page.getByText('2 places replaced')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  expect(await editor.definition()).toMatchObject({
    States: { First: { Comment: 'the image' }, Second: { Output: { photo: '{% $states.input.image %}' } } },
  });
  await editor.undo();
  expect(await editor.definition()).toEqual(line);
});

test('two steps are connected by keyboard alone', async ({ page }) => {
  const editor = await open(page, 'Connected by keyboard', {
    ...line,
    States: { ...line.States, First: { Type: 'Pass', End: true } },
  });
  await editor.step('First').click();
  await page.keyboard.press('c');
  const hint = page.getByRole('status').filter({ hasText: /^Lead First to/ });
  await expect(hint).toBeVisible();
  await page.keyboard.press('Tab');
  const named = async () => /to (.+)$/.exec((await hint.textContent()) ?? '')?.[1];
  for (let i = 0; i < 3 && (await named()) !== 'Third'; i++) await page.keyboard.press('Tab');
  expect(await named()).toBe('Third');
  await page.keyboard.press('Enter');
  await expect(hint).toBeHidden();
  expect(await editor.definition()).toMatchObject({ States: { First: { Next: 'Third' } } });
  await page.keyboard.press('c');
  await page.keyboard.press('Escape');
  await expect(hint).toBeHidden();
});

test('steps are aligned, snap to one another, and are tidied again', async ({ page }) => {
  const editor = await open(page, 'To be aligned', line);
  await editor.shows('First', 'Third');
  const start = await left(editor, 'Second');
  let hand = { x: 0, y: 0 };
  const move = async (dx: number, dy: number) => {
    hand = { x: hand.x + dx, y: hand.y + dy };
    await page.mouse.move(hand.x, hand.y, { steps: 4 });
  };
  const take = async (name: string) => {
    const box = (await editor.step(name).boundingBox())!;
    hand = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(hand.x, hand.y);
    await page.mouse.down();
  };
  // Far away: nothing to stand in line with. Close to the line of the others: onto it, and the line is seen.
  await take('Second');
  await move(150, 0);
  await expect.poll(() => left(editor, 'Second')).toBeGreaterThan(start + 100);
  await expect(page.locator('[data-guide="x"]')).toHaveCount(0);
  await move((await left(editor, 'First')) + 3 - (await left(editor, 'Second')), 0);
  await expect(page.locator('[data-guide="x"]')).toHaveCount(1);
  await page.mouse.up();
  expect(await left(editor, 'Second')).toBe(await left(editor, 'First'));
  await expect(page.locator('[data-guide]')).toHaveCount(0);

  await take('Second');
  await move(170, 10);
  await page.mouse.up();
  await page.keyboard.press('Control+a');
  const bar = page.getByRole('toolbar', { name: 'Align the selected steps' });
  await bar.getByRole('button', { name: 'Align right edges' }).click();
  expect(await left(editor, 'Third')).toBe(await left(editor, 'Second'));
  expect(await left(editor, 'First')).toBe(await left(editor, 'Second'));
  await bar.getByRole('button', { name: 'Align top edges' }).click();
  expect(await top(editor, 'First')).toBe(await top(editor, 'Third'));
  await editor.undo();
  expect(await top(editor, 'First')).not.toBe(await top(editor, 'Third'));
  await bar.getByRole('button', { name: 'Tidy the selected steps' }).click();
  expect(await top(editor, 'First')).toBeLessThan(await top(editor, 'Second'));
  expect(await top(editor, 'Second')).toBeLessThan(await top(editor, 'Third'));
  expect(await left(editor, 'First')).toBe(await left(editor, 'Third'));
});

test('N adds a note to write in, and the command palette does what the keys do', async ({ page }) => {
  const editor = await open(page, 'With a note', line);
  await editor.step('Third').click();
  await page.keyboard.press('n');
  await expect(page.getByRole('textbox', { name: 'Note' })).toBeFocused();
  await page.keyboard.type('Ask Ann first');
  await editor.saved();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Ask Ann first');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('find and replace');
  await page.getByRole('option', { name: /Find and replace in this workflow/ }).click();
  await expect(page.getByRole('textbox', { name: 'Replace by' })).toBeVisible();
});

test('what it is about stays in sight where not all of it fits: a run’s step, the step of a problem', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const steps = 60;
  const chain = (last: object) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'Step 1',
    States: Object.fromEntries(
      Array.from({ length: steps }, (_, i): [string, object] =>
        i === steps - 1
          ? [`Step ${i + 1}`, last]
          : [
              `Step ${i + 1}`,
              { Type: i === 30 ? 'Wait' : 'Pass', ...(i === 30 && { Seconds: 2 }), Next: `Step ${i + 2}` },
            ],
      ),
    ),
  });
  const editor = new Editor(page);
  const graph = page.getByRole('application', { name: 'Workflow graph' });
  /** All of the step within the canvas. */
  const inside = async (name: string) => {
    const [box, room] = [await editor.step(name).boundingBox(), (await graph.boundingBox())!];
    return (
      box !== null &&
      box.y >= room.y &&
      box.x >= room.x &&
      box.y + box.height <= room.y + room.height &&
      box.x + box.width <= room.x + room.width
    );
  };
  const id = await new Api().saveDefinition('Long way', chain({ Type: 'Wait', Seconds: 6, End: true }));
  await page.goto(`${product()}/workflows/${id}`);
  await editor.shows('Step 1');
  // From close by, so that most is out of sight.
  await page.keyboard.press('0');
  await expect.poll(() => inside(`Step ${steps}`)).toBe(false);
  await editor.run();
  await expect.poll(() => inside(`Step ${steps}`), { timeout: 20_000 }).toBe(true);
  // Whoever looks elsewhere meanwhile is left there.
  await graph.hover({ position: { x: 30, y: 200 } });
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -900);
  await expect.poll(() => inside(`Step ${steps}`)).toBe(false);
  await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 20_000 });
  expect(await inside(`Step ${steps}`)).toBe(false);

  const broken = await new Api().saveDefinition(
    'Long way, broken',
    chain({ Type: 'Wait', Seconds: '{% $nothing %}', End: true }),
  );
  await page.goto(`${product()}/workflows/${broken}`);
  await editor.shows('Step 1');
  await page.keyboard.press('0');
  await expect.poll(() => inside(`Step ${steps}`)).toBe(false);
  await page.keyboard.press('F8');
  await expect.poll(() => inside(`Step ${steps}`)).toBe(true);
});
