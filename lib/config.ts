/**
 * Reads the environment: the only file that does. Everything else receives a `Config`.
 *
 * Every variable that the product knows is here, with its default and its meaning; docs/configuration.md is written from it.
 */
import path from 'node:path';
import { Problem } from '@/lib/base/problem';

export type ModelConfig = {
  provider: 'openai' | 'huggingface' | 'compatible';
  apiKey: string;
  baseUrl: string | null;
  model: string;
};

export type AwsConfig = {
  region: string;
  /** roles that the deployed state machines and functions assume */
  statesRoleArn: string;
  lambdaRoleArn: string;
  bucket: string;
};

export type Config = {
  /** the project's folder */
  root: string;
  /** everything that is kept: `.action-engine/` or ACTION_ENGINE_DATA */
  dataDir: string;
  target: 'local' | 'aws';
  region: string;
  /** port of the page; `portGiven`: PORT asked for it, so that another one will not do */
  port: number;
  portGiven: boolean;
  /** a running local cloud to use instead of one's own: ACTION_ENGINE_CLOUD */
  cloudUrl: string | null;
  /** redirect the calls that the local cloud's Step Functions makes */
  lambdaEndpoint: string | null;
  s3Endpoint: string | null;
  /** where further services are that its workflows call, by the end of AWS_ENDPOINT_URL_<SERVICE> */
  serviceEndpoints: Record<string, string>;
  /** hosts (`host` or `host:port`) that its HTTP Tasks may call though they are not public */
  httpAllow: string[];
  /** how functions are kept apart: the best that works for each, or a level that must hold: ACTION_ENGINE_ISOLATION */
  isolation: 'auto' | 0 | 1 | 2;
  /** Step Functions Local's mock configuration file, as an absolute path: SFN_MOCK_CONFIG */
  mockConfig: string | null;
  /** further origins that may use the page and the cloud, e.g. http://laptop.local:3000 */
  pageOrigins: string[];
  /** where files are kept; on AWS it must be named, locally it has a name of its own */
  bucket: string;
  statesRoleArn: string | null;
  lambdaRoleArn: string | null;
  /** null: the offline planner drafts */
  model: ModelConfig | null;
  /** whether the offline planner asks the small embedding model, which is installed apart: ACTION_ENGINE_EMBEDDINGS */
  embeddings: boolean;
};

type Environment = Record<string, string | undefined>;

const LOCAL_BUCKET = 'action-engine-files';

/** @throws Problem CONFIG_INVALID, naming the variable */
export function readConfig(env: Environment = process.env): Config {
  const value = (name: string) => env[name]?.trim() || null;
  const target = value('ACTION_ENGINE_TARGET') ?? 'local';
  if (target !== 'local' && target !== 'aws') {
    throw new Problem(
      'CONFIG_INVALID',
      `ACTION_ENGINE_TARGET is "${target}".`,
      'Set it to "local" or "aws", or leave it away for local.',
    );
  }
  const port = Number(value('PORT') ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Problem('CONFIG_INVALID', `PORT is "${env.PORT}".`, 'Set it to a number from 0 to 65535.');
  }
  const root = value('ACTION_ENGINE_ROOT') ?? process.cwd();
  return {
    root,
    dataDir: path.resolve(
      /* turbopackIgnore: true */ value('ACTION_ENGINE_DATA') ??
        path.join(/* turbopackIgnore: true */ root, '.action-engine'),
    ),
    target,
    region: value('AWS_REGION') ?? value('AWS_DEFAULT_REGION') ?? 'us-east-1',
    port,
    portGiven: value('PORT') !== null,
    cloudUrl: url(value('ACTION_ENGINE_CLOUD'), 'ACTION_ENGINE_CLOUD'),
    lambdaEndpoint: url(value('AWS_ENDPOINT_URL_LAMBDA'), 'AWS_ENDPOINT_URL_LAMBDA'),
    s3Endpoint: url(value('AWS_ENDPOINT_URL_S3'), 'AWS_ENDPOINT_URL_S3'),
    serviceEndpoints: endpointsOf(env),
    httpAllow: list(value('ACTION_ENGINE_HTTP_ALLOW')).map((host) => host.toLowerCase()),
    isolation: isolationOf(value('ACTION_ENGINE_ISOLATION')),
    mockConfig: pathOf(value('SFN_MOCK_CONFIG')),
    pageOrigins: list(value('ACTION_ENGINE_ORIGINS')),
    bucket: value('ACTION_ENGINE_BUCKET') ?? (target === 'local' ? LOCAL_BUCKET : ''),
    statesRoleArn: value('ACTION_ENGINE_STATES_ROLE_ARN'),
    lambdaRoleArn: value('ACTION_ENGINE_LAMBDA_ROLE_ARN'),
    model: readModel(value),
    embeddings: isOn(value('ACTION_ENGINE_EMBEDDINGS'), 'ACTION_ENGINE_EMBEDDINGS'),
  };
}

