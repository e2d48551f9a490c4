/**
 * Opens every Amazon States Language definition below a folder, and checks that it comes out as it went in.
 *
 *   node bench/run.mjs open-definitions --from DIR [--browser] [--limit N] [--json FILE]
 *
 * A definition is an object with `StartAt` and `States`, or a text that is one, anywhere in a JSON or YAML file. Of
 * each: it is read into a graph and back, equal; its text, as JSON and as YAML, is taken and shown again to the byte; a
 * renamed step changes nothing but its name. With `--browser` also: the product opens it, draws its steps, shows its
 * text, exports it equal, and says nothing wrong in the browser's console. What our own check of the language refuses
 * is counted apart. Exit code 1 where one that is accepted fails.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import { validateDefinition } from '@/lib/asl/validate';
import { isObject, type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import { compile, decompile, parseText, sourceText, takeText, writeText } from '@/lib/compile';
import { emptyDocument, renameNode } from '@/lib/graph';

type Found = { file: string; at: string; definition: JsonObject };
type Verdict = Found & { accepted: boolean; faults: string[] };

const say = (line: string) => void process.stdout.write(`${line}\n`);
const root = process.env.ACTION_ENGINE_ROOT ?? process.cwd();

async function main(argv: readonly string[]): Promise<number> {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const from = option('from');
  if (!from || !existsSync(from)) {
    process.stderr.write('--from names a folder with definitions.\n');
    return 2;
  }
  const seen = new Set<string>();
  const all = filesBelow(path.resolve(from)).flatMap((file) => definitionsIn(file));
  const found = all.filter(({ definition }) => {
    const text = JSON.stringify(definition);
    return !seen.has(text) && seen.add(text);
  });
  const limit = Number(option('limit') ?? found.length);
  const verdicts = found.slice(0, limit).map(judge);
  if (argv.includes('--browser')) await inBrowser(verdicts);
  const accepted = verdicts.filter((verdict) => verdict.accepted);
  const failed = accepted.filter(({ faults }) => faults.length > 0);
  for (const { file, at, faults } of failed.slice(0, 40))
    say(`${path.relative(from, file)} ${at}: ${faults.join('; ')}`);
  const refused = verdicts.filter((verdict) => !verdict.accepted);
  const answer = {
    definitions: verdicts.length,
    accepted: accepted.length,
    acceptedWhole: accepted.length - failed.length,
    refused: refused.length,
    refusedWhole: refused.filter(({ faults }) => faults.length === 0).length,
  };
  say(JSON.stringify(answer));
  const json = option('json');
  if (json)
    writeFileSync(
      json,
      JSON.stringify({ ...answer, failed: failed.map(({ file, at, faults }) => ({ file, at, faults })) }, null, 2),
    );
  return failed.length > 0 ? 1 : 0;
}

// ------------------------------------------------------------------ what there is

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file);
    return /\.(json|ya?ml)$/.test(entry.name) ? [file] : [];
  });
}

function definitionsIn(file: string): Found[] {
  const { root: parsed } = parseText(readFileSync(file, 'utf8'), file.endsWith('.json') ? 'json' : 'yaml');
  const found: Found[] = [];
  const look = (json: Json, at: string): void => {
    if (typeof json === 'string') {
      if (!json.trimStart().startsWith('{') || !json.includes('"States"')) return;
      const inner = parseText(json, 'json');
      if (inner.root && inner.faults.length === 0) look(inner.root.value, at);
    } else if (Array.isArray(json)) for (const [i, item] of json.entries()) look(item, `${at}/${i}`);
    else if (isObject(json)) {
      if (isObject(json.States) && typeof json.StartAt === 'string') found.push({ file, at, definition: json });
      else for (const [name, value] of Object.entries(json)) look(value, `${at}/${name}`);
    }
  };
  if (parsed) look(parsed.value, '');
  return found;
}

// ------------------------------------------------------------------ there and back

function judge(found: Found): Verdict {
  const { definition } = found;
  const accepted = !validateDefinition(JSON.stringify(definition)).some(({ severity }) => severity === 'ERROR');
  const faults: string[] = [];
  try {
    const { graph } = decompile(definition);
    if (!graph) return { ...found, accepted, faults: ['no graph'] };
    if (!jsonEqual(compile(graph).definition, definition)) faults.push('changed on the way through the graph');
    for (const format of ['json', 'yaml'] as const) {
      const text = writeText(definition, format);
      const { document } = takeText(emptyDocument(), format, text);
      if (!document) faults.push(`${format} is not taken`);
      else if (sourceText(document, format) !== text) faults.push(`${format} is shown otherwise than it was written`);
      const [first] = document?.graph.nodes ?? [];
      if (!document || !first) continue;
      const renamed = renameNode(document, first.id, 'A new name for it').document;
      const { root: again } = parseText(sourceText(renamed, format), format);
      if (!again || !jsonEqual(again.value, compile(renamed.graph).definition))
        faults.push(`${format} loses a renaming`);
    }
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  return { ...found, accepted, faults };
}

// ------------------------------------------------------------------ in the browser

async function inBrowser(verdicts: Verdict[]): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'open-definitions-'));
  const { child, origin } = await startProduct(dataDir);
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => existsSync(file));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    const loud: string[] = [];
    page.on('pageerror', (error) => loud.push(error.message));
    page.on('console', (message) => message.type() === 'error' && loud.push(message.text()));
    for (const [i, verdict] of verdicts.entries()) {
      loud.length = 0;
      const fault = await openOne(page, origin, dataDir, verdict.definition).catch(
        (error: Error) => error.message.split('\n')[0]!,
      );
      if (fault) verdict.faults.push(fault);
      if (loud.length > 0) verdict.faults.push(`the console says ${loud[0]}`);
      if (i % 50 === 49) say(`${i + 1} of ${verdicts.length} opened`);
    }
  } finally {
    await browser.close();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function openOne(page: Page, origin: string, dataDir: string, definition: JsonObject): Promise<string | null> {
  const token = readFileSync(path.join(dataDir, 'api-token'), 'utf8').trim();
  const answer = await fetch(`${origin}/api/v1/workflows`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Opened', definition }),
  });
  const body = (await answer.json()) as { id?: string; message?: string };
  if (!body.id) return `is not stored: ${body.message ?? answer.status}`;
  await page.goto(`${origin}/workflows/${body.id}`);
  const names = Object.keys(definition.States as JsonObject);
  await page.locator('.react-flow__node').first().waitFor({ timeout: 15_000 });
  const drawn = await page.locator('.react-flow__node').count();
  if (drawn < Math.min(names.length, 1)) return 'is not drawn';
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Code' }).click();
  await page.getByRole('textbox', { name: 'Definition of the workflow' }).waitFor({ timeout: 15_000 });
  const download = page.waitForEvent('download', { timeout: 15_000 });
  await page.getByRole('button', { name: '.asl.json', exact: true }).click();
  const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Json;
  return jsonEqual(exported, definition) ? null : 'is exported otherwise than it was opened';
}

async function startProduct(dataDir: string): Promise<{ child: ChildProcess; origin: string }> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  const child = spawn(process.execPath, [path.join(root, 'bin/action-engine.mjs'), 'start'], {
    env: { ...process.env, PORT: String(port), ACTION_ENGINE_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let heard = '';
    const hear = (text: Buffer) => {
      heard += text.toString();
      if (heard.includes('is ready on')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${heard}`)));
  });
  return { child, origin: `http://localhost:${port}` };
}

process.exitCode = await main(process.argv.slice(3));
