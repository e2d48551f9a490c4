/**
 * A function that a model writes for a missing step: written, shown, tried on its example, kept or let go. Nothing of it
 * is run before a person asks for that, and nothing is in the catalogue before it is kept.
 */
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { WrittenFunction } from '@/lib/draft/model/write-function';
import { FunctionManifest } from '@/lib/functions/manifest';
import { WorkflowDocument } from '@/lib/graph/schema';
import { schemaErrors } from './check-input';
import type { Deps } from './deps';
import { checkSecrets } from './secrets';
import { stubOf, wishOf } from './stubs';
import type { FunctionTry, JobView, WrittenView } from './types';

export const StartWriting = z.object({ document: WorkflowDocument, node: z.string().min(1) });

/** Begins at once; the function comes with the job's end: the model's, or a plain stub with the reason. */
export const startWriting = (deps: Deps, { document, node }: z.infer<typeof StartWriting>): JobView =>
  deps.jobs.begin('function', async ({ signal, update }) => {
    const manifests = await deps.manifests();
    const wish = wishOf(document, node, manifests);
    const stub = stubOf(deps, wish, manifests);
    const { name } = stub.manifest;
    let shown = 0;
    const answer = await deps.write(
      { name, wish, secrets: [...new Set([...deps.secrets.names(), ...manifests.flatMap((m) => m.secrets ?? [])])] },
      {
        signal,
        onSource: (source) => {
          if (deps.now() - shown < STREAM_MS) return;
          shown = deps.now();
          update({ source: source.slice(0, 60_000) });
        },
        check: (written) => faultsOf(deps, written),
      },
    );
    signal.throwIfAborted();
    const written: WrittenView = answer.ok
      ? { by: deps.model?.model ?? 'the model', reason: null, ...viewOf(answer.written) }
      : { by: null, reason: answer.reason, ...viewOf({ ...stub, alerts: [] }) };
    update({ source: null, written });
  });

/** ms between two pictures of what is being written */
const STREAM_MS = 150;

const viewOf = ({ manifest, files, alerts }: WrittenFunction) => ({
  name: manifest.name,
  files,
  alerts,
  example: (manifest.examples[0]?.input ?? {}) as Json,
  expected: (manifest.examples[0]?.output ?? null) as Json | null,
});

/** It can be packed, and its example is one. Packing reads the source; it runs nothing. */
async function faultsOf(deps: Pick<Deps, 'trials'>, { manifest, files }: WrittenFunction): Promise<string[]> {
  const [example] = manifest.examples;
  const wrong = (which: string, faults: { field: string; message: string }[]) =>
    faults.slice(0, 3).map(({ field, message }) => `${which}${field ? `, "${field}",` : ''} ${message}.`);
  const faults = [
    ...wrong('The example input', schemaErrors(manifest.input, (example?.input ?? null) as Json)),
    ...(example?.output == null
      ? []
      : wrong('The example output', schemaErrors(manifest.output, example.output as Json))),
  ];
  await deps.trials.check(manifest, files).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    faults.push(error.message);
  });
  return faults;
}

const Files = z
  .array(
    z.object({
      file: z.enum(['function.json', 'index.mjs', 'index.test.mjs']),
      content: z.string().max(1_000_000),
    }),
  )
  .min(2)
  .max(3)
  .refine((files) => new Set(files.map(({ file }) => file)).size === files.length, 'Each file once.');

export const TryWritten = z.object({ name: z.string().min(1).max(64), files: Files, input: z.json() });

/**
 * Calls what is under review, as it stands there, as Lambda would.
 * @throws Problem FUNCTION_PACKAGE_INVALID, FUNCTION_TAKEN, INPUT_INVALID, SECRET_MISSING, FUNCTION_BUILD_FAILED
 */
