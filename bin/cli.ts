/**
 * The command line.
 *
 *   draft "PROMPT" [--file F]… [--functions FILE] [--asl]
 *   compile FILE | decompile FILE | validate FILE | export FILE [--format asl|argo]
 *   run (--prompt P | FILE) [--input JSON] [--file F]…
 *
 * Results go to stdout as JSON, progress to stderr; exit code 0 only when what was asked for was done.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { validateDefinition } from '@/lib/asl/validate';
import { mediaTypeOf } from '@/lib/aws/files';
import type { Json } from '@/lib/base/json';
import { Problem, viewOf } from '@/lib/base/problem';
import { compile, decompile, definitionHash, definitionText, toArgo } from '@/lib/compile';
import { type Config, readConfig } from '@/lib/config';
import type { AttachedFile } from '@/lib/draft/plan';
import { FunctionManifest } from '@/lib/functions/manifest';
import { layout } from '@/lib/graph';
import { emptyDocument, WorkflowDocument } from '@/lib/graph/schema';
import { checkInput } from '@/lib/usecases/check-input';
import { MAX_FILE_BYTES, uploadKey } from '@/lib/usecases/files';
import { parsed } from '@/lib/usecases/follow-run';
import { MAX_FILES, defaultsOf, missingInputs } from '@/lib/usecases/start-draft';
import { deployed, prepare } from '@/lib/usecases/start-run';
import { addressOf, createAdapters } from '@/lib/wiring';
import { startDetachedCloud } from './cloud-process';

const USAGE = `Action Engine: say what you want done; see it as a graph; run it.

  draft "PROMPT" [--file F]… [--functions FILE] [--asl]   a workflow from a sentence, as JSON
  run (--prompt P | FILE) [--input JSON] [--file F]…      runs it, prints its output
  compile FILE                                            workflow document → Amazon States Language
  decompile FILE                                          Amazon States Language → workflow document
  validate FILE                                           what is wrong with a definition
  export FILE [--format asl|argo]                         document or definition → States Language, or YAML for Argo
  start                                                   the page, on http://localhost:3000
  local-cloud [--port N] [--data DIR]                     Step Functions, Lambda and S3 on this machine
`;
const IDLE_MINUTES = 30;

const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

async function main(argv: string[]): Promise<number> {
  const [command, ...rest] = argv;
  const { values, positionals } = parse(rest);
  if (values.help || command === undefined || command === 'help' || command === '--help') {
    process.stdout.write(USAGE);
    return command === undefined ? 2 : 0;
  }
  switch (command) {
    case 'draft': return draftCommand(positionals.join(' '), values);
    case 'run': return runCommand(positionals[0], values);
    case 'compile': return compileCommand(await readText(positionals[0]));
    case 'decompile': return decompileCommand(await readText(positionals[0]));
    case 'validate': return validateCommand(await readText(positionals[0]));
    case 'export': return exportCommand(positionals[0], values);
    default: throw new Problem('COMMAND_UNKNOWN', `There is no command "${command}".`, 'Run it with --help for the list.');
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        file: { type: 'string', multiple: true, default: [] },
        functions: { type: 'string' },
        asl: { type: 'boolean', default: false },
        prompt: { type: 'string' },
        input: { type: 'string' },
        format: { type: 'string', default: 'asl' },
        planner: { type: 'string', default: 'auto' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Problem('ARGUMENT_UNKNOWN', error instanceof Error ? error.message : String(error), 'Run it with --help for the list.');
  }
}
type Options = ReturnType<typeof parse>['values'];

// ------------------------------------------------------------------ commands

async function draftCommand(prompt: string, options: Options): Promise<number> {
  const adapters = createAdapters(readConfig());
  const files = await Promise.all((options.file ?? []).map(async (file, i) => describeFile(file, `s3://attached/${i + 1}/${path.basename(file)}`)));
  const drafted = await draftPrompt(adapters, prompt, files, options);
  if (options.asl) process.stdout.write(definitionText(compile(drafted.document.graph).definition));
  else print({ plan: drafted.plan, document: drafted.document, diagnostics: drafted.diagnostics });
  return drafted.diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 1 : 0;
}

async function runCommand(file: string | undefined, options: Options): Promise<number> {
  if ((file === undefined) === (options.prompt === undefined)) {
    throw new Problem('ARGUMENT_MISSING', 'run needs either --prompt or a file.', 'For example: run --prompt "play music that matches my mood"');
  }
  const config = readConfig();
  const adapters = createAdapters(config);
  const given = options.input === undefined ? {} : parseJson(options.input, '--input');
  let document: WorkflowDocument;
  let input: Json = given;
  if (options.prompt !== undefined) {
    await findCloud(config);
    const files = await upload(adapters, options.file ?? []);
    const drafted = await draftPrompt(adapters, options.prompt, files, options);
    for (const step of drafted.plan.steps) say(`  ${step.kind === 'function' ? step.functionName : step.kind}: ${step.title}`);
    for (const note of drafted.plan.notes) say(`  note: ${note}`);
    document = drafted.document;
    input = isRecord(given) ? { ...defaultsOf(document.input), ...given } : given;
    const missing = missingInputs(document.input).filter((name) => !(isRecord(input) && name in input));
    if (missing.length > 0) {
      throw new Problem('INPUT_INVALID', `The workflow needs ${missing.map((name) => `"${name}"`).join(', ')}.`, `Add --input '${JSON.stringify(Object.fromEntries(missing.map((name) => [name, '…'])))}'${files.length === 0 ? ', or attach a file with --file' : ''}.`);
    }
  } else {
    document = documentOf(parseJson(await readText(file), file!));
    await findCloud(config);
    const files = await upload(adapters, options.file ?? []);
    if (files.length > 0 && isRecord(input)) input = { ...input, ...fileInputs(document, files) };
  }
  checkInput(document.input, input);
  return execute(adapters, document, input);
}

function compileCommand(text: string): number {
  const { definition, diagnostics } = compile(documentOf(parseJson(text, 'the file')).graph);
  for (const diagnostic of diagnostics) say(`${diagnostic.severity}: ${diagnostic.message} ${diagnostic.hint}`);
  process.stdout.write(definitionText(definition));
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 1 : 0;
}

function decompileCommand(text: string): number {
  const { graph, diagnostics } = decompile(parseJson(text, 'the file'));
  for (const diagnostic of diagnostics) say(`${diagnostic.severity}: ${diagnostic.message} ${diagnostic.hint}`);
  if (!graph) return 1;
  const document = { ...emptyDocument(), graph };
  print({ ...document, layout: layout(document) });
  return 0;
}

function validateCommand(text: string): number {
  const diagnostics = validateDefinition(text);
  const valid = !diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR');
  print({ result: valid ? 'OK' : 'FAIL', diagnostics });
  return valid ? 0 : 1;
}

async function exportCommand(file: string | undefined, { format }: Options): Promise<number> {
  if (format !== 'asl' && format !== 'argo') {
    throw new Problem('ARGUMENT_INVALID', `--format is "${format}".`, 'It is asl or argo.');
  }
  const { graph } = documentOf(parseJson(await readText(file), file!));
  const name = file === '-' ? 'workflow' : path.basename(file!).replace(/(\.asl)?\.json$/, '');
  const { text, diagnostics } = format === 'argo' ? argoText(graph, name) : aslText(graph);
  for (const diagnostic of diagnostics) say(`${diagnostic.severity}: ${diagnostic.message} ${diagnostic.hint}`);
  process.stdout.write(text);
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 1 : 0;
}
const aslText = (graph: WorkflowDocument['graph']) => {
  const { definition, diagnostics } = compile(graph);
  return { text: `${definitionText(definition)}\n`, diagnostics };
};
const argoText = (graph: WorkflowDocument['graph'], name: string) => {
  const { yaml: text, diagnostics } = toArgo(graph, { name });
  return { text, diagnostics };
};

// ------------------------------------------------------------------ what they share

type Adapters = ReturnType<typeof createAdapters>;

async function draftPrompt(adapters: Adapters, prompt: string, files: AttachedFile[], options: Options) {
  const planner = z.enum(['auto', 'offline', 'model']).safeParse(options.planner);
  if (!planner.success) throw new Problem('ARGUMENT_INVALID', `--planner is "${options.planner}".`, 'It is auto, offline or model.');
  const manifests = options.functions ? await readFunctions(options.functions) : await adapters.manifests();
  const drafted = await adapters.draft(
    { prompt, files, manifests, now: new Date(), planner: planner.data },
    { onProgress: () => undefined },
  );
  if (drafted.fallback) say(`Drafted offline: ${drafted.fallback}`);
  for (const { severity, message, hint } of drafted.diagnostics) say(`${severity}: ${message} ${hint}`);
  return drafted;
}

async function execute({ cloud, manifests }: Adapters, document: WorkflowDocument, input: Json): Promise<number> {
  const { definition, functions } = await prepare({ manifests }, document);
  let told = '';
  const { versionArn } = await deployed({ cloud }, { name: `action-engine-cli-${definitionHash(definition).slice(0, 12)}`, definition, tag: 'cli' }, functions, {
    update: ({ detail }) => {
      if (detail && detail !== told) say(detail);
      told = detail ?? told;
    },
  });
  const { executionArn } = await cloud.start({ versionArn, name: randomUUID(), input: JSON.stringify(input) });
  say(`Running ${executionArn}`);
  process.once('SIGINT', () => {
    say('Stopping …');
    void cloud.stop(executionArn, 'Stopped by hand.');
  });
  let last = 0;
  for (let pause = 40; ; pause = Math.min(pause * 1.3, cloud.target === 'local' ? 500 : 2000)) {
    const now = await cloud.execution(executionArn);
    for (const event of await cloud.history(executionArn, last)) {
      last = event.id;
      if (event.stateEnteredEventDetails) say(`  ▸ ${event.stateEnteredEventDetails.name}`);
    }
    if (now.status === 'SUCCEEDED') {
      print(parsed(now.output));
      return 0;
    }
    if (now.status !== 'RUNNING') {
      say(`${now.status}${now.error ? `: ${now.error}` : ''}${now.cause ? `\n${now.cause}` : ''}`);
      return 1;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The one named by the environment, else the one that serves the data directory, else a new one. */
