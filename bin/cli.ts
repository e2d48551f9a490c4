/**
 * The command line.
 *
 *   draft "PROMPT" [--file F]… [--functions FILE] [--asl | --json]
 *   compile FILE | decompile FILE | validate FILE | export FILE [--format asl|argo]
 *   import openapi FILE | functions (list | add ZIP | remove NAME) | secrets (list | set NAME | forget NAME)
 *   run (--prompt P | FILE) [--input JSON] [--file F]…
 *
 * Results go to stdout, progress and diagnostics to stderr. Exit code 0 only when what was asked for was done; 2 when the
 * command line itself cannot be understood, 1 for everything else.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { validateDefinition } from '@/lib/asl/validate';
import { mediaTypeOf } from '@/lib/aws/files';
import type { Json } from '@/lib/base/json';
import { type Diagnostic, Problem, viewOf } from '@/lib/base/problem';
import { compile, decompile, definitionHash, definitionText, toArgo } from '@/lib/compile';
import { type Config, readConfig } from '@/lib/config';
import type { AttachedFile } from '@/lib/draft/plan';
import { FunctionManifest } from '@/lib/functions/manifest';
import { layout } from '@/lib/graph';
import { emptyDocument, WorkflowDocument } from '@/lib/graph/schema';
import { checkInput } from '@/lib/usecases/check-input';
import { viewOfProof } from '@/lib/usecases/drafts-proof';
import { MAX_FILE_BYTES, uploadKey } from '@/lib/usecases/files';
import { parsed } from '@/lib/usecases/follow-run';
import { defaultsOf, MAX_FILES, missingInputs } from '@/lib/usecases/start-draft';
import { deployed, prepare } from '@/lib/usecases/start-run';
import { addressOf, createAdapters } from '@/lib/wiring';
import { startDetachedCloud } from './cloud-process';
import { linesOf } from './explained';
import { functionsCommand, importCommand, secretsCommand } from './functions';

const USAGE = `Action Engine: say what you want done; see it as a graph; run it.

  draft "PROMPT" [--file F]… [--functions FILE] [--asl]   a workflow from a sentence, as JSON; why it is so on stderr
         [--json] [--planner auto|offline|model]          --json: the reasons and the proof in the JSON as well
  run (--prompt P | FILE) [--input JSON] [--file F]…      runs it, prints its output
  compile FILE                                            workflow document → Amazon States Language
  decompile FILE                                          Amazon States Language → workflow document
  validate FILE                                           what is wrong with a definition
  export FILE [--format asl|argo]                         document or definition → States Language, or YAML for Argo
  import openapi FILE [--server URL] [--replace]          each operation of an API as a function
  functions list | add ZIP [--replace] | remove NAME      the catalogue; a function of your own
  secrets list | set NAME | forget NAME                   what functions need; a value comes by standard input
  start                                                   the page, on http://localhost:3000
  local-cloud [--port N] [--data DIR]                     Step Functions, Lambda and S3 on this machine

FILE may be - for standard input. --help shows this, --version the version.
Exit code: 0 done, 1 not done, 2 the command line is wrong. Codes in [BRACKETS] are explained in docs/errors.
`;
/** Faults of the command line itself. */
const USAGE_CODES = new Set(['COMMAND_UNKNOWN', 'ARGUMENT_UNKNOWN', 'ARGUMENT_MISSING', 'ARGUMENT_INVALID']);
const IDLE_MINUTES = 30;

const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

async function main(argv: string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (command === '--version') {
    const { version } = JSON.parse(await readFile(path.join(readConfig().root, 'package.json'), 'utf8')) as {
      version: string;
    };
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (command === 'help' || command === '--help' || command === '-h') return help();
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!run)
    throw new Problem(
      'COMMAND_UNKNOWN',
      `There is no command "${command}".`,
      `It is one of ${Object.keys(COMMANDS).join(', ')}, start, local-cloud; --help says more.`,
    );
  const { values, positionals } = parse(rest);
  return values.help ? help() : run(positionals, values);
}

