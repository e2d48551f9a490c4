import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

const cloud = () => JSON.parse(readFileSync(path.join(process.env.E2E_DATA!, 'cloud.json'), 'utf8')) as { pid: number };

type Run = { status: string; output: unknown; events: { id: number; type: string }[] };

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
  const opened = page.goto(`${product()}/runs/${run}`); // it may take longer than the Wait
  const read = async () => (await api.call('GET', `/runs/${run}`)).body as Run;
  const times = async (type: string) => (await read()).events.filter((event) => event.type === type).length;

  await expect.poll(() => times('WaitStateEntered'), { intervals: [50] }).toBe(1);
  expect(await times('WaitStateExited')).toBe(0);
  await killCloud(); // in the Wait
  await expect.poll(() => times('MapIterationSucceeded'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await times('MapStateExited')).toBe(0);
  await killCloud(); // in the Map

  await expect.poll(async () => (await read()).status, { timeout: 45_000 }).toBe('SUCCEEDED');
  const detail = await read();
  expect(detail.output).toEqual(['anna_123', 'ben_123', 'cleo_123', 'dan_123']);
  expect(detail.events.map((event) => event.id)).toEqual(detail.events.map((_, i) => i + 1));
  expect(detail.events.filter(({ type }) => type === 'TaskSucceeded')).toHaveLength(4);
  await opened;
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
