import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

const greeting = {
  QueryLanguage: 'JSONata',
  StartAt: 'Greet',
  States: { Greet: { Type: 'Pass', Output: { message: "{% 'Hello ' & $states.input.name %}" }, End: true } },
};
const waiting = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } };
const failing = { StartAt: 'Refuse', States: { Refuse: { Type: 'Fail', Error: 'NotToday', Cause: 'It is Sunday.' } } };

test('a program saves a workflow, calls its URL and reads the output', async () => {
  const api = new Api();
  const id = await api.saveDefinition('Greeting', greeting);
  const answer = await api.call('POST', `/workflows/${id}/invoke`, { name: 'Ada' });
  expect(answer).toMatchObject({ status: 200, body: { message: 'Hello Ada' } });

  const run = await api.call('GET', answer.headers.get('location')!.replace('/api/v1', ''));
  expect(run.body).toMatchObject({ status: 'SUCCEEDED', input: { name: 'Ada' }, workflowName: 'Greeting' });
  expect((run.body as { events: { type: string }[] }).events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
  expect((await api.call('GET', `/workflows/${id}/export`)).body).toEqual(greeting);
});

test('a run that takes longer than the caller waits goes on at its own address, and can be stopped', async () => {
  const api = new Api();
  const id = await api.saveDefinition('Waiting', waiting);
  const answer = await api.call('POST', `/workflows/${id}/invoke?wait=0.3`, {});
  expect(answer.status).toBe(202);
  const { run } = answer.body as { run: string };
  expect((await api.call('GET', `/runs/${run}`)).body).toMatchObject({ status: 'RUNNING' });
  expect((await api.call('POST', `/runs/${run}/stop`)).status).toBe(204);
  await expect
    .poll(async () => ((await api.call('GET', `/runs/${run}`)).body as { status: string }).status)
    .toBe('ABORTED');
});

test('a failure answers its error and cause; bad input starts nothing', async () => {
  const api = new Api();
  const id = await api.saveDefinition('Failing', failing);
  expect(await api.call('POST', `/workflows/${id}/invoke`, {})).toMatchObject({
    status: 500,
    body: { error: 'NotToday', cause: 'It is Sunday.' },
  });
  expect(await api.call('GET', '/workflows/nope')).toMatchObject({
    status: 404,
    body: { problem: { code: 'WORKFLOW_UNKNOWN' } },
  });
  expect(await api.call('POST', '/workflows', { name: 'x', definition: { StartAt: 'a' } })).toMatchObject({
    status: 400,
  });
  const raw = await fetch(`${product()}/api/v1/workflows/${id}/runs`, {
    method: 'POST',
    headers: { authorization: 'Bearer wrong' },
    body: '{}',
  });
  expect(raw.status).toBe(401);
});

test('a page elsewhere on the web is refused', async ({ request }) => {
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { host: 'evil.example' },
  ];
  for (const headers of foreign) {
    const answer = await request.get(`${product()}/api/v1/workflows`, { headers, failOnStatusCode: false });
    expect(answer.status(), JSON.stringify(headers)).toBe(403);
  }
});

test('the API is described where it can be read', async ({ page, request }) => {
  await page.goto(`${product()}/docs`);
  await expect(page.getByRole('heading', { name: 'API', exact: true })).toBeVisible();
  await expect(page.getByText('/api/v1/workflows/{id}/invoke').first()).toBeVisible();
  const description = await (await request.get(`${product()}/api/v1/openapi.json`)).json();
  expect(Object.keys(description.paths)).toContain('/api/v1/workflows/{id}/invoke');
});
