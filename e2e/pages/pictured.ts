/**
 * What `pictures.spec.ts` takes pictures of: each screen with the state it is brought into first.
 *
 *   a product without data ─▶ EMPTY      a product that was used ─▶ used(sample)
 */
import type { Locator, Page } from 'playwright/test';
import type { ModelServer } from '../model-server';
import type { Api } from './api';
import { Ask } from './ask';
import { Editor } from './editor';
import { Home } from './home';
import type { Stories } from './picture-data';
import type { Sample } from './sample-data';

/** @param open brings the screen into the state that is meant; what it cannot reach is told, and the picture is taken all the same */
export type Screen = [name: string, address: string, open?: (page: Page) => Promise<unknown>];

const narrow = (page: Page) => (page.viewportSize()?.width ?? 0) < 640;
const button = (page: Page, name: string | RegExp) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .locator('visible=true')
    .first();
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).locator('visible=true').first().click();
const menu = async (page: Page, item: string) => {
  await page.getByRole('banner').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const press = (key: string) => async (page: Page) => {
  await page.getByRole('main').focus();
  await page.keyboard.press(key);
};
/** Brings what is meant into sight, as a person would who reads it. */
const seen = (locator: Locator) => locator.evaluate((element) => element.scrollIntoView({ block: 'nearest' }));

async function select(page: Page, step: string, which?: 'Setup' | 'Input' | 'Output' | 'Errors' | 'ASL') {
  await new Editor(page).step(step).click();
  if (which)
    await page
      .getByRole('complementary', { name: 'Settings' })
      .or(page.getByRole('dialog'))
      .getByRole('tab', { name: which })
      .click();
}

const chooseModel = (provider: RegExp) => async (page: Page) => {
  await button(page, 'Choose a model').click();
  await page.getByLabel('Provider').click();
  await page.getByRole('option', { name: provider }).click();
  await seen(page.getByRole('form', { name: 'Choose a model' }));
};

/** Two questions and a change, and what became of them. */
async function conversed(page: Page) {
  const ask = new Ask(page);
  await ask.ask('explain this workflow');
  await ask.answer().waitFor();
  await ask.ask('make it nicer');
  await ask.problem().waitFor();
  await ask.ask('rename the first step to Begin');
  await ask.keepAll();
  await ask.thread();
}

/** Screens of a product that was started just now. */
export const EMPTY: Screen[] = [
  ['home', '/'],
  ['workflows', '/workflows'],
  ['runs', '/runs'],
  ['functions-none-found', '/functions', (page) => page.getByLabel('Search functions').fill('no such thing')],
  ['files', '/files'],
  ['settings', '/settings'],
  ['settings-openai', '/settings', chooseModel(/^OpenAI/)],
  ['settings-own', '/settings', chooseModel(/^Server of your own/)],
  ['not-found', '/nowhere'],
  ['no-workflow', '/workflows/none'],
  ['no-run', '/runs/none'],
  ['no-function', '/functions/none'],
  [
    'editor',
    '/workflows',
    (page) =>
      button(page, 'New workflow')
        .click()
        .then(() => page.waitForURL(/workflows\/./)),
  ],
];

/** Screens of a product that was used for a while, with a model that answers what a screen wants of it. */
export function used(at: Sample & Stories, api: Api, model: ModelServer): Screen[] {
  const run = (name: keyof Stories['seen'], which?: string): Screen[1] => `/runs/${at.seen[name]}${which ?? ''}`;
  const written = async (page: Page, answer: ModelServer['answer']) => {
    model.answer = answer;
    await select(page, 'Turn words round', 'Setup');
    await button(page, /^Let .* write it$/).click();
  };
  const asked = async (page: Page, text: string) => {
    await new Ask(page).ask(text);
    await new Ask(page).keep().waitFor({ timeout: 20_000 });
  };
  const rule = (page: Page) => select(page, 'Too expensive?');
  const half = () => new Promise<void>(() => {});
  return [
    ['home', '/'],
    [
      'home-draft-coming',
      '/',
      async (page) => {
        let piece = 0;
        model.answer = {
          kind: 'text',
          text: at.plan,
          pieces: 6,
          each: () => (++piece > 3 ? half() : Promise.resolve()),
        };
        await new Home(page, new URL(page.url()).origin).type('Make a QR code of our menu, and a link to it');
        await button(page, 'Draft').click();
        await page.getByText('so far').first().waitFor();
      },
    ],
    [
      'home-draft-silent',
      '/',
      async (page) => {
        model.answer = { kind: 'silence' };
        await new Home(page, new URL(page.url()).origin).type('Tell me nothing');
        await button(page, 'Draft').click();
      },
    ],
    ['home-bottom', '/', (page) => page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight))],
    ['workflows', '/workflows'],
    ['workflows-menu', '/workflows', (page) => button(page, /^More for/).click()],
    ['import', '/workflows', (page) => button(page, 'Import ASL').click()],
    [
      'import-failing',
      '/workflows',
      async (page) => {
        await button(page, 'Import ASL').click();
        await page.getByRole('dialog').getByRole('textbox').last().fill('{ "StartAt": "Nowhere", ');
        await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
      },
    ],
    ['runs', '/runs'],
    ['runs-none-found', '/runs', (page) => page.getByRole('searchbox', { name: 'Find runs' }).fill('nothing like it')],
    ['run-succeeded', run('music')],
    ['run-crowded', `/runs/${at.runs.crowded}`],
    ['run-failed', run('why')],
    ['run-graph', run('varied'), (page) => (narrow(page) ? tab(page, 'Graph') : Promise.resolve())],
    ['run-why', run('why'), (page) => tab(page, 'Why')],
    ['run-compare', run('why'), (page) => tab(page, 'Compare')],
    ['run-fork', run('why'), (page) => button(page, 'Fork…').click()],
    ['run-retry', run('why'), (page) => button(page, 'Retry from the failed step').click()],
    ['run-cost', run('music'), (page) => button(page, /^Cost on AWS/).click()],
    ['run-running', `/runs/${at.runs.running}`],
    ['run-timeline', run('varied'), (page) => tab(page, 'Timeline')],
    [
      'run-steps',
      run('varied'),
      async (page) => {
        await tab(page, 'Steps');
        await page
          .getByRole('list', { name: 'Steps', exact: true })
          .locator('visible=true')
          .getByRole('button')
          .nth(1)
          .click();
      },
    ],
    [
      'run-travel',
      run('varied'),
      async (page) => {
        await tab(page, 'Steps');
        await page.getByRole('slider', { name: 'Moment of the run' }).locator('visible=true').fill('7');
      },
    ],
    [
      'run-heat',
      run('heat'),
      async (page) => {
        await tab(page, 'Steps');
        await page
          .getByRole('list', { name: 'Steps', exact: true })
          .locator('visible=true')
          .getByRole('button')
          .first()
          .click();
        await seen(page.getByRole('listbox').locator('visible=true').first());
      },
    ],
    ['run-picture', run('picture')],
    ['run-logs', run('music'), (page) => tab(page, 'Logs')],
    ['run-events', run('varied'), (page) => tab(page, 'Events')],
    ['run-json', run('why'), (page) => tab(page, 'JSON')],
    ['functions', '/functions'],
    ['functions-add', '/functions', (page) => button(page, /^Add functions?/).click()],
    ['function', '/functions/resizeimage'],
    [
      'function-tried',
      '/functions/wordcount',
      async (page) => {
        await button(page, /^(Try|Run|Invoke)/).click();
        await page.waitForTimeout(1500);
      },
    ],
    ['files', '/files'],
    ['settings', '/settings'],
    ['settings-chosen', '/settings', chooseModel(/^Server of your own/)],
    [
      'settings-wrong',
      '/settings',
      async (page) => {
        await chooseModel(/^Server of your own/)(page);
        await page.getByLabel('Address of the server').fill('nowhere');
        await button(page, 'Use it').click();
      },
    ],
    [
      'settings-test-fails',
      '/settings',
      async (page) => {
        model.answer = { kind: 'status', status: 401, message: 'Incorrect key' };
        await button(page, 'Test the model').click();
        await page.getByLabel('It does not work').waitFor();
      },
    ],
    [
      'settings-secret',
      '/settings',
      async (page) => {
        await button(page, /^Set /).click();
        await seen(page.getByRole('list', { name: 'Secrets' }));
      },
    ],
    ['docs', '/docs'],
    ['error', '/docs/errors/PORT_IN_USE'],
    ['editor', `/workflows/${at.crowded}`],
    ['editor-music', `/workflows/${at.music}`],
    ['editor-setup', `/workflows/${at.crowded}`, (page) => select(page, 'Read the list', 'Setup')],
    ['editor-input', `/workflows/${at.music}`, (page) => select(page, 'Recommend song', 'Input')],
    ['editor-output', `/workflows/${at.music}`, (page) => select(page, 'Recommend song', 'Output')],
    ['editor-errors', `/workflows/${at.crowded}`, (page) => select(page, 'Read the list', 'Errors')],
    ['editor-asl', `/workflows/${at.crowded}`, (page) => select(page, 'Read the list', 'ASL')],
    [
      'editor-mapping',
      `/workflows/${at.music}`,
      async (page) => {
        await select(page, 'Recommend song', 'Input');
        await button(page, 'Map in a wide view').click();
      },
    ],
    [
      'editor-expression',
      `/workflows/${at.crowded}`,
      async (page) => {
        await select(page, 'How many?');
        await button(page, 'An expression').click();
        await page.getByRole('textbox', { name: 'Condition 1' }).click();
      },
    ],
    ['editor-rules', `/workflows/${at.failing}`, rule],
    [
      'editor-map',
      `/workflows/${at.crowded}`,
      (page) => new Editor(page).step('Each picture').click({ position: { x: 50, y: 8 } }),
    ],
    [
      'editor-test',
      `/workflows/${at.music}`,
      async (page) => {
        await select(page, 'Find user id');
        await page.keyboard.press('Shift+Enter');
        await page.getByRole('dialog').getByRole('button', { name: /^Test/ }).click();
        await page.getByRole('region', { name: 'Result of the test' }).waitFor();
      },
    ],
    [
      'editor-mock',
      `/workflows/${at.music}`,
      async (page) => {
        await select(page, 'Find user id');
        await page.keyboard.press('m');
      },
    ],
    ['editor-estimate', `/workflows/${at.crowded}`, (page) => button(page, /^Estimated cost/).click()],
    ['editor-outline', `/workflows/${at.crowded}`, press('o')],
    ['editor-code', `/workflows/${at.failing}`, press('e')],
    [
      'editor-code-failing',
      `/workflows/${at.failing}`,
      async (page) => {
        await button(page, 'Code').click();
        await page.getByRole('textbox', { name: 'Definition of the workflow' }).click();
        await page.keyboard.press('ControlOrMeta+End');
        await page.keyboard.insertText('oops');
      },
    ],
    ['editor-problems', `/workflows/${at.wrong}`, (page) => button(page, /problems?$/).click()],
    ['editor-problem-step', `/workflows/${at.wrong}`, (page) => select(page, 'Turn', 'Input')],
    [
      'editor-find',
      `/workflows/${at.crowded}`,
      async (page) => {
        await press('ControlOrMeta+h')(page);
        await page.getByLabel('Find', { exact: true }).fill('resize');
      },
    ],
    ['editor-help', `/workflows/${at.failing}`, press('?')],
    ['editor-palette', `/workflows/${at.failing}`, press('ControlOrMeta+k')],
    [
      'editor-insert',
      `/workflows/${at.music}`,
      async (page) => {
        await page.getByRole('button', { name: 'Add a step here' }).nth(1).focus();
        await page.keyboard.press('Enter');
      },
    ],
    ['editor-versions', `/workflows/${at.failing}`, (page) => menu(page, 'Versions…')],
    [
      'editor-version-diff',
      `/workflows/${at.versions}`,
      async (page) => {
        await menu(page, 'Versions…');
        await page
          .getByRole('dialog')
          .getByRole('button', { name: /^As it was/ })
          .click();
      },
    ],
    [
      'editor-conflict',
      `/workflows/${at.conflict}`,
      async (page) => {
        const { body } = await api.call('GET', `/workflows/${at.conflict}`);
        const { name, document, revision } = body as { name: string; document: object; revision: number };
        await api.call('PUT', `/workflows/${at.conflict}`, { name: `${name} ${revision}`, document, revision });
        await select(page, 'Greet');
        await page.keyboard.press('Delete');
        await page.waitForTimeout(2500);
      },
    ],
    [
      'editor-ghosts',
      `/workflows/${at.code}`,
      async (page) => {
        model.answer = { kind: 'text', text: at.edits };
        await asked(page, 'make it 512 wide, do not rotate it, and give me a link');
      },
    ],
    [
      'editor-answer',
      `/workflows/${at.code}`,
      async (page) => {
        model.answer = { kind: 'status', status: 401, message: 'no' };
        await new Ask(page).ask('explain this workflow');
        await page.waitForTimeout(2500);
      },
    ],
    [
      'editor-ask-failing',
      `/workflows/${at.code}`,
      async (page) => {
        model.answer = { kind: 'status', status: 401, message: 'no' };
        await new Ask(page).ask('make it nicer');
        await page.waitForTimeout(2500);
      },
    ],
    ['editor-asked', `/workflows/${at.music}`, conversed],
    ['editor-drafted', `/workflows/${at.music}?draft=1`],
    ['editor-drafted-why', `/workflows/${at.music}?draft=1`, (page) => button(page, /^Why|^How|^Details/).click()],
    ['editor-questions', `/workflows/${at.drafted}?draft=1`],
    [
      'editor-why-step',
      `/workflows/${at.music}`,
      async (page) => {
        await select(page, 'Recommend song', 'Input');
        await page.getByText('Why this step').click();
      },
    ],
    [
      'editor-written',
      `/workflows/${at.missing}`,
      async (page) => {
        await written(page, { kind: 'text', text: at.written });
        await page.getByRole('tab', { name: 'Test' }).waitFor();
      },
    ],
    [
      'editor-written-coming',
      `/workflows/${at.missing}`,
      async (page) => {
        let piece = 0;
        await written(page, {
          kind: 'text',
          text: at.written,
          pieces: 8,
          each: () => (++piece === 7 ? half() : Promise.resolve()),
        });
      },
    ],
    [
      'editor-written-tried',
      `/workflows/${at.missing}`,
      async (page) => {
        await written(page, { kind: 'text', text: at.written });
        await page.getByRole('dialog').getByRole('button', { name: 'Try it', exact: true }).click();
        await page.getByText(/just what its author said/).waitFor({ timeout: 20_000 });
      },
    ],
    [
      'editor-written-stub',
      `/workflows/${at.missing}`,
      async (page) => {
        await written(page, { kind: 'status', status: 401, message: 'no' });
        await page.getByText('so this is a plain stub').waitFor({ timeout: 30_000 });
      },
    ],
    ['editor-run-dialog', `/workflows/${at.why}`, (page) => button(page, 'Run').click()],
    [
      'editor-run',
      `/workflows/${at.failing}`,
      async (page) => {
        await new Editor(page).run();
        await page
          .getByRole('region', { name: 'Run', exact: true })
          .getByText('Failed')
          .first()
          .waitFor({ timeout: 30_000 });
      },
    ],
    [
      'editor-run-done',
      `/workflows/${at.music}`,
      async (page) => {
        await new Editor(page).run();
        const panel = page.getByRole('region', { name: 'Run', exact: true });
        await panel.getByText('Succeeded').first().waitFor({ timeout: 40_000 });
        if (narrow(page)) return;
        await select(page, 'Recommend song', 'Input');
      },
    ],
  ];
}