async function findCloud(config: Config): Promise<void> {
  if (config.target === 'aws' || addressOf(config)) return;
  const url = await startDetachedCloud(config, process.env, IDLE_MINUTES);
  say(`Started a local cloud on ${url}; it ends after ${IDLE_MINUTES} idle minutes.`);
}

async function upload({ cloud }: Adapters, names: string[]): Promise<AttachedFile[]> {
  if (names.length > MAX_FILES) throw new Problem('TOO_MANY_FILES', `${names.length} files are attached.`, `At most ${MAX_FILES} go with a prompt.`);
  if (names.length > 0) await cloud.ready();
  return Promise.all(
    names.map(async (name) => {
      const described = await describeFile(name, '');
      const body = await readFile(name);
      const { uri } = await cloud.files.put({ key: uploadKey(randomUUID().slice(0, 8), path.basename(name)), mediaType: described.mediaType, body });
      return { ...described, uri };
    }),
  );
}

async function describeFile(name: string, uri: string): Promise<AttachedFile> {
  const { stat } = await import('node:fs/promises');
  const found = await stat(name).catch(() => null);
  if (!found?.isFile()) throw new Problem('FILE_UNKNOWN', `There is no file ${name}.`, 'Check its path.');
  if (found.size > MAX_FILE_BYTES) throw new Problem('FILE_TOO_LARGE', `${name} has ${found.size} bytes.`, `A file may have ${MAX_FILE_BYTES}.`);
  return { name: path.basename(name), mediaType: mediaTypeOf(name), bytes: found.size, uri };
}

