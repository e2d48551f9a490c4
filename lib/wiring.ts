/**
 * Chooses every adapter: the one place that does. Everything else receives what it needs.
 *
 * One wiring a process, also where Next loads this module more than once (pages, actions and routes are bundled apart).
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkAccess } from '@/lib/aws/access';
import { accountOf, leastPolicies } from '@/lib/aws/access-policy';
import type { Address } from '@/lib/aws/clients';
import { createCloud } from '@/lib/aws/cloud';
import { hidingCloud } from '@/lib/aws/hiding';
import { readManifests } from '@/lib/aws/manifests';
import { mockFileIn } from '@/lib/aws/mocks';
import { packageFunction } from '@/lib/aws/package-function';
import { Problem } from '@/lib/base/problem';
import { type Config, MODEL_DEFAULTS, type ModelConfig, missingForAws, readConfig } from '@/lib/config';
import { draft } from '@/lib/draft/draft';
import { proposeEdit } from '@/lib/draft/edit/edit';
import { writeFunction } from '@/lib/draft/model/write-function';
import { MOST_COMPARED, namedText } from '@/lib/draft/offline';
import { createEmbeddings, type Embeddings } from '@/lib/embeddings/embeddings';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { createModel, type Model } from '@/lib/llm/client';
import { readCloudAddress } from '@/lib/local-cloud/data-dir';
import { createEvaluator } from '@/lib/local-cloud/evaluator';
import { BadZip, unzipInto } from '@/lib/local-cloud/lambda/zip';
import { openModelChoice } from '@/lib/store/model-choice';
import { openSecrets, type Secrets } from '@/lib/store/secrets';
import { openStore } from '@/lib/store/store';
import { openToken } from '@/lib/store/token';
import type { ModelChoice, ModelChoices } from '@/lib/store/types';
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

/**
 * What the command line needs as well: no store, no page.
 * @param patienceMs how long a draft waits at most for the embedding model to read the functions, the first time
 */
export function createAdapters(config: Config, patienceMs = 60_000) {
  const lambdas = path.join(config.root, 'lambdas');
  const secrets = openSecrets(config.dataDir);
  const own = openUserFunctions(config.dataDir);
  const trials = openUserFunctions(path.join(config.dataDir, 'trials'));
  const leftTrials = existsSync(trials.folder) ? readdirSync(trials.folder) : [];
  const catalogue = catalogueOf(lambdas, own.folder);
  const folderOf = (name: string) =>
    path.join(own.has(name) ? own.folder : trials.has(name) ? trials.folder : lambdas, name);
  const packed = (folder: string, manifest: FunctionManifest) =>
    packageFunction({
      folder,
      manifest,
      platform: config.target === 'local' ? 'host' : 'lambda',
      cacheDir: path.join(config.dataDir, 'packages'),
      root: config.root,
    });
  const modelChoice = openModelChoice(config.dataDir);
  const models = modelsOf(config, modelChoice);
  const embeddings = createEmbeddings({ root: config.root, dataDir: config.dataDir, patienceMs });
  return {
    manifests: async () => (await catalogue.read()).map((manifest) => withMissing(manifest, secrets)),
    secrets,
    userFunctions: {
      ...own,
      write: (name, files) => own.write(name, files).finally(catalogue.forget),
      put: (name, file, text) => own.put(name, file, text).finally(catalogue.forget),
      remove: (name) => own.remove(name).finally(catalogue.forget),
      forgetPackages: () => rm(path.join(config.dataDir, 'packages'), { recursive: true, force: true }),
      unpack: (zip) => unpackZip(zip),
    } satisfies UserFunctions & Deps['userFunctions'],
    cloud: hidingCloud(
      createCloud({
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
        environmentOf: (manifest) => environmentOf(manifest, config, models.now()?.config ?? null, secrets),
        packageOf: (manifest) => packed(folderOf(manifest.name), manifest),
      }),
      secrets.hide,
    ),
    trials: {
      write: trials.write,
      remove: trials.remove,
      leftovers: () => leftTrials.splice(0),
      check: async (manifest, files) => {
        await trials.write(manifest.name, files);
        await packed(path.join(trials.folder, manifest.name), manifest).finally(() => trials.remove(manifest.name));
      },
    } satisfies Deps['trials'],
    sourceOf: (name: string) => readSource(folderOf(name)),
    models,
    modelChoice,
    embeddings,
    draft: (async (request, ports) =>
      draft(request, {
        complete: models.now()?.model.complete,
        compare: config.embeddings ? embeddings.compare : undefined,
        ...ports,
      })) satisfies Deps['draft'],
    propose: (async (request, ports) =>
      proposeEdit(request, { complete: models.now()?.model.complete, ...ports })) satisfies Deps['propose'],
    write: (async (request, ports) =>
      writeFunction(request, { complete: models.now()?.model.complete, ...ports })) satisfies Deps['write'],
  };
}

