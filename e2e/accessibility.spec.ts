/** Every screen, light and dark, through axe: nothing serious or critical. */
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Ask } from './pages/ask';
import { grave } from './pages/axe';
import { Editor } from './pages/editor';
import { product } from './pages/home';

const loop = {
  QueryLanguage: 'JSONata',
  StartAt: 'Each name',
  States: {
    'Each name': {
      Type: 'Map',
      Items: ['Anna', 'Ben'],
      ItemProcessor: {
        StartAt: 'Identify',
        States: {
          Identify: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'username2id', Payload: { name: '{% $states.input %}' } },
            Output: '{% $states.result.Payload %}',
            End: true,
          },
        },
      },
      Next: 'Many?',
    },
    'Many?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $count($states.input) > 1 %}', Next: 'Pause' }],
      Default: 'Too few',
    },
    Pause: { Type: 'Wait', Seconds: 1, End: true },
    'Too few': { Type: 'Fail', Error: 'TooFew', Cause: 'One is not many.' },
  },
};

test.use({ actionTimeout: 15_000 });
// Axe is work for one processor: its stories are shared out among the workers.
test.describe.configure({ mode: 'parallel' });

let workflow: string;
const runs: Record<'succeeded' | 'failed', string> = { succeeded: '', failed: '' };

test.beforeAll(async () => {
  const api = new Api();
  workflow = await api.saveDefinition('Looked at by axe', loop);
  const failing = await api.saveDefinition('Fails for axe', {
    StartAt: 'Refuse',
    States: { Refuse: { Type: 'Fail', Error: 'NotToday', Cause: 'It is Sunday.' } },
  });
  for (const [as, id] of [
    ['succeeded', workflow],
    ['failed', failing],
  ] as const) {
    runs[as] = ((await api.call('POST', `/workflows/${id}/runs`, {})).body as { id: string }).id;
    await expect
      .poll(async () => ((await api.call('GET', `/runs/${runs[as]}`)).body as { status: string }).status, {
        timeout: 30_000,
      })
      .toBe(as.toUpperCase());
  }
});

/** What a theme alone can spoil: the rest of a screen is the same in both. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/**
 * Both themes, one after the other, of what is shown.
 * @param within a selector: the rest was looked at before
 */
async function look(page: Page, name: string, within?: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveClass(colorScheme);
    const rules = colorScheme === 'dark' ? OF_COLOUR : undefined;
    await expect
      .configure({ soft: true })
      .poll(() => grave(page, { rules, within }), { message: `${name}, ${colorScheme}`, timeout: 20_000 })
      .toEqual([]);
  }
}

