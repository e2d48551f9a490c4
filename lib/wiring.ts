/**
 * Chooses every adapter: the one place that does. Everything else receives what it needs.
 *
 * One wiring a process, also where Next loads this module more than once (pages, actions and routes are bundled apart).
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Address } from '@/lib/aws/clients';
import { createCloud } from '@/lib/aws/cloud';
import { readManifests } from '@/lib/aws/manifests';
import { packageFunction } from '@/lib/aws/package-function';
import { Problem } from '@/lib/base/problem';
import { type Config, missingForAws, readConfig } from '@/lib/config';
import { draft } from '@/lib/draft/draft';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { createModel } from '@/lib/llm/client';
import { readCloudAddress } from '@/lib/local-cloud/data-dir';
import { openStore } from '@/lib/store/store';
import { openToken } from '@/lib/store/token';
import type { Deps } from '@/lib/usecases/deps';
import { followAll } from '@/lib/usecases/follow-run';
import { createJobs } from '@/lib/usecases/jobs';
import { createStream } from '@/lib/usecases/stream';

export type Wiring = Deps & { config: Config /** of the HTTP API and the invoke URLs */; token: string };

const LOCAL_ROLE = 'arn:aws:iam::000000000000:role/action-engine';
/** Documented keys of a local cloud that is named by its URL alone. */
const LOCAL_KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };

const globals = globalThis as typeof globalThis & { actionEngineWiring?: Promise<Wiring> };

/** The page server's wiring; made once. */
export function wiring(): Promise<Wiring> {
  globals.actionEngineWiring ??= createWiring(readConfig()).then(async (made) => {
    await followAll(made);
    return made;
  });
  globals.actionEngineWiring.catch(() => {
    globals.actionEngineWiring = undefined; // what was wrong may be mended: the next request looks again
  });
  return globals.actionEngineWiring;
}

/** Where the local cloud is, now: named by the environment, or by the data directory that it serves. */
export function addressOf(config: Config): Address | null {
  if (config.target === 'aws') return null;
  const running = readCloudAddress(config.dataDir);
  if (config.cloudUrl && config.cloudUrl !== running?.url) return { url: config.cloudUrl, credentials: LOCAL_KEYS };
  return running ? { url: running.url, credentials: running.credentials } : null;
}

/** What the command line needs as well: no store, no page. */
export function createAdapters(config: Config) {
  const lambdas = path.join(config.root, 'lambdas');
  const folderOf = (name: string) => path.join(lambdas, name);
  const model = config.model ? createModel({ ...config.model, timeoutMs: 60_000 }) : null;
  return {
    manifests: manifestsIn(lambdas),
    cloud: createCloud({
      target: config.target,
      region: config.region,
      bucket: config.bucket,
      statesRoleArn: config.target === 'local' ? LOCAL_ROLE : (config.statesRoleArn ?? ''),
      lambdaRoleArn: config.target === 'local' ? LOCAL_ROLE : (config.lambdaRoleArn ?? ''),
      address: () => addressOf(config),
      missing: missingForAws(config),
      packageOf: (manifest) =>
        packageFunction({
          folder: folderOf(manifest.name),
          manifest,
          platform: config.target === 'local' ? 'host' : 'lambda',
          cacheDir: path.join(config.dataDir, 'packages'),
          root: config.root,
        }),
    }),
    sourceOf: (name: string) => readSource(folderOf(name)),
    model,
    draft: ((request, ports) => draft(request, { complete: model?.complete, ...ports })) satisfies Deps['draft'],
  };
}

export async function createWiring(config: Config): Promise<Wiring> {
  const { manifests, cloud, sourceOf, model, draft: drafting } = createAdapters(config);
  const stream = createStream();
  const newId = () => randomUUID().slice(0, 8) + randomUUID().slice(9, 13);
  const info = config.model && {
    provider: config.model.provider,
    model: config.model.model,
    baseUrl: config.model.baseUrl,
  };
  return {
    config,
    token: openToken(config.dataDir),
    store: openStore(config.dataDir),
    cloud,
    manifests,
    sourceOf,
    stream,
    jobs: createJobs(stream, newId),
    draft: drafting,
    model: info,
    testModel: async () => {
      if (!model)
        return {
          ok: false,
          detail: 'No model is configured. Set OPENAI_API_KEY, HF_TOKEN or OPENAI_BASE_URL, and start again.',
        };
      try {
        const answer = await model.complete({ system: 'Answer with one word.', user: 'Say: ready', schema: null });
        return { ok: true, detail: `${info!.model} answered: ${answer.slice(0, 80)}` };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
    settings: async () => ({
      target: config.target,
      cloud: await cloudState(config, cloud.ready),
      model: {
        provider: info?.provider ?? 'none',
        model: info?.model ?? null,
        baseUrl: info?.baseUrl ?? null,
        hasKey: Boolean(config.model && config.model.apiKey !== 'none'),
      },
      dataDir: config.dataDir,
      version: versionOf(config.root),
    }),
    now: Date.now,
    newId,
  };
}

async function cloudState(config: Config, ready: () => Promise<void>) {
  const endpoint = addressOf(config)?.url ?? null;
  const problem = await ready().then(
    () => null,
    (error: unknown) => (error instanceof Problem ? `${error.message} ${error.hint}` : String(error)),
  );
  const health = endpoint
    ? await fetch(`${endpoint}/_action-engine/health`).then(
        (answer) => answer.json(),
        () => null,
      )
    : null;
  return {
    endpoint,
    region: config.region,
    ready: problem === null,
    problem,
    isolation: (health as { isolation?: string } | null)?.isolation ?? null,
  };
}

/** Read again when a file changed, at most once a second: a function added while the page runs is seen. */
function manifestsIn(folder: string): () => Promise<FunctionManifest[]> {
  let known: { at: number; manifests: Promise<FunctionManifest[]> } | null = null;
  return () => {
    if (!known || Date.now() - known.at > 1000) {
      known = {
        at: Date.now(),
        manifests: readManifests(folder).then((found) => found.map(({ manifest }) => manifest)),
      };
    }
    return known.manifests;
  };
}

async function readSource(folder: string): Promise<{ file: string; text: string }[]> {
  const names = (await readdir(folder)).filter(
    (name) => /\.(ts|js|mjs|py|json)$/.test(name) && !name.includes('.test.'),
  );
  return Promise.all(
    names.sort().map(async (file) => ({ file, text: await readFile(path.join(folder, file), 'utf8') })),
  );
}

/** Compares in constant time. */
export function tokenMatches(expected: string, given: string | null): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given ?? '');
  return a.length === b.length && timingSafeEqual(a, b);
}

const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version;
