/**
 * What in a run's output is for people: files, links, a sentence. Pure.
 * @module
 */
import { isObject, type Json } from '@/lib/base/json';

export type Found =
  | { kind: 'file'; uri: string; path: string }
  | { kind: 'link'; url: string; path: string; image: boolean };

const DEPTH = 5;
const MOST = 24;
const IMAGE = /\.(png|jpe?g|gif|webp|avif|svg|bmp)$/i;

/** Files and links in a value, in reading order, each once. A presigned link to a file that is listed is left to the file. */
export function findThings(value: Json): Found[] {
  const found: Found[] = [];
  const seen = new Set<string>();
  const visit = (at: Json, path: string, depth: number) => {
    if (found.length >= MOST) return;
    if (typeof at === 'string') {
      const thing = thingOf(at, path);
      if (thing && !seen.has(at)) {
        seen.add(at);
        found.push(thing);
      }
    } else if (depth < DEPTH && Array.isArray(at)) {
      at.forEach((item, i) => {
        visit(item, `${path}[${i}]`, depth + 1);
      });
    } else if (depth < DEPTH && isObject(at)) {
      for (const [key, item] of Object.entries(at)) visit(item, path ? `${path}.${key}` : key, depth + 1);
    }
  };
  visit(value, '', 0);
  const files = found.flatMap((thing) => (thing.kind === 'file' ? [keyOf(thing.uri)] : []));
  return found.filter(
    (thing) => thing.kind === 'file' || !files.some((key) => key !== '' && pathOf(thing.url).endsWith(key)),
  );
}

function thingOf(text: string, path: string): Found | null {
  if (/^s3:\/\/[^/\s]+\/\S/.test(text)) return { kind: 'file', uri: text, path };
  if (!/^https?:\/\/\S+$/.test(text)) return null;
  // A picture by its name, or a link that S3 signed: that one is asked, others are only shown.
  return { kind: 'link', url: text, path, image: IMAGE.test(pathOf(text)) };
}

const keyOf = (uri: string): string => uri.replace(/^s3:\/\/[^/]+\//, '');
export function pathOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return '';
  }
}

/** A sentence that says it all: the output itself, its only field, or the only text in it that has several words. */
export function sentenceOf(value: Json): string | null {
  if (typeof value === 'string') return thingOf(value, '') ? null : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isObject(value)) return null;
  const all = Object.values(value);
  const texts = all.filter((item): item is string => typeof item === 'string' && !thingOf(item, ''));
  const candidates = all.length === 1 ? texts : texts.filter((text) => /\S\s+\S/.test(text));
  const [only] = candidates;
  return candidates.length === 1 && only && only.trim() !== '' && only.length <= 2000 ? only : null;
}

/** JSON from a history's text; the text itself where it is cut off or none. */
export function jsonOf(text: string | null | undefined): Json | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
