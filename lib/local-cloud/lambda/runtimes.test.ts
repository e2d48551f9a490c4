/** Python, and runtimes that bring themselves. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, create, startTestLambda, type TestLambda } from './testing';

let cloud: TestLambda;
beforeAll(async () => {
  cloud = await startTestLambda();
});
afterAll(() => cloud.close());

const works = (command: string, ...args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const python = (name: string, source: string, more: object = {}) =>
  create(cloud.client, name, { 'app.py': source }, { runtime: 'python3.13', handler: 'app.handler', ...more });

describe.skipIf(!works('python3', '--version'))('Python, whatever minor version is there', () => {
  test('event, context and answer', async () => {
    await python(
      'py',
      `
def handler(event, context):
    return {"event": event, "name": context.function_name, "id": context.aws_request_id, "memory": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis() > 5000, "text": "Grüße"}
`,
    );
    const { result, id } = await call(cloud.client, 'py', { a: [1, 'ü', null] });
    expect(result).toEqual({
      event: { a: [1, 'ü', null] },
      name: 'py',
      id,
      memory: '128',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:py',
      left: true,
      text: 'Grüße',
    });
  });

  test('packages and modules beside it', async () => {
    await create(
      cloud.client,
      'py-package',
      {
        'src/main.py': 'from src.lib import twice\ndef run(event, context): return twice(event)',
        'src/__init__.py': '',
        'src/lib.py': 'def twice(x): return x * 2',
      },
      { runtime: 'python3.12', handler: 'src/main.run' },
    );
    expect((await call(cloud.client, 'py-package', 21)).result).toBe(42);
  });

  test('a warm process keeps its state', async () => {
    await python(
      'py-warm',
      'calls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    return calls',
    );
    await call(cloud.client, 'py-warm');
    expect((await call(cloud.client, 'py-warm')).result).toBe(2);
  });

  test("print and logging reach the log, in AWS's form", async () => {
    await python(
      'py-log',
      'import logging\nlog = logging.getLogger()\nlog.setLevel("INFO")\ndef handler(event, context):\n    print("plain")\n    log.info("told %s", 7)',
    );
    const { log, id } = await call(cloud.client, 'py-log');
    expect(log).toContain('\nplain\n');
    expect(log).toMatch(new RegExp(`\\[INFO\\]\t\\S+Z\t${id}\ttold 7\n`));
  });

  test.each([
    [
      'raises',
      'def handler(event, context):\n    raise ValueError("no such thing")',
      { errorType: 'ValueError', errorMessage: 'no such thing' },
    ],
    [
      'ends',
      'import sys\ndef handler(event, context):\n    sys.exit(4)',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 4') },
    ],
    [
      'set',
      'def handler(event, context):\n    return {1}',
      {
        errorType: 'Runtime.MarshalError',
        errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
      },
    ],
    ['nan', 'def handler(event, context):\n    return float("nan")', { errorType: 'Runtime.MarshalError' }],
    [
      'no handler',
      'def other(): pass',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: "Handler 'handler' missing on module 'app'" },
    ],
    [
      'no module',
      'import left_out',
      {
        errorType: 'Runtime.ImportModuleError',
        errorMessage: "Unable to import module 'app': No module named 'left_out'",
      },
    ],
    ['syntax', 'def handler(:', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['hangs', 'def handler(event, context):\n    while True: pass', { errorType: 'Sandbox.Timedout' }],
    [
      'wants all memory',
      'def handler(event, context):\n    a = []\n    while True: a.append(bytearray(10_000_000))',
      { errorType: 'MemoryError' },
    ],
  ])('%s', async (title, source, error) => {
    const name = `py-${title.replace(/\W/g, '-')}`;
    await python(name, source, { timeout: title === 'hangs' ? 1 : 20 });
    const answer = await call(cloud.client, name);
    if (title === 'wants all memory' && process.platform !== 'linux') return;
    expect(answer).toMatchObject({ failed: 'Unhandled', result: error });
  });

  test("a trace shows the function's own lines only", async () => {
    const { result } = await call(cloud.client, 'py-raises');
    expect(result.stackTrace).toHaveLength(1);
    expect(result.stackTrace[0]).toContain('File "/var/task/app.py", line 2, in handler');
  });

  test('its package stays as it was uploaded', async () => {
    await create(
      cloud.client,
      'py-clean',
      { 'app.py': 'import os, lib\ndef handler(event, context): return sorted(os.listdir("."))', 'lib.py': '' },
      { runtime: 'python3.13', handler: 'app.handler' },
    );
    expect((await call(cloud.client, 'py-clean')).result).toEqual(['app.py', 'lib.py']);
  });
});

test('without a python3 it says what is missing', async () => {
  const other = await startTestLambda();
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    await create(other.client, 'py', { 'app.py': '' }, { runtime: 'python3.13', handler: 'app.handler' });
    expect(await call(other.client, 'py')).toMatchObject({
      failed: 'Unhandled',
      result: { errorType: 'Runtime.InvalidRuntime', errorMessage: expect.stringContaining('No python3 was found') },
    });
  } finally {
    process.env.PATH = PATH;
    await other.close();
  }
});

describe('provided', () => {
  test.skipIf(!works('curl', '--version'))('the bootstrap of the package speaks the Runtime API', async () => {
    const bootstrap = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  headers="$TMPDIR/headers"
  event=$(curl -sS -D "$headers" "$api/next") || exit 1
  id=$(grep -i '^lambda-runtime-aws-request-id' "$headers" | tr -d '[:space:]' | cut -d: -f2)
  echo "handler $_HANDLER"
  case "$event" in
    *fail*) curl -sS "$api/$id/error" -d '{"errorType":"Refused","errorMessage":"no"}' > /dev/null ;;
    *) curl -sS "$api/$id/response" -d "{\\"got\\":$event}" > /dev/null ;;
  esac
done
`;
    await create(cloud.client, 'shell', { bootstrap }, { runtime: 'provided.al2023', handler: 'anything' });
    expect(await call(cloud.client, 'shell', { a: 1 })).toMatchObject({
      result: { got: { a: 1 } },
      log: expect.stringContaining('handler anything'),
    });
    expect(await call(cloud.client, 'shell', 'fail')).toMatchObject({
      failed: 'Unhandled',
      result: { errorType: 'Refused', errorMessage: 'no' },
    });
  });

  test('a package without one is told', async () => {
    await create(cloud.client, 'hollow', { readme: 'x' }, { runtime: 'provided.al2023', handler: 'x' });
    expect((await call(cloud.client, 'hollow')).result).toMatchObject({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: expect.stringContaining('bootstrap'),
    });
  });

  test('one that cannot be run is told', async () => {
    await create(
      cloud.client,
      'garbage',
      { bootstrap: '\u0000\u0001 not a program' },
      { runtime: 'provided.al2023', handler: 'x' },
    );
    expect((await call(cloud.client, 'garbage')).result.errorType).toMatch(/^Runtime\./);
  });
});
