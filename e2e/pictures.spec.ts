/**
 * Pictures of every screen, empty, busy, crowded and failing, in both themes and four widths, to be looked at by a person:
 * `PICTURES=folder npx playwright test e2e/pictures.spec.ts`. Without PICTURES nothing is done. PICTURES_ONLY, a regular
 * expression, chooses among the names, as `used-run-heat-narrow-dark.png`. `readme.png` among them is docs/images/editor.png.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import sharp from 'sharp';
import { ModelServer } from './model-server';
import { Api } from './pages/api';
import { Editor } from './pages/editor';
import { Home } from './pages/home';
import { TURNED, tell } from './pages/picture-data';
import { EMPTY, type Screen, used } from './pages/pictured';
import { fill } from './pages/sample-data';
import { freePort, start, stop } from './start-product';

const folder = process.env.PICTURES;
const only = process.env.PICTURES_ONLY ? new RegExp(process.env.PICTURES_ONLY) : /./;

const WINDOWS = {
  wide: { width: 1440, height: 900 },
  medium: { width: 1024, height: 768 },
  narrow: { width: 390, height: 844 },
  tiny: { width: 320, height: 640 },
};
/** The widths between show the same colours: one theme is enough of them. */
const KINDS = [
  ['light', 'wide'],
  ['light', 'narrow'],
  ['dark', 'wide'],
  ['dark', 'narrow'],
  ['light', 'medium'],
  ['light', 'tiny'],
] as const;

async function shoot(page: Page, origin: string, state: string, screens: Screen[]) {
  for (const [name, address, open] of screens)
    for (const [colorScheme, window] of KINDS) {
      const file = `${state}-${name}-${window}-${colorScheme}.png`;
      if (!only.test(file)) continue;
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(WINDOWS[window]);
      await page.goto(`${origin}${address}`);
      await expect(page.getByRole('main')).toBeVisible();
      await page.waitForTimeout(700);
      await open?.(page).catch((error: Error) => console.log(`${file}: ${error.message.split('\n')[0]}`));
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(folder!, file) });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (over > 0) console.log(`${file}: ${over} px wider than the window`);
    }
}

test('pictures of every screen', async ({ page, browser }) => {
  test.skip(!folder, 'PICTURES names no folder');
  test.setTimeout(3_600_000);
  page.setDefaultTimeout(4000);
  mkdirSync(folder!, { recursive: true });
  const data = mkdtempSync(path.join(tmpdir(), 'pictures-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const model = new ModelServer();
  let product = await start(port, data, {});
  try {
    await shoot(page, origin, 'empty', EMPTY);
    const api = new Api(origin, data);
    const [sample, stories] = [await fill(api), await tell(api, browser, origin)];
    // The same data, and from now on a model.
    await stop(product);
    product = await start(port, data, { OPENAI_BASE_URL: await model.listen(), OPENAI_API_KEY: 'sk-of-a-picture' });
    model.answer = TURNED;
    const home = new Home(page, origin);
    await home.open();
    await home.draft('Turn the words "to be or not" round');
    stories.missing = new URL(page.url()).pathname.split('/').at(-1)!;
    await shoot(page, origin, 'used', used({ ...sample, ...stories }, api, model));
  } finally {
    await stop(product);
    await model.close();
    rmSync(data, { recursive: true, force: true });
  }
});

/** The words it was drafted from, the graph, what is mapped, and how the run went: all of it in one. */
test('the picture of the README', async ({ browser }) => {
  test.skip(!folder || !only.test('readme.png'), 'PICTURES names no folder, or PICTURES_ONLY another picture');
  test.setTimeout(180_000);
  mkdirSync(folder!, { recursive: true });
  const data = mkdtempSync(path.join(tmpdir(), 'picture-'));
  const port = await freePort();
  const product = await start(port, data, {});
  const page = await browser.newPage({
    viewport: { width: 1440, height: 980 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  try {
    const [home, editor] = [new Home(page, `http://localhost:${port}`), new Editor(page)];
    await home.open();
    await home.draft(
      'Make a QR code for "https://example.com/menu", resize it to 512 x 512, convert it to webp and give me a public link',
    );
    await editor.shows('Convert image');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.getByRole('button', { name: 'Steps to add' }).click();
    await editor.run();
    const panel = page.getByRole('region', { name: 'Run', exact: true });
    await expect(panel.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: 60_000 });
    await panel.getByRole('tab', { name: 'Result' }).click();
    await expect(panel.getByTestId('result-image').first()).toBeVisible();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.waitForTimeout(500);
    await editor.select('Convert image', 'Input');
    await page.getByText('Why this step').click();
    await page.waitForTimeout(1500);
    const picture = sharp(await page.screenshot()).png({ palette: true, quality: 100, effort: 10 });
    await picture.toFile(path.join(folder!, 'readme.png'));
  } finally {
    await page.close();
    await stop(product);
    rmSync(data, { recursive: true, force: true });
  }
});
