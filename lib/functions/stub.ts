/**
 * A function to be filled in: what it is called, what it takes and gives, as the files of its folder.
 *
 *   title, schemas, a sample of the output ──stubFiles()──▶ function.json, index.mjs, index.test.mjs
 *
 * Until somebody writes its handler it answers the sample, and says so in its log.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { FunctionManifest, JsonSchema } from './manifest';

export type StubWish = { title: string; description: string; input: JsonSchema; output: JsonSchema };

/** "Send it by e-mail!" → `send-it-by-e-mail`, or with a number behind it where that is taken. */
export function stubName(title: string, taken: (name: string) => boolean): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const stem = plain.replace(/^-+/, '').slice(0, 48).replace(/-+$/, '') || 'my-function';
  let name = stem;
  for (let n = 2; taken(name); n++) name = `${stem}-${n}`;
  return name;
}

export function stubFiles(
  name: string,
  wish: StubWish,
  sample: { input: Json; output: Json },
): { manifest: FunctionManifest; files: { file: string; content: string }[] } {
  const manifest: FunctionManifest = {
    name,
    title: wish.title,
    description: wish.description,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: wish.input,
    output: wish.output,
    examples: [{ title: 'A made-up one', input: sample.input, output: sample.output }],
    timeout: 30,
    memory: 256,
    environment: [],
    packages: [],
    category: 'mine',
    keywords: [],
    effects: 'none',
    stub: true,
  };
  const comment = wish.description.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim();
  const handler = `/**
 * ${wish.title.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim()}
 *
 * ${comment}
 *
 * A stub: it answers made-up data. Write what it does in place of the two lines below; what it takes and gives is
 * described in function.json.
 */
export const handler = async (event) => {
  console.log(${JSON.stringify(`STUB: "${wish.title}" is not written yet. What it answers is made up from its output schema.`)}, Object.keys(event ?? {}));
  return ${JSON.stringify(sample.output, null, 2).replaceAll('\n', '\n  ')};
};
`;
  const check = `// Run with: node --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from './index.mjs';

test(${JSON.stringify(wish.title)}, async () => {
  const answer = await handler(${JSON.stringify(sample.input, null, 2).replaceAll('\n', '\n  ')});
  assert.deepEqual(answer, ${JSON.stringify(sample.output, null, 2).replaceAll('\n', '\n  ')});
});
`;
  return {
    manifest,
    files: [
      { file: 'function.json', content: `${JSON.stringify(manifest, null, 2)}\n` },
      { file: 'index.mjs', content: handler },
      { file: 'index.test.mjs', content: check },
    ],
  };
}
