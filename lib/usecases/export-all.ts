/**
 * Everything that a person made here, as one zip: each workflow as its document and as States Language, its named versions,
 * the runs with what went in and came out, the prompts, the functions of one's own. Never in it: secrets, the model's
 * key, the API's token. Files are not in it either: the files page has them.
 *
 *   workflows/NAME.json, NAME.asl.json · versions/NAME/VERSION.json · runs.json · prompts.json · functions/NAME/…
 *
 * @module
 */
import { strToU8, zipSync } from 'fflate';
import { compile, definitionText } from '@/lib/compile';
import type { Deps } from './deps';
import { namesInZip } from './files';

/** the newest of all that are kept */
const RUNS = 5000;
const WORKFLOWS = 1_000_000;
const PROMPTS = 5000;

export async function exportAll(
  deps: Pick<Deps, 'store' | 'manifests' | 'userFunctions' | 'sourceOf'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { store } = deps;
  const workflows = await store.workflows.list(WORKFLOWS);
  const names = namesInZip(workflows.map(({ name }) => name));
  const entries: Record<string, Uint8Array> = {};
  const put = (path: string, value: unknown) => {
    entries[path] = strToU8(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  };
  for (const [i, { id, name, prompt, document }] of workflows.entries()) {
    put(`workflows/${names[i]}.json`, { name, prompt, document });
    const { definition } = compile(document.graph);
    put(`workflows/${names[i]}.asl.json`, definitionText(definition));
    const versions = await store.versions.list(id);
    const versionNames = namesInZip(versions.map((version) => version.name));
    for (const [n, version] of versions.entries()) put(`versions/${names[i]}/${versionNames[n]}.json`, version);
  }
  const runs = await store.runs.list({ limit: RUNS });
  put(
    'runs.json',
    runs.map(({ document: _document, ...run }) => run),
  );
  put('prompts.json', await store.queries.list(PROMPTS));
  for (const { name } of await deps.manifests()) {
    if (!deps.userFunctions.has(name)) continue;
    for (const { file, text } of await deps.sourceOf(name)) put(`functions/${name}/${file}`, text);
  }
  return zipSync(entries, { level: 6 });
}
