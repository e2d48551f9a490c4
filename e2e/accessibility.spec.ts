/** Every screen, light and dark, through axe: nothing serious or critical. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from 'playwright/test';
import { Api } from './pages/api';
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

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${any[0]?.message ?? ''}`),
    );
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

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // Without motion there is no moment at which a colour is half faded in.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });
    test(`every screen can be used by everybody (${colorScheme})`, async ({ page }) => {
      test.setTimeout(240_000);
      for (const [name, address, open] of screens) {
        await page.goto(`${product()}${address()}`);
        await expect(page.getByRole('main')).toBeVisible();
        await open?.(page);
        await expect
          .configure({ soft: true })
          .poll(() => findings(page), { message: name, timeout: 5000 })
          .toEqual([]);
      }
    });
  });
}
