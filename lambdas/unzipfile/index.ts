import { readStored, safeName, writeResult } from '../shared/files';
import { text } from '../shared/input';
import { distinct } from '../shared/lists';
import { mediaTypeByName } from '../shared/media';
import { openZip } from '../shared/zip';

export const handler = async (event: unknown): Promise<{ files: string[]; count: number }> => {
  const archive = await readStored(text(event, 'file'), 'file');
  // What systems put beside the files, nobody asked for.
  const entries = openZip(archive.bytes, archive.uri).filter(
    ({ name }) => !/(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/.test(name),
  );
  const names = distinct(entries.map(({ name }) => safeName(name.split('/').at(-1) ?? name)));
  const files: string[] = [];
  for (const [i, entry] of entries.entries()) {
    files.push(
      await writeResult({
        folder: 'unzipped',
        name: names[i]!,
        bytes: entry.content(),
        mediaType: mediaTypeByName(names[i]!),
        from: [archive.uri, entry.name],
        source: archive.uri,
      }),
    );
  }
  return { files, count: files.length };
};
