/** A product of its own with a scripted model behind OPENAI_BASE_URL, for the stories of one file. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'playwright/test';
import { ModelServer } from './model-server';
import { freePort, start, stop } from './start-product';

export const KEY = 'sk-a-key-that-nobody-may-see';

/** Starts it before the file's first story and ends it after the last; `at` is filled by then. */
export function productWithModel(): { model: ModelServer; at: { origin: string; data: string } } {
  const model = new ModelServer();
  const at = { origin: '', data: '' };
  let product: ChildProcess;
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    at.data = mkdtempSync(path.join(tmpdir(), 'action-engine-model-'));
    const port = await freePort();
    at.origin = `http://localhost:${port}`;
    const env = { OPENAI_BASE_URL: await model.listen(), OPENAI_API_KEY: KEY, OPENAI_MODEL: 'told-what-to-say' };
    product = await start(port, at.data, env);
  });
  test.afterAll(async () => {
    await stop(product);
    await model.close();
    rmSync(at.data, { recursive: true, force: true });
  });
  return { model, at };
}
