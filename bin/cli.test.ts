/** The command line as a person meets it: real processes, what they print and how they end. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(__dirname, '..');
const dir = mkdtempSync(path.join(tmpdir(), 'bin-cli-'));
const data = path.join(dir, 'data');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Ended = { code: number | null; out: string; err: string };
function cli(args: string[], stdin = ''): Promise<Ended> {
  // Nothing of the tester's own settings: a model's key would make `draft` ask a model.
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'bin/action-engine.mjs'), ...args], {
    cwd: dir,
    env: { NODE_ENV: 'production', PATH, HOME, ACTION_ENGINE_DATA: data },
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ended.err += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })));
}

const file = (name: string, content: unknown): string => {
  writeFileSync(path.join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};
const hello = { StartAt: 'Hello', States: { Hello: { Type: 'Pass', Result: { said: 'hello' }, End: true } } };
file('hello.asl.json', hello);
file('byte-order-mark.json', `\uFEFF${JSON.stringify(hello)}`);
file('lost.json', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } });
file('field.json', { StartAt: 'A', States: { A: { Type: 'Succeed', Foo: 1 } } });
file('broken.json', '{"StartAt":');
file('empty.json', '');
file('list.json', [1]);
file('document.json', { graph: { startAt: null, nodes: [{}], edges: [] } });

describe('help', () => {
  test('is printed when asked for, also behind a command', async () => {
    const asked = await cli(['--help']);
    expect(asked).toMatchObject({ code: 0, err: '' });
    for (const command of ['draft', 'run', 'compile', 'decompile', 'validate', 'export', 'start', 'local-cloud']) {
      expect(asked.out).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    expect(await cli(['run', '-h'])).toEqual(asked);
    expect(await cli([])).toEqual({ code: 2, out: '', err: asked.out });
  });

  test('--version is the package’s', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await cli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('a fault is one message, a way out and a code; nothing goes to stdout', () => {
  test.each([
    [['depoly'], 2, /^There is no command "depoly"\.\nIt is one of draft, run, .*\[COMMAND_UNKNOWN\]\n$/],
    [
      ['compile', '--colour', 'x'],
      2,
      /^Unknown option '--colour'\.\nRun it with --help for the list\. \[ARGUMENT_UNKNOWN\]\n$/,
    ],
    [['compile'], 2, /^No file is named\.\n.*\[ARGUMENT_MISSING\]/],
    [['compile', 'a.json', 'b.json'], 2, /"b\.json" is a second one\.\n.*\[ARGUMENT_UNKNOWN\]/],
    [
      ['export', 'hello.asl.json', '--format', 'xml'],
      2,
      /^--format is "xml"\.\nIt is asl or argo\. \[ARGUMENT_INVALID\]\n$/,
    ],
    [['draft'], 2, /^draft needs a prompt\./],
    [['draft', 'resize it', '--planner', 'best'], 2, /^--planner is "best"\.\n.*auto, offline or model/],
    [['run'], 2, /^run needs either --prompt or a file\./],
    [['run', 'hello.asl.json', '--prompt', 'x'], 2, /^run takes --prompt or a file, not both\./],
    [['compile', 'nowhere.json'], 1, /^There is no file nowhere\.json\.\n.*\[FILE_UNKNOWN\]\n$/],
    [['validate', '.'], 1, /^\. cannot be read: it is a folder\.\n/],
    [['compile', 'broken.json'], 1, /^broken\.json is not JSON: .+\n.*\[NOT_JSON\]\n$/],
    [['decompile', 'empty.json'], 1, /^empty\.json is empty\.\n/],
    [
      ['compile', 'list.json'],
      1,
      /^This is neither a workflow document nor a state machine definition\.\n.*\[DEFINITION_INVALID\]/,
    ],
    [['export', 'document.json'], 1, /graph\.nodes\[0\]\.kind[\s\S]*\[DOCUMENT_INVALID\]\n$/],
    [['draft', '…!'], 1, /^The prompt is empty\.\n.*\[PROMPT_EMPTY\]\n$/],
    [['draft', 'resize it', '--functions', 'list.json'], 1, /^list\.json: [\s\S]*\[MANIFEST_INVALID\]\n$/],
    [['draft', 'resize it', '--file', 'nowhere.png'], 1, /^There is no file nowhere\.png\./],
    [['run', 'hello.asl.json', '--input', '{name: 1}'], 1, /^--input is not JSON: .+\n.*\[NOT_JSON\]\n$/],
  ])('%j', async (args, code, said) => {
    const ended = await cli(args);
    expect(ended).toEqual({ code, out: '', err: expect.stringMatching(said) });
    expect(ended.err).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });
});

describe('compile, decompile, validate, export', () => {
  test('a definition becomes a document and a definition again', async () => {
    const document = await cli(['decompile', 'hello.asl.json']);
    expect(document).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(document.out)).toMatchObject({
      graph: { nodes: [{ name: 'Hello', kind: 'pass' }] },
      layout: { positions: {} },
    });
    const definition = await cli(['compile', '-'], document.out);
    expect(definition).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(definition.out)).toEqual(hello);
    expect(definition.out.endsWith('}\n')).toBe(true);
    expect(await cli(['export', 'byte-order-mark.json'])).toEqual(definition);
  });

  test('for Argo it is YAML, named after the file', async () => {
    const { code, out, err } = await cli(['export', 'hello.asl.json', '--format', 'argo']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(parse(out)).toMatchObject({
      kind: 'Workflow',
      metadata: { generateName: 'hello-' },
      spec: { templates: [{ dag: { tasks: [{ name: 'hello' }] } }, {}] },
    });
  });

  test('a definition with an error is converted as far as it goes, the error told, and the exit code is 1', async () => {
    for (const command of ['compile', 'decompile', 'export']) {
      const { code, out, err } = await cli([command, 'lost.json']);
      expect({ command, code, err }).toEqual({
        command,
        code: 1,
        err: expect.stringMatching(/^error: "A" leads to "B".* \[TARGET_UNKNOWN\]\n$/),
      });
      expect(() => JSON.parse(out)).not.toThrow();
    }
  });

  test.each([
    ['hello.asl.json', 0, 'OK', []],
    ['field.json', 1, 'FAIL', ['SCHEMA_VALIDATION_FAILED']],
    ['broken.json', 1, 'FAIL', ['INVALID_JSON_DESCRIPTION']],
  ])('validate %s', async (name, code, result, codes) => {
    const ended = await cli(['validate', name]);
    expect(ended).toMatchObject({ code, err: '' });
    const said = JSON.parse(ended.out) as { result: string; diagnostics: { code: string }[] };
    expect([said.result, said.diagnostics.map((one) => one.code)]).toEqual([result, codes]);
  });
});

test('draft prints a plan with its document, or with --asl a definition, drafted offline', async () => {
  const { code, out } = await cli(['draft', 'Resize an image to 320x200', '--planner', 'offline']);
  expect(code).toBe(0);
  const { plan, document } = JSON.parse(out) as { plan: { steps: object[] }; document: object };
  expect(plan.steps).toContainEqual(expect.objectContaining({ kind: 'function', functionName: 'resizeimage' }));
  const asl = await cli(['draft', 'Resize', 'an', 'image', 'to', '320x200', '--planner', 'offline', '--asl']);
  expect(asl.code).toBe(0);
  expect((await cli(['compile', '-'], JSON.stringify({ plan, document }))).out).toBe(asl.out);
});

test('draft says on stderr why it is so, what led to nothing and what its proof showed; --json has all of it', async () => {
  const { code, out, err } = await cli([
    'draft',
    'Resize an image to 320x200 in sepia',
    '--planner',
    'offline',
    '--json',
  ]);
  expect(code).toBe(0);
  expect(err).toContain('1. Resize image: “Resize an image to 320x200 in sepia”');
  expect(err).toContain('width = 320 (from the words “320x200”)');
  expect(err).toContain('led to nothing: “sepia”');
  expect(err).toMatch(/^1 step, .* 1 of 1 way tried out\.$/m);
  const all = JSON.parse(out) as Record<string, unknown>;
  expect(all).toMatchObject({
    by: 'offline',
    proof: { branches: { ran: 1, total: 1 } },
    explanation: { unplaced: [{ text: 'sepia' }], steps: [{ taken: 'resizeimage' }] },
  });
});

describe('run', () => {
  // The cloud outlives the command on purpose; here it is ended by its own process id.
  afterAll(async () => {
    let pid: number;
    try {
      pid = (JSON.parse(readFileSync(path.join(data, 'cloud.json'), 'utf8')) as { pid: number }).pid;
    } catch {
      return;
    }
    process.kill(pid, 'SIGTERM');
    for (let i = 0; isAlive(pid); i++) {
      if (i === 150) throw new Error(`The local cloud, process ${pid}, does not end.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  test('prints the output on stdout and progress on stderr; a second run finds the same cloud', async () => {
    const first = await cli(['run', 'hello.asl.json']);
    expect(first.err).toMatch(
      /Started a local cloud on http:\/\/127\.0\.0\.1:\d+; it ends after 30 idle minutes\.\n[\s\S]*▸ Hello/,
    );
    expect(first).toMatchObject({ code: 0, out: '{\n  "said": "hello"\n}\n' });

    file('echo.json', {
      QueryLanguage: 'JSONata',
      StartAt: 'Echo',
      States: { Echo: { Type: 'Pass', Output: '{% $states.input.name & "!" %}', End: true } },
    });
    const second = await cli(['run', 'echo.json', '--input', '{"name":"Anna"}']);
    expect(second).toMatchObject({ code: 0, out: '"Anna!"\n' });
    expect(second.err).not.toContain('Started');
  }, 60_000);

  test('a run that fails says with which error and cause, and ends with 1', async () => {
    file('fail.json', { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Mine', Cause: 'It had to be.' } } });
    expect(await cli(['run', 'fail.json'])).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/FAILED: Mine\nIt had to be\.\n$/),
    });
  }, 60_000);

  test('a definition that AWS would refuse is not run', async () => {
    const ended = await cli(['run', 'field.json']);
    expect(ended).toEqual({ code: 1, out: '', err: expect.stringMatching(/Foo.*\n.*\[WORKFLOW_INVALID\]\n$/) });
  }, 60_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