export async function tryWritten(
  deps: Deps,
  { name, files, input }: z.infer<typeof TryWritten>,
): Promise<FunctionTry & { unfit: string | null }> {
  const manifest = await manifestIn(deps, name, files);
  const [first] = schemaErrors(manifest.input, input);
  if (first)
    throw new Problem(
      'INPUT_INVALID',
      `The input${first.field ? ` "${first.field}"` : ''} ${first.message}.`,
      'Mend it, and try again.',
      { path: [first.field] },
    );
  const set = deps.secrets.names();
  const missing = (manifest.secrets ?? []).filter((secret) => !set.includes(secret));
  checkSecrets([
    { manifest: { ...manifest, ...(missing.length > 0 && { missingSecrets: missing }) }, step: manifest.title },
  ]);
  await deps.cloud.ready();
  return alone(deps, async () => {
    for (const left of deps.trials.leftovers()) await withdraw(deps, left);
    return called(deps, manifest, files, input);
  });
}

/** Two tries of one name would take each other's function away: one after the other. */
const last = new WeakMap<Deps['trials'], Promise<unknown>>();
function alone<T>({ trials }: Pick<Deps, 'trials'>, work: () => Promise<T>): Promise<T> {
  const mine = (last.get(trials) ?? Promise.resolve()).then(work, work);
  last.set(trials, mine);
  return mine;
}

/** What is discarded is in no catalogue: nobody would ever find it in the cloud. Where it may not be deleted, it stays. */
async function withdraw({ trials, cloud }: Pick<Deps, 'trials' | 'cloud'>, name: string): Promise<void> {
  await cloud.withdrawFunction(name).catch(() => undefined);
  await trials.remove(name);
}

async function called(
  deps: Pick<Deps, 'trials' | 'cloud' | 'now'>,
  manifest: FunctionManifest,
  files: z.infer<typeof Files>,
  input: Json,
): Promise<FunctionTry & { unfit: string | null }> {
  const { name } = manifest;
  await deps.trials.write(name, files);
  try {
    await deps.cloud.deployFunction(manifest, { trial: true });
    const began = deps.now();
    const answer = await deps.cloud.invokeFunction(name, input);
    const [wrong] = answer.ok ? schemaErrors(manifest.output, answer.output) : [];
    const unfit = wrong
      ? `What it gave does not fit its output:${wrong.field ? ` "${wrong.field}"` : ' it'} ${wrong.message}.`
      : null;
    return { ...answer, unfit, ms: deps.now() - began };
  } finally {
    await withdraw(deps, name);
  }
}

export const KeepWritten = z.object({
  name: z.string().min(1).max(64),
  files: Files,
  /** the model that wrote it; `null`: a stub */
  by: z.string().max(200).nullable(),
});

/** @throws Problem FUNCTION_PACKAGE_INVALID, FUNCTION_TAKEN: nothing was kept */
export async function keepWritten(
  deps: Pick<Deps, 'manifests' | 'userFunctions'>,
  { name, files, by }: z.infer<typeof KeepWritten>,
): Promise<FunctionManifest> {
  const manifest: FunctionManifest = {
    ...(await manifestIn(deps, name, files)),
    ...(by === null ? {} : { writtenBy: by }),
  };
  await deps.userFunctions.write(name, [
    ...files.filter(({ file }) => file !== 'function.json'),
    { file: 'function.json', content: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
  return manifest;
}

async function manifestIn(
  deps: Pick<Deps, 'manifests'>,
  name: string,
  files: z.infer<typeof Files>,
): Promise<FunctionManifest> {
  const unfit = (why: string) =>
    new Problem('FUNCTION_PACKAGE_INVALID', `The function cannot be used. ${why}`, 'Mend that in function.json.');
  const text = files.find(({ file }) => file === 'function.json')?.content;
  let json: unknown;
  try {
    json = JSON.parse(text ?? '');
  } catch (error) {
    throw unfit(`function.json is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const checked = FunctionManifest.safeParse(json);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw unfit(`function.json, "${issue?.path.join('.') || 'the whole file'}": ${issue?.message ?? 'no manifest'}.`);
  }
  if (checked.data.name !== name) throw unfit(`Its "name" is "${checked.data.name}", and it has to stay "${name}".`);
  if ((await deps.manifests()).some((known) => known.name === name))
    throw new Problem(
      'FUNCTION_TAKEN',
      `There is a function "${name}" already.`,
      'Discard this one, and have it written again: it gets another name.',
    );
  return checked.data;
}
