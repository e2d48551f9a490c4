/**
 * Chooses every adapter: the one place that does. Everything else receives what it needs.
 *
 * One wiring a process, also where Next loads this module more than once (pages, actions and routes are bundled apart).
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address } from '@/lib/aws/clients';
import { createCloud } from '@/lib/aws/cloud';
import { readManifests } from '@/lib/aws/manifests';
import { mockFileIn } from '@/lib/aws/mocks';
import { packageFunction } from '@/lib/aws/package-function';
import { Problem } from '@/lib/base/problem';
import { type Config, missingForAws, readConfig } from '@/lib/config';
import { draft } from '@/lib/draft/draft';
import { proposeEdit } from '@/lib/draft/edit/edit';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { createModel } from '@/lib/llm/client';
import { readCloudAddress } from '@/lib/local-cloud/data-dir';
import { createEvaluator } from '@/lib/local-cloud/evaluator';
import { BadZip, unzipInto } from '@/lib/local-cloud/lambda/zip';
import { openSecrets, type Secrets } from '@/lib/store/secrets';
import { openStore } from '@/lib/store/store';
import { openToken } from '@/lib/store/token';
import { openUserFunctions, type UserFunctions } from '@/lib/store/user-functions';
import type { Deps } from '@/lib/usecases/deps';
import { followAll } from '@/lib/usecases/follow-run';
import { createJobs } from '@/lib/usecases/jobs';
import { createStream } from '@/lib/usecases/stream';
import type { IsolationView } from '@/lib/usecases/types';

export type Wiring = Deps & { config: Config /** of the HTTP API and the invoke URLs */; token: string };

const LOCAL_ROLE = 'arn:aws:iam::000000000000:role/action-engine';
/** Documented keys of a local cloud that is named by its URL alone. */
const LOCAL_KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };

const globals = globalThis as typeof globalThis & {
  actionEngineWiring?: Promise<Wiring>;
  actionEngineBuild?: string;
};

/** Which build of the page this server began with; a page that was loaded from another one is to be loaded again. */
export function pageBuild(): string {
  globals.actionEngineBuild ??= readBuild(readConfig().root);
  return globals.actionEngineBuild;
}

function readBuild(root: string): string {
  try {
    return readFileSync(path.join(/* turbopackIgnore: true */ root, '.next', 'BUILD_ID'), 'utf8').trim();
  } catch {
    return 'development';
  }
}

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
  const secrets = openSecrets(config.dataDir);
  const own = openUserFunctions(config.dataDir);
  const catalogue = catalogueOf(lambdas, own.folder);
  const folderOf = (name: string) => path.join(own.has(name) ? own.folder : lambdas, name);
  const model = config.model ? createModel({ ...config.model, timeoutMs: 60_000 }) : null;
  return {
    manifests: async () => (await catalogue.read()).map((manifest) => withMissing(manifest, secrets)),
    secrets,
    userFunctions: {
      ...own,
      write: (name, files) => own.write(name, files).finally(catalogue.forget),
      put: (name, file, text) => own.put(name, file, text).finally(catalogue.forget),
      remove: (name) => own.remove(name).finally(catalogue.forget),
      unpack: (zip) => unpackZip(zip),
    } satisfies UserFunctions & Deps['userFunctions'],
    cloud: createCloud({
      target: config.target,
      region: config.region,
      bucket: config.bucket,
      statesRoleArn: config.target === 'local' ? LOCAL_ROLE : (config.statesRoleArn ?? ''),
      lambdaRoleArn: config.target === 'local' ? LOCAL_ROLE : (config.lambdaRoleArn ?? ''),
      address: () => addressOf(config),
      missing: missingForAws(config),
      ...(config.target === 'local' &&
        !config.cloudUrl &&
        !config.mockConfig && { mockFile: mockFileIn(config.dataDir) }),
      environmentOf: (manifest) => environmentOf(manifest, config, secrets),
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
    propose: ((request, ports) =>
      proposeEdit(request, { complete: model?.complete, ...ports })) satisfies Deps['propose'],
  };
}

export async function createWiring(config: Config): Promise<Wiring> {
  const {
    manifests,
    secrets,
    userFunctions,
    cloud,
    sourceOf,
    model,
    draft: drafting,
    propose,
  } = createAdapters(config);
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
    secrets,
    userFunctions,
    sourceOf,
    stream,
    jobs: createJobs(stream, newId),
    draft: drafting,
    propose,
    model: info,
    // One process, started with the first expression that a person tries, gone when none is tried.
    evaluate: createEvaluator({ root: config.root, size: 1 }).evaluate,
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
        spent: model?.spent() ?? null,
      },
      dataDir: config.dataDir,
      version: versionOf(config.root),
    }),
    now: Date.now,
    newId,
  };
}

