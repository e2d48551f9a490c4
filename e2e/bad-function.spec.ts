/** Functions that do not do what they should: what the run says of each, where the person is looking. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'playwright/test';
import { Api } from './pages/api';
import { product } from './pages/home';

const cases: [name: string, handler: string, says: RegExp][] = [
  ['throws', `throw new TypeError('no such colour: blorp')`, /no such colour: blorp/],
  ['hangs', `await new Promise((resolve) => setTimeout(resolve, 60000))`, /timed out after 1\.00 seconds/i],
  ['exits', `process.exit(7)`, /exit/i],
  ['answers-what-is-not-json', `return { a: 1n }`, /BigInt/],
];

const cloud = () => {
  const { url } = JSON.parse(readFileSync(path.join(process.env.E2E_DATA!, 'cloud.json'), 'utf8')) as { url: string };
  return new LambdaClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
};

const machine = (FunctionName: string) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Call it',
  States: {
    'Call it': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName, Payload: {} },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
});

async function create(name: string, body: string): Promise<void> {
  const code = `exports.handler = async () => { ${body}; };`;
  await cloud().send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Timeout: 1,
      Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
    }),
  );
}

for (const [name, body, says] of cases) {
  test(`a function that ${name.replaceAll('-', ' ')} is told at its step`, async ({ page }) => {
    const functionName = `story-${name}`;
    await create(functionName, body);
    const api = new Api();
    const id = await api.saveDefinition(`It ${name}`, machine(functionName));
    const started = await api.call('POST', `/workflows/${id}/runs`, {});
    expect(started, JSON.stringify(started.body)).toMatchObject({ status: 201 });
    await page.goto(`${product()}/runs/${(started.body as { id: string }).id}`);
    await expect(page.getByText('Failed').first()).toBeVisible({ timeout: 30_000 });
    await page.getByRole('tab', { name: /^Steps/ }).click();
    await expect(page.getByText(says).first()).toBeVisible();
  });
}

test('a function that prints garbage still answers', async () => {
  await create('story-prints', `process.stdout.write(Buffer.from([0, 255, 27, 10, 200])); return 'fine'`);
  const api = new Api();
  const id = await api.saveDefinition('It prints', machine('story-prints'));
  expect(await api.call('POST', `/workflows/${id}/invoke`, {})).toMatchObject({ status: 200, body: 'fine' });
});