const list = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** @throws Problem CONFIG_INVALID */
function isolationOf(text: string | null): Config['isolation'] {
  if (text === null || text === 'auto') return 'auto';
  const level = [0, 1, 2].find((one) => String(one) === text);
  if (level !== undefined) return level as 0 | 1 | 2;
  throw new Problem(
    'CONFIG_INVALID',
    `ACTION_ENGINE_ISOLATION is "${text}".`,
    'Set it to auto, 0, 1 or 2; docs/isolation.md tells what the levels are.',
  );
}

/** Off unless it is on. @throws Problem CONFIG_INVALID */
function isOn(text: string | null, name: string): boolean {
  if (text === null || text === 'off') return false;
  if (text === 'on') return true;
  throw new Problem('CONFIG_INVALID', `${name} is "${text}".`, 'Set it to on or off, or leave it away for off.');
}

const pathOf = (text: string | null): string | null =>
  text === null ? null : path.resolve(/* turbopackIgnore: true */ text);

const ENDPOINT = /^AWS_ENDPOINT_URL_([A-Z0-9_]+)$/;

/** Every AWS_ENDPOINT_URL_<SERVICE> but those that have a field of their own. */
function endpointsOf(env: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(env)) {
    const service = ENDPOINT.exec(name)?.[1];
    const address = service && url(text?.trim() || null, name);
    if (address && service !== 'LAMBDA' && service !== 'S3') found[service] = address;
  }
  return found;
}

function url(text: string | null, name: string): string | null {
  if (text === null) return null;
  try {
    return new URL(text).href.replace(/\/$/, '');
  } catch {
    throw new Problem(
      'CONFIG_INVALID',
      `${name} is "${text}", which is not a URL.`,
      'Set it to something like http://127.0.0.1:4566.',
    );
  }
}

/** Where a provider is, and its model where nobody named one. */
export const MODEL_DEFAULTS: Record<ModelConfig['provider'], Pick<ModelConfig, 'baseUrl' | 'model'>> = {
  openai: { baseUrl: null, model: 'gpt-4o-mini' },
  huggingface: { baseUrl: 'https://router.huggingface.co/v1', model: 'meta-llama/Llama-3.3-70B-Instruct' },
  compatible: { baseUrl: null, model: 'gpt-4o-mini' },
};

/** HF_TOKEN alone selects Hugging Face's router; OPENAI_BASE_URL any compatible server, which may need no key. */
function readModel(value: (name: string) => string | null): ModelConfig | null {
  const model = value('OPENAI_MODEL');
  const baseUrl = url(value('OPENAI_BASE_URL'), 'OPENAI_BASE_URL');
  const apiKey = value('OPENAI_API_KEY');
  const named = (provider: ModelConfig['provider'], key: string, own: string | null = null): ModelConfig => {
    const known = MODEL_DEFAULTS[provider];
    return { provider, apiKey: key, baseUrl: own ?? known.baseUrl, model: model ?? known.model };
  };
  if (baseUrl) return named('compatible', apiKey ?? 'none', baseUrl);
  if (apiKey) return named('openai', apiKey);
  const token = value('HF_TOKEN');
  if (token) return named('huggingface', token);
  return null;
}

/** What running on AWS needs and does not have, each by its variable's name; empty when all is there. */
export function missingForAws(config: Config, env: Environment = process.env): string[] {
  if (config.target !== 'aws') return [];
  const missing: string[] = [];
  if (!env.AWS_REGION && !env.AWS_DEFAULT_REGION) missing.push('AWS_REGION');
  if (!config.statesRoleArn) missing.push('ACTION_ENGINE_STATES_ROLE_ARN');
  if (!config.lambdaRoleArn) missing.push('ACTION_ENGINE_LAMBDA_ROLE_ARN');
  if (!config.bucket) missing.push('ACTION_ENGINE_BUCKET');
  return missing;
}