function help(): number {
  process.stdout.write(USAGE);
  return 0;
}

const COMMANDS: Record<string, (words: string[], options: Options) => Promise<number>> = {
  draft: (words, options) => {
    if (words.length > 0) return draftCommand(words.join(' '), options);
    throw new Problem(
      'ARGUMENT_MISSING',
      'draft needs a prompt.',
      'For example: draft "shrink the photo I upload and give me a link"',
    );
  },
  run: (words, options) => runCommand(only(words), options),
  compile: (words) => exportCommand(only(words), 'asl'),
  decompile: (words) => decompileCommand(only(words)),
  validate: (words) => validateCommand(only(words)),
  export: (words, { format }) => exportCommand(only(words), format),
  import: (words, options) => importCommand(createAdapters(readConfig()), words, readText, options),
  functions: (words, options) => functionsCommand(createAdapters(readConfig()), words, options),
  secrets: (words) => secretsCommand(createAdapters(readConfig()), words, readText),
};

/** The one file that a command takes. */
function only([file, another]: string[]): string | undefined {
  if (another === undefined) return file;
  throw new Problem(
    'ARGUMENT_UNKNOWN',
    `This command takes one file, and "${another}" is a second one.`,
    'Name one; put quotes around a name with blanks.',
  );
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
        json: { type: 'boolean', default: false },
        prompt: { type: 'string' },
        input: { type: 'string' },
        format: { type: 'string', default: 'asl' },
        planner: { type: 'string', default: 'auto' },
        server: { type: 'string' },
        replace: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node goes on to explain its own way with dashes.
    const said = error instanceof Error ? error.message.split(/\. To specify|\n/)[0]! : String(error);
    throw new Problem('ARGUMENT_UNKNOWN', `${said.replace(/\.$/, '')}.`, 'Run it with --help for the list.');
  }
}
type Options = ReturnType<typeof parse>['values'];

// ------------------------------------------------------------------ commands

async function draftCommand(prompt: string, options: Options): Promise<number> {
  const adapters = createAdapters(readConfig());
  const files = await Promise.all(
    (options.file ?? []).map(async (file, i) => describeFile(file, `s3://attached/${i + 1}/${path.basename(file)}`)),
  );
  const drafted = await draftPrompt(adapters, prompt, files, options);
  const proof = await viewOfProof(drafted.document, drafted.manifests);
  for (const line of linesOf(drafted.explanation, drafted.plan.notes)) say(line);
  say(`${proof.text}.`);
  if (options.asl) process.stdout.write(`${definitionText(compile(drafted.document.graph).definition)}\n`);
  else {
    const { plan, document, diagnostics, explanation } = drafted;
    print(
      options.json
        ? { plan, document, diagnostics, proof, explanation, by: drafted.by, fallback: drafted.fallback }
        : { plan, document, diagnostics },
    );
  }
  return drafted.diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 1 : 0;
}

async function runCommand(file: string | undefined, options: Options): Promise<number> {
  if ((file === undefined) === (options.prompt === undefined)) {
    throw new Problem(
      'ARGUMENT_MISSING',
      file === undefined ? 'run needs either --prompt or a file.' : 'run takes --prompt or a file, not both.',
      'For example: run --prompt "play music that matches my mood"',
    );
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
    for (const step of drafted.plan.steps)
      say(`  ${step.kind === 'function' ? step.functionName : step.kind}: ${step.title}`);
    for (const note of drafted.plan.notes) say(`  note: ${note}`);
    document = drafted.document;
    input = isRecord(given) ? { ...defaultsOf(document.input), ...given } : given;
    const missing = missingInputs(document.input).filter((name) => !(isRecord(input) && name in input));
    if (missing.length > 0) {
      throw new Problem(
        'INPUT_INVALID',
        `The workflow needs ${missing.map((name) => `"${name}"`).join(', ')}.`,
        `Add --input '${JSON.stringify(Object.fromEntries(missing.map((name) => [name, '…'])))}'${files.length === 0 ? ', or attach a file with --file' : ''}.`,
      );
    }
  } else {
    document = await readDocument(file);
    await findCloud(config);
    const files = await upload(adapters, options.file ?? []);
    if (files.length > 0 && isRecord(input)) input = { ...input, ...fileInputs(document, files) };
  }
  checkInput(document.input, input);
  return execute(adapters, document, input);
}

