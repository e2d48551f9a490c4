/** Lists of files. */
import { FunctionError } from './errors';
import { placeOf } from './files';

/** @throws FunctionError InvalidInput naming the entry that is no S3 address */
export function addressesOf(entries: readonly unknown[], field: string): string[] {
  if (entries.length === 0) throw new FunctionError('InvalidInput', `"${field}" is empty. Give it one file at least.`);
  return entries.map((entry, i) => {
    if (typeof entry !== 'string')
      throw new FunctionError(
        'InvalidInput',
        `"${field}" must be a list of S3 addresses; entry ${i + 1} is ${JSON.stringify(entry)?.slice(0, 100)}.`,
      );
    placeOf(entry, field);
    return entry.trim();
  });
}

/** Names that are told apart: the second `a.jpg` becomes `a-2.jpg`. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${stem}-${n}${ending}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
