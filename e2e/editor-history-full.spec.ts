import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { withLoop } from './pages/definitions';
import { Editor } from './pages/editor';
import { product } from './pages/home';

/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** The whole of what is saved: steps, connections, places, notes. The code view draws only the lines that are in sight. */
async function saved(page: Page): Promise<unknown> {
  await page.keyboard.press('Control+s');
  await new Editor(page).saved();
  const { body } = await new Api().call('GET', `/workflows/${page.url().split('/').at(-1)}`);
  return (body as { document: unknown }).document;
}

/** Each step, and where it stands in its container. */
const places = (page: Page): Promise<string[]> =>
  page
    .locator('.react-flow__node')
    .evaluateAll((nodes) =>
      nodes.map((node) => `${node.getAttribute('data-id')} ${(node as HTMLElement).style.transform}`).sort(),
    );

/** `EDITS=500 npx playwright test e2e/editor-history-full.spec.ts` takes two minutes. */
const EDITS = Number(process.env.EDITS ?? 150);

test('random edits are undone to the start and redone to the end, also after a reload', async ({ page }) => {
  test.setTimeout(600_000);
  const editor = new Editor(page);
  await page.goto(`${product()}/workflows/${await new Api().saveDefinition('Edited at random', withLoop())}`);
  await editor.shows('First', 'Inside', 'Last');
  const undo = page.getByRole('banner').getByRole('button', { name: 'Undo' });
  const redo = page.getByRole('banner').getByRole('button', { name: 'Redo' });
  const state = async () => ({ document: await saved(page), places: await places(page) });

  // The first edit gives every step a place of its own, which an imported definition has not.
  await editor.step('First').click();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(undo).toBeEnabled();
  const start = await state();
  // Moves that follow at once would be one step with this one.
  await page.waitForTimeout(1600);

  const roll = dice(11);
  const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
  for (let i = 0; i < EDITS; i++) {
    // A key needs a step to act on.
    const count = await page.evaluate(() => {
      if (!document.activeElement?.matches('.react-flow__node'))
        document.querySelector<HTMLElement>('.react-flow__node-step')?.focus();
      return document.querySelectorAll('.react-flow__node').length;
    });
    await page.keyboard.press(arrows[roll(4)]!);
    const turn = roll(10);
    if (count > 16 || turn === 0) {
      // Never the last that can be copied.
      if (count > 6) await page.keyboard.press('Delete');
    } else if (turn < 4) await page.keyboard.press(`Alt+${arrows[roll(4)]}`);
    else if (turn < 6) await page.keyboard.press('Control+d');
    else if (turn === 6) {
      await page.keyboard.press('Control+c');
      await page.keyboard.press('Control+v');
    } else if (turn === 7) await page.keyboard.press('Shift+L');
    else if (turn === 8) await page.keyboard.press(roll(2) ? '[' : ']');
    else await page.keyboard.press('Alt+ArrowDown');
  }
  const end = await state();
  expect(end).not.toEqual(start);

  const press = async (keys: string, until: typeof undo, times = Number.POSITIVE_INFINITY) => {
    let pressed = 0;
    while (pressed < Math.min(times, 2000) && (await until.isEnabled())) {
      await page.keyboard.press(keys);
      pressed++;
    }
    return pressed;
  };
  // All of them but the first, which gave the places.
  const all = await press('Control+z', undo);
  expect(all).toBeGreaterThan(EDITS * 0.3);
  expect(await press('Control+Shift+z', redo, 1)).toBe(1);
  // What is drawn may be a moment behind what is known.
  const becomes = (what: typeof start) => expect.poll(state).toEqual(what);
  await becomes(start);
  expect(await press('Control+Shift+z', redo)).toBe(all - 1);
  await becomes(end);

  await page.reload();
  await expect(undo).toBeEnabled();
  await becomes(end);
  expect(await press('Control+z', undo, all - 1)).toBe(all - 1);
  await becomes(start);
});