async function decompileCommand(file: string | undefined): Promise<number> {
  const { graph, diagnostics } = decompile(parseJson(await readText(file), named(file)));
  const faults = tell(diagnostics);
  if (!graph) return 1;
  const document = { ...emptyDocument(), graph };
  print({ ...document, layout: layout(document) });
  return faults ? 1 : 0;
}

async function validateCommand(file: string | undefined): Promise<number> {
  const diagnostics = validateDefinition(await readText(file));
  const valid = !diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR');
  print({ result: valid ? 'OK' : 'FAIL', diagnostics });
  return valid ? 0 : 1;
}

async function exportCommand(file: string | undefined, format: string): Promise<number> {
  if (format !== 'asl' && format !== 'argo') {
    throw new Problem('ARGUMENT_INVALID', `--format is "${format}".`, 'It is asl or argo.');
  }
  const { graph, faults } = documentOf(parseJson(await readText(file), named(file)));
  const name = file === '-' ? 'workflow' : path.basename(file!).replace(/(\.asl)?\.json$/, '');
  if (format === 'argo') {
    const { yaml, diagnostics } = toArgo(graph, { name });
    process.stdout.write(yaml);
    return tell(diagnostics) || faults ? 1 : 0;
  }
  const { definition, diagnostics } = compile(graph);
  process.stdout.write(`${definitionText(definition)}\n`);
  return tell(diagnostics) || faults ? 1 : 0;
}

// ------------------------------------------------------------------ what they share

/** @returns whether there is an error among them */
function tell(diagnostics: Diagnostic[]): boolean {
  for (const { severity, message, hint, code } of diagnostics) say(`${severity}: ${message} ${hint} [${code}]`);
  return diagnostics.some(({ severity }) => severity === 'error');
}

type Adapters = ReturnType<typeof createAdapters>;

async function draftPrompt(adapters: Adapters, prompt: string, files: AttachedFile[], options: Options) {
  const planner = z.enum(['auto', 'offline', 'model']).safeParse(options.planner);
  if (!planner.success)
    throw new Problem('ARGUMENT_INVALID', `--planner is "${options.planner}".`, 'It is auto, offline or model.');
  const manifests = options.functions ? await readFunctions(options.functions) : await adapters.manifests();
  const drafted = await adapters.draft(
    { prompt, files, manifests, now: new Date(), planner: planner.data },
    { onProgress: () => undefined },
  );
  if (drafted.fallback) say(`Drafted offline: ${drafted.fallback}`);
  tell(drafted.diagnostics);
  return { ...drafted, manifests };
}

async function execute({ cloud, manifests }: Adapters, document: WorkflowDocument, input: Json): Promise<number> {
  const { definition, functions } = await prepare({ manifests }, document);
  let told = '';
  const { versionArn } = await deployed(
    { cloud },
    { name: `action-engine-cli-${definitionHash(definition).slice(0, 12)}`, definition, tag: 'cli' },
    functions,
    {
      update: ({ detail }) => {
        if (detail && detail !== told) say(detail);
        told = detail ?? told;
      },
    },
  );
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
  if (names.length > MAX_FILES)
    throw new Problem(
      'TOO_MANY_FILES',
      `${names.length} files are attached.`,
      `At most ${MAX_FILES} go with a prompt.`,
    );
  if (names.length > 0) await cloud.ready();
  return Promise.all(
    names.map(async (name) => {
      const described = await describeFile(name, '');
      const body = await readFile(name);
      const { uri } = await cloud.files.put({
        key: uploadKey(randomUUID().slice(0, 8), path.basename(name)),
        mediaType: described.mediaType,
        body,
      });
      return { ...described, uri };
    }),
  );
}