/** A person who waits in the page sooner takes a draft without the embedding model. */
const PATIENCE_MS = 3000;

export async function createWiring(config: Config): Promise<Wiring> {
  const {
    manifests,
    secrets,
    userFunctions,
    cloud,
    sourceOf,
    models,
    modelChoice,
    embeddings,
    draft: drafting,
    propose,
    trials,
    write,
  } = createAdapters(config, PATIENCE_MS);
  // Read before anyone waits for it; kept on disk, so that the next start has nothing to read.
  if (config.embeddings) void warm(embeddings, manifests);
  const stream = createStream();
  const newId = () => randomUUID().slice(0, 8) + randomUUID().slice(9, 13);
  const infoNow = () => {
    const now = models.now();
    return now && { provider: now.config.provider, model: now.config.model, baseUrl: now.config.baseUrl };
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
    trials,
    write,
    get model() {
      return infoNow();
    },
    modelChoice,
    // One process, started with the first expression that a person tries, gone when none is tried.
    evaluate: createEvaluator({ root: config.root, size: 1 }).evaluate,
    testModel: async () => {
      const now = models.now();
      if (!now) return { ok: false, detail: 'No model is chosen: the offline planner drafts. Choose one above first.' };
      try {
        const answer = await now.model.complete({ system: 'Answer with one word.', user: 'Say: ready', schema: null });
        return { ok: true, detail: `${now.config.model} answered: ${answer.slice(0, 80)}` };
      } catch (error) {
        const hint = error instanceof Problem && error.hint ? ` ${error.hint}` : '';
        return { ok: false, detail: `${error instanceof Error ? error.message : error}${hint}` };
      }
    },
    settings: async () => ({
      target: config.target,
      cloud: await cloudState(config, cloud.ready),
      model: {
        provider: infoNow()?.provider ?? 'none',
        model: infoNow()?.model ?? null,
        baseUrl: infoNow()?.baseUrl ?? null,
        hasKey: (models.now()?.config.apiKey ?? NO_KEY) !== NO_KEY,
        chosen: modelChoice.get() !== null,
        environment: config.model?.provider ?? 'none',
        spent: models.now()?.model.spent() ?? null,
      },
      embeddings: {
        on: config.embeddings,
        most: MOST_COMPARED,
        ...embeddings.state((await manifests()).map(namedText)),
      },
      dataDir: config.dataDir,
      version: versionOf(config.root),
    }),
    aws: {
      setup: () => ({
        region: config.region,
        account: accountOf(config.statesRoleArn) ?? accountOf(config.lambdaRoleArn),
        // Locally the bucket has a name of its own that is no bucket on AWS.
        bucket: config.target === 'aws' ? config.bucket || null : null,
        statesRoleArn: config.statesRoleArn,
        lambdaRoleArn: config.lambdaRoleArn,
      }),
      policies: leastPolicies,
      check: (setup) => checkAccess(setup, null),
    },
    now: Date.now,
    newId,
  };
}

async function warm(embeddings: Embeddings, manifests: () => Promise<FunctionManifest[]>): Promise<void> {
  const functions = await manifests().catch(() => []); // what is wrong with them is told where they are shown
  if (functions.length <= MOST_COMPARED) await embeddings.warm(functions.map(namedText));
}

/** What a server without keys is given, because the client insists on one. */
const NO_KEY = 'none';

/** The model in use: made anew when another one is chosen, so that what was spent is counted on otherwise. */
function modelsOf(config: Config, choices: ModelChoices) {
  let made: { key: string; config: ModelConfig; model: Model } | null = null;
  return {
    now: (): { config: ModelConfig; model: Model } | null => {
      const choice = choices.get();
      const wanted = choice ? chosenModel(choice) : config.model;
      if (!wanted) return null;
      const key = JSON.stringify(wanted);
      if (made?.key !== key) made = { key, config: wanted, model: createModel({ ...wanted, timeoutMs: 60_000 }) };
      return made;
    },
  };
}

function chosenModel({ provider, model, baseUrl, apiKey }: ModelChoice): ModelConfig | null {
  if (provider === 'none') return null;
  const known = MODEL_DEFAULTS[provider];
  return {
    provider,
    model: model ?? known.model,
    baseUrl: provider === 'compatible' ? baseUrl : known.baseUrl,
    apiKey: apiKey ?? NO_KEY,
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
function environmentOf(
  manifest: FunctionManifest,
  config: Config,
  model: ModelConfig | null,
  secrets: Secrets,
): Record<string, string> {
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
