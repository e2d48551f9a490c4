/**
 * Pictures of every screen, empty, busy, crowded and failing, in both themes and four widths, to be looked at by a person:
 * `PICTURES=folder npx playwright test e2e/pictures.spec.ts`. Without PICTURES nothing is done. PICTURES_ONLY, a regular
 * expression, chooses among the names, as `used-run-heat-narrow-dark.png`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { ModelServer } from './model-server';
import { Api } from './pages/api';
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
