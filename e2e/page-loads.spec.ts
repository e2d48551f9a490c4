/** Pages as they arrive: what the server wrote is what the browser goes on from, also in another zone; the console stays empty. */
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

const api = new Api();
const WAITS = {
  StartAt: 'All',
  States: {
    All: {
      Type: 'Parallel',
      End: true,
      Branches: [
        { StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 600, End: true } } },
        { StartAt: 'Say', States: { Say: { Type: 'Pass', End: true } } },
      ],
    },
  },
};
const ENDS = { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 1, End: true } } };
const FAILS = {
  StartAt: 'Nap',
  States: {
    Nap: { Type: 'Wait', Seconds: 1, Next: 'No' },
    No: { Type: 'Fail', Error: 'NotToday', Cause: 'It is late.' },
  },
};

async function begun(name: string, definition: object, status: string): Promise<{ workflow: string; run: string }> {
  const workflow = await api.saveDefinition(name, definition);
  const { body } = await api.call('POST', `/workflows/${workflow}/runs`, {});
  const run = (body as { id: string }).id;
  await expect
    .poll(async () => ((await api.call('GET', `/runs/${run}`)).body as { status: string }).status)
    .toBe(status);
  return { workflow, run };
}

/** Everything that the page says is wrong while it is loaded. */
function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${page.url()}: ${message.text()}`);
  });
  return faults;
}

// Far from the server's own zone, whatever that is: half an hour off, and on another day for much of the day.
for (const timezoneId of ['Asia/Kolkata', 'Pacific/Auckland'])
  test.describe(timezoneId, () => {
    test.use({ timezoneId, locale: 'de-DE' });

    test('runs that go on, have ended and have failed are loaded without an error, again and again', async ({
      page,
    }) => {
      const [live, ended, failed] = await Promise.all([
        begun('Goes on', WAITS, 'RUNNING'),
        begun('Has ended', ENDS, 'SUCCEEDED'),
        begun('Has failed', FAILS, 'FAILED'),
      ]);
      const faults = faultsOf(page);
      // A clock that is told twice differs now and then only: more than one look.
      for (let i = 0; i < 3; i++) {
        for (const [{ run }, word] of [
          [live, 'Running for'],
          [ended, 'Took'],
          [failed, 'Took'],
        ] as const) {
          await page.goto(`${product()}/runs/${run}`);
          await expect(page.getByText(word, { exact: true })).toBeVisible();
          // What is live has been taken over: times of a browser are there.
          await expect(page.getByRole('banner').or(page.locator('dl')).getByText('…', { exact: true })).toHaveCount(0);
        }
      }
      for (const screen of ['/runs', '/', `/workflows/${ended.workflow}`, '/workflows', '/files', '/functions']) {
        await page.goto(`${product()}${screen}`);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached();
        // All of it has come alive: the page has heard of its engine, and has nothing left to do.
        await expect(page.getByRole('link', { name: /^Engine: .*, ready$/ })).toBeVisible();
        await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      }
      // The clock beside “Saved” is that of the browser.
      await page.goto(`${product()}/workflows/${ended.workflow}`);
      const { updatedAt } = (await api.call('GET', `/workflows/${ended.workflow}`)).body as { updatedAt: number };
      const there = new Intl.DateTimeFormat('de-DE', { timeZone: timezoneId, timeStyle: 'medium' }).format(updatedAt);
      await expect(page.getByText(`Saved ${there}`)).toBeVisible();
      expect(faults).toEqual([]);
      await api.call('POST', `/runs/${live.run}/stop`);
    });
  });

test('before any script has run the workflow is there in outline, where the canvas will draw it', async ({
  browser,
  page,
}) => {
  const id = await api.saveDefinition('In outline first', WAITS);
  const address = `${product()}/workflows/${id}`;
  // What the page brings with it runs at once; the scripts that it asks for never come.
  const bare = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const still = await bare.newPage();
  await still.route(/\.js(\?|$)/, () => undefined);
  await still.goto(address, { waitUntil: 'commit' });
  const outline = await still.locator('[data-skeleton] [data-steps]').boundingBox();
  await bare.close();

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(address);
  const drawn = page.locator('.react-flow__node-step, .react-flow__node-cap');
  await expect(drawn).toHaveCount(4);
  await expect(page.locator('[data-skeleton]')).toHaveCount(0);
  const boxes = await drawn.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
  // It is replaced without a jump.
  for (const [is, was] of [
    [left, outline!.x],
    [top, outline!.y],
    [right - left, outline!.width],
    [bottom - top, outline!.height],
  ])
    expect(Math.abs(is! - was!)).toBeLessThan(4);
});
