import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

const cloud = () => JSON.parse(readFileSync(path.join(process.env.E2E_DATA!, 'cloud.json'), 'utf8')) as { pid: number };

/** A Wait, then a Map that calls a real function for each name, some time apart. */
const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Pause',
  States: {
    Pause: { Type: 'Wait', Seconds: 3, Next: 'Each name' },
    'Each name': {
      Type: 'Map',
      Items: '{% $states.input.names %}',
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: 'Breathe',
        States: {
          Breathe: { Type: 'Wait', Seconds: 1, Next: 'Identify' },
          Identify: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'username2id', Payload: { name: '{% $states.input %}' } },
            Output: '{% $states.result.Payload.user_id %}',
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

test('a run goes on where it was after the local cloud is killed, in a Wait and in a Map', async ({ page }) => {
  const api = new Api();
  const id = await api.saveDefinition('Killed twice', machine);
  const started = await api.call('POST', `/workflows/${id}/runs`, { names: ['Anna', 'Ben', 'Cleo', 'Dan'] });
  expect(started.status).toBe(201);
  const run = (started.body as { id: string }).id;
  await page.goto(`${product()}/runs/${run}`);

  await page.waitForTimeout(1000);
  await killCloud(); // in the Wait
  await page.waitForTimeout(4500);
  await killCloud(); // in the Map

  await expect
    .poll(async () => ((await api.call('GET', `/runs/${run}`)).body as { status: string }).status, { timeout: 45_000 })
    .toBe('SUCCEEDED');
  const detail = (await api.call('GET', `/runs/${run}`)).body as {
    output: unknown;
    events: { id: number; type: string }[];
  };
  expect(detail.output).toEqual(['anna_123', 'ben_123', 'cleo_123', 'dan_123']);
  expect(detail.events.map((event) => event.id)).toEqual(detail.events.map((_, i) => i + 1));
  expect(detail.events.filter(({ type }) => type === 'TaskSucceeded')).toHaveLength(4);
  await expect(page.getByText('Succeeded').first()).toBeVisible();
});

async function killCloud() {
  const { pid } = cloud();
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(
      () => {
        try {
          return cloud().pid;
        } catch {
          return pid;
        }
      },
      { timeout: 20_000 },
    )
    .not.toBe(pid);
}
