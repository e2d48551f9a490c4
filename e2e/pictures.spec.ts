/**
 * Pictures of every screen, empty, crowded and failing, in both themes, wide and narrow, to be looked at by a person:
 * `PICTURES=folder npx playwright test e2e/pictures.spec.ts`. Without PICTURES nothing is done.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { fill, type Sample } from './pages/sample-data';
import { freePort, start, stop } from './start-product';

const folder = process.env.PICTURES;
const only = process.env.PICTURES_ONLY ? new RegExp(process.env.PICTURES_ONLY) : /./;

type Screen = [name: string, address: string, open?: (page: Page) => Promise<void>];

const EMPTY: Screen[] = [
  ['home', '/'],
  ['workflows', '/workflows'],
  ['runs', '/runs'],
  ['files', '/files'],
  ['settings', '/settings'],
  ['not-found', '/nowhere'],
];

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first();
const menu = async (page: Page, item: string) => {
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const press = (key: string) => async (page: Page) => {
  await page.getByRole('main').focus();
  await page.keyboard.press(key);
  await page.waitForTimeout(300);
};
const select = (step: string) => (page: Page) => new Editor(page).select(step);

const full = (at: Sample): Screen[] => [
  ['home', '/'],
  ['workflows', '/workflows'],
  ['import', '/workflows', (page) => button(page, 'Import ASL').click()],
  ['runs', '/runs'],
  ['run-succeeded', `/runs/${at.runs.crowded}`],
  ['run-failed', `/runs/${at.runs.failed}`],
  ['run-running', `/runs/${at.runs.running}`],
  ['functions', '/functions'],
  ['function', '/functions/resizeimage'],
  ['files', '/files'],
  ['settings', '/settings'],
  ['docs', '/docs'],
  ['error', '/docs/errors/PORT_IN_USE'],
  ['editor', `/workflows/${at.crowded}`],
  ['editor-selected', `/workflows/${at.failing}`, select('Too expensive?')],
  ['editor-outline', `/workflows/${at.crowded}`, press('o')],
  ['editor-code', `/workflows/${at.failing}`, press('e')],
  ['editor-help', `/workflows/${at.failing}`, press('?')],
  ['editor-palette', `/workflows/${at.failing}`, press('ControlOrMeta+k')],
  ['editor-versions', `/workflows/${at.failing}`, (page) => menu(page, 'Versions…')],
  ['editor-run-dialog', `/workflows/${at.failing}`, (page) => button(page, 'Run').click()],
  [
    'editor-run',
    `/workflows/${at.failing}`,
    async (page) => {
      await new Editor(page).run();
      await expect(page.getByText('LimitExceeded').first()).toBeVisible({ timeout: 30_000 });
    },
  ],
];

const WINDOWS = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

async function shoot(page: Page, origin: string, state: string, screens: Screen[]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [window, size] of Object.entries(WINDOWS)) {
      await page.setViewportSize(size);
      for (const [name, address, open] of screens) {
        const file = `${state}-${name}-${window}-${colorScheme}.png`;
        if (!only.test(file)) continue;
        await page.goto(`${origin}${address}`);
        await expect(page.getByRole('main')).toBeVisible();
        await page.waitForTimeout(900);
        await open?.(page).catch((error: Error) => console.log(`${file}: ${error.message.split('\n')[0]}`));
        await page.waitForTimeout(500);
        await page.screenshot({ path: path.join(folder!, file) });
      }
    }
  }
}

test('pictures of every screen', async ({ page }) => {
  test.skip(!folder, 'PICTURES names no folder');
  test.setTimeout(1_800_000);
  page.setDefaultTimeout(4000);
  mkdirSync(folder!, { recursive: true });
  const data = mkdtempSync(path.join(tmpdir(), 'pictures-'));
  const port = await freePort();
  const product = await start(port, data, {});
  try {
    const origin = `http://localhost:${port}`;
    await shoot(page, origin, 'empty', EMPTY);
    await shoot(page, origin, 'full', full(await fill(new Api(origin, data))));
  } finally {
    await stop(product);
    rmSync(data, { recursive: true, force: true });
  }
});
