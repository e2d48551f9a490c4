/**
 * XML as S3 speaks it: small documents without attributes, read from requests and written into answers.
 * @module
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Text for an element. Control characters go out as references, as AWS does it, though XML 1.0 forbids most of them. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\p{Cc}]/gu, (c) => {
    if (c === '&') return '&amp;';
    if (c === '<') return '&lt;';
    if (c === '>') return '&gt;';
    if (c === '"') return '&quot;';
    return `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`;
  });

/** An element's content: text, children in order (an array makes one element an item), or nothing at all. */
export type XmlContent = string | number | boolean | null | undefined | XmlFields;
export type XmlFields = { [name: string]: XmlContent | XmlContent[] };

/** `undefined` and `null` write no element; an empty string writes an empty one. */
export function writeXml(root: string, content: XmlFields | string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${typeof content === 'string' ? escapeXml(content) : children(content)}</${root}>`;
}

const children = (content: XmlFields): string =>
  Object.entries(content)
    .flatMap(([name, value]) => [value].flat().map((item) => element(name, item)))
    .join('');

function element(name: string, value: XmlContent): string {
  if (value === undefined || value === null) return '';
  const inner = typeof value === 'object' ? children(value) : escapeXml(String(value));
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

/** A document as it was read: elements by name, an array where a name repeats. */
export type XmlTree = { [name: string]: XmlTree | XmlTree[] | string | string[] };

// Keys may begin with blanks and look like numbers: nothing is trimmed or converted. `htmlEntities` brings `&#13;`.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

/**
 * @param root the document element that is expected
 * @returns its children; null when the text is not well-formed, is another document, or defines entities
 */
export function readXml(text: string, root: string): XmlTree | null {
  // XML 1.0 knows no control characters but tab and the line ends, as a character or as a reference.
  if (/[^\P{Cc}\t\n\r\x80-\x9f]/u.test(text) || /<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true)
    return null;
  try {
    const document = parser.parse(text) as XmlTree;
    const found = Object.hasOwn(document, root) ? document[root] : undefined;
    if (typeof found === 'string') return {};
    return found === undefined || Array.isArray(found) ? null : found;
  } catch {
    return null;
  }
}

/** The children of one name, whether it came once, often or never. */
export function listOf(tree: XmlTree, name: string): XmlTree[] {
  const found = Object.hasOwn(tree, name) ? tree[name] : undefined;
  return [found ?? []].flat().filter((item): item is XmlTree => typeof item === 'object');
}

/** The text of a child; undefined when it is missing. */
export function textOf(tree: XmlTree, name: string): string | undefined {
  const found = Object.hasOwn(tree, name) ? tree[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}