async function describeFile(name: string, uri: string): Promise<AttachedFile> {
  const { stat } = await import('node:fs/promises');
  const found = await stat(name).catch(() => null);
  if (!found?.isFile()) throw new Problem('FILE_UNKNOWN', `There is no file ${name}.`, 'Check its path.');
  if (found.size > MAX_FILE_BYTES)
    throw new Problem('FILE_TOO_LARGE', `${name} has ${found.size} bytes.`, `A file may have ${MAX_FILE_BYTES}.`);
  return { name: path.basename(name), mediaType: mediaTypeOf(name), bytes: found.size, uri };
}

/** Attached files fill the file fields of the workflow's input, in order. */
function fileInputs(document: WorkflowDocument, files: AttachedFile[]): Record<string, Json> {
  const fields = Object.entries(document.input.properties ?? {}).filter(([, field]) => field.format === 's3-uri');
  return Object.fromEntries(files.flatMap((file, i) => (fields[i] ? [[fields[i][0], file.uri]] : [])));
}

const readDocument = async (file: string | undefined): Promise<WorkflowDocument> => {
  const { document, graph } = documentOf(parseJson(await readText(file), named(file)));
  return document ?? { ...emptyDocument(), graph };
};

/** A workflow document, or a definition, which is decompiled; `faults`: it has errors, which were told. */
function documentOf(value: Json): {
  document: WorkflowDocument | null;
  graph: WorkflowDocument['graph'];
  faults: boolean;
} {
  if (isRecord(value) && isRecord(value.document ?? null)) return documentOf(value.document!);
  if (isRecord(value) && 'graph' in value) {
    const document = WorkflowDocument.safeParse(value);
    if (document.success) return { document: document.data, graph: document.data.graph, faults: false };
    throw new Problem(
      'DOCUMENT_INVALID',
      `This is no whole workflow document:\n${z.prettifyError(document.error)}`,
      'Mend what is named, or export the workflow again.',
    );
  }
  const { graph, diagnostics } = decompile(value);
  if (graph) return { document: null, graph, faults: tell(diagnostics) };
  throw new Problem(
    'DEFINITION_INVALID',
    'This is neither a workflow document nor a state machine definition.',
    'A document has "graph", a definition "StartAt" and "States" at its top.',
  );
}

async function readFunctions(file: string): Promise<FunctionManifest[]> {
  const result = z.array(FunctionManifest).safeParse(parseJson(await readText(file), file));
  if (!result.success)
    throw new Problem(
      'MANIFEST_INVALID',
      `${file}: ${z.prettifyError(result.error)}`,
      'It should be a list of function manifests.',
    );
  return result.data;
}

async function readText(file: string | undefined): Promise<string> {
  if (!file) throw new Problem('ARGUMENT_MISSING', 'No file is named.', 'Name one, or - for standard input.');
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Problem('FILE_UNKNOWN', `There is no file ${file}.`, 'Check its path.');
    const why =
      error.code === 'EISDIR' ? 'it is a folder' : error.code === 'EACCES' ? 'this user may not' : error.message;
    throw new Problem('FILE_UNKNOWN', `${file} cannot be read: ${why}.`, 'Name a file that can be read.');
  });
}

function parseJson(text: string, what: string): Json {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Json; // Windows' editors begin a file with a byte order mark
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replace(/ in JSON\b/, '');
    throw new Problem(
      'NOT_JSON',
      text.trim() === '' ? `${what} is empty.` : `${what} is not JSON: ${said}.`,
      'Mend it, and try again.',
    );
  }
}

const named = (file: string | undefined): string => (file === '-' ? 'Standard input' : file!);

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// The reader went away, as `head` does: nothing is left to be done.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // Keep-alive sockets of the SDK would hold the process for some seconds.
    setTimeout(() => process.exit(code), 50).unref();
  },
  (error: unknown) => {
    const { code, message, hint } = viewOf(error);
    say(`${message}\n${hint} [${code}]`);
    process.exit(USAGE_CODES.has(code) ? 2 : 1);
  },
);