/** Attached files fill the file fields of the workflow's input, in order. */
function fileInputs(document: WorkflowDocument, files: AttachedFile[]): Record<string, Json> {
  const fields = Object.entries(document.input.properties ?? {}).filter(([, field]) => field.format === 's3-uri');
  return Object.fromEntries(files.flatMap((file, i) => (fields[i] ? [[fields[i][0], file.uri]] : [])));
}

/** A workflow document, or a definition, which is decompiled. */
function documentOf(value: Json): WorkflowDocument {
  if (isRecord(value) && 'document' in value) return documentOf(value.document!);
  if (isRecord(value) && 'graph' in value) {
    const document = WorkflowDocument.safeParse(value);
    if (document.success) return document.data;
    throw new Problem('DOCUMENT_INVALID', z.prettifyError(document.error), 'Export the workflow again.');
  }
  const { graph, diagnostics } = decompile(value);
  if (graph) return { ...emptyDocument(), graph };
  throw new Problem('DEFINITION_INVALID', diagnostics[0]?.message ?? 'This is no state machine definition.', diagnostics[0]?.hint ?? 'It needs StartAt and States.');
}

async function readFunctions(file: string): Promise<FunctionManifest[]> {
  const result = z.array(FunctionManifest).safeParse(parseJson(await readText(file), file));
  if (!result.success) throw new Problem('MANIFEST_INVALID', `${file}: ${z.prettifyError(result.error)}`, 'It should be a list of function manifests.');
  return result.data;
}

async function readText(file: string | undefined): Promise<string> {
  if (!file) throw new Problem('ARGUMENT_MISSING', 'No file is named.', 'Name one, or - for standard input.');
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }
  return readFile(file, 'utf8').catch(() => {
    throw new Problem('FILE_UNKNOWN', `There is no file ${file}.`, 'Check its path.');
  });
}

function parseJson(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Problem('NOT_JSON', `${what} is not JSON: ${error instanceof Error ? error.message : error}.`, 'Mend it, and try again.');
  }
}

const isRecord = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // Keep-alive sockets of the SDK would hold the process for some seconds.
    setTimeout(() => process.exit(code), 50).unref();
  },
  (error: unknown) => {
    const { message, hint } = viewOf(error);
    say(`${message}\n${hint}`);
    process.exit(1);
  },
);
