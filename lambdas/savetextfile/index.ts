import { writeResult } from '../shared/files';
import { optionalText, text } from '../shared/input';

const TYPES: Record<string, string> = {
  md: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  xml: 'application/xml',
};

export const handler = async (event: unknown): Promise<{ file: string }> => {
  const content = text(event, 'text', { empty: true });
  const given = optionalText(event, 'file_name', 120) ?? 'text.txt';
  const name = /\.[A-Za-z0-9]{1,8}$/.test(given) ? given : `${given}.txt`;
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const mediaType = `${Object.hasOwn(TYPES, ending) ? TYPES[ending] : 'text/plain'}; charset=utf-8`;
  return { file: await writeResult({ folder: 'texts', name, bytes: content, mediaType, from: [content, name] }) };
};
