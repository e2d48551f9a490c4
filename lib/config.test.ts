import { expect, test } from 'vitest';
import { missingForAws, readConfig } from './config';

const root = '/srv/action-engine';

test('needs nothing: local, offline, data beside the project', () => {
  expect(readConfig({ ACTION_ENGINE_ROOT: root })).toMatchObject({
    target: 'local',
    dataDir: `${root}/.action-engine`,
    port: 3000,
    portGiven: false,
    bucket: 'action-engine-files',
    model: null,
    embeddings: false,
  });
});

test.each([
  ['on', true],
  ['off', false],
  ['', false],
])('the embedding model is asked where ACTION_ENGINE_EMBEDDINGS says on: %j', (said, on) => {
  expect(readConfig({ ACTION_ENGINE_ROOT: root, ACTION_ENGINE_EMBEDDINGS: said }).embeddings).toBe(on);
});

test.each([
  [{ OPENAI_API_KEY: 'k' }, { provider: 'openai', baseUrl: null }],
  [
    { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1/', OPENAI_MODEL: 'qwen3' },
    { provider: 'compatible', baseUrl: 'http://127.0.0.1:11434/v1', model: 'qwen3' },
  ],
  [{ HF_TOKEN: 't' }, { provider: 'huggingface', apiKey: 't' }],
])('chooses the model from %o', (env, expected) => {
  expect(readConfig({ ACTION_ENGINE_ROOT: root, ...env }).model).toMatchObject(expected);
});

test.each([
  [{ ACTION_ENGINE_TARGET: 'azure' }, /ACTION_ENGINE_TARGET is "azure"/],
  [{ PORT: 'web' }, /PORT is "web"/],
  [{ ACTION_ENGINE_EMBEDDINGS: 'true' }, /ACTION_ENGINE_EMBEDDINGS is "true"/],
  [{ ACTION_ENGINE_CLOUD: 'localhost' }, /ACTION_ENGINE_CLOUD is "localhost", which is not a URL/],
])('names what is wrong in %o', (env, message) => {
  expect(() => readConfig({ ACTION_ENGINE_ROOT: root, ...env })).toThrow(message);
});

test('reads what the local cloud may reach', () => {
  const env = {
    ACTION_ENGINE_ROOT: root,
    AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:2/',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:3',
    ACTION_ENGINE_HTTP_ALLOW: 'localhost:8080, Api.Test',
    SFN_MOCK_CONFIG: '/mocks/file.json',
  };
  expect(readConfig(env)).toMatchObject({
    lambdaEndpoint: 'http://127.0.0.1:1',
    serviceEndpoints: { SQS: 'http://127.0.0.1:2', SECRETS_MANAGER: 'http://127.0.0.1:3' },
    httpAllow: ['localhost:8080', 'api.test'],
    mockConfig: '/mocks/file.json',
  });
  expect(() => readConfig({ ...env, AWS_ENDPOINT_URL_SNS: 'here' })).toThrow(/AWS_ENDPOINT_URL_SNS is "here"/);
});

test('names everything that AWS needs and is not there', () => {
  const env = { ACTION_ENGINE_ROOT: root, ACTION_ENGINE_TARGET: 'aws', ACTION_ENGINE_BUCKET: 'mine' };
  expect(missingForAws(readConfig(env), env)).toEqual([
    'AWS_REGION',
    'ACTION_ENGINE_STATES_ROLE_ARN',
    'ACTION_ENGINE_LAMBDA_ROLE_ARN',
  ]);
});
