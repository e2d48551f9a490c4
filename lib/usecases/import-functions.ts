/**
 * Functions of one's own: from an OpenAPI document, from a zip with a manifest, and changed in the page.
 * Nothing that is brought is run before somebody runs it.
 */
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { FunctionManifest } from '@/lib/functions/manifest';
import { functionsOf } from '@/lib/functions/openapi';
import type { Deps } from './deps';
import type { FunctionsAdded, FunctionVersionView } from './types';

type Ports = Pick<Deps, 'manifests' | 'userFunctions'>;

export const ImportOpenApi = z.object({
  /** JSON or YAML */
  text: z.string().min(1).max(5_000_000),
  server: z.url({ protocol: /^https?$/ }).optional(),
  /** functions of this name that are the owner's own are replaced */
  replace: z.boolean().default(false),
});

/** @throws Problem OPENAPI_INVALID, FUNCTION_TAKEN: nothing was kept */
export async function importOpenApi(
  deps: Ports,
  { text, server, replace }: z.infer<typeof ImportOpenApi>,
): Promise<FunctionsAdded> {
  let document: Json;
  try {
    document = parseYaml(text, { maxAliasCount: 100 }) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Problem('OPENAPI_INVALID', `The document is neither JSON nor YAML: ${why}`, 'Choose another file.');
  }
  const { functions, skipped } = functionsOf(document, server);
  const known = await deps.manifests();
  for (const { manifest } of functions) checkFree(deps, known, manifest.name, replace);
  for (const { manifest, files } of functions) await deps.userFunctions.write(manifest.name, files);
  return { added: functions.map(({ manifest }) => summary(manifest)), skipped };
}

export const AddZip = z.object({ zip: z.base64().max(70_000_000), replace: z.boolean().default(false) });

/** @throws Problem FUNCTION_PACKAGE_INVALID, FUNCTION_TAKEN: nothing was kept */
export async function addZip(deps: Ports, { zip, replace }: z.infer<typeof AddZip>): Promise<FunctionsAdded> {
  const unpacked = await deps.userFunctions.unpack(Buffer.from(zip, 'base64'));
  const files = withoutFolder(unpacked.filter(({ file }) => !/(^|\/)(__MACOSX\/|\.DS_Store$)/.test(file)));
  const described = files.find(({ file }) => file === 'function.json');
  if (!described) throw unfit('It has no function.json at its top.');
  const manifest = manifestFrom(Buffer.from(described.content).toString('utf8'));
  const [module = ''] = manifest.handler.split('.');
  if (!files.some(({ file }) => file.replace(/\.[^.]+$/, '') === module) && !manifest.runtime.startsWith('provided')) {
    throw unfit(`Its handler is "${manifest.handler}", but it has no file ${module} (.mjs, .js, .ts or .py).`);
  }
  checkFree(deps, await deps.manifests(), manifest.name, replace);
  await deps.userFunctions.write(manifest.name, files);
  return { added: [summary(manifest)], skipped: [] };
}

export const SaveSource = z.object({
  name: z.string().min(1).max(64),
  file: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.(ts|js|mjs|py|json)$/),
  text: z.string().max(1_000_000),
});

/** @throws Problem FUNCTION_NOT_OWN, FUNCTION_PACKAGE_INVALID */
export async function saveSource(deps: Ports, { name, file, text }: z.infer<typeof SaveSource>): Promise<void> {
  checkOwn(deps, name);
  if (file === 'function.json') {
    const manifest = manifestFrom(text);
    if (manifest.name !== name) throw unfit(`Its "name" is "${manifest.name}", and it has to stay "${name}".`);
  }
  await deps.userFunctions.put(name, file, text);
}

/** @throws Problem FUNCTION_NOT_OWN */
export async function removeFunction(deps: Ports, name: string): Promise<void> {
  checkOwn(deps, name);
  await deps.userFunctions.remove(name);
}

/** Earlier states of a function, and in which files each differs from the present one. @throws Problem FUNCTION_NOT_OWN */
export async function functionVersions(
  deps: Pick<Deps, 'userFunctions' | 'sourceOf'>,
  name: string,
): Promise<FunctionVersionView[]> {
  checkOwn(deps, name);
  const now = new Map((await deps.sourceOf(name)).map(({ file, text }) => [file, text]));
  return (await deps.userFunctions.versions(name)).map(({ at, files }) => ({
    at,
    files: files.map(({ file, content }) => {
      const text = textOf(content);
      return { file, text, same: text !== null && now.get(file) === text };
    }),
  }));
}

export const RestoreVersion = z.object({ name: z.string().min(1).max(64), at: z.number().int() });

/** What is there now becomes a version itself. @throws Problem FUNCTION_NOT_OWN, FUNCTION_VERSION_UNKNOWN */
export async function restoreVersion(
  deps: Pick<Deps, 'userFunctions'>,
  { name, at }: z.infer<typeof RestoreVersion>,
): Promise<void> {
  checkOwn(deps, name);
  const version = (await deps.userFunctions.versions(name)).find((one) => one.at === at);
  if (!version)
    throw new Problem(
      'FUNCTION_VERSION_UNKNOWN',
      `That version of "${name}" is not kept any more.`,
      'Reload the page to see the versions that there are; the last 20 are kept.',
    );
  await deps.userFunctions.write(name, version.files);
}

/** `null`: no text, or more of it than a person reads */
function textOf(content: string | Uint8Array): string | null {
  if (typeof content === 'string') return content;
  if (content.length > 1_000_000) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

function checkOwn(deps: Pick<Deps, 'userFunctions'>, name: string): void {
  if (deps.userFunctions.has(name)) return;
  throw new Problem(
    'FUNCTION_NOT_OWN',
    `"${name}" is not a function of your own.`,
    'Those that come with Action Engine are folders of lambdas/; change them there.',
  );
}

function checkFree(deps: Ports, known: FunctionManifest[], name: string, replace: boolean): void {
  // Two names that differ in their capitals alone are one folder on many disks, and one name to a reader.
  const like = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const own = like?.name === name && deps.userFunctions.has(name);
  if (!like || (own && replace)) return;
  throw new Problem(
    'FUNCTION_TAKEN',
    like.name === name
      ? `There is a function "${name}" already.`
      : `There is a function "${like.name}" already, and "${name}" differs from it in capitals alone.`,
    own ? 'Remove it first, or ask for it to be replaced.' : 'Give the new one another name.',
    // What may be replaced is named; what came with the product may not, and nobody should be offered it.
    own ? { path: [name] } : {},
  );
}

const unfit = (why: string) =>
  new Problem('FUNCTION_PACKAGE_INVALID', `The function cannot be added. ${why}`, 'Mend that, and add it again.');

function manifestFrom(text: string): FunctionManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw unfit(`function.json is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const checked = FunctionManifest.safeParse(json);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw unfit(`function.json, "${issue?.path.join('.') || 'the whole file'}": ${issue?.message ?? 'no manifest'}.`);
}

/** Many zips hold one folder with everything in it. */
function withoutFolder(files: { file: string; content: Uint8Array }[]) {
  const [top] = files[0]?.file.split('/') ?? [];
  const wrapped = files.every(({ file }) => file.startsWith(`${top}/`));
  return wrapped ? files.map(({ file, content }) => ({ file: file.slice(`${top}/`.length), content })) : files;
}

/** A function that names a secret receives it: who adds one has to see that. */
const summary = ({ name, title, secrets = [] }: FunctionManifest) => ({ name, title, secrets });
