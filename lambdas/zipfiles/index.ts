import { zipSync } from 'fflate';
import { readStored, safeName, writeResult } from '../shared/files';
import { list, optionalText } from '../shared/input';
import { addressesOf, distinct } from '../shared/lists';

/** bytes of all files together; they are held in memory with the archive */
const LIMIT = 250 * 1024 * 1024;
/** the first day that the format knows: the same files give the same archive */
const DATE = '1980-01-01T12:00:00Z';
/** Packed already: trying again costs time and gains nothing. */
const PACKED = /\.(jpe?g|png|webp|gif|avif|zip|gz|mp[34]|mov|pdf|xlsx|docx)$/i;

export const handler = async (event: unknown): Promise<{ file: string; bytes: number }> => {
  const uris = addressesOf(list(event, 'files', 500), 'files');
  const given = optionalText(event, 'file_name', 120) ?? 'archive.zip';
  let room = LIMIT;
  const contents: { name: string; bytes: Uint8Array }[] = [];
  for (const uri of uris) {
    const { name, bytes } = await readStored(uri, 'files', Math.max(1, room));
    room -= bytes.length;
    contents.push({ name: safeName(name), bytes });
  }
  const names = distinct(contents.map(({ name }) => name));
  const archive = zipSync(
    Object.fromEntries(
      contents.map(({ bytes }, i) => [
        names[i]!,
        [bytes, { level: PACKED.test(names[i]!) ? 0 : 6, mtime: DATE }] as const,
      ]),
    ) as Parameters<typeof zipSync>[0],
  );
  const file = await writeResult({
    folder: 'archives',
    name: /\.zip$/i.test(given) ? given : `${given}.zip`,
    bytes: archive,
    mediaType: 'application/zip',
    from: [uris, given],
    ...(uris[0] ? { source: uris[0] } : {}),
  });
  return { file, bytes: archive.length };
};
