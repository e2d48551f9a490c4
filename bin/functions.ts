/**
 * The command line's own functions and secrets: `import openapi FILE`, `functions …`, `secrets …`.
 *
 * Each answers the exit code. What was added goes to stdout as JSON, what to know about it to stderr.
 */
import { readFile } from 'node:fs/promises';
import { Problem } from '@/lib/base/problem';
import { AddZip, addZip, ImportOpenApi, importOpenApi, removeFunction } from '@/lib/usecases/import-functions';
import { listSecrets, SetSecret, setSecret } from '@/lib/usecases/secrets';
import type { FunctionsAdded } from '@/lib/usecases/types';
import type { createAdapters } from '@/lib/wiring';

type Adapters = ReturnType<typeof createAdapters>;
type Options = { server?: string | undefined; replace?: boolean | undefined };

const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

export async function importCommand(
  adapters: Adapters,
  words: string[],
  text: (file?: string) => Promise<string>,
  options: Options,
) {
  const [kind, file, ...more] = words;
  if (kind !== 'openapi' || more.length > 0)
    throw new Problem(
      'ARGUMENT_INVALID',
      words.length === 0 ? 'Nothing is named to import.' : `import does not take "${words.join(' ')}".`,
      'It is: import openapi FILE [--server URL] [--replace]',
    );
  const request = ImportOpenApi.safeParse({ text: await text(file), ...options });
  if (!request.success)
    throw new Problem(
      'ARGUMENT_INVALID',
      `The document or --server does not fit: ${request.error.issues[0]?.message}.`,
      'Give --server a full address, such as https://api.example.com.',
    );
  return tell(await importOpenApi(adapters, request.data));
}

export async function functionsCommand(adapters: Adapters, words: string[], options: Options): Promise<number> {
  const [verb, file, ...more] = words;
  if (verb === undefined || (verb === 'list' && file === undefined)) {
    print(
      (await adapters.manifests()).map(({ name, title, secrets = [] }) => ({
        name,
        title,
        secrets,
        own: adapters.userFunctions.has(name),
      })),
    );
    return 0;
  }
  if (verb === 'remove' && file !== undefined && more.length === 0) {
    await removeFunction(adapters, file);
    say(`${file} is removed.`);
    return 0;
  }
  if (verb !== 'add' || more.length > 0)
    throw new Problem(
      'ARGUMENT_INVALID',
      `functions does not take "${words.join(' ')}".`,
      'It is: functions list, functions add ZIP [--replace], or functions remove NAME',
    );
  if (file === undefined) throw new Problem('ARGUMENT_MISSING', 'No zip is named.', 'It is: functions add ZIP');
  const bytes = await readFile(file).catch(() => {
    throw new Problem('FILE_UNKNOWN', `There is no file ${file} that can be read.`, 'Check its path.');
  });
  const request = AddZip.safeParse({ zip: bytes.toString('base64'), replace: options.replace });
  if (!request.success)
    throw new Problem('FILE_TOO_LARGE', `${file} has ${bytes.length} bytes.`, 'A function’s zip may have 50 MB.');
  return tell(await addZip(adapters, request.data));
}

/** A value comes by standard input: on the command line it would stand in the shell's history. */
export async function secretsCommand(
  adapters: Adapters,
  words: string[],
  text: (file?: string) => Promise<string>,
): Promise<number> {
  const [verb = 'list', name, ...more] = words;
  if (verb === 'list' && name === undefined) {
    print(
      (await listSecrets(adapters)).map(({ neededBy, ...secret }) => ({
        ...secret,
        neededBy: neededBy.map((one) => one.name),
      })),
    );
    return 0;
  }
  if ((verb !== 'set' && verb !== 'forget') || name === undefined || more.length > 0)
    throw new Problem(
      'ARGUMENT_INVALID',
      `secrets does not take "${[verb, name].filter(Boolean).join(' ')}${more.length > 0 ? ' …' : ''}".`,
      'It is: secrets list, secrets set NAME (the value by standard input), or secrets forget NAME',
    );
  const request = SetSecret.safeParse({ name, value: verb === 'set' ? (await text('-')).trim() : null });
  if (!request.success)
    throw new Problem(
      'ARGUMENT_INVALID',
      request.error.issues[0]?.message ?? 'The secret does not fit.',
      'For example: printf %s "$VALUE" | action-engine secrets set SMTP_URL',
    );
  await setSecret(adapters, request.data);
  say(verb === 'set' ? `${name} is set.` : `${name} is forgotten.`);
  return 0;
}

function tell({ added, skipped }: FunctionsAdded): number {
  for (const { operation, why } of skipped) say(`left out: ${operation} ${why}`);
  for (const { name, secrets } of added)
    if (secrets.length > 0) say(`${name} receives ${secrets.join(', ')} once set: action-engine secrets set NAME`);
  print(added);
  return 0;
}