type HealthAnswer = Partial<{ isolation: string; isolationLevel: number; functions: IsolationView['functions'] }>;

const isolationView = (health: HealthAnswer | null): IsolationView | null =>
  health?.isolationLevel === undefined
    ? null
    : {
        level: health.isolationLevel,
        namespaces: health.isolation !== 'process',
        functions: health.functions ?? [],
      };

async function cloudState(config: Config, ready: () => Promise<void>) {
  const endpoint = addressOf(config)?.url ?? null;
  const problem = await ready().then(
    () => null,
    (error: unknown) => (error instanceof Problem ? `${error.message} ${error.hint}` : String(error)),
  );
  const health = endpoint
    ? await fetch(`${endpoint}/_action-engine/health?functions`).then(
        (answer) => answer.json(),
        () => null,
      )
    : null;
  return {
    endpoint,
    region: config.region,
    ready: problem === null,
    problem,
    isolation: isolationView(health as HealthAnswer | null),
  };
}

/** Read again when a file changed, at most once a second: a function added while the page runs is seen. */
function catalogueOf(...folders: string[]) {
  let known: { at: number; manifests: Promise<FunctionManifest[]> } | null = null;
  return {
    read: (): Promise<FunctionManifest[]> => {
      if (!known || Date.now() - known.at > 1000) {
        const manifests = Promise.all(folders.map(readManifests)).then((found) => {
          // A name of the owner's wins, should a later version of this bring a function of the same.
          const byName = new Map(found.flat().map(({ manifest }) => [manifest.name, manifest]));
          return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        });
        known = { at: Date.now(), manifests };
      }
      return known.manifests;
    },
    forget: () => {
      known = null;
    },
  };
}

function withMissing({ missingSecrets: _given, ...manifest }: FunctionManifest, secrets: Secrets): FunctionManifest {
  if (!manifest.secrets?.length) return manifest as FunctionManifest;
  const set = secrets.names();
  const missing = manifest.secrets.filter((name) => !set.includes(name));
  return { ...manifest, ...(missing.length > 0 ? { missingSecrets: missing } : {}) } as FunctionManifest;
}

/** Only what the manifest names: settings of this product, and the secrets that the owner set for it. */
function environmentOf(manifest: FunctionManifest, config: Config, secrets: Secrets): Record<string, string> {
  const { model } = config;
  const settings: Record<string, string | null | undefined> = {
    ACTION_ENGINE_BUCKET: config.bucket,
    ACTION_ENGINE_HTTP_ALLOW: config.httpAllow.join(','),
    OPENAI_BASE_URL: model?.baseUrl,
    OPENAI_MODEL: model?.model,
  };
  const named = manifest.environment.flatMap((name) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : null;
    return value ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(named), ...secrets.values(manifest.secrets ?? []) };
}

/** By way of a folder, which is where the one careful reader of zips puts them. */
async function unpackZip(zip: Uint8Array): Promise<{ file: string; content: Uint8Array }[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'action-engine-zip-'));
  try {
    await unzipInto(zip, folder).catch((error: unknown) => {
      if (!(error instanceof BadZip)) throw error;
      throw new Problem('FUNCTION_PACKAGE_INVALID', `The zip cannot be unpacked: ${error.message}.`, 'Pack it again.');
    });
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    return await Promise.all(
      names.map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return { file: path.relative(folder, file).split(path.sep).join('/'), content: await readFile(file) };
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
