import { defineConfig } from 'playwright/test';
import { findBrowser } from './bin/browser.mjs';
import { chooseProduct } from './e2e/start-product';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const executablePath = findBrowser({ install: false }) ?? undefined;
const asRoot = process.getuid?.() === 0;
/** Stories in which a second counts, or that kill what they run on: nothing goes on beside them but one another. */
const ALONE = ['**/autosave-cuts.spec.ts', '**/pictures.spec.ts', '**/run-view-faults.spec.ts'];
chooseProduct();

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/start-product.ts',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  // `npm test` runs these one after the other, with more workers.
  projects: [
    { name: 'together', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE },
  ],
  // A story that passes at the second attempt is listed as flaky: a machine's hiccup is told, and is no verdict.
  retries: 1,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'on-first-retry',
    launchOptions: {
      executablePath,
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