/** Buttons and links that are smaller than 24 by 24 px and have another target within that; links in a text are exempt. */
const tooSmall = (page: Page) =>
  page.evaluate(() => {
    const targets = [
      ...document.querySelectorAll<HTMLElement>('button, a[href], [role="tab"], [role="menuitem"], select'),
    ]
      .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((one) => ({ one, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0);
    return targets
      .filter(({ one, box }) => {
        if (box.width >= 23.5 && box.height >= 23.5) return false;
        if (getComputedStyle(one).display === 'inline' || one.closest('p')) return false;
        // The name of a row or a card, which is the target as a whole.
        if (getComputedStyle(one, '::after').position === 'absolute') return false;
        if (one.className.includes('sr-only') || one.ariaHidden === 'true' || one.matches('.react-flow__attribution a'))
          return false;
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        return targets.some(
          (other) =>
            other.one !== one &&
            Math.hypot(
              Math.max(other.box.left - x, 0, x - other.box.right),
              Math.max(other.box.top - y, 0, y - other.box.bottom),
            ) < 12,
        );
      })
      .map(({ one, box }) => `${one.outerHTML.slice(0, 120)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  });

async function openVersions(page: Page) {
  await new Editor(page).shows('Pause');
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Versions…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the version' }).fill('Looked at');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog
    .getByRole('button', { name: /^Looked at/ })
    .first()
    .click();
  await expect(dialog.getByText('What changed since “Looked at”')).toBeVisible();
}

const screens: [name: string, address: () => string, open?: (page: Page) => Promise<void>][] = [
  ['home', () => '/'],
  ['workflows', () => '/workflows'],
  [
    'import',
    () => '/workflows',
    async (page) => {
      await page.getByRole('button', { name: 'Import ASL' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'editor',
    () => `/workflows/${workflow}`,
    async (page) => {
      await new Editor(page).select('Identify');
      await expect(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
    },
  ],
  [
    'code',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('button', { name: 'Code', exact: true }).click();
      await expect(page.getByRole('region', { name: 'Definition' })).toBeVisible();
    },
  ],
  [
    'run dialog',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('button', { name: 'Run', exact: true }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  ['versions', () => `/workflows/${workflow}`, openVersions],
  [
    'outline',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Outline' }).click();
      await page.getByRole('treeitem', { name: /^Identify,/ }).focus();
    },
  ],
  [
    'changes that are proposed',
    () => `/workflows/${workflow}`,
    async (page) => {
      await new Editor(page).shows('Pause');
      await new Ask(page).ask('remove the pause');
      await expect(page.getByRole('region', { name: 'Proposed changes' })).toBeVisible({ timeout: 20_000 });
    },
  ],
  [
    'an answer',
    () => `/workflows/${workflow}`,
    async (page) => {
      await new Editor(page).shows('Pause');
      await new Ask(page).ask('explain');
      await expect(new Ask(page).answer()).not.toBeEmpty();
    },
  ],
  [
    'shortcuts',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'commands',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('button', { name: 'Search and commands' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'a menu',
    () => `/workflows/${workflow}`,
    async (page) => {
      await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  ],
  [
    'before deleting a workflow',
    () => '/workflows',
    async (page) => {
      await page.getByRole('button', { name: 'More for Looked at by axe' }).first().click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'adding functions',
    () => '/functions',
    async (page) => {
      await page.getByRole('button', { name: 'Add functions' }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'the menu with its names',
    () => '/files',
    async (page) => {
      await page.getByRole('button', { name: 'Show names' }).click();
      await expect(page.getByRole('button', { name: 'Show icons only' })).toBeVisible();
    },
  ],
  ['runs', () => '/runs'],
  ['a run that succeeded', () => `/runs/${runs.succeeded}`],
  ['a run that failed', () => `/runs/${runs.failed}`],
  ['functions', () => '/functions'],
  ['a function', () => '/functions/resizeimage'],
  ['files', () => '/files'],
  ['settings', () => '/settings'],
  ['api', () => '/docs'],
  ['what an error means', () => '/docs/errors/PORT_IN_USE'],
  ['a page that is not there', () => '/nowhere'],
];

test.describe('in both themes', () => {
  // Without motion there is no moment at which a colour is half faded in.
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  const THIRD = Math.ceil(screens.length / 3);
  for (const third of [0, 1, 2]) {
    test(`every screen can be used by everybody: part ${third + 1} of 3`, async ({ page }) => {
      test.setTimeout(600_000);
      for (const [name, address, open] of screens.slice(third * THIRD, (third + 1) * THIRD)) {
        await page.goto(`${product()}${address()}`);
        await expect(page.getByRole('main')).toBeVisible();
        if (open) await open(page);
        else expect.soft(await tooSmall(page), `${name}: targets`).toEqual([]);
        await look(page, name);
      }
    });
  }

  test('every tab of a step and of a run can be used by everybody', async ({ page }) => {
    test.setTimeout(600_000);
    const editor = new Editor(page);
    await page.goto(`${product()}/workflows/${workflow}`);
    for (const step of ['Identify', 'Each name', 'Many?', 'Pause', 'Too few']) {
      // By keyboard: what lies in a Map lies over it.
      await editor.step(step).focus();
      await page.keyboard.press('Enter');
      const tabs = page.getByRole('complementary', { name: 'Settings' }).getByRole('tab');
      await expect(tabs.first()).toBeVisible();
      expect.soft(await tooSmall(page), `${step}: targets`).toEqual([]);
      for (const [i, tab] of (await tabs.all()).entries()) {
        await tab.click();
        await look(page, `${step}: ${await tab.innerText()}`, i === 0 ? undefined : '[aria-label="Settings"]');
      }
    }
    await editor.run();
    await editor.succeeded();
    const run = page.getByRole('region', { name: 'Run', exact: true });
    for (const [i, tab] of (await run.getByRole('tab').all()).entries()) {
      await tab.click();
      await look(page, `run: ${await tab.innerText()}`, i === 0 ? undefined : 'section[aria-label="Run"]');
    }
    await page.goto(`${product()}/runs/${runs.failed}`);
    for (const tab of await page.getByRole('main').getByRole('tab').all()) {
      if (!(await tab.isVisible())) continue;
      await tab.click();
      await look(page, `a run's page: ${await tab.innerText()}`);
    }
  });
});

test('at 320 px, which is 1280 px at 400 %, every screen is whole, and its targets are large enough', async ({
  page,
}) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [name, address, open] of screens) {
    if (open) continue;
    await page.goto(`${product()}${address()}`);
    await expect(page.getByRole('main')).toBeVisible();
    const soft = expect.configure({ soft: true });
    await soft
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: name })
      .toBeLessThanOrEqual(320);
    const main = await page.getByRole('main').evaluate((it) => it.scrollWidth - it.clientWidth);
    soft(main, `${name}: scrolls sideways`).toBeLessThanOrEqual(0);
    soft(await tooSmall(page), `${name}: targets`).toEqual([]);
  }
  // What lies beside the canvas in a wide window lies over it in a narrow one, and can be put away.
  await page.goto(`${product()}/workflows/${workflow}`);
  await new Editor(page).select('Pause');
  const sheet = page.getByRole('complementary', { name: 'Settings' });
  await expect(sheet).toBeVisible();
  const box = (await sheet.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  await page.getByRole('button', { name: 'Close: Settings' }).click();
  await expect(sheet).toBeHidden();
});

test('with forced colours each status is still told by glyph and word', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(`${product()}/runs`);
  const row = page.getByRole('row').filter({ hasText: 'Fails for axe' }).first();
  await expect(row).toContainText('Failed');
  await expect(row).toContainText('✕');
  await page.goto(`${product()}/workflows/${workflow}`);
  await page.keyboard.press('Tab'); // a ring is for those who use the keyboard
  await new Editor(page).step('Pause').focus();
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).not.toBe('none');
});
